#include "nn/augment.h"

#include "nn/preprocess.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace ir {

namespace {

std::uint8_t clampGrey(double value)
{
    return static_cast<std::uint8_t>(std::clamp(value + 0.5, 0.0, 255.0));
}

/// Frames are mostly black, sometimes white, grey or like the picture's corner.
std::uint8_t frameGrey(const GrayImage& image, Rng& rng)
{
    const double kind = rng.uniform();
    if (kind < 0.55)
        return static_cast<std::uint8_t>(rng.below(20));
    if (kind < 0.7)
        return static_cast<std::uint8_t>(235 + rng.below(21));
    if (kind < 0.85)
        return static_cast<std::uint8_t>(rng.below(256));
    return image.pixels.front();
}

void fillRectangle(GrayImage& image, int left, int top, int right, int bottom, std::uint8_t grey)
{
    left = std::clamp(left, 0, image.width);
    right = std::clamp(right, left, image.width);
    for (int y = std::max(0, top); y < std::min(bottom, image.height); ++y)
        std::fill(image.row(y) + left, image.row(y) + right, grey);
}

template <typename Function>
void mapGreys(GrayImage& image, Function function)
{
    std::array<std::uint8_t, 256> table{};
    for (std::size_t v = 0; v < table.size(); ++v)
        table[v] = function(static_cast<double>(v));
    for (std::uint8_t& pixel : image.pixels)
        pixel = table[pixel];
}

/// Running mean over 2·radius+1 pixels of a line with clamped ends.
void boxLine(const std::uint8_t* in, std::uint8_t* out, int count, int step, int radius)
{
    const auto at = [&](int i) { return in[std::clamp(i, 0, count - 1) * step]; };
    const int window = 2 * radius + 1;
    int sum = 0;
    for (int i = -radius; i <= radius; ++i)
        sum += at(i);
    for (int i = 0; i < count; ++i) {
        out[i * step] = static_cast<std::uint8_t>((sum + window / 2) / window);
        sum += at(i + radius + 1) - at(i - radius);
    }
}

GrayImage blurred(const GrayImage& image, int radius)
{
    GrayImage across(image.width, image.height);
    GrayImage result = image;
    for (int pass = 0; pass < 2; ++pass) {
        for (int y = 0; y < image.height; ++y)
            boxLine(result.row(y), across.row(y), image.width, 1, radius);
        for (int x = 0; x < image.width; ++x)
            boxLine(across.pixels.data() + x, result.pixels.data() + x, image.height, image.width,
                    radius);
    }
    return result;
}

GrayImage geometry(const GrayImage& image, const AugmentOptions& options, Rng& rng)
{
    const double scale = std::exp(rng.uniform(std::log(options.minimumScale),
                                              std::log(options.maximumScale)));
    const double stretch = std::exp(rng.uniform(-1, 1) * options.maximumStretch);
    // Small turns are common, large ones rare: the mean of two uniform draws.
    const double degrees = options.maximumRotation * (rng.uniform() + rng.uniform() - 1);
    const double shiftX = rng.uniform(-1, 1) * options.maximumShift * image.width;
    const double shiftY = rng.uniform(-1, 1) * options.maximumShift * image.height;
    return warp(image, degrees, scale * stretch, scale / stretch, shiftX, shiftY,
                frameGrey(image, rng));
}

void tone(GrayImage& image, const AugmentOptions& options, Rng& rng)
{
    if (rng.chance(options.localContrast))
        equaliseLocally(image, 3 + rng.below(4), rng.uniform(1.5, 4), rng.uniform(0.4, 1));
    if (rng.chance(options.tone))
        changeTone(image, rng.uniform(-25, 25), std::exp(rng.uniform(-0.35, 0.3)),
                   std::exp(rng.uniform(-0.45, 0.45)));
    if (rng.chance(options.invert))
        invert(image);
    if (rng.chance(options.sharpness))
        sharpen(image, 1 + rng.below(3), rng.chance(0.5) ? rng.uniform(0.3, 1.5) : -rng.uniform(0.4, 1));
    if (rng.chance(options.noise))
        addNoise(image, rng.uniform(2, 14), rng);
}

} // namespace

std::optional<AugmentOptions> AugmentOptions::named(const std::string& name)
{
    if (name == "strong")
        return AugmentOptions{};
    if (name == "middle")
        return AugmentOptions{.cropMargins = 0.4, .geometry = 0.8, .maximumRotation = 10,
                              .minimumScale = 0.9, .maximumScale = 1.3, .maximumShift = 0.08,
                              .rightAngle = 0.02, .flip = 0.5, .tone = 0.8, .invert = 0.05,
                              .localContrast = 0.08, .sharpness = 0.12, .noise = 0.1,
                              .collimation = 0.15, .padding = 0.2, .shrink = 0.2, .marks = 0.12,
                              .erase = 0.05, .jpeg = 0.12};
    if (name == "plain")
        return AugmentOptions{.cropMargins = 0, .geometry = 0.9, .maximumRotation = 10,
                              .minimumScale = 0.87, .maximumScale = 1.15, .maximumShift = 0.07,
                              .rightAngle = 0, .flip = 0.5, .tone = 0.7, .invert = 0.04,
                              .localContrast = 0, .sharpness = 0, .noise = 0.1, .collimation = 0.1,
                              .padding = 0.05, .shrink = 0, .marks = 0, .erase = 0, .jpeg = 0.1};
    if (name == "none")
        return AugmentOptions{.cropMargins = 0, .geometry = 0, .maximumRotation = 0, .minimumScale = 1,
                              .maximumScale = 1, .maximumShift = 0, .rightAngle = 0, .flip = 0,
                              .tone = 0, .invert = 0, .localContrast = 0, .sharpness = 0, .noise = 0,
                              .collimation = 0, .padding = 0, .shrink = 0, .marks = 0, .erase = 0,
                              .jpeg = 0};
    if (name == "paper") {
        AugmentOptions options = *named("none");
        options.flip = 0.5;
        options.geometry = 1;
        options.maximumRotation = 10;
        options.maximumStretch = 0;
        return options;
    }
    return std::nullopt;
}

GrayImage augment(const GrayImage& image, const AugmentOptions& options, Rng& rng)
{
    if (image.empty())
        return image;
    GrayImage result = rng.chance(options.cropMargins) ? cropUniformMargins(image) : image;
    if (rng.chance(options.flip))
        flipLeftRight(result);
    if (rng.chance(options.rightAngle))
        result = turnRight(result);
    if (rng.chance(options.geometry))
        result = geometry(result, options, rng);
    tone(result, options, rng);
    if (rng.chance(options.collimation))
        collimate(result, rng);
    if (rng.chance(options.erase))
        erasePatch(result, rng);
    if (rng.chance(options.padding))
        result = pad(result, rng);
    if (rng.chance(options.shrink))
        result = shrinkOnCanvas(result, rng);
    if (rng.chance(options.marks))
        burnInMarks(result, rng);
    if (rng.chance(options.jpeg))
        compressAsJpeg(result, 25 + rng.below(60));
    return result;
}

GrayImage warp(const GrayImage& image, double degrees, double scaleX, double scaleY, double shiftX,
               double shiftY, std::uint8_t fill)
{
    const double angle = degrees * 3.141592653589793 / 180;
    const double centreX = (image.width - 1) / 2.0;
    const double centreY = (image.height - 1) / 2.0;
    // Where a step to the right and a step down in the result lead in the source.
    const double acrossX = std::cos(angle) / scaleX;
    const double acrossY = -std::sin(angle) / scaleY;
    const double downX = std::sin(angle) / scaleX;
    const double downY = std::cos(angle) / scaleY;
    const auto pixel = [&](int x, int y) {
        return x >= 0 && x < image.width && y >= 0 && y < image.height ? image.row(y)[x] : fill;
    };
    // Bilinear in 1/256 of a pixel: exact enough for eight bits, and integers are quick.
    const auto between = [](int a, int b, int part) { return a * (256 - part) + b * part; };
    GrayImage result(image.width, image.height);
    for (int y = 0; y < image.height; ++y) {
        std::uint8_t* out = result.row(y);
        const double startX = centreX - acrossX * (centreX + shiftX) + downX * (y - centreY - shiftY);
        const double startY = centreY - acrossY * (centreX + shiftX) + downY * (y - centreY - shiftY);
        for (int x = 0; x < image.width; ++x) {
            const auto atX = static_cast<int>(std::floor((startX + acrossX * x) * 256));
            const auto atY = static_cast<int>(std::floor((startY + acrossY * x) * 256));
            const int left = atX >> 8;
            const int top = atY >> 8;
            int corners[4];
            if (left >= 0 && top >= 0 && left + 1 < image.width && top + 1 < image.height) {
                const std::uint8_t* upper = image.row(top) + left;
                const std::uint8_t* lower = upper + image.width;
                corners[0] = upper[0];
                corners[1] = upper[1];
                corners[2] = lower[0];
                corners[3] = lower[1];
            } else {
                corners[0] = pixel(left, top);
                corners[1] = pixel(left + 1, top);
                corners[2] = pixel(left, top + 1);
                corners[3] = pixel(left + 1, top + 1);
            }
            const int upper = between(corners[0], corners[1], atX & 255);
            const int lower = between(corners[2], corners[3], atX & 255);
            out[x] = static_cast<std::uint8_t>((between(upper, lower, atY & 255) + 32768) >> 16);
        }
    }
    return result;
}

void flipLeftRight(GrayImage& image)
{
    for (int y = 0; y < image.height; ++y)
        std::reverse(image.row(y), image.row(y) + image.width);
}

GrayImage turnRight(const GrayImage& image)
{
    GrayImage result(image.height, image.width);
    for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x)
            result.row(x)[image.height - 1 - y] = image.row(y)[x];
    return result;
}

void changeTone(GrayImage& image, double brightness, double contrast, double gamma)
{
    mapGreys(image, [&](double v) {
        const double bent = 255 * std::pow(v / 255, gamma);
        return clampGrey((bent - 127.5) * contrast + 127.5 + brightness);
    });
}

void invert(GrayImage& image)
{
    for (std::uint8_t& pixel : image.pixels)
        pixel = static_cast<std::uint8_t>(255 - pixel);
}

void sharpen(GrayImage& image, int radius, double amount)
{
    const GrayImage soft = blurred(image, radius);
    for (std::size_t i = 0; i < image.pixels.size(); ++i) {
        const double detail = image.pixels[i] - soft.pixels[i];
        image.pixels[i] = clampGrey(image.pixels[i] + amount * detail);
    }
}

void addNoise(GrayImage& image, double sigma, Rng& rng)
{
    // The sum of four bytes is near enough to normal (its deviation is 147.8) and far cheaper.
    for (std::uint8_t& pixel : image.pixels) {
        const std::uint64_t bits = rng.next();
        const auto sum = static_cast<double>((bits & 255) + ((bits >> 8) & 255) + ((bits >> 16) & 255) +
                                             ((bits >> 24) & 255));
        pixel = clampGrey(pixel + sigma * (sum - 510) / 147.8);
    }
}

void collimate(GrayImage& image, Rng& rng)
{
    const std::uint8_t grey = frameGrey(image, rng);
    // At least one side, so that it always does something.
    const int certain = rng.below(4);
    std::array<int, 4> depth{};
    for (int side = 0; side < 4; ++side) {
        const int length = side < 2 ? image.width : image.height;
        if (side == certain || rng.chance(0.5))
            depth[static_cast<std::size_t>(side)] = 1 + static_cast<int>(rng.uniform(0, 0.14) * length);
    }
    const int slant = static_cast<int>(rng.uniform(-0.03, 0.03) * image.width);
    for (int y = 0; y < image.height; ++y) {
        const int lean = image.height > 1 ? slant * y / (image.height - 1) : 0;
        fillRectangle(image, 0, y, depth[0] > 0 ? std::max(1, depth[0] + lean) : 0, y + 1, grey);
        if (depth[1] > 0)
            fillRectangle(image, image.width - std::max(1, depth[1] + lean), y, image.width, y + 1, grey);
    }
    fillRectangle(image, 0, 0, image.width, depth[2], grey);
    fillRectangle(image, 0, image.height - depth[3], image.width, image.height, grey);
}

GrayImage pad(const GrayImage& image, Rng& rng)
{
    const std::uint8_t grey = frameGrey(image, rng);
    // One direction mostly (another film format), sometimes both (a scan, a screenshot).
    const bool both = rng.chance(0.3);
    const bool wide = rng.chance(0.5);
    const auto margin = [&](int side) { return 1 + static_cast<int>(rng.uniform(0, 0.25) * side); };
    const int left = both || wide ? margin(image.width) : 0;
    const int right = both || wide ? (rng.chance(0.6) ? left : margin(image.width)) : 0;
    const int top = both || !wide ? margin(image.height) : 0;
    const int bottom = both || !wide ? (rng.chance(0.6) ? top : margin(image.height)) : 0;
    GrayImage result(image.width + left + right, image.height + top + bottom, grey);
    for (int y = 0; y < image.height; ++y)
        std::copy(image.row(y), image.row(y) + image.width, result.row(y + top) + left);
    return result;
}

GrayImage shrinkOnCanvas(const GrayImage& image, Rng& rng)
{
    const double scale = rng.uniform(0.5, 0.9);
    GrayImage canvas(image.width, image.height, frameGrey(image, rng));
    const GrayImage small =
        resampleArea(image, {std::max(1, static_cast<int>(image.width * scale)),
                             std::max(1, static_cast<int>(image.height * scale))});
    const int left = rng.below(canvas.width - small.width + 1);
    const int top = rng.below(canvas.height - small.height + 1);
    for (int y = 0; y < small.height; ++y)
        std::copy(small.row(y), small.row(y) + small.width, canvas.row(y + top) + left);
    return canvas;
}

void erasePatch(GrayImage& image, Rng& rng)
{
    const int width = 1 + static_cast<int>(rng.uniform(0.08, 0.3) * image.width);
    const int height = 1 + static_cast<int>(rng.uniform(0.08, 0.3) * image.height);
    const int left = rng.below(std::max(1, image.width - width));
    const int top = rng.below(std::max(1, image.height - height));
    fillRectangle(image, left, top, left + width, top + height,
                  static_cast<std::uint8_t>(rng.below(256)));
}

} // namespace ir
