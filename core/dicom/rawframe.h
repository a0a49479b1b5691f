#pragma once

#include "base/result.h"
#include "dicom/header.h"
#include "dicom/pixelmodule.h"

#include <cstdint>
#include <span>
#include <vector>

namespace ir {

/// One frame's stored words in host byte order, rows packed. Made by every codec alike. Moves only: `bytes`
/// may refer to `owned`.
struct RawFrame
{
    RawFrame() = default;
    RawFrame(RawFrame&&) = default;
    RawFrame& operator=(RawFrame&&) = default;

    int width = 0;
    int height = 0;
    int samples = 1;
    bool planar = false; ///< samples > 1: plane after plane instead of pixel by pixel
    PixelModule::Color color = PixelModule::Color::Monochrome2;
    WordFormat format;
    std::span<const std::uint8_t> bytes; ///< of `owned`, or of the layout's source until its next view
    std::vector<std::uint8_t> owned;

    [[nodiscard]] std::size_t pixelCount() const
    {
        return static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    }
};

/// Reads or decompresses one frame. `longestSide`: see DecodeOptions; a codec that can returns the frame at
/// a reduced resolution that is still at least this large. Refuses pixel data cut short.
[[nodiscard]] Result<RawFrame> readRawFrame(const DicomLayout& layout, const PixelModule& module,
                                            int frame, int longestSide);

} // namespace ir
