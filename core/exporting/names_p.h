#pragma once

#include "base/result.h"
#include "exporting/sortedexport.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace ir::exporting {

/// One name of a file or folder that every common file system takes (ext4, NTFS, FAT, APFS): no separators,
/// control or wildcard characters, no reserved device name, no dot or space at an end, valid UTF-8, at most
/// 180 bytes. Never empty: "unnamed".
[[nodiscard]] std::string safeName(std::string_view text);

/// The key under which names that a case-insensitive file system takes for one are equal.
[[nodiscard]] std::string foldedName(const std::filesystem::path& name);

/// A parsed name pattern.
class NamePattern
{
public:
    /// Errors: unknown placeholder, a brace that is not closed, nothing in it.
    [[nodiscard]] static Result<NamePattern> parse(const std::string& text);

    /// Relative path of one item, with its extension; `index` counts from 1.
    [[nodiscard]] std::filesystem::path apply(const ExportItem& item, std::size_t index) const;

private:
    struct Piece
    {
        bool isPlaceholder = false;
        std::string text;
    };
    std::vector<std::vector<Piece>> m_components; ///< by '/'
};

/// "name.dcm" → "name (n).dcm"
[[nodiscard]] std::filesystem::path numbered(const std::filesystem::path& path, int n);

/// The extension with its dot as it is kept: that of the source, ".dcm" for DICOM files without one.
[[nodiscard]] std::string keptExtension(const ExportItem& item);

} // namespace ir::exporting
