#include "sample/canvas.h"

#include "sample/exactmath.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ir::sample {

Vec3 turned(Vec3 p, double yaw)
{
    const double c = exactCos(degrees(yaw));
    const double s = exactSin(degrees(yaw));
    return {c * p.x + s * p.z, p.y, c * p.z - s * p.x};
}

Ellipsoid Ellipsoid::make(Vec3 centre, Vec3 half, double roll, double yaw)
{
    const double c = exactCos(degrees(roll));
    const double s = exactSin(degrees(roll));
    return {centre,
            {turned({half.x * c, half.x * s, 0}, yaw), turned({-half.y * s, half.y * c, 0}, yaw),
             turned({0, 0, half.z}, yaw)}};
}

Canvas::Canvas(const Frame& frame)
    : m_frame(frame),
      m_values(static_cast<std::size_t>(frame.width) * static_cast<std::size_t>(frame.height))
{
    const double cm = 1.0 / frame.pixelsPerCm;
    const double c = exactCos(degrees(frame.roll)) * cm;
    const double s = exactSin(degrees(frame.roll)) * cm;
    const double flip = frame.mirrored ? -1 : 1;
    m_across = {flip * c, -s};
    m_down = {flip * s, c};
    const double i = (frame.width - 1) / 2.0;
    const double j = (frame.height - 1) / 2.0;
    m_origin = {frame.centre.x - i * m_across.x - j * m_down.x,
                frame.centre.y - i * m_across.y - j * m_down.y};
}

Vec2 Canvas::toPixels(Vec2 p) const
{
    const double x = p.x - m_origin.x;
    const double y = p.y - m_origin.y;
    const double det = m_across.x * m_down.y - m_across.y * m_down.x;
    return {(x * m_down.y - y * m_down.x) / det, (y * m_across.x - x * m_across.y) / det};
}

Canvas::Box Canvas::boxOf(Vec2 low, Vec2 high) const
{
    const std::array<Vec2, 4> corners{toPixels(low), toPixels({high.x, low.y}),
                                      toPixels({low.x, high.y}), toPixels(high)};
    double left = corners[0].x, right = left, top = corners[0].y, bottom = top;
    for (const Vec2 p : corners) {
        left = std::min(left, p.x);
        right = std::max(right, p.x);
        top = std::min(top, p.y);
        bottom = std::max(bottom, p.y);
    }
    const auto clamped = [](double v, int limit) {
        return static_cast<int>(std::clamp(v, 0.0, static_cast<double>(limit)));
    };
    return {clamped(std::floor(left), width()), clamped(std::floor(top), height()),
            clamped(std::ceil(right) + 1, width()), clamped(std::ceil(bottom) + 1, height())};
}

template <typename F> void Canvas::forEach(const Box& box, F f)
{
    for (int j = box.top; j < box.bottom; ++j) {
        float* row =
            m_values.data() + static_cast<std::size_t>(j) * static_cast<std::size_t>(width());
        const double x0 = m_origin.x + j * m_down.x;
        const double y0 = m_origin.y + j * m_down.y;
        for (int i = box.left; i < box.right; ++i)
            f(row[i], x0 + i * m_across.x, y0 + i * m_across.y);
    }
}

void Canvas::add(const Canvas& other, float factor)
{
    for (std::size_t i = 0; i < m_values.size(); ++i)
        m_values[i] += factor * other.m_values[i];
}

void Canvas::carve(const Canvas& other, float factor)
{
    for (std::size_t i = 0; i < m_values.size(); ++i)
        m_values[i] = std::max(0.0F, m_values[i] - factor * other.m_values[i]);
}

void Canvas::multiply(const Canvas& other)
{
    for (std::size_t i = 0; i < m_values.size(); ++i)
        m_values[i] *= other.m_values[i];
}

void Canvas::unite(const Canvas& other)
{
    for (std::size_t i = 0; i < m_values.size(); ++i)
        m_values[i] = std::max(m_values[i], other.m_values[i]);
}

namespace {

void blend(float& value, double addition, Blend how)
{
    const auto v = static_cast<float>(addition);
    value = how == Blend::Add ? value + v : std::max(value, v);
}

/// (1 - q)^(1/n) for n = 2, 4, 8: the fall of thickness towards the edge.
double fall(double q, int squareness)
{
    double f = std::sqrt(1 - q);
    if (squareness >= 4)
        f = std::sqrt(f);
    if (squareness >= 8)
        f = std::sqrt(f);
    return f;
}

double power(double x, int squareness)
{
    double p = x * x;
    if (squareness >= 4)
        p *= p;
    if (squareness >= 8)
        p *= p;
    return p;
}

} // namespace

void Canvas::ellipsoid(const Ellipsoid& body, double coefficient, Blend how, int squareness)
{
    // With M = A Aᵀ the shadow is the ellipse of M's xy block and the chord follows from the
    // conditional spread along z.
    double xx = 0, xy = 0, yy = 0, xz = 0, yz = 0, zz = 0;
    for (const Vec3& a : body.axes) {
        xx += a.x * a.x;
        xy += a.x * a.y;
        yy += a.y * a.y;
        xz += a.x * a.z;
        yz += a.y * a.z;
        zz += a.z * a.z;
    }
    const double det = xx * yy - xy * xy;
    if (det <= 0)
        return;
    const double ixx = yy / det, ixy = -xy / det, iyy = xx / det;
    const double spread = zz - (xz * xz * ixx + 2 * xz * yz * ixy + yz * yz * iyy);
    const double thickness = 2 * std::sqrt(std::max(0.0, spread)) * coefficient;
    const Vec2 c{body.centre.x, body.centre.y};
    const double w = std::sqrt(xx);
    const double h = std::sqrt(yy);
    // A square body is measured along its first two axes, which then must lie in the plane.
    const double u1 = ixx, u2 = ixy, u3 = iyy;
    const double ux = body.axes[0].x, uy = body.axes[0].y, vx = body.axes[1].x, vy = body.axes[1].y;
    const double uv = ux * vy - uy * vx;
    const double grow = squareness > 2 ? 1.42 : 1.0;
    const Box box = boxOf({c.x - w * grow, c.y - h * grow}, {c.x + w * grow, c.y + h * grow});
    forEach(box, [&](float& value, double px, double py) {
        const double x = px - c.x;
        const double y = py - c.y;
        const double q = squareness == 2 ? u1 * x * x + 2 * u2 * x * y + u3 * y * y
                                         : power((x * vy - y * vx) / uv, squareness) +
                                               power((y * ux - x * uy) / uv, squareness);
        if (q < 1)
            blend(value, thickness * fall(q, squareness), how);
    });
}

/// What the nearest piece of a tube says of a pixel.
struct Canvas::Nearest
{
    float q = 2;      ///< squared distance from the axis over squared radius
    float radius = 0; ///< cm
    float path = 0;   ///< lengthening of the chord by the tube's slant
    float along = 0;  ///< 0 … 1 from the first to the last point
};

namespace {

/// Rises smoothly from 0 to 1 over `length`; without a length it is 1.
double ramp(double at, double length)
{
    if (length <= 0)
        return 1;
    const double t = std::clamp(at / length, 0.0, 1.0);
    return t * t * (3 - 2 * t);
}

double chord(double radius, double distance2)
{
    const double inside = radius * radius - distance2;
    return inside > 0 ? 2 * std::sqrt(inside) : 0;
}

/// The line integral through a tube's section.
double through(const TubeStuff& stuff, double radius, double q, double along)
{
    const double endPart = stuff.wallPartEnd < 0 ? stuff.wallPart : stuff.wallPartEnd;
    const double d2 = q * radius * radius;
    const double mid = 1 - power(2 * along - 1, 4);
    const double inside = chord(radius * (1 - (endPart + (stuff.wallPart - endPart) * mid)), d2);
    return stuff.depth * (stuff.wall * (chord(radius, d2) - inside) + stuff.core * inside) *
           ramp(along, stuff.fadeStart) * ramp(1 - along, stuff.fadeEnd);
}

} // namespace

void Canvas::traceTube(std::span<const TubePoint> points, const Box& all,
                       std::vector<Nearest>& nearest) const
{
    const auto last = static_cast<double>(points.size() - 1);
    for (std::size_t k = 0; k + 1 < points.size(); ++k) {
        const TubePoint& a = points[k];
        const TubePoint& b = points[k + 1];
        const double dx = b.at.x - a.at.x, dy = b.at.y - a.at.y, dz = b.at.z - a.at.z;
        const double flat = dx * dx + dy * dy;
        // The slant can lengthen the way through by no more than the tube's own bend allows.
        const double slant = std::min(3.0, std::sqrt((flat + dz * dz) / std::max(flat, 1e-9)));
        const double r = std::max(a.radius, b.radius);
        const Box box = boxOf({std::min(a.at.x, b.at.x) - r, std::min(a.at.y, b.at.y) - r},
                              {std::max(a.at.x, b.at.x) + r, std::max(a.at.y, b.at.y) + r});
        for (int j = box.top; j < box.bottom; ++j) {
            Nearest* row = nearest.data() + static_cast<std::ptrdiff_t>(j - all.top) * all.width();
            for (int i = box.left; i < box.right; ++i) {
                const double x = m_origin.x + j * m_down.x + i * m_across.x - a.at.x;
                const double y = m_origin.y + j * m_down.y + i * m_across.y - a.at.y;
                const double t = flat > 0 ? std::clamp((x * dx + y * dy) / flat, 0.0, 1.0) : 0.0;
                const double ex = x - t * dx, ey = y - t * dy;
                const double radius = a.radius + t * (b.radius - a.radius);
                const double q = (ex * ex + ey * ey) / (radius * radius);
                Nearest& n = row[i - all.left];
                if (q < 1 && q < static_cast<double>(n.q))
                    n = {static_cast<float>(q), static_cast<float>(radius),
                         static_cast<float>(slant),
                         static_cast<float>((static_cast<double>(k) + t) / last)};
            }
        }
    }
}

void Canvas::tube(std::span<const TubePoint> points, const TubeStuff& stuff)
{
    if (points.size() < 2)
        return;
    Vec2 low{1e9, 1e9}, high{-1e9, -1e9};
    for (const TubePoint& p : points) {
        low = {std::min(low.x, p.at.x - p.radius), std::min(low.y, p.at.y - p.radius)};
        high = {std::max(high.x, p.at.x + p.radius), std::max(high.y, p.at.y + p.radius)};
    }
    const Box all = boxOf(low, high);
    if (all.empty())
        return;
    std::vector<Nearest> nearest(static_cast<std::size_t>(all.width()) *
                                 static_cast<std::size_t>(all.bottom - all.top));
    traceTube(points, all, nearest);
    const Nearest* n = nearest.data();
    for (int j = all.top; j < all.bottom; ++j) {
        float* row = m_values.data() + static_cast<std::ptrdiff_t>(j) * width();
        for (int i = all.left; i < all.right; ++i, ++n)
            if (n->q < 1)
                blend(row[i],
                      static_cast<double>(n->path) * through(stuff, static_cast<double>(n->radius),
                                                             static_cast<double>(n->q),
                                                             static_cast<double>(n->along)),
                      stuff.blend);
    }
}

namespace {

/// Monotone interpolation between levels: no overshoot where a profile is flat or turns.
Level levelAt(std::span<const Level> levels, double y)
{
    std::size_t k = 0;
    while (k + 2 < levels.size() && y > levels[k + 1].y)
        ++k;
    const Level& a = levels[k];
    const Level& b = levels[k + 1];
    const Level& before = levels[k == 0 ? 0 : k - 1];
    const Level& after = levels[std::min(k + 2, levels.size() - 1)];
    const double h = b.y - a.y;
    const double t = (y - a.y) / h;
    const auto slope = [](double left, double right) {
        return left * right <= 0 ? 0.0 : 2 * left * right / (left + right);
    };
    const auto value = [&](double Level::*field) {
        const double middle = (b.*field - a.*field) / h;
        const double l = k == 0 ? middle : (a.*field - before.*field) / (a.y - before.y);
        const double r =
            k + 2 >= levels.size() ? middle : (after.*field - b.*field) / (after.y - b.y);
        const double ma = slope(l, middle) * h;
        const double mb = slope(middle, r) * h;
        const double t2 = t * t, t3 = t2 * t;
        return (2 * t3 - 3 * t2 + 1) * (a.*field) + (t3 - 2 * t2 + t) * ma +
               (3 * t2 - 2 * t3) * (b.*field) + (t3 - t2) * mb;
    };
    return {y, value(&Level::x), value(&Level::half), value(&Level::depth)};
}

} // namespace

void Canvas::stack(std::span<const Level> levels, double coefficient, Blend how, int squareness)
{
    if (levels.size() < 2)
        return;
    double left = 1e9, right = -1e9;
    for (const Level& l : levels) {
        left = std::min(left, l.x - l.half);
        right = std::max(right, l.x + l.half);
    }
    // Profiles are sampled finely once; pixels pick the nearest sample.
    const double top = levels.front().y;
    const double bottom = levels.back().y;
    const double step = 0.25 / m_frame.pixelsPerCm;
    std::vector<Level> table;
    table.reserve(static_cast<std::size_t>((bottom - top) / step) + 2);
    for (double y = top; y < bottom; y += step)
        table.push_back(levelAt(levels, y));
    forEach(boxOf({left, top}, {right, bottom}), [&](float& value, double x, double y) {
        if (y < top || y >= bottom)
            return;
        const Level& l =
            table[std::min(table.size() - 1, static_cast<std::size_t>((y - top) / step))];
        const double q = power((x - l.x) / l.half, squareness);
        if (q < 1)
            blend(value, 2 * l.depth * coefficient * fall(q, squareness), how);
    });
}

namespace {

/// Distance from the outline, positive inside.
double signedDistance(std::span<const Vec2> outline, double x, double y)
{
    double best = std::numeric_limits<double>::max();
    bool inside = false;
    for (std::size_t i = 0, j = outline.size() - 1; i < outline.size(); j = i++) {
        const Vec2 a = outline[j];
        const Vec2 b = outline[i];
        const double dx = b.x - a.x, dy = b.y - a.y;
        const double px = x - a.x, py = y - a.y;
        const double length2 = dx * dx + dy * dy;
        const double t = length2 > 0 ? std::clamp((px * dx + py * dy) / length2, 0.0, 1.0) : 0.0;
        const double ex = px - t * dx, ey = py - t * dy;
        best = std::min(best, ex * ex + ey * ey);
        if ((a.y > y) != (b.y > y) && x < a.x + (y - a.y) * dx / dy)
            inside = !inside;
    }
    return inside ? std::sqrt(best) : -std::sqrt(best);
}

double plateValue(const PlateStuff& stuff, double d)
{
    const double edge = std::max(0.0, 1 - d / std::max(stuff.rounding, 1e-6));
    const double core = stuff.core * std::sqrt(1 - edge * edge);
    // A shell of thickness w and some curvature: its chord peaks where the ray grazes the inner
    // face.
    const double rim = stuff.rim * (std::sqrt(d) - std::sqrt(std::max(0.0, d - stuff.rimWidth))) /
                       std::sqrt(stuff.rimWidth);
    return core + rim;
}

} // namespace

void Canvas::plate(std::span<const Vec2> outline, const PlateStuff& stuff)
{
    if (outline.size() < 3)
        return;
    Vec2 low{1e9, 1e9}, high{-1e9, -1e9};
    for (const Vec2 p : outline) {
        low = {std::min(low.x, p.x), std::min(low.y, p.y)};
        high = {std::max(high.x, p.x), std::max(high.y, p.y)};
    }
    const Box box = boxOf(low, high);
    if (box.empty())
        return;
    // The distance is nearly linear, so it is measured on every third pixel and interpolated.
    const int step = 3;
    const int across = box.width() / step + 2;
    const int down = (box.bottom - box.top) / step + 2;
    std::vector<float> distance(static_cast<std::size_t>(across) * static_cast<std::size_t>(down));
    for (int j = 0; j < down; ++j)
        for (int i = 0; i < across; ++i) {
            const int px = box.left + i * step, py = box.top + j * step;
            distance[static_cast<std::size_t>(j * across + i)] = static_cast<float>(
                signedDistance(outline, m_origin.x + px * m_across.x + py * m_down.x,
                               m_origin.y + px * m_across.y + py * m_down.y));
        }
    for (int j = box.top; j < box.bottom; ++j) {
        float* row =
            m_values.data() + static_cast<std::size_t>(j) * static_cast<std::size_t>(width());
        const int gj = (j - box.top) / step;
        const float fy = static_cast<float>((j - box.top) % step) / step;
        const float* upper = distance.data() + static_cast<std::ptrdiff_t>(gj) * across;
        const float* lower = upper + across;
        for (int i = box.left; i < box.right; ++i) {
            const int gi = (i - box.left) / step;
            const float fx = static_cast<float>((i - box.left) % step) / step;
            const float a = upper[gi] + fx * (upper[gi + 1] - upper[gi]);
            const float b = lower[gi] + fx * (lower[gi + 1] - lower[gi]);
            const float d = a + fy * (b - a);
            if (d > 0)
                row[i] += static_cast<float>(plateValue(stuff, static_cast<double>(d)));
        }
    }
}

void Canvas::noise(double size, double amplitude, int octaves, Random& random)
{
    for (int octave = 0; octave < octaves; ++octave) {
        const double cell = std::max(1.0, size * m_frame.pixelsPerCm);
        const int across = static_cast<int>(width() / cell) + 3;
        const int down = static_cast<int>(height() / cell) + 3;
        std::vector<float> lattice(static_cast<std::size_t>(across) *
                                   static_cast<std::size_t>(down));
        for (float& v : lattice)
            v = static_cast<float>(random.normal() * amplitude * 1.6);
        std::vector<float> line(static_cast<std::size_t>(across));
        for (int j = 0; j < height(); ++j) {
            const double y = j / cell;
            const int gy = static_cast<int>(y);
            const double ty = y - gy;
            const auto sy = static_cast<float>(ty * ty * (3 - 2 * ty));
            const float* a = lattice.data() + static_cast<std::ptrdiff_t>(gy) * across;
            for (int i = 0; i < across; ++i)
                line[static_cast<std::size_t>(i)] = a[i] + sy * (a[i + across] - a[i]);
            float* row =
                m_values.data() + static_cast<std::size_t>(j) * static_cast<std::size_t>(width());
            for (int i = 0; i < width(); ++i) {
                const double x = i / cell;
                const auto gx = static_cast<std::size_t>(x);
                const double tx = x - static_cast<double>(gx);
                const auto sx = static_cast<float>(tx * tx * (3 - 2 * tx));
                row[i] += line[gx] + sx * (line[gx + 1] - line[gx]);
            }
        }
        size /= 2;
        amplitude *= 0.65;
    }
}

void Canvas::mottle(double size, double amplitude, int octaves, Random& random)
{
    Canvas pattern(m_frame);
    pattern.noise(size, amplitude, octaves, random);
    for (std::size_t i = 0; i < m_values.size(); ++i)
        m_values[i] *= 1.0F + pattern.m_values[i];
}

void Canvas::blur(double sigma)
{
    blurPlane(m_values, width(), height(), sigma * m_frame.pixelsPerCm);
}

} // namespace ir::sample
