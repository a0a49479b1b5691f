#include "image/textmarks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace ir {

namespace {

struct Shape
{
    int left = 0;
    int top = 0;
    int right = 0; ///< inclusive
    int bottom = 0;
    int pixels = 0;

    [[nodiscard]] int width() const { return right - left + 1; }
    [[nodiscard]] int height() const { return bottom - top + 1; }
};

/// 8-connected components of the pixels that `isInk`; those larger than a letter can be are cut off
/// early.
std::vector<Shape> shapesOf(const GrayImage& image, bool white, int threshold, int mostHeight)
{
    const int width = image.width;
    const int height = image.height;
    const auto isInk = [&](int x, int y) {
        const int gray = image.row(y)[x];
        return white ? gray >= threshold : gray <= threshold;
    };
    std::vector<std::uint8_t> seen(static_cast<std::size_t>(width) *
                                   static_cast<std::size_t>(height));
    const auto at = [&](int x, int y) {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
               static_cast<std::size_t>(x);
    };
    std::vector<Shape> shapes;
    std::vector<std::pair<int, int>> stack;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            if (seen[at(x, y)] || !isInk(x, y))
                continue;
            Shape shape{x, y, x, y, 0};
            stack.assign(1, {x, y});
            seen[at(x, y)] = 1;
            while (!stack.empty()) {
                const auto [px, py] = stack.back();
                stack.pop_back();
                ++shape.pixels;
                shape.left = std::min(shape.left, px);
                shape.right = std::max(shape.right, px);
                shape.top = std::min(shape.top, py);
                shape.bottom = std::max(shape.bottom, py);
                for (int ny = std::max(0, py - 1); ny <= std::min(height - 1, py + 1); ++ny)
                    for (int nx = std::max(0, px - 1); nx <= std::min(width - 1, px + 1); ++nx)
                        if (!seen[at(nx, ny)] && isInk(nx, ny)) {
                            seen[at(nx, ny)] = 1;
                            stack.emplace_back(nx, ny);
                        }
            }
            const bool isLetter = shape.height() >= 6 && shape.height() <= mostHeight &&
                                  shape.width() <= 2 * shape.height() && shape.width() >= 1;
            const double fill =
                static_cast<double>(shape.pixels) / (shape.width() * shape.height());
            // A bar ("I", "1") fills its box, other letters a part of it.
            const bool isBar = shape.width() * 3 <= shape.height();
            if (isLetter && fill > 0.15 && (fill < 0.85 || isBar))
                shapes.push_back(shape);
        }
    return shapes;
}

/// Mean grey of the frame two pixels around a shape.
double groundOf(const GrayImage& image, const Shape& shape)
{
    double sum = 0;
    int count = 0;
    for (int y = std::max(0, shape.top - 2); y <= std::min(image.height - 1, shape.bottom + 2); ++y)
        for (int x = std::max(0, shape.left - 2); x <= std::min(image.width - 1, shape.right + 2);
             ++x)
            if (y < shape.top || y > shape.bottom || x < shape.left || x > shape.right) {
                sum += image.row(y)[x];
                ++count;
            }
    return count > 0 ? sum / count : 128;
}

/// Whether `next` can stand to the right of `previous` in one line of writing.
bool follows(const Shape& previous, const Shape& next)
{
    const int taller = std::max(previous.height(), next.height());
    const int shorter = std::min(previous.height(), next.height());
    const int gap = next.left - previous.right - 1;
    return gap >= 0 && gap * 2 <= 3 * taller && taller * 10 <= shorter * 15 &&
           std::abs(previous.bottom - next.bottom) * 4 <= taller;
}

void addRows(std::vector<Shape> shapes, int leastGlyphs, std::vector<TextMark>& marks)
{
    std::ranges::sort(shapes, {}, &Shape::left);
    std::vector<bool> isUsed(shapes.size());
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        if (isUsed[i])
            continue;
        TextMark mark{shapes[i].left, shapes[i].top, shapes[i].width(), shapes[i].height(), 1};
        std::size_t last = i;
        for (std::size_t k = i + 1;
             k < shapes.size() &&
             shapes[k].left <= shapes[last].right + 1 + 2 * shapes[last].height();
             ++k) {
            if (isUsed[k] || !follows(shapes[last], shapes[k]))
                continue;
            isUsed[k] = true;
            last = k;
            ++mark.glyphs;
            const int bottom = std::max(mark.y + mark.height, shapes[k].bottom + 1);
            mark.y = std::min(mark.y, shapes[k].top);
            mark.height = bottom - mark.y;
            mark.width = shapes[k].right + 1 - mark.x;
        }
        if (mark.glyphs >= leastGlyphs)
            marks.push_back(mark);
    }
}

} // namespace

std::vector<TextMark> findTextMarks(const GrayImage& image, int leastGlyphs)
{
    std::vector<TextMark> marks;
    if (image.width < 16 || image.height < 16)
        return marks;
    // Writing is small against the image; what is larger is anatomy or the edge of the collimator.
    const int mostHeight = std::max(24, std::max(image.width, image.height) / 20);
    for (const bool white : {true, false}) {
        auto shapes = shapesOf(image, white, white ? 245 : 10, mostHeight);
        std::erase_if(shapes, [&](const Shape& shape) {
            const double ground = groundOf(image, shape);
            return white ? ground > 190 : ground < 65;
        });
        addRows(std::move(shapes), leastGlyphs, marks);
    }
    return marks;
}

} // namespace ir
