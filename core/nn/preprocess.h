#pragma once

#include "image/grayimage.h"
#include "nn/modelinfo.h"

#include <span>

namespace ir {

/// The square picture the net sees, size × size, 8 bit: margins cut and greys stretched where the contract says
/// so, then area-resampled, stretched or letterboxed on black.
[[nodiscard]] GrayImage fitToInput(const GrayImage& image, const InputContract& input);

/// (grey / 255 − mean) / stddev of a fitted image into `out` (size × size floats, one channel). A net that
/// takes three channels gets the same plane three times.
void normalise(const GrayImage& fitted, const InputContract& input, std::span<float> out);

/// The image without uniform borders (rows and columns whose grey hardly varies), or the image itself where
/// less than a quarter of it would be left.
[[nodiscard]] GrayImage cropUniformMargins(const GrayImage& image);

/// Maps percentiles 0.5 and 99.5 to black and white; an image with hardly any contrast stays as it is.
void stretchGreys(GrayImage& image);

} // namespace ir
