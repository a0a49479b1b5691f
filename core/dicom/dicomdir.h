#pragma once

#include "base/result.h"

#include <filesystem>
#include <vector>

namespace ir {

/// The existing files that a DICOMDIR's records name, in its order, each once. Names are matched without
/// regard to case (media are written in capitals and copied in small letters). Names that lead out of the
/// DICOMDIR's folder are left out. Needs a DicomLibrary.
[[nodiscard]] Result<std::vector<std::filesystem::path>>
filesOfDicomdir(const std::filesystem::path& dicomdir);

} // namespace ir
