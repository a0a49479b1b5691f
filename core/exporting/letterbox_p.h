#pragma once

#include "image/grayimage.h"

namespace ir::exporting {

/// The image in the middle of a black square, as large as fits; its shape is kept.
[[nodiscard]] GrayImage letterboxed(const GrayImage& image, int side);

} // namespace ir::exporting
