#pragma once

#include "base/result.h"
#include "image/grayimage.h"

#include <QString>

#include <functional>

namespace ir::ui {

/// Loads an image for display, blocking, on any thread: decodeImage in the program, a double in tests.
/// `longestSide` in device pixels; a smaller image is not enlarged.
using DisplayLoader = std::function<Result<GrayImage>(const QString& path, int longestSide)>;

} // namespace ir::ui
