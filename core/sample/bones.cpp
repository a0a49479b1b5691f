#include "sample/exactmath.h"
#include "sample/scene.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ir::sample {

namespace {

Vec2 onBone(Vec2 at, double turn, double x, double y)
{
    const double c = exactCos(degrees(turn));
    const double s = exactSin(degrees(turn));
    return {at.x + c * x - s * y, at.y + s * x + c * y};
}

void plateAt(Canvas& bone, std::span<const Vec2> shape, Vec2 at, Vec2 scale, double turn,
             const PlateStuff& stuff)
{
    bone.plate(smoothOutline(placed(shape, at, scale, turn), 6), stuff);
}

constexpr std::array<Vec2, 12> kBody{{{-0.49, -0.5},
                                      {-0.25, -0.47},
                                      {0, -0.46},
                                      {0.25, -0.47},
                                      {0.49, -0.5},
                                      {0.46, -0.2},
                                      {0.45, 0.2},
                                      {0.5, 0.5},
                                      {0.2, 0.47},
                                      {-0.2, 0.47},
                                      {-0.5, 0.5},
                                      {-0.45, 0.1}}};
constexpr std::array<Vec2, 8> kOval{{{-0.5, 0},
                                     {-0.36, -0.36},
                                     {0, -0.5},
                                     {0.36, -0.36},
                                     {0.5, 0},
                                     {0.36, 0.36},
                                     {0, 0.5},
                                     {-0.36, 0.36}}};
constexpr std::array<Vec2, 7> kTeardrop{
    {{0, -0.5}, {0.3, -0.1}, {0.48, 0.3}, {0.2, 0.5}, {-0.2, 0.5}, {-0.48, 0.3}, {-0.3, -0.1}}};

} // namespace

void longBone(Canvas& bone, std::vector<TubePoint> points, double density, double wallPart,
              double depth)
{
    const std::vector<TubePoint> curve = smoothCurve(points, 10);
    bone.tube(curve, {.wall = kBoneInSoft * density,
                      .core = kSpongyInSoft * density * 0.7,
                      .wallPart = wallPart,
                      .wallPartEnd = std::min(0.08, wallPart),
                      .depth = depth});
}

void longBoneFrom(Canvas& bone, std::vector<TubePoint> points, double density, double wallPart,
                  double fadeStart, double fadeEnd)
{
    bone.tube(smoothCurve(points, 10), {.wall = kBoneInSoft * density,
                                        .core = kSpongyInSoft * density * 0.7,
                                        .wallPart = wallPart,
                                        .wallPartEnd = std::min(0.12, wallPart),
                                        .blend = Blend::Union,
                                        .fadeStart = fadeStart,
                                        .fadeEnd = fadeEnd});
}

void vertebraFrontal(Canvas& bone, const VertebraLook& look)
{
    const double w = look.width;
    const double h = look.height;
    const double d = look.density * (0.55 + 0.1 * w);
    plateAt(bone, kBody, look.at, {w, h}, look.turn, {0.34 * d, 0.25 * w, 0.2 * d, 0.018 * w});
    for (const double end : {-0.46, 0.46}) { // end plates, seen edge-on
        const Vec2 at = onBone(look.at, look.turn, 0, end * h);
        bone.ellipsoid(Ellipsoid::make({at.x, at.y, 0}, {0.46 * w, 0.05 * h, 0.3 * w}, look.turn),
                       0.16 * d);
    }
    for (const double side : {-1.0, 1.0}) {
        plateAt(bone, kOval, onBone(look.at, look.turn, side * 0.31 * w, -0.14 * h),
                {0.17 * w, 0.36 * h}, look.turn, {0.10 * d, 0.2, 0.3 * d, 0.025 * w});
        const Vec2 a = onBone(look.at, look.turn, side * 0.30 * w, -0.30 * h);
        const Vec2 b = onBone(look.at, look.turn, side * 0.20 * w, 0.15 * h);
        const Vec2 c = onBone(look.at, look.turn, side * 0.29 * w, 0.66 * h);
        longBone(
            bone,
            {{{a.x, a.y, 0}, 0.085 * w}, {{b.x, b.y, 0}, 0.075 * w}, {{c.x, c.y, 0}, 0.09 * w}},
            0.95 * d, 0.35);
        if (look.transverse > 0) {
            const Vec2 e = onBone(look.at, look.turn, side * 0.40 * w, -0.10 * h);
            const Vec2 f =
                onBone(look.at, look.turn, side * (0.48 * w + 0.5 * look.transverse), -0.14 * h);
            const Vec2 g =
                onBone(look.at, look.turn, side * (0.48 * w + look.transverse), -0.24 * h);
            longBone(
                bone,
                {{{e.x, e.y, 0}, 0.17 * h}, {{f.x, f.y, 0}, 0.12 * h}, {{g.x, g.y, 0}, 0.13 * h}},
                0.5 * d, 0.3, 0.8);
        }
    }
    plateAt(bone, kTeardrop, onBone(look.at, look.turn, 0, 0.24 * h), {0.15 * w, 0.62 * h},
            look.turn, {0.16 * d, 0.2, 0.3 * d, 0.022 * w});
}

void vertebraLateral(Canvas& bone, const VertebraSideLook& look)
{
    const double w = look.depth;
    const double h = look.height;
    const double d = look.density;
    plateAt(bone, kBody, look.at, {w, h}, look.turn, {0.42 * d, 0.22 * w, 0.24 * d, 0.02 * w});
    for (const double end : {-0.455, 0.455}) {
        const Vec2 at = onBone(look.at, look.turn, 0, end * h);
        bone.ellipsoid(Ellipsoid::make({at.x, at.y, 0}, {0.47 * w, 0.05 * h, 0.4 * w}, look.turn),
                       0.22 * d);
    }
    // Pedicle, pars with both articular processes, spinous process.
    const auto at = [&](double x, double y, double r) {
        const Vec2 p = onBone(look.at, look.turn, x, y);
        return TubePoint{{p.x, p.y, 0}, r};
    };
    longBone(bone, {at(-0.42 * w, -0.22 * h, 0.15 * h), at(-0.72 * w, -0.2 * h, 0.15 * h)}, 1.4 * d,
             0.35);
    longBone(bone,
             {at(-0.68 * w, -0.62 * h, 0.13 * h), at(-0.74 * w, -0.1 * h, 0.17 * h),
              at(-0.88 * w, 0.55 * h, 0.15 * h)},
             1.3 * d, 0.35);
    const double drop = degrees(look.spinousDrop);
    const double x = -0.88 * w - look.spinous * exactCos(drop);
    const double y = 0.12 * h + look.spinous * exactSin(drop);
    longBone(bone,
             {at(-0.85 * w, 0.12 * h, 0.14 * h), at((x - 0.85 * w) / 2, y * 0.6, 0.24 * h),
              at(x, y, 0.32 * h)},
             1.3 * d, 0.3, 0.85);
}

double cageWidthAt(double part)
{
    static constexpr std::array<double, 12> kWidth{0.40, 0.60, 0.75, 0.85, 0.92, 0.965,
                                                   0.99, 1.0,  0.99, 0.97, 0.92, 0.85};
    const double at = std::clamp(part, 0.0, 1.0) * 11;
    const auto i = std::min<std::size_t>(10, static_cast<std::size_t>(at));
    return kWidth[i] + (at - static_cast<double>(i)) * (kWidth[i + 1] - kWidth[i]);
}

void ribs(Canvas& bone, const RibCage& cage, Random& random)
{
    static constexpr std::array<double, 12> kEnd{128, 138, 144, 147, 147, 143,
                                                 138, 131, 122, 112, 84,  58};
    static constexpr std::array<double, 12> kDrop{0.50, 0.72, 0.86, 0.95, 1.0, 1.05,
                                                  1.10, 1.12, 1.12, 1.08, 1.0, 0.9};
    for (int i = 0; i < 12; ++i) {
        const auto k = static_cast<std::size_t>(i);
        const double part = i / 11.0;
        const double a = cage.halfWidth * cageWidthAt(part);
        const double b = cage.halfDepth * (0.25 + 0.75 * cageWidthAt(part));
        const double y0 = cage.top.y + cage.height * (i + 0.35) / 12;
        const double density = cage.density * random.between(0.88, 1.12);
        for (const double side : {-1.0, 1.0}) {
            const double end = kEnd[k] + random.between(-4, 4);
            const double drop = cage.drop * kDrop[k] * random.between(0.96, 1.04);
            std::vector<TubePoint> curve;
            for (double phi = 11; phi < end; phi += 4) {
                const double s = exactSin(degrees(phi));
                const double c = exactCos(degrees(phi));
                const double fall = (1 - c) / 2;
                const double taper = phi > end - 12 ? 1.15 : phi < 20 ? 0.8 : 1.0;
                const Vec3 p = turned(
                    {side * a * s, y0 + drop * fall + 0.1 * drop * s * fall * 2, -b * c}, cage.yaw);
                curve.push_back(
                    {{cage.top.x + p.x, p.y, p.z}, cage.rib * taper * (i == 0 ? 1.05 : 1.0)});
            }
            bone.tube(curve, {.wall = kBoneInSoft * density * 1.15,
                              .core = kSpongyInSoft * density * 2.0,
                              .wallPart = 0.26,
                              .depth = 0.75,
                              .fadeStart = 0.03,
                              .fadeEnd = 0.2});
        }
    }
}

void addBone(Canvas& attenuation, Canvas& bone, Random& random, double grain)
{
    bone.mottle(0.22, grain, 3, random);
    attenuation.add(bone);
}

} // namespace ir::sample
