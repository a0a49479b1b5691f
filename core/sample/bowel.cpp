#include "sample/exactmath.h"
#include "sample/scene.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ir::sample {

namespace {

/// A stretch of gas-filled colon: overlapping haustra with folds between.
void haustra(Canvas& gas, std::span<const Vec2> path, double radius, Random& random)
{
    for (std::size_t k = 0; k + 1 < path.size(); ++k) {
        const double dx = path[k + 1].x - path[k].x;
        const double dy = path[k + 1].y - path[k].y;
        const double length = std::sqrt(dx * dx + dy * dy);
        const int count = std::max(1, static_cast<int>(length / (radius * 1.15)));
        if (random.chance(0.35))
            continue; // collapsed or full of fluid
        for (int i = 0; i < count; ++i) {
            const double t = (i + 0.5) / count;
            const double wobble = 0.25 * radius;
            const double r = radius * random.between(0.65, 1.1);
            const Vec3 at{path[k].x + t * dx + random.between(-wobble, wobble),
                          path[k].y + t * dy + random.between(-wobble, wobble), 0};
            const Vec3 half{r, r * random.between(0.6, 0.9), r * 0.9};
            const double fill = random.between(0.6, 1.0);
            gas.ellipsoid(Ellipsoid::make(at, half, random.between(0, 180)), fill, Blend::Union);
        }
    }
}

} // namespace

void bowelGas(Canvas& gas, const BowelLook& look, Random& random)
{
    const double w = look.high.x - look.low.x;
    const double h = look.high.y - look.low.y;
    const auto at = [&](double x, double y) {
        return Vec2{look.low.x + x * w, look.low.y + y * h};
    };
    if (look.colon) {
        const std::array<Vec2, 13> frame{
            {at(0.08, 0.78), at(0.06, 0.55), at(0.10, 0.3), at(0.25, 0.26), at(0.4, 0.36),
             at(0.6, 0.34), at(0.76, 0.2), at(0.92, 0.1), at(0.94, 0.35), at(0.95, 0.6),
             at(0.86, 0.82), at(0.66, 0.9), at(0.52, 1.0)}};
        haustra(gas, frame, look.bubble, random);
    }
    const int count = static_cast<int>(look.gas * random.between(9, 16));
    for (int i = 0; i < count; ++i) {
        const Vec2 part{random.between(0.1, 0.9), random.between(0.2, 0.95)};
        const Vec2 c = at(part.x, part.y);
        const double r = look.bubble * random.between(0.3, 0.9);
        const double turn = random.between(0, 180);
        const int parts = 1 + random.below(3);
        for (int k = 0; k < parts; ++k) {
            const Vec3 middle{c.x + random.between(-r, r), c.y + random.between(-r, r) * 0.6, 0};
            const Vec3 half{r * random.between(0.6, 1.2), r * random.between(0.4, 0.8), r * 0.7};
            gas.ellipsoid(Ellipsoid::make(middle, half, turn), random.between(0.45, 1.0),
                          Blend::Union);
        }
    }
    // Faeces: gas in crumbs.
    Canvas crumbs(gas.frame());
    crumbs.noise(0.9, 0.45, 3, random);
    for (std::size_t i = 0; i < crumbs.values().size(); ++i) {
        const float c = std::clamp(0.85F + crumbs.values()[i], 0.25F, 1.15F);
        gas.values()[i] *= c;
    }
    gas.blur(0.06);
}

} // namespace ir::sample
