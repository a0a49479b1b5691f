#pragma once

#include "image/grayimage.h"

#include <QImage>

#include <algorithm>

namespace ir::ui {

/// A copy as QImage::Format_Grayscale8; null where the image is empty.
[[nodiscard]] inline QImage toQImage(const GrayImage& image)
{
    if (image.empty())
        return {};
    QImage copy(image.width, image.height, QImage::Format_Grayscale8);
    for (int y = 0; !copy.isNull() && y < image.height; ++y)
        std::copy_n(image.row(y), image.width, copy.scanLine(y));
    return copy;
}

} // namespace ir::ui
