#include "sample/glyphs.h"

#include "sample/exactmath.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace ir::sample {

namespace {

constexpr int kColumns = 5;
constexpr int kRows = 7;

/// One letter: seven rows of five dots, the left one in bit 4.
struct Glyph
{
    char letter;
    std::array<unsigned char, kRows> rows;
};

constexpr std::array kGlyphs{
    Glyph{'A', {0x0E, 0x11, 0x11, 0x1F, 0x11, 0x11, 0x11}},
    Glyph{'B', {0x1E, 0x11, 0x11, 0x1E, 0x11, 0x11, 0x1E}},
    Glyph{'C', {0x0E, 0x11, 0x10, 0x10, 0x10, 0x11, 0x0E}},
    Glyph{'D', {0x1E, 0x11, 0x11, 0x11, 0x11, 0x11, 0x1E}},
    Glyph{'E', {0x1F, 0x10, 0x10, 0x1E, 0x10, 0x10, 0x1F}},
    Glyph{'F', {0x1F, 0x10, 0x10, 0x1E, 0x10, 0x10, 0x10}},
    Glyph{'G', {0x0E, 0x11, 0x10, 0x17, 0x11, 0x11, 0x0E}},
    Glyph{'H', {0x11, 0x11, 0x11, 0x1F, 0x11, 0x11, 0x11}},
    Glyph{'I', {0x0E, 0x04, 0x04, 0x04, 0x04, 0x04, 0x0E}},
    Glyph{'J', {0x07, 0x02, 0x02, 0x02, 0x02, 0x12, 0x0C}},
    Glyph{'K', {0x11, 0x12, 0x14, 0x18, 0x14, 0x12, 0x11}},
    Glyph{'L', {0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x1F}},
    Glyph{'M', {0x11, 0x1B, 0x15, 0x15, 0x11, 0x11, 0x11}},
    Glyph{'N', {0x11, 0x19, 0x15, 0x13, 0x11, 0x11, 0x11}},
    Glyph{'O', {0x0E, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0E}},
    Glyph{'P', {0x1E, 0x11, 0x11, 0x1E, 0x10, 0x10, 0x10}},
    Glyph{'Q', {0x0E, 0x11, 0x11, 0x11, 0x15, 0x12, 0x0D}},
    Glyph{'R', {0x1E, 0x11, 0x11, 0x1E, 0x14, 0x12, 0x11}},
    Glyph{'S', {0x0F, 0x10, 0x10, 0x0E, 0x01, 0x01, 0x1E}},
    Glyph{'T', {0x1F, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04}},
    Glyph{'U', {0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0E}},
    Glyph{'V', {0x11, 0x11, 0x11, 0x11, 0x11, 0x0A, 0x04}},
    Glyph{'W', {0x11, 0x11, 0x11, 0x15, 0x15, 0x1B, 0x11}},
    Glyph{'X', {0x11, 0x11, 0x0A, 0x04, 0x0A, 0x11, 0x11}},
    Glyph{'Y', {0x11, 0x11, 0x0A, 0x04, 0x04, 0x04, 0x04}},
    Glyph{'Z', {0x1F, 0x01, 0x02, 0x04, 0x08, 0x10, 0x1F}},
    Glyph{'0', {0x0E, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0E}},
    Glyph{'1', {0x04, 0x0C, 0x04, 0x04, 0x04, 0x04, 0x0E}},
    Glyph{'2', {0x0E, 0x11, 0x01, 0x06, 0x08, 0x10, 0x1F}},
    Glyph{'3', {0x1E, 0x01, 0x01, 0x0E, 0x01, 0x01, 0x1E}},
    Glyph{'4', {0x02, 0x06, 0x0A, 0x12, 0x1F, 0x02, 0x02}},
    Glyph{'5', {0x1F, 0x10, 0x1E, 0x01, 0x01, 0x11, 0x0E}},
    Glyph{'6', {0x0E, 0x10, 0x10, 0x1E, 0x11, 0x11, 0x0E}},
    Glyph{'7', {0x1F, 0x01, 0x02, 0x04, 0x04, 0x04, 0x04}},
    Glyph{'8', {0x0E, 0x11, 0x11, 0x0E, 0x11, 0x11, 0x0E}},
    Glyph{'9', {0x0E, 0x11, 0x11, 0x0F, 0x01, 0x01, 0x0E}},
    Glyph{'-', {0x00, 0x00, 0x00, 0x1F, 0x00, 0x00, 0x00}},
    Glyph{'.', {0x00, 0x00, 0x00, 0x00, 0x00, 0x0C, 0x0C}},
    Glyph{'/', {0x01, 0x02, 0x02, 0x04, 0x08, 0x08, 0x10}},
};

/// 1 on a dot of the letter, 0 beside it; between dots linear, so that an outline can be cut at a
/// half.
double coverage(const Glyph* glyph, double column, double row)
{
    if (glyph == nullptr)
        return 0;
    const auto dot = [&](int c, int r) {
        if (c < 0 || c >= kColumns || r < 0 || r >= kRows)
            return 0.0;
        return (glyph->rows[static_cast<std::size_t>(r)] >> (kColumns - 1 - c) & 1) != 0 ? 1.0
                                                                                         : 0.0;
    };
    const double x = column - 0.5;
    const double y = row - 0.5;
    const int c = static_cast<int>(std::floor(x));
    const int r = static_cast<int>(std::floor(y));
    const double fx = x - c, fy = y - r;
    return (dot(c, r) * (1 - fx) + dot(c + 1, r) * fx) * (1 - fy) +
           (dot(c, r + 1) * (1 - fx) + dot(c + 1, r + 1) * fx) * fy;
}

const Glyph* glyphOf(char letter)
{
    const auto* found = std::find_if(kGlyphs.begin(), kGlyphs.end(),
                                     [letter](const Glyph& g) { return g.letter == letter; });
    return found == kGlyphs.end() ? nullptr : found;
}

double inkFor(const Radiograph& image, const Label& label, double x, double y, double half)
{
    if (label.plate)
        return 0.12;
    if (!label.burnedIn)
        return 1;
    double sum = 0;
    int count = 0;
    const auto row =
        static_cast<std::size_t>(std::clamp(static_cast<int>(y), 0, image.height - 1)) *
        static_cast<std::size_t>(image.width);
    for (int i = std::max(0, static_cast<int>(x - half));
         i < std::min(image.width, static_cast<int>(x + half)); ++i, ++count)
        sum += static_cast<double>(image.values[row + static_cast<std::size_t>(i)]);
    return count > 0 && sum / count > 0.6 ? 0.0 : 1.0;
}

} // namespace

void drawLabel(Radiograph& image, const Label& label)
{
    // A burned-in text keeps legible in small images.
    const double height = label.height * image.height;
    const double dot = (label.burnedIn ? std::max(height, kRows * 1.0) : height) / kRows;
    const auto letters = static_cast<int>(label.text.size());
    const double columns = letters * (kColumns + 1) - 1;
    const double c = exactCos(degrees(label.turn));
    const double s = exactSin(degrees(label.turn));
    const double reach = dot * (std::sqrt(columns * columns + kRows * kRows) / 2 + 3);
    const auto inside = [](double at, double half, int extent) {
        return 2 * half < extent ? std::clamp(at, half, extent - half) : extent / 2.0;
    };
    const double mx = inside(label.at.x * image.width, dot * (columns / 2 + 2), image.width);
    const double my = inside(label.at.y * image.height, dot * (kRows / 2.0 + 2), image.height);
    const double ink = inkFor(image, label, mx, my, dot * columns / 2);
    const int left = std::max(0, static_cast<int>(mx - reach));
    const int right = std::min(image.width, static_cast<int>(mx + reach) + 1);
    const int top = std::max(0, static_cast<int>(my - reach));
    const int bottom = std::min(image.height, static_cast<int>(my + reach) + 1);
    for (int j = top; j < bottom; ++j)
        for (int i = left; i < right; ++i) {
            const double dx = i - mx, dy = j - my;
            const double column = (c * dx + s * dy) / dot + columns / 2;
            const double row = (c * dy - s * dx) / dot + kRows / 2.0;
            float& value =
                image.values[static_cast<std::size_t>(j) * static_cast<std::size_t>(image.width) +
                             static_cast<std::size_t>(i)];
            const bool onPlate =
                column > -1.5 && column < columns + 1.5 && row > -1.5 && row < kRows + 1.5;
            if (label.plate && onPlate)
                value = std::max(value, static_cast<float>(0.62 * label.weight));
            if (column < -1 || column >= letters * (kColumns + 1))
                continue;
            const int letter =
                std::clamp(static_cast<int>((column + 0.5) / (kColumns + 1)), 0, letters - 1);
            const double covered = coverage(glyphOf(label.text[static_cast<std::size_t>(letter)]),
                                            column - letter * (kColumns + 1), row);
            const double sharp =
                std::clamp((covered - 0.5) * std::max(1.0, dot * 1.2) + 0.5, 0.0, 1.0) *
                label.weight;
            value += static_cast<float>(sharp * (ink - static_cast<double>(value)));
        }
}

} // namespace ir::sample
