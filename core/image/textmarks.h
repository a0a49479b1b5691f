#pragma once

#include "image/grayimage.h"

#include <vector>

namespace ir {

/// A row of what may be letters; pixels of the image it was found in.
struct TextMark
{
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
    int glyphs = 0;
};

/// Rows of at least `leastGlyphs` small shapes of one height and one extreme grey (all but white or
/// all but black, as programs write into images) on a ground that contrasts, side by side:
/// burned-in writing. Side marks of lead (one or two letters) and bones are none. A hint, not a
/// reader: faint, slanted or touching letters are missed. Pure; any thread. Meant for images of 512
/// to 3000 pixels a side.
[[nodiscard]] std::vector<TextMark> findTextMarks(const GrayImage& image, int leastGlyphs = 5);

} // namespace ir
