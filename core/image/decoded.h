#pragma once

#include "image/grayimage.h"
#include "image/imagefacts.h"

namespace ir {

/// A file as a person sees it: its facts and one frame as an 8-bit display image.
struct DecodedImage
{
    ImageFacts facts;
    GrayImage image;
    Size fullSize; ///< of the frame in the file; `image` may be smaller where a reduced size was asked for
};

/// How to decode.
struct DecodeOptions
{
    int frame = 0;
    /// Longest side wanted, in pixels; 0: all of it. The result is area-resampled to exactly that side
    /// where the frame is larger, decoded at reduced resolution where the codec can, never enlarged.
    int longestSide = 0;
};

} // namespace ir
