#include "sample/thorax.h"

#include "sample/exactmath.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ir::sample {

namespace {

/// One lung as a stack of ellipses with a domed top; the mediastinum and the diaphragm are carved
/// later.
std::vector<Level> lungLevels(const ThoraxLook& look, double side)
{
    std::vector<Level> levels;
    const RibCage& cage = look.cage;
    const double bottom = look.domeRight + 0.36 * cage.halfWidth;
    const double length = bottom - look.apex;
    constexpr int kLevels = 28;
    for (int k = 0; k <= kLevels; ++k) {
        const double t = static_cast<double>(k) / kLevels;
        const double top = std::min(1.0, (t + 0.004) / 0.3);
        const double dome = std::sqrt(1 - (1 - top) * (1 - top));
        const double outer =
            cage.halfWidth * 0.965 * cageWidthAt(0.1 + 0.8 * t) * (0.45 + 0.55 * dome);
        const double inner = outer * 0.42 * (1 - dome);
        const double foot = t > 0.93 ? std::sqrt(std::max(0.02, 1 - (t - 0.93) / 0.07)) : 1.0;
        const double depth =
            cage.halfDepth * 0.97 * (0.3 + 0.7 * cageWidthAt(0.1 + 0.9 * t)) * dome * foot;
        levels.push_back({look.apex + t * length, cage.top.x + side * (outer + inner) / 2,
                          std::max(0.05, (outer - inner) / 2), depth});
    }
    return levels;
}

void branch(Canvas& canvas, Random& random, Vec3 from, Vec3 along, double radius, double length,
            int generation)
{
    if (generation == 0 || radius < 0.03)
        return;
    const double norm = std::sqrt(along.x * along.x + along.y * along.y + along.z * along.z);
    const Vec3 step = (length / norm) * along;
    const double bend = 0.16 * length;
    const Vec3 middle =
        from + 0.5 * step + Vec3{random.between(-bend, bend), random.between(-bend, bend), 0};
    const Vec3 to = from + step;
    const std::array<TubePoint, 3> points{
        {{from, radius}, {middle, radius * 0.93}, {to, radius * 0.82}}};
    canvas.tube(smoothCurve(points, 3), {.wall = kSoft - kLung, .core = 0, .wallPart = 1});
    const int children = random.chance(0.2) ? 3 : 2;
    for (int i = 0; i < children; ++i) {
        const double spread = 0.62;
        const Vec3 turn{random.between(-spread, spread), random.between(-spread, spread),
                        random.between(-spread, spread)};
        const double thinner = radius * random.between(0.64, 0.82);
        const double shorter = length * random.between(0.72, 0.98);
        branch(canvas, random, to, (1 / norm) * along + turn, thinner, shorter, generation - 1);
    }
}

Canvas lungVessels(const Frame& frame, const ThoraxLook& look, Random& random)
{
    Canvas vessels(frame);
    const double size = look.cage.halfWidth / 13.5;
    const double x0 = look.cage.top.x;
    const double hilum = look.apex + 0.5 * (look.domeRight - look.apex);
    static constexpr std::array<Vec2, 6> kRoots{
        {{0.35, -1}, {0.9, -0.75}, {1, -0.1}, {1, 0.45}, {0.75, 1}, {0.4, 1.1}}};
    for (const double side : {-1.0, 1.0})
        for (const Vec2 root : kRoots) {
            const Vec3 from{
                x0 + side * size * random.between(2.6, 3.6),
                hilum + size * (random.between(-1.3, 1.3) + root.y - (side > 0 ? 0.8 : 0.0)),
                random.between(-2, 2)};
            const double lower = root.y > 0.3 ? 1.18 : 0.9;
            const Vec3 along{side * root.x, root.y, random.between(-0.4, 0.4)};
            const double radius = size * look.vessels * lower * random.between(0.32, 0.46);
            branch(vessels, random, from, along, radius, size * random.between(2.0, 2.8), 7);
        }
    return vessels;
}

/// Heart, aorta, mediastinum and the domes of the diaphragm, as lengths inside the lungs.
Canvas lungObstacles(const Frame& frame, const ThoraxLook& look, Random& random)
{
    Canvas solid(frame);
    const RibCage& cage = look.cage;
    const double s = cage.halfWidth / 13.5;
    const double x = cage.top.x;
    const double d = cage.halfDepth;
    const double span = look.domeRight - look.apex;
    const auto y = [&](double part) { return look.apex + part * span; };
    const double h = s * look.heart;
    const std::array<Level, 6> mediastinum{{{y(-0.2), x, 4.6 * s, 0.9 * d},
                                            {y(0.05), x - 0.1 * s, 3.5 * s, 0.8 * d},
                                            {y(0.3), x - 0.1 * s, 2.9 * s, 0.85 * d},
                                            {y(0.55), x - 0.1 * s, 2.4 * s, 0.9 * d},
                                            {y(0.8), x, 2.0 * s, 0.95 * d},
                                            {y(1.6), x, 2.0 * s, 0.95 * d}}};
    solid.stack(mediastinum, 1, Blend::Union);
    // Left ventricle, right atrium, aortic knob, pulmonary trunk, descending aorta.
    const double heartY = look.domeRight - 3.3 * h + 0.4;
    solid.ellipsoid(Ellipsoid::make({x + 2.5 * h, heartY - 0.2 * h, 2},
                                    {6.9 * h, 4.6 * h, 0.72 * d}, random.between(34, 46)),
                    1, Blend::Union);
    solid.ellipsoid(
        Ellipsoid::make({x - 1.3 * h, heartY - 0.6 * h, 2}, {3.5 * h, 4.7 * h, 0.7 * d}, 4), 1,
        Blend::Union);
    solid.ellipsoid(Ellipsoid::make({x + 2.2 * s, y(0.31), 0}, {1.9 * s, 2.0 * s, 0.5 * d}), 1,
                    Blend::Union);
    solid.ellipsoid(Ellipsoid::make({x + 2.1 * s, y(0.50), 0}, {2.5 * s, 4.6 * s, 0.45 * d}, -17),
                    1, Blend::Union);
    solid.ellipsoid(Ellipsoid::make({x - 1.9 * s, y(0.42), 0}, {1.5 * s, 6.2 * s, 0.45 * d}), 1,
                    Blend::Union);
    const std::array<TubePoint, 4> aorta{{{{x + 2.2 * s, y(0.34), -4}, 1.3 * s},
                                          {{x + 2.1 * s, y(0.6), -4}, 1.25 * s},
                                          {{x + 1.6 * s, y(0.9), -4}, 1.2 * s},
                                          {{x + 1.0 * s, y(1.3), -4}, 1.1 * s}}};
    solid.tube(smoothCurve(aorta, 6), {.wall = 1.0});
    Canvas domes(frame);
    const double left = look.domeRight + random.between(0.5, 1.4) * s;
    domes.ellipsoid(
        Ellipsoid::make({x - 6.4 * s, look.domeRight + 8.6 * s, 0}, {8.1 * s, 8.6 * s, 1.5 * d}), 1,
        Blend::Union);
    domes.ellipsoid(Ellipsoid::make({x + 6.7 * s, left + 8.6 * s, 0}, {7.9 * s, 8.6 * s, 1.5 * d}),
                    1, Blend::Union);
    solid.add(domes);
    return solid;
}

void airways(Canvas& attenuation, const ThoraxLook& look)
{
    const double s = look.cage.halfWidth / 13.5;
    const double x = look.cage.top.x;
    const double carina = look.apex + 0.37 * (look.domeRight - look.apex);
    const TubeStuff air{.wall = -kSoft * 0.9, .core = 0, .wallPart = 1};
    const std::array<TubePoint, 4> trachea{{{{x - 0.1, look.apex - 12 * s, 0}, 0.85 * s},
                                            {{x, look.apex - 3 * s, 0}, 0.9 * s},
                                            {{x - 0.2 * s, look.apex + 4 * s, 0}, 0.9 * s},
                                            {{x - 0.3 * s, carina, 0}, 0.95 * s}}};
    attenuation.tube(smoothCurve(trachea, 8), air);
    const std::array<TubePoint, 3> right{{{{x - 0.4 * s, carina, 0}, 0.7 * s},
                                          {{x - 1.5 * s, carina + 1.4 * s, 0}, 0.62 * s},
                                          {{x - 3.0 * s, carina + 3.2 * s, 0}, 0.45 * s}}};
    const std::array<TubePoint, 3> left{{{{x - 0.1 * s, carina, 0}, 0.65 * s},
                                         {{x + 1.9 * s, carina + 1.5 * s, 0}, 0.58 * s},
                                         {{x + 4.0 * s, carina + 2.8 * s, 0}, 0.4 * s}}};
    attenuation.tube(smoothCurve(right, 5), air);
    attenuation.tube(smoothCurve(left, 5), air);
}

/// Collar bone, shoulder blade and upper arm of one side.
void shoulderGirdle(Canvas& bone, const ThoraxLook& look, double side)
{
    const double s = look.scale;
    const double x = look.cage.top.x;
    const double inner = look.apex + 3.4 * s;
    const double sx = side * look.shoulder;
    longBone(bone,
             {{{x + side * 2.0 * s, inner, 0}, 1.0 * s},
              {{x + side * 4.5 * s, inner - 0.35 * look.clavicleRise, 0}, 0.72 * s},
              {{x + 0.5 * sx, inner - 0.8 * look.clavicleRise, 0}, 0.62 * s},
              {{x + 0.86 * sx, inner - look.clavicleRise, 0}, 0.7 * s}},
             1.35, 0.3);
    // Scapula: blade, spine with acromion, coracoid, glenoid; then the upper arm.
    const double y = look.shoulderY;
    const double in = look.shoulder * (0.56 + 0.1 * look.scapulae);
    const double out = look.shoulder * 0.86;
    const std::array<Vec2, 8> blade{{{in, y + 0.2 * s},
                                     {0.7 * in + 0.3 * out, y - 1.6 * s},
                                     {out - 0.8 * s, y - 0.6 * s},
                                     {out, y + 1.6 * s},
                                     {out - 1.6 * s, y + 4.6 * s},
                                     {in + 1.4 * s, y + 10.2 * s},
                                     {in + 0.3 * s, y + 10.6 * s},
                                     {in - 0.2 * s, y + 5.5 * s}}};
    bone.plate(smoothOutline(placed(blade, {x, 0}, {side, 1}), 6), {0.09, 1.2, 0.24, 0.13 * s});
    longBone(bone,
             {{{x + side * in, y + 0.8 * s, 0}, 0.35 * s},
              {{x + side * (in + out) / 2, y - 0.9 * s, 0}, 0.5 * s},
              {{x + side * (out + 1.6 * s), y - 2.9 * s, 0}, 0.75 * s}},
             0.5, 0.25, 0.8);
    bone.ellipsoid(
        Ellipsoid::make({x + side * (out - 0.6 * s), y - 0.9 * s, 0}, {0.9 * s, 0.7 * s, 0.9 * s}),
        0.16);
    bone.ellipsoid(
        Ellipsoid::make({x + side * (out + 0.1 * s), y + 0.6 * s, 0}, {0.8 * s, 1.7 * s, 1.3 * s}),
        0.09);
    const Vec2 head{x + sx, y + 0.2 * s};
    const double gap = look.growthPlates ? 2.2 : 0.4;
    const double dx = side * look.elbow.x + x - head.x, dy = look.elbow.y - head.y;
    const double norm = std::sqrt(dx * dx + dy * dy);
    const auto on = [&](double cm, double r) {
        return TubePoint{{head.x + dx / norm * cm, head.y + dy / norm * cm, 0}, r};
    };
    bone.ellipsoid(Ellipsoid::make({head.x, head.y, 0}, {2.25 * s, 2.25 * s, 2.1 * s}), 0.105);
    longBone(bone,
             {on(gap * s, 1.95 * s), on(gap * s + 2.4 * s, 1.5 * s), on(6.5 * s, 1.15 * s),
              on(norm, 1.05 * s), on(norm + 6 * s, 1.1 * s)},
             0.9, 0.38);
}

} // namespace

void thoraxSoft(Canvas& attenuation, const ThoraxLook& look, Random& random)
{
    const Frame& frame = attenuation.frame();
    Canvas lung(frame);
    lung.stack(lungLevels(look, -1), 1, Blend::Union);
    lung.stack(lungLevels(look, 1), 1, Blend::Union);
    lung.carve(lungObstacles(frame, look, random));
    lung.blur(0.07 * look.scale); // the heart beats and lung tissue thins out at its edges

    Canvas vessels = lungVessels(frame, look, random);
    Canvas grain(frame);
    grain.noise(1.6, 0.014, 5, random);
    for (std::size_t i = 0; i < grain.values().size(); ++i) {
        const float length = lung.values()[i];
        vessels.values()[i] *= std::min(1.0F, length / 4.0F);
        lung.values()[i] = length * (1.0F + grain.values()[i]);
    }
    attenuation.add(lung, static_cast<float>(kLung - kSoft));
    attenuation.add(vessels);
    airways(attenuation, look);

    const double s = look.cage.halfWidth / 13.5;
    if (look.stomachBubble) {
        const Vec3 at{look.cage.top.x + random.between(4.2, 6.5) * s,
                      look.domeRight + random.between(3.2, 4.2) * s, 0};
        const Vec3 half{random.between(2.2, 3.8) * s, random.between(1.2, 2.0) * s, 2.6 * s};
        attenuation.ellipsoid(Ellipsoid::make(at, half, random.between(-15, 15)), -kSoft);
    }
}

void thoraxBones(Canvas& bone, const ThoraxLook& look, Random& random)
{
    const RibCage& cage = look.cage;
    const double s = look.scale;
    ribs(bone, cage, random);
    for (int i = -7; i < 18; ++i) {
        const double part = std::clamp(i / 12.0, 0.0, 1.3);
        const double pitch =
            i < 0 ? cage.height / 12 * 0.72 : cage.height / 12 * (0.86 + 0.25 * part);
        const double y = i < 0 ? cage.top.y + i * pitch
                               : cage.top.y + cage.height / 12 * (0.86 * i + 0.125 * i * part);
        vertebraFrontal(bone, {.at = {cage.top.x, y + pitch / 2},
                               .width = (2.7 + 1.3 * part) * s,
                               .height = pitch * 0.82,
                               .turn = 0,
                               .transverse = (i < 11 && i >= 0 ? 1.5 : 0.8) * s,
                               .density = look.spine});
    }
    for (const double side : {-1.0, 1.0})
        shoulderGirdle(bone, look, side);
}

void thoraxBody(Canvas& attenuation, const ThoraxLook& look, double girth, Random& random)
{
    const RibCage& cage = look.cage;
    const double w = cage.halfWidth * girth;
    const double d = cage.halfDepth * (0.55 + 0.7 * girth);
    const double x = cage.top.x;
    const double s = look.scale;
    const double shoulder = look.shoulder;
    Canvas tissue(attenuation.frame());
    const double top = look.apex;
    const std::array<Level, 9> trunk{{{top - 60 * s, x, 5.6 * s, 6.0 * s},
                                      {top - 7.5 * s, x, 5.6 * s, 6.0 * s},
                                      {top - 4.2 * s, x, 6.8 * s, 6.3 * s},
                                      {top - 2.2 * s, x, 0.6 * shoulder, 0.75 * d},
                                      {top + 0.4 * s, x, 0.98 * shoulder, 0.9 * d},
                                      {top + 6 * s, x, 1.22 * w, d},
                                      {top + 0.6 * (look.domeRight - top), x, 1.12 * w, 1.02 * d},
                                      {look.domeRight + 2, x, 1.1 * w, 1.02 * d},
                                      {look.domeRight + 60, x, 1.1 * w, 1.05 * d}}};
    tissue.stack(trunk, kSoft * 0.97, Blend::Union);
    for (const double side : {-1.0, 1.0}) {
        const Vec2 a{x + side * (shoulder - 0.5 * s), look.shoulderY};
        const Vec2 b{x + side * look.elbow.x, look.elbow.y};
        const Vec2 c{b.x + 1.2 * (b.x - a.x), b.y + 1.2 * (b.y - a.y)};
        Canvas arm(attenuation.frame());
        const std::array<TubePoint, 3> points{{{{a.x, a.y + 0.35 * look.arm, 0}, look.arm * 1.0},
                                               {{b.x, b.y, 0}, look.arm * 0.9},
                                               {{c.x, c.y, 0}, look.arm * 0.75}}};
        arm.tube(smoothCurve(points, 6), {.wall = kSoft * 0.97});
        for (std::size_t i = 0; i < arm.values().size(); ++i)
            tissue.values()[i] = std::max(tissue.values()[i], arm.values()[i]) +
                                 0.25F * std::min(tissue.values()[i], arm.values()[i]);
    }
    tissue.mottle(3.5 * s, 0.012, 4, random);
    attenuation.add(tissue);
}

} // namespace ir::sample
