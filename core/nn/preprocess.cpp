#include "nn/preprocess.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ir {

namespace {

/// A line is margin when this share of its pixels lies within this many greys of its median.
constexpr double uniformShare = 0.98;
constexpr int uniformBand = 10;
constexpr double outsideShare = 0.005; ///< of the pixels, made black and white by stretching, each
constexpr int leastRange = 16;         ///< greys; a flatter image is left as it is

bool isUniform(const std::array<int, 256>& histogram, int total)
{
    int seen = 0;
    int median = 0;
    while (median < 255 && seen + histogram[static_cast<std::size_t>(median)] <= total / 2)
        seen += histogram[static_cast<std::size_t>(median++)];
    int near = 0;
    for (int v = std::max(0, median - uniformBand); v <= std::min(255, median + uniformBand); ++v)
        near += histogram[static_cast<std::size_t>(v)];
    return near >= uniformShare * total;
}

bool rowIsUniform(const GrayImage& image, int y, int left, int right)
{
    std::array<int, 256> histogram{};
    for (int x = left; x < right; ++x)
        ++histogram[image.row(y)[x]];
    return isUniform(histogram, right - left);
}

bool columnIsUniform(const GrayImage& image, int x, int top, int bottom)
{
    std::array<int, 256> histogram{};
    for (int y = top; y < bottom; ++y)
        ++histogram[image.row(y)[x]];
    return isUniform(histogram, bottom - top);
}

} // namespace

GrayImage cropUniformMargins(const GrayImage& image)
{
    int left = 0;
    int top = 0;
    int right = image.width;
    int bottom = image.height;
    while (top < bottom && rowIsUniform(image, top, left, right))
        ++top;
    while (bottom > top && rowIsUniform(image, bottom - 1, left, right))
        --bottom;
    if (top < bottom) {
        while (left < right && columnIsUniform(image, left, top, bottom))
            ++left;
        while (right > left && columnIsUniform(image, right - 1, top, bottom))
            --right;
    }
    const std::int64_t kept = std::int64_t{right - left} * (bottom - top);
    if (kept * 4 < std::int64_t{image.width} * image.height ||
        (right - left == image.width && bottom - top == image.height))
        return image;
    GrayImage cropped(right - left, bottom - top);
    for (int y = top; y < bottom; ++y)
        std::copy(image.row(y) + left, image.row(y) + right, cropped.row(y - top));
    return cropped;
}

void stretchGreys(GrayImage& image)
{
    std::array<std::size_t, 256> histogram{};
    for (const std::uint8_t pixel : image.pixels)
        ++histogram[pixel];
    const auto outside = static_cast<std::size_t>(outsideShare * static_cast<double>(image.pixels.size()));
    int low = 0;
    for (std::size_t seen = 0; low < 255 && (seen += histogram[static_cast<std::size_t>(low)]) <= outside;)
        ++low;
    int high = 255;
    for (std::size_t seen = 0; high > 0 && (seen += histogram[static_cast<std::size_t>(high)]) <= outside;)
        --high;
    if (high - low < leastRange)
        return;
    std::array<std::uint8_t, 256> table{};
    for (int v = 0; v < 256; ++v)
        table[static_cast<std::size_t>(v)] = static_cast<std::uint8_t>(
            std::clamp(255.0 * (v - low) / (high - low) + 0.5, 0.0, 255.0));
    for (std::uint8_t& pixel : image.pixels)
        pixel = table[pixel];
}

GrayImage fitToInput(const GrayImage& image, const InputContract& input)
{
    if (image.empty())
        return GrayImage(input.size, input.size);
    if (input.cropMargins || input.stretchGreys) {
        InputContract plain = input;
        plain.cropMargins = plain.stretchGreys = false;
        GrayImage changed = input.cropMargins ? cropUniformMargins(image) : image;
        if (input.stretchGreys)
            stretchGreys(changed);
        return fitToInput(changed, plain);
    }
    if (input.fit == Fit::Squash)
        return resampleArea(image, {input.size, input.size});

    // Not fitWithin: that never enlarges, and a small image must fill the frame as a large one does.
    const double scale = static_cast<double>(input.size) / std::max(image.width, image.height);
    const Size target{std::clamp(static_cast<int>(std::lround(image.width * scale)), 1, input.size),
                      std::clamp(static_cast<int>(std::lround(image.height * scale)), 1, input.size)};
    const GrayImage scaled = resampleArea(image, target);
    if (target == Size{input.size, input.size})
        return scaled;
    GrayImage fitted(input.size, input.size);
    const int left = (input.size - target.width) / 2;
    const int top = (input.size - target.height) / 2;
    for (int y = 0; y < target.height; ++y)
        std::copy(scaled.row(y), scaled.row(y) + target.width, fitted.row(y + top) + left);
    return fitted;
}

void normalise(const GrayImage& fitted, const InputContract& input, std::span<float> out)
{
    std::array<float, 256> table{};
    for (std::size_t v = 0; v < table.size(); ++v)
        table[v] = (static_cast<float>(v) / 255.0F - input.mean) / input.stddev;
    const std::size_t count = std::min(out.size(), fitted.pixels.size());
    for (std::size_t i = 0; i < count; ++i)
        out[i] = table[fitted.pixels[i]];
}

} // namespace ir
