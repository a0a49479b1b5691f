#include "sample/canvas.h"
#include "sample/exactmath.h"

#include <algorithm>
#include <cmath>

namespace ir::sample {

namespace {

double catmullRom(double a, double b, double c, double d, double t)
{
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

/// One pass of a box filter along lines of `length` values that lie `stride` apart.
void boxLine(float* line, int length, std::ptrdiff_t stride, int radius, std::vector<float>& copy)
{
    for (int i = 0; i < length; ++i)
        copy[static_cast<std::size_t>(i)] = line[i * stride];
    const auto at = [&](int i) {
        return static_cast<double>(copy[static_cast<std::size_t>(std::clamp(i, 0, length - 1))]);
    };
    double sum = 0;
    for (int i = -radius; i <= radius; ++i)
        sum += at(i);
    const double scale = 1.0 / (2 * radius + 1);
    for (int i = 0; i < length; ++i) {
        line[i * stride] = static_cast<float>(sum * scale);
        sum += at(i + radius + 1) - at(i - radius);
    }
}

/// A three-tap filter for small blurs.
void smoothLine(float* line, int length, std::ptrdiff_t stride, float side)
{
    float before = line[0];
    for (int i = 0; i < length; ++i) {
        const float here = line[i * stride];
        const float after = line[std::min(i + 1, length - 1) * stride];
        line[i * stride] = here + side * (before + after - 2 * here);
        before = here;
    }
}

} // namespace

std::vector<TubePoint> smoothCurve(std::span<const TubePoint> points, int steps)
{
    std::vector<TubePoint> curve;
    const auto count = static_cast<int>(points.size());
    const auto at = [&](int i) -> const TubePoint& {
        return points[static_cast<std::size_t>(std::clamp(i, 0, count - 1))];
    };
    for (int i = 0; i + 1 < count; ++i)
        for (int s = 0; s < steps; ++s) {
            const double t = static_cast<double>(s) / steps;
            const TubePoint &a = at(i - 1), &b = at(i), &c = at(i + 1), &d = at(i + 2);
            curve.push_back(
                {{catmullRom(a.at.x, b.at.x, c.at.x, d.at.x, t),
                  catmullRom(a.at.y, b.at.y, c.at.y, d.at.y, t),
                  catmullRom(a.at.z, b.at.z, c.at.z, d.at.z, t)},
                 std::max(0.01, catmullRom(a.radius, b.radius, c.radius, d.radius, t))});
        }
    if (count > 0)
        curve.push_back(points.back());
    return curve;
}

std::vector<Vec2> smoothOutline(std::span<const Vec2> points, int steps)
{
    std::vector<Vec2> outline;
    const auto count = static_cast<int>(points.size());
    const auto at = [&](int i) -> const Vec2& {
        return points[static_cast<std::size_t>((i + count) % count)];
    };
    for (int i = 0; i < count; ++i)
        for (int s = 0; s < steps; ++s) {
            const double t = static_cast<double>(s) / steps;
            const Vec2 &a = at(i - 1), &b = at(i), &c = at(i + 1), &d = at(i + 2);
            outline.push_back(
                {catmullRom(a.x, b.x, c.x, d.x, t), catmullRom(a.y, b.y, c.y, d.y, t)});
        }
    return outline;
}

std::vector<Vec2> placed(std::span<const Vec2> outline, Vec2 at, Vec2 scale, double turn)
{
    const double c = exactCos(degrees(turn));
    const double s = exactSin(degrees(turn));
    std::vector<Vec2> result;
    result.reserve(outline.size());
    for (const Vec2 p : outline) {
        const double x = p.x * scale.x;
        const double y = p.y * scale.y;
        result.push_back({at.x + c * x - s * y, at.y + s * x + c * y});
    }
    return result;
}

void blurPlane(std::vector<float>& plane, int width, int height, double sigma)
{
    if (sigma <= 0.05 || plane.empty())
        return;
    const bool fine = sigma < 1.6;
    const int passes = fine ? static_cast<int>(std::ceil(sigma * sigma / 0.5)) : 3;
    const auto side = static_cast<float>(sigma * sigma / passes / 2);
    const int radius =
        std::max(1, static_cast<int>((std::sqrt(4 * sigma * sigma + 1) - 1) / 2 + 0.5));
    std::vector<float> copy(static_cast<std::size_t>(std::max(width, height)));
    for (int j = 0; j < height; ++j) {
        float* row = plane.data() + static_cast<std::ptrdiff_t>(j) * width;
        for (int p = 0; p < passes; ++p)
            fine ? smoothLine(row, width, 1, side) : boxLine(row, width, 1, radius, copy);
    }
    for (int i = 0; i < width; ++i)
        for (int p = 0; p < passes; ++p)
            fine ? smoothLine(plane.data() + i, height, width, side)
                 : boxLine(plane.data() + i, height, width, radius, copy);
}

} // namespace ir::sample
