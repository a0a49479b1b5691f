#include "sample/exactmath.h"
#include "sample/scene.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ir::sample {

namespace {

// Soft rays: bones of hands are seen at 50 kVp, where bone stands out more.
constexpr double kHard = 1.9;

struct Digit
{
    Vec2 base;                     ///< of the metacarpal, cm from the wrist's middle
    double angle;                  ///< degrees from straight up, clockwise
    double bend;                   ///< degrees the fingers turn away from the metacarpal
    std::array<double, 4> lengths; ///< metacarpal and phalanges; a thumb has no middle one
    double width;                  ///< relative
};

constexpr std::array<Digit, 5> kDigits{{{{-2.6, -1.7}, -50, 8, {4.4, 3.3, 0, 2.5}, 1.1},
                                        {{-1.55, -3.0}, -10, -3, {6.7, 4.1, 2.5, 1.8}, 1.0},
                                        {{-0.1, -3.1}, -2, 0, {6.5, 4.6, 2.9, 1.9}, 1.02},
                                        {{1.2, -2.8}, 6, 3, {5.8, 4.3, 2.8, 1.9}, 0.95},
                                        {{2.3, -2.3}, 14, 7, {5.3, 3.3, 2.0, 1.7}, 0.85}}};

struct CarpalBone
{
    Vec2 at;
    Vec2 size;
    double turn;
};
constexpr std::array<CarpalBone, 8> kCarpals{{{{-1.5, -0.7}, {1.2, 2.2}, -35},
                                              {{0.1, -0.6}, {1.5, 1.5}, 10},
                                              {{1.5, -0.7}, {1.3, 1.4}, -20},
                                              {{1.9, -1.2}, {0.9, 0.9}, 0},
                                              {{-2.3, -1.9}, {1.5, 1.3}, 20},
                                              {{-1.3, -2.3}, {1.1, 1.3}, 0},
                                              {{-0.1, -2.0}, {1.3, 2.3}, 5},
                                              {{1.4, -2.1}, {1.5, 1.8}, 25}}};
constexpr std::array<Vec2, 8> kPebble{{{-0.5, -0.05},
                                       {-0.4, -0.4},
                                       {0.05, -0.5},
                                       {0.42, -0.33},
                                       {0.5, 0.08},
                                       {0.3, 0.46},
                                       {-0.1, 0.5},
                                       {-0.42, 0.36}}};

Vec2 stepped(Vec2 from, double angle, double length)
{
    return {from.x + length * exactSin(degrees(angle)), from.y - length * exactCos(degrees(angle))};
}

void phalanx(Canvas& bone, Vec2 a, Vec2 b, double base, double waist, double head, double density)
{
    const auto on = [&](double t, double r) {
        return TubePoint{{a.x + t * (b.x - a.x), a.y + t * (b.y - a.y), 0}, r};
    };
    longBone(bone,
             {on(0.09, 0.92 * base), on(0.22, 0.5 * (base + waist)), on(0.5, waist),
              on(0.8, 0.5 * (head + waist)), on(0.935, head)},
             density, 0.5, 0.85);
}

void digit(Canvas& soft, Canvas& bone, const Digit& d, double scale, double spread, double density,
           Random& random)
{
    Vec2 at{d.base.x * scale, d.base.y * scale};
    double angle = d.angle * spread;
    std::vector<TubePoint> flesh{{{at.x, at.y, 0}, 1.15 * d.width * scale}};
    static constexpr std::array<std::array<double, 3>, 4> kShape{
        {{0.72, 0.40, 0.70}, {0.68, 0.38, 0.52}, {0.56, 0.33, 0.44}, {0.46, 0.22, 0.28}}};
    for (std::size_t k = 0; k < 4; ++k) {
        if (d.lengths[k] == 0)
            continue;
        const Vec2 next = stepped(at, angle, d.lengths[k] * scale);
        const double w = d.width * scale;
        phalanx(bone, at, next, kShape[k][0] * w, kShape[k][1] * w, kShape[k][2] * w, density);
        at = stepped(next, angle, 0.12 * scale);
        if (k == 0)
            angle += d.bend * spread + random.between(-2, 2);
        flesh.push_back({{next.x, next.y, 0}, (k == 0 ? 1.15 : k < 3 ? 0.88 : 0.55) * w});
    }
    const Vec2 tip = stepped(at, angle, 0.25 * scale);
    flesh.push_back({{tip.x, tip.y, 0}, 0.5 * d.width * scale});
    Canvas finger(soft.frame());
    finger.tube(smoothCurve(flesh, 6), {.wall = kSoft * 1.15});
    soft.unite(finger);
}

void wrist(Canvas& bone, double s, double density)
{
    for (const CarpalBone& c : kCarpals)
        bone.plate(smoothOutline(placed(kPebble, {c.at.x * s, c.at.y * s},
                                        {1.1 * c.size.x * s, 1.1 * c.size.y * s}, c.turn),
                                 6),
                   {0.13 * density, 0.5 * s, 0.14 * density, 0.09 * s});
    const auto point = [&](double x, double y, double r) {
        return TubePoint{{x * s, y * s, 0}, r * s};
    };
    longBone(bone,
             {point(-0.75, 1.3, 1.35), point(-0.8, 2.2, 1.2), point(-1.1, 4.2, 0.72),
              point(-1.5, 8, 0.68), point(-1.7, 14, 0.72)},
             density, 0.45);
    longBone(bone, {point(-1.75, 0.75, 0.42), point(-1.5, 1.8, 0.6)}, density, 0.3);
    longBone(
        bone,
        {point(1.75, 1.1, 0.75), point(1.7, 2.2, 0.6), point(1.5, 5, 0.55), point(1.6, 14, 0.6)},
        density, 0.5);
}

} // namespace

Scene drawHand(const PhantomRequest& request)
{
    Random body = Random::stream(request.seed, "hand");
    const bool female = request.sex == 'F';
    const double s = (female ? 0.92 : 1.0) * body.between(0.94, 1.05);
    const double spread = body.between(0.85, 1.45);
    const bool right = body.chance(0.5);
    const double w = 19 * body.between(0.95, 1.15);
    Frame frame =
        frameOf({w,
                 w * body.between(1.2, 1.3),
                 request.longestSide,
                 {-1.3 * s + body.between(-0.5, 0.5), -7.2 * s + body.between(-0.8, 0.8)}});
    frame.roll = body.between(-8, 8);
    frame.mirrored = right;
    Canvas soft(frame);
    Canvas bone(frame);
    const double density = kHard * body.between(0.9, 1.1);
    for (const Digit& d : kDigits)
        digit(soft, bone, d, s, spread, density, body);
    wrist(bone, s, density);
    const std::array<Level, 7> palm{{{-10.6 * s, 0.3 * s, 3.0 * s, 0.02},
                                     {-9.2 * s, 0.2 * s, 3.9 * s, 0.75},
                                     {-5.5 * s, 0.1 * s, 4.3 * s, 1.5 * s},
                                     {-2.5 * s, -0.1 * s, 4.0 * s, 1.75 * s},
                                     {0, 0, 3.1 * s, 1.7 * s},
                                     {3 * s, 0, 3.0 * s, 1.9 * s},
                                     {30 * s, 0, 4.6 * s, 3.2 * s}}};
    soft.stack(palm, kSoft * 1.15, Blend::Union, 2);
    soft.blur(0.12);
    soft.mottle(1.5, 0.03, 4, body);
    Canvas attenuation(frame);
    attenuation.add(soft);
    addBone(attenuation, bone, body, 0.05);

    Random taste = Random::stream(request.seed, "exposure");
    Exposure exposure;
    exposure.scatter = 0.04;
    exposure.quanta = 6000;
    exposure.blur = 0.012;
    varyExposure(exposure, taste);
    exposure.equalise = taste.between(0.0, 0.25);
    exposure.contrast = taste.between(0.0, 1.0);
    exposure.brightest = 0.9985;
    addMarks(exposure, taste, right ? "R" : "L");
    return {std::move(attenuation), std::move(exposure), "HAND", "PA", right ? "R" : "L"};
}

} // namespace ir::sample
