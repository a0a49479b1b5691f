#pragma once

// Needs ir_image.

#include "base/result.h"
#include "image/grayimage.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>

namespace ir::test {

/// Three classes that a net can tell apart: vertical stripes, horizontal stripes, a blob.
inline GrayImage stripes(int label, int number)
{
    GrayImage image(40, 40);
    for (int y = 0; y < 40; ++y)
        for (int x = 0; x < 40; ++x) {
            const double value =
                label == 0 ? std::sin(x * 0.9 + number)
                : label == 1
                    ? std::sin(y * 0.9 + number)
                    : 2 * std::exp(-(std::pow(x - 20, 2) + std::pow(y - 20, 2)) / (60 + number)) -
                          1;
            image.row(y)[x] = static_cast<std::uint8_t>(120 + 100 * std::clamp(value, -1.0, 1.0));
        }
    return image;
}

/// An ImageLoader of stripes by name, "label_number"; "broken" cannot be read.
inline Result<GrayImage> loadStripes(const std::filesystem::path& path)
{
    const std::string name = path.filename().string();
    if (name == "broken")
        return failure("Cannot read broken: it is broken.");
    return stripes(name[0] - '0', std::stoi(name.substr(2)));
}

} // namespace ir::test
