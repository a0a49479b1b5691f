#pragma once

#include "sample/canvas.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ir::sample {

/// What surrounds the collimated field in the stored image.
enum class Border { None, Black, Grey, White };

/// A lead letter laid on the detector, or text burned in.
struct Label
{
    std::string text;
    Vec2 at;               ///< of the middle, as parts of the image's width and height
    double height = 0.03;  ///< of a letter, as part of the image's height
    double turn = 0;       ///< degrees
    double weight = 1;     ///< 1: as bright as can be; less: see-through
    bool plate = false;    ///< on a light square, as some systems do
    bool burnedIn = false; ///< text of the computer: dark where the picture is bright
};

/// How a projection is exposed, read out and processed.
struct Exposure
{
    double quanta = 20000;    ///< photons per pixel in free air; less is noisier
    double scatter = 0.5;     ///< scattered over primary radiation behind thick parts (with a grid)
    double scatterSpread = 5; ///< cm
    double heel = 0.15;       ///< change of intensity from top to bottom
    double blur = 0.02;       ///< cm, focus and detector together
    double equalise = 0.35; ///< part of the coarse contrast taken away, as vendors' processing does
    double enhance = 0.5;   ///< gain of details
    double contrast = 1.3;  ///< steepness of the S-shaped curve; 0: none
    double darkest = 0.01;  ///< quantile of the field shown black
    double brightest = 0.995; ///< quantile of the field shown white
    Border border = Border::None;
    Vec2 fieldLow{0, 0}; ///< the collimated field, as parts of width and height
    Vec2 fieldHigh{1, 1};
    double fieldTurn = 0; ///< degrees
    std::vector<Label> labels;
};

/// A display-ready plane: 0 black … 1 white, bones bright.
struct Radiograph
{
    int width = 0;
    int height = 0;
    std::vector<float> values;
};

/// Turns line integrals of attenuation into what a digital detector and its processing show:
/// Beer–Lambert, heel effect, scatter veil, quantum noise, logarithmic response, equalisation,
/// curve.
[[nodiscard]] Radiograph expose(Canvas attenuation, const Exposure& exposure, Random& random);

} // namespace ir::sample
