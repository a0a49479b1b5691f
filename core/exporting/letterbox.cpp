#include "exporting/letterbox_p.h"

#include <algorithm>

namespace ir::exporting {

GrayImage letterboxed(const GrayImage& image, int side)
{
    const double scale = static_cast<double>(side) / std::max(image.width, image.height);
    const auto scaled = [&](int length) {
        return std::clamp(static_cast<int>(length * scale + 0.5), 1, side);
    };
    const GrayImage inner = resampleArea(image, {scaled(image.width), scaled(image.height)});
    GrayImage square(side, side);
    const int left = (side - inner.width) / 2;
    const int top = (side - inner.height) / 2;
    for (int y = 0; y < inner.height; ++y)
        std::copy(inner.row(y), inner.row(y) + inner.width, square.row(top + y) + left);
    return square;
}

} // namespace ir::exporting
