#pragma once

// Needs ir_image.

#include "image/grayimage.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace ir::test {

/// A picture of its own for each seed: soft discs of random place, size and brightness. Two of them are as
/// unlike as two radiographs of different body parts.
inline GrayImage discs(std::uint32_t seed, int width, int height)
{
    std::mt19937 random(seed);
    const auto uniform = [&](double low, double high) {
        return low + (high - low) * static_cast<double>(random()) / 4294967296.0;
    };
    std::vector<double> greys(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 90);
    for (int disc = 0; disc < 14; ++disc) {
        const double x0 = uniform(0, width);
        const double y0 = uniform(0, height);
        const double radius = uniform(0.08, 0.3) * std::min(width, height);
        const double brightness = uniform(-90, 120);
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x)
                greys[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                      static_cast<std::size_t>(x)] +=
                    brightness * std::exp(-((x - x0) * (x - x0) + (y - y0) * (y - y0)) / (radius * radius));
    }
    GrayImage image(width, height);
    std::ranges::transform(greys, image.pixels.begin(), [](double grey) {
        return static_cast<std::uint8_t>(std::clamp(grey, 0.0, 255.0));
    });
    return image;
}

} // namespace ir::test
