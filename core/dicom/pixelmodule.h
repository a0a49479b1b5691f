#pragma once

#include "base/result.h"
#include "dicom/header.h"

#include <cstdint>
#include <string>

namespace ir {

/// How stored words become numbers (PS3.3 C.7.6.3).
struct WordFormat
{
    int bytes = 2;      ///< of a word in memory: 1, 2 or 4
    int bitsStored = 16;
    int highBit = 15;
    bool isSigned = false;
    double scale = 1;  ///< number = word × scale + offset; other than 1 and 0 for words made of wider ones
    double offset = 0;
};

/// The image pixel module of a header, checked.
struct PixelModule
{
    enum class Color { Monochrome1, Monochrome2, Palette, Rgb, YbrFull, YbrFull422, YbrPartial422 };
    int rows = 0;
    int columns = 0;
    int frames = 1;
    int samples = 1;
    int bitsAllocated = 16;
    Color color = Color::Monochrome2;
    bool planar = false;
    WordFormat format;
    std::string photometric; ///< as written

    /// Bits of one frame that is stored uncompressed.
    [[nodiscard]] std::uint64_t frameBits() const;
    [[nodiscard]] std::uint64_t pixelCount() const
    {
        return std::uint64_t(static_cast<unsigned>(rows)) * static_cast<unsigned>(columns);
    }
};

/// Refuses impossible values and frames over 512 MiB.
[[nodiscard]] Result<PixelModule> readPixelModule(const Header& header, const DicomLayout& layout);

} // namespace ir
