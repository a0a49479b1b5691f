#pragma once

#include "image/grayimage.h"
#include "nn/rng.h"

#include <optional>
#include <string>

namespace ir {

/// How often and how strongly training images are changed. Probabilities are 0..1. What is done is what
/// happens to radiographs between hospitals: position, exposure, processing, collimation, print and scan.
struct AugmentOptions
{
    double cropMargins = 0.5;   ///< cut uniform borders off
    double geometry = 0.9;      ///< scale, shift, stretch, rotation
    double maximumRotation = 12; ///< degrees
    double minimumScale = 0.75;
    double maximumScale = 1.35;
    double maximumShift = 0.12; ///< of the side
    double maximumStretch = 0.12; ///< of one side against the other, e-fold
    double rightAngle = 0.02; ///< a quarter turn, as decubitus films are
    double flip = 0.5;          ///< left-right
    double tone = 0.85;         ///< brightness, contrast, gamma
    double invert = 0.04;
    double localContrast = 0.2;
    double sharpness = 0.3;     ///< blur or unsharp mask
    double noise = 0.25;
    double collimation = 0.25;  ///< straight-edged dark, bright or grey frame inside the image
    double padding = 0.35;      ///< margins that change the aspect
    double shrink = 0.1;        ///< small on a larger canvas
    double marks = 0.3;         ///< burned-in letters, boxes, arrows
    double erase = 0.15;        ///< grey patches
    double jpeg = 0.25;

    /// "none" changes nothing; "plain", "middle" and "strong" (the defaults) ever more. "paper" flips and
    /// turns, no more (nn/trainpreset.h).
    [[nodiscard]] static std::optional<AugmentOptions> named(const std::string& name);
};

/// A changed copy, of about the same number of pixels; depends on `image`, `options` and the stream alone.
[[nodiscard]] GrayImage augment(const GrayImage& image, const AugmentOptions& options, Rng& rng);

// The single changes; each returns a new image or changes in place, and does something at every call.

/// Rotates, scales, stretches, shifts; what comes from outside is `fill`.
[[nodiscard]] GrayImage warp(const GrayImage& image, double degrees, double scaleX, double scaleY,
                             double shiftX, double shiftY, std::uint8_t fill);
void flipLeftRight(GrayImage& image);
[[nodiscard]] GrayImage turnRight(const GrayImage& image);
/// out = 255·(in/255)^gamma · contrast about the middle + brightness (greys), clamped.
void changeTone(GrayImage& image, double brightness, double contrast, double gamma);
void invert(GrayImage& image);
/// Contrast-limited adaptive histogram equalisation (Pizer et al. 1987) on a tiles × tiles grid, mixed in by
/// `amount` 0..1.
void equaliseLocally(GrayImage& image, int tiles, double clip, double amount);
/// amount > 0: unsharp mask; < 0: blends towards the blurred image. Blur is a box of 2·radius+1, twice.
void sharpen(GrayImage& image, int radius, double amount);
void addNoise(GrayImage& image, double sigma, Rng& rng);
void collimate(GrayImage& image, Rng& rng);
[[nodiscard]] GrayImage pad(const GrayImage& image, Rng& rng);
/// The image somewhere on a canvas of its size, at 0.5 to 0.9 of it.
[[nodiscard]] GrayImage shrinkOnCanvas(const GrayImage& image, Rng& rng);
void burnInMarks(GrayImage& image, Rng& rng);
void erasePatch(GrayImage& image, Rng& rng);
/// Through libjpeg and back, in memory; an image libjpeg fails on stays as it is.
void compressAsJpeg(GrayImage& image, int quality);

} // namespace ir
