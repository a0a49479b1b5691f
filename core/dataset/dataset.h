#pragma once

#include "base/csv.h"
#include "base/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace ir {

/// One image of a labelled data set.
struct DatasetImage
{
    std::string path; ///< as the manifest lists it, relative to the manifest
    std::string label;
    std::string group;  ///< patient or study; the path where the manifest names none
    std::string split;  ///< empty: none yet
    std::string source; ///< may be empty
};

/// A labelled data set as its manifest lists it: CSV with the columns path, label and, where there are any,
/// group, split, source; others are kept. Unlike a training manifest (nn/manifest.h) it may still need to
/// be split, so groups in several splits are no error here.
struct Dataset
{
    CsvTable table;
    std::filesystem::path manifest;
    std::vector<DatasetImage> images; ///< one a row of `table`

    /// Errors: unreadable; no path or label column; a path listed twice; no image.
    [[nodiscard]] static Result<Dataset> read(const std::filesystem::path& manifest);

    [[nodiscard]] std::filesystem::path fileOf(const DatasetImage& image) const;
};

/// Writes the manifest with the images' splits (one each) as its column split, atomically. Where
/// `destination` is in another folder, relative paths are rewritten to start there.
[[nodiscard]] Result<void> writeManifest(const Dataset& dataset, const std::vector<std::string>& splits,
                                         const std::filesystem::path& destination);

} // namespace ir
