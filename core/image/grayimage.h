#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ir {

struct Size
{
    int width = 0;
    int height = 0;
    friend bool operator==(const Size&, const Size&) = default;
};

/// 8-bit grey, row-major, rows packed (stride = width); 0 is black. A value: copy and move as you like.
struct GrayImage
{
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> pixels; ///< width × height

    GrayImage() = default;
    GrayImage(int w, int h, std::uint8_t fill = 0)
        : width(w), height(h),
          pixels(static_cast<std::size_t>(w) * static_cast<std::size_t>(h), fill)
    {}

    [[nodiscard]] bool empty() const { return pixels.empty(); }
    [[nodiscard]] Size size() const { return {width, height}; }
    [[nodiscard]] std::uint8_t* row(int y)
    {
        return pixels.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
    }
    [[nodiscard]] const std::uint8_t* row(int y) const
    {
        return pixels.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
    }
    friend bool operator==(const GrayImage&, const GrayImage&) = default;
};

/// The largest size of the same shape whose longer side is at most `longestSide` (never under 1 × 1,
/// never larger than `source`).
[[nodiscard]] Size fitWithin(Size source, int longestSide);

/// Resampling by area: each target pixel is the mean of the source area it covers (box filter with
/// fractional edges), bilinear where the target is larger. Reductions never alias.
[[nodiscard]] GrayImage resampleArea(const GrayImage& source, Size target);

} // namespace ir
