#pragma once

#include "base/result.h"
#include "sample/sampleplan.h"

namespace ir::sample {

/// Draws the phantom and writes it as a DICOM file under `folder`.
[[nodiscard]] Result<void> writeSampleFile(const std::filesystem::path& folder,
                                           const PlannedImage& image);

} // namespace ir::sample
