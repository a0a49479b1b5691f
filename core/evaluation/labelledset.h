#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace ir {

class Catalog;

/// One image whose class is known.
struct LabelledImage
{
    std::string path; ///< as listed
    std::filesystem::path file;
    std::string label;               ///< may be none of a model's classes, e.g. "ood"
    std::vector<std::string> values; ///< of LabelledSet::columns
};

/// Images to measure models on.
struct LabelledSet
{
    std::string name;                 ///< path of the manifest or catalog, as given
    std::string split;                ///< empty: all
    std::vector<std::string> columns; ///< what the images can be told apart by, e.g. "source"
    std::vector<LabelledImage> images;

    /// From a CSV with the columns path (relative to it) and label. `columns` that it has are taken over,
    /// and "source" and "manufacturer" always. Errors: unreadable; no path or label column; no image in the
    /// split; an image twice in it.
    [[nodiscard]] static Result<LabelledSet> fromManifest(const std::filesystem::path& manifest,
                                                          const std::string& split = {},
                                                          const std::vector<std::string>& columns = {});

    /// From the images of a catalog that people labelled; one file of each image. Error: nobody labelled anything.
    [[nodiscard]] static Result<LabelledSet> fromCatalog(const Catalog& catalog);
    /// Further error: there is no catalog.
    [[nodiscard]] static Result<LabelledSet> fromCatalog(const std::filesystem::path& catalog);
};

} // namespace ir
