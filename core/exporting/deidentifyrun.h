#pragma once

#include "base/result.h"
#include "dicom/deidentify/deidentifier.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace ir {

struct DeidentifyRunOptions
{
    std::filesystem::path destination; ///< made if absent
    DeidentifyOptions profile;
    bool includeSuspected = false; ///< also files that may have writing in their pixels
    int threads = 0;               ///< 0: as many as the machine has
};

enum class DeidentifyStatus {
    Written,
    AlreadyThere, ///< with the very bytes that would have been written
    HeldBack,     ///< writing in its pixels is suspected
    Failed
};

struct DeidentifyOutcome
{
    std::filesystem::path source;
    DeidentifyStatus status = DeidentifyStatus::Failed;
    std::filesystem::path relative;      ///< under the destination; empty unless written or there
    std::string reason;                  ///< one sentence, where failed
    std::vector<std::string> suspicions; ///< why writing is suspected, also where included
    std::size_t found = 0;               ///< texts removed because an identifier was found in them
    std::string digest;                  ///< SHA-256 of what was written, hex
};

/// De-identifies files into <destination>/<patient>/<study>/<instance>.dcm, all three stand-ins.
/// Originals are only read; files appear whole or not at all; none is overwritten: what is there
/// with other content fails. Running again with the same key completes what is missing. `report` is
/// called once a file, one call at a time, in any order and thread. Needs a DicomLibrary. Errors
/// (nothing was written): the destination cannot be made.
[[nodiscard]] Result<void>
runDeidentification(const std::vector<std::filesystem::path>& files, const PseudonymKey& key,
                    const DeidentifyRunOptions& options,
                    const std::function<void(const DeidentifyOutcome&)>& report,
                    const std::stop_token& stop = {});

/// Why writing in a file's pixels is suspected, by its header and by looking at its first, middle
/// and last frame. Words that finish a sentence.
[[nodiscard]] std::vector<std::string> burnedInSuspicions(const std::filesystem::path& file,
                                                          const DicomTree& tree);

} // namespace ir
