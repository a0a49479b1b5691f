#pragma once

#include "base/result.h"
#include "dicom/bytesource.h"
#include "dicom/elements.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace ir {

struct Fragment
{
    std::uint64_t offset = 0;
    std::uint32_t length = 0;
};

/// Where a file keeps its pixels.
struct PixelLocation
{
    enum class Kind { None, Integer, Float, Double };
    Kind kind = Kind::None;
    bool encapsulated = false;
    bool wordVr = false;       ///< OW, or implicit VR: big-endian bytes are swapped in pairs
    std::uint64_t offset = 0;  ///< native: of the first value
    std::uint64_t length = 0;  ///< native: bytes the file holds
    std::uint64_t claimed = 0; ///< native: bytes the element says
    Fragment offsetTable;      ///< encapsulated: the basic offset table's entries
    std::vector<Fragment> fragments;
    bool cutShort = false;     ///< encapsulated: the last fragment runs past the end of the file
};

/// A file taken apart by our own iterative scan, before the toolkit sees any of it: only the elements this
/// program uses are handed on, as a small data set whose structure was checked.
struct DicomLayout
{
    std::string transferSyntax;           ///< UID; "" where the file names none
    Encoding encoding;                    ///< of the data set and so of `header` and `frameGroups`
    std::vector<std::uint8_t> header;     ///< the elements used, in the file's own encoding
    std::vector<std::uint8_t> frameGroups; ///< the item of the frame in PerFrameFunctionalGroupsSequence
    std::uint64_t dataSet = 0;            ///< where the data set starts
    PixelLocation pixels;
    /// What the offsets above are offsets of. `file` is declared first: `unfolded` reads from it.
    std::unique_ptr<ByteSource> file;
    std::unique_ptr<ByteSource> unfolded; ///< deflated files only

    [[nodiscard]] ByteSource& source() const { return unfolded ? *unfolded : *file; }
};

enum class ScanDepth {
    Header, ///< stops at the pixel data
    Pixels  ///< also finds every fragment
};

/// Refuses what is no DICOM, sequences nested more than 64 deep, and headers cut short.
[[nodiscard]] Result<DicomLayout> scanDicom(const std::filesystem::path& path, ScanDepth depth,
                                            int frame = 0);

} // namespace ir
