#pragma once

#include "base/result.h"
#include "dicom/deidentify/profile.h"
#include "dicom/elements.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ir {

struct DicomItem;

/// One element of a whole data set: a value, a sequence of items, or encapsulated pixel data.
struct DicomElement
{
    enum class Kind : std::uint8_t { Value, Sequence, Encapsulated };

    std::uint32_t tag = 0;
    Vr vr{}; ///< the file's, else the dictionary's, else zeros
    Kind kind = Kind::Value;
    std::string_view value;       ///< into DicomTree::bytes, or to a string that outlives the tree
    std::vector<DicomItem> items; ///< of a sequence
    std::vector<std::string_view> fragments; ///< the offset table first

    [[nodiscard]] bool is(const char* name) const { return isVr(vr, name); }
};

struct DicomItem
{
    std::vector<DicomElement> elements;

    [[nodiscard]] const DicomElement* find(std::uint32_t tag) const;
    /// The value of an element without padding; "" where there is none.
    [[nodiscard]] std::string text(std::uint32_t tag) const;
};

/// A file as a whole, unlike DicomLayout, which holds what is needed to show it. Movable; values
/// stay valid.
struct DicomTree
{
    std::unique_ptr<std::string>
        bytes; ///< the file, or what a deflated one unfolds to (behind its meta header)
    std::unique_ptr<std::string> metaBytes; ///< of deflated files: the file itself
    std::string transferSyntax;             ///< "" where the file names none
    Encoding encoding;                      ///< of the data set
    bool isDeflated = false;
    DicomItem meta;
    DicomItem root;
};

/// Reads every element of a file. Refuses, besides what scanDicom() refuses, files over 1 GiB,
/// elements that are cut short, and more than four million of them: a file that is not wholly
/// understood cannot be vouched for. A sequence of known length that makes no sense is one value of
/// no VR. Bytes after the pixel data that are no elements are left out. Needs a DicomLibrary; any
/// thread.
[[nodiscard]] Result<DicomTree> readDicomTree(const std::filesystem::path& path);

/// The same of bytes in memory whose data set starts at `dataSet`, never deflated. Needs a
/// DicomLibrary.
[[nodiscard]] Result<DicomTree> dicomTreeOf(std::string bytes, std::size_t dataSet,
                                            Encoding encoding);

/// The data set in `encoding`, sequences and items with explicit lengths.
void appendItem(const DicomItem& item, Encoding encoding, std::string& to);

/// Without leading and trailing blanks and NULs.
[[nodiscard]] std::string_view unpadded(std::string_view text);

/// SHA-256 of the pixel data, hex, comments in compressed streams left out: the same before and
/// after de-identification. "" without pixels.
[[nodiscard]] std::string pixelDigest(const DicomItem& root);

/// Between backslashes; at least one.
[[nodiscard]] std::vector<std::string_view> valuesOf(std::string_view text);

} // namespace ir
