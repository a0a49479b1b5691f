#pragma once

#include "base/result.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ir {

/// A label that another program wrote, with whatever it says of the image. Texts are UTF-8.
struct ImportedLabel
{
    std::string path; ///< as written there, may be an URL or a bare name; empty: not said
    std::string sopInstanceUid;
    std::string digest; ///< SHA-256 of the image's file, hex
    std::string label;  ///< never empty
    std::string reader; ///< who set it; empty: not said
    std::string place;  ///< for people: "row 3", "task 17", "image 4"
};

enum class LabelFormat {
    Csv, ///< columns label and one or more of path (or image), sop_instance_uid, digest; maybe
         ///< reader
    LabelStudio, ///< JSON or JSON-MIN export: the choice of the latest annotation that was not
                 ///< cancelled
    Cvat         ///< "CVAT for images 1.1" XML: the tag of each image
};

struct ImportedLabels
{
    LabelFormat format = LabelFormat::Csv;
    std::vector<ImportedLabel> labels;
    std::vector<std::string> skipped; ///< sentences: entries without a label, with several …
};

/// Reads labels; the format is told by the content. Errors: unreadable, none of the formats,
/// broken, no column to find images by.
[[nodiscard]] Result<ImportedLabels> readLabels(const std::filesystem::path& file);
/// The same of bytes in memory.
[[nodiscard]] Result<ImportedLabels> parseLabels(std::string_view text);

/// "csv", "label_studio", "cvat".
[[nodiscard]] std::string toString(LabelFormat format);

} // namespace ir
