#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <stop_token>
#include <string>

namespace ir {

struct SampleOptions
{
    int count = 60;
    int size = 1800; ///< longest side aimed at, pixels; images vary about it
    std::uint64_t seed = 1;
};

struct SampleSummary
{
    int images = 0;  ///< readable ones in the archive now
    int written = 0; ///< of them by this run; the others were there
    int broken = 0;  ///< files that no reader can show, on purpose
    bool stopped = false;
    std::map<std::string, int> perLabel;
    std::filesystem::path manifest; ///< CSV: path, label, part, view, transfer syntax
};

/// Called after each image, on the calling thread.
using SampleProgress = std::function<void(int done, int total)>;

/// Writes an archive as a hospital might keep it, of radiographs of nobody: phantoms as DICOM files
/// in nine transfer syntaxes, in folders by year, patient and study, some wrongly tagged, a few
/// broken, marked SYNTHETIC in image and header, with `manifest.csv` saying what each is meant to
/// be. Never to be trained on. Image n depends on the seed, the size and n alone. A run that was
/// interrupted can be repeated and goes on; a larger count adds to an archive. Refuses a folder
/// that holds anything else. Needs a DicomLibrary.
[[nodiscard]] Result<SampleSummary> writeSampleArchive(const std::filesystem::path& folder,
                                                       const SampleOptions& options,
                                                       const SampleProgress& progress = {},
                                                       std::stop_token stop = {});

/// Whether the folder holds a sample archive, complete or not.
[[nodiscard]] bool isSampleArchive(const std::filesystem::path& folder);

} // namespace ir
