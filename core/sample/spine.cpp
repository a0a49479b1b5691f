#include "sample/thorax.h"

#include "sample/exactmath.h"

#include <array>
#include <cmath>

namespace ir::sample {

namespace {

/// Where the vertebrae of a trunk stand, T1 (0) to L5 (16), from the front.
struct Column
{
    double bend = 0;  ///< cm, scoliosis
    double phase = 0; ///< radians
    double size = 1;
    double top = -33; ///< y of T1's upper edge

    [[nodiscard]] double pitch(int i) const { return (2.05 + 0.097 * i) * size; }
    [[nodiscard]] double y(int i) const
    {
        double y = top;
        for (int k = 0; k < i; ++k)
            y += pitch(k);
        return i < 0 ? top + 1.9 * size * i + pitch(0) / 2 : y + pitch(i) / 2;
    }
    [[nodiscard]] double x(double i) const
    {
        return bend * (exactSin(i * 0.37 + phase) - 0.4 * exactSin(i * 0.2));
    }
    [[nodiscard]] double turn(int i) const
    {
        const double dx = x(i + 0.5) - x(i - 0.5);
        return -dx / pitch(std::max(i, 0)) / kPi * 180;
    }
};

void frontalColumn(Canvas& bone, const Column& column, int first, int last, double density)
{
    for (int i = first; i <= last; ++i) {
        const double part = std::max(0.0, i / 16.0);
        const bool thoracic = i < 12;
        vertebraFrontal(bone, {.at = {column.x(i), column.y(i)},
                               .width = (2.7 + 2.1 * part) * column.size,
                               .height = column.pitch(std::max(i, 0)) * (thoracic ? 0.84 : 0.77),
                               .turn = column.turn(i),
                               .transverse = (i < 0     ? 0.7
                                              : i < 10  ? 1.6
                                              : i < 12  ? 0.9
                                              : i == 14 ? 2.6
                                                        : 2.0) *
                                             column.size,
                               .density = density});
    }
}

/// Trunk with lungs, bowel gas, ribs and pelvis behind a column from the front.
Scene frontal(const PhantomRequest& request, Frame frame, Column column, Random& body)
{
    const double s = column.size;
    const double girth = body.between(0.92, 1.08);
    ThoraxLook chest;
    const double lumbar = column.y(12) - column.pitch(12) / 2;
    chest.scale = s;
    chest.cage = {.top = {column.x(6) * 0.6, column.top},
                  .height = lumbar - column.top,
                  .halfWidth = 12.9 * s,
                  .halfDepth = 8.8 * s,
                  .drop = body.between(7, 8.6) * s,
                  .rib = 0.56 * s,
                  .density = body.between(0.75, 1.0),
                  .yaw = 1.5 * column.bend};
    chest.apex = column.top + 0.6 * s;
    chest.domeRight = lumbar - body.between(6.5, 4) * s;
    chest.heart = body.between(0.85, 1.0);
    chest.spine = 0;
    chest.shoulder = 16.8 * s;
    chest.shoulderY = chest.apex + 3.2 * s;
    chest.elbow = {21 * s, chest.apex + 26 * s};
    chest.arm = 4.2 * s;
    chest.stomachBubble = body.chance(0.7);
    Canvas attenuation(frame);
    thoraxBody(attenuation, chest, girth, body);
    thoraxSoft(attenuation, chest, body);
    Canvas gas(frame);
    bowelGas(
        gas,
        {{-11 * s, lumbar - 1}, {11 * s, lumbar + 24 * s}, body.between(0.3, 0.8), 1.6 * s, true},
        body);
    attenuation.add(gas, static_cast<float>(-kSoft * 0.8));
    for (const double side : {-1.0, 1.0}) {
        const std::array<TubePoint, 3> psoas{{{{side * 2.4 * s, lumbar + 2, 0}, 0.9 * s},
                                              {{side * 4.2 * s, lumbar + 10 * s, 0}, 2.3 * s},
                                              {{side * 6.4 * s, lumbar + 22 * s, 0}, 2.6 * s}}};
        attenuation.tube(smoothCurve(psoas, 6), {.wall = 0.022});
    }
    Canvas bone(frame);
    const double density = body.between(1.15, 1.5);
    ribs(bone, chest.cage, body);
    frontalColumn(bone, column, -6, 16, density);
    const double promontory = column.y(16) + 0.5 * column.pitch(16) + 0.4;
    pelvisFrontal(bone, {.at = {column.x(16), promontory},
                         .scale = 0.98 * s,
                         .turn = 0.4 * column.turn(16),
                         .female = request.sex == 'F',
                         .density = density * 0.9});
    addBone(attenuation, bone, body);

    Random taste = Random::stream(request.seed, "exposure");
    Exposure exposure;
    exposure.scatter = taste.between(0.04, 0.14);
    exposure.brightest = 0.998;
    varyExposure(exposure, taste);
    addMarks(exposure, taste, "L");
    return {std::move(attenuation), std::move(exposure), "SPINE", "AP", ""};
}

/// From the side, top to bottom; the back is at the left.
using SideColumn = std::vector<VertebraSideLook>;

SideColumn sideColumn(bool lumbar, double s, Random& random)
{
    SideColumn column;
    const int count = lumbar ? 9 : 13;
    double x = 0, y = 0;
    const double curve = random.between(0.85, 1.15);
    for (int i = 0; i < count; ++i) {
        // Degrees a vertebra leans: kyphosis bulges to the back (left), lordosis to the front.
        const double t = lumbar ? i - 5.2 : i - 6.5;
        const double turn = lumbar ? curve * (t * 6.2) : curve * -(t * 4.6);
        const double height = (lumbar ? 2.35 + 0.07 * i : 1.75 + 0.075 * i) * s;
        const double pitch = height * (lumbar ? 1.25 + 0.012 * i : 1.18);
        column.push_back({.at = {x, y},
                          .depth = (lumbar ? 3.3 + 0.06 * i : 2.3 + 0.11 * i) * s,
                          .height = height,
                          .turn = turn,
                          .spinous = (lumbar ? 3.0 : 2.6) * s,
                          .spinousDrop = lumbar ? 16.0 : 48.0});
        const double a = degrees(turn);
        x -= pitch * exactSin(a);
        y += pitch * exactCos(a);
    }
    double mx = 0, my = 0;
    for (const VertebraSideLook& v : column) {
        mx += v.at.x / count;
        my += v.at.y / count;
    }
    for (VertebraSideLook& v : column)
        v.at = {v.at.x - mx, v.at.y - my};
    return column;
}

void sideSacrum(Canvas& bone, const VertebraSideLook& l5, double s, double density)
{
    const std::array<Vec2, 9> sacrum{{{1.8, 0.2},
                                      {0, -0.3},
                                      {-1.7, 0},
                                      {-3.2, 2.2},
                                      {-4.6, 5.2},
                                      {-4.4, 8.6},
                                      {-3.3, 8.8},
                                      {-2.6, 5.4},
                                      {0.1, 2.6}}};
    const Vec2 at{l5.at.x - 0.9 * s, l5.at.y + 2.1 * s};
    bone.plate(smoothOutline(placed(sacrum, at, {s, s}, l5.turn * 0.6), 6),
               {0.4 * density, 1.0, 0.22 * density, 0.12});
    const std::array<Vec2, 9> wing{{{4.5, 1.5},
                                    {3.6, -3.2},
                                    {0.2, -5.0},
                                    {-3.6, -4.2},
                                    {-5.0, -1.0},
                                    {-3.4, 2.0},
                                    {-2.2, 6.0},
                                    {1.0, 8.5},
                                    {3.4, 6.0}}};
    for (const double shift : {-0.5, 0.6})
        bone.plate(smoothOutline(placed(wing, {at.x + 0.4 + shift, at.y + 0.8 * s + 0.5 * shift},
                                        {s, s}, l5.turn * 0.3),
                                 6),
                   {0.10 * density, 2, 0.15 * density, 0.16});
}

void sideRibs(Canvas& bone, const SideColumn& column, bool lumbar, double s, Random& random)
{
    const std::size_t count = lumbar ? 3 : column.size();
    for (std::size_t i = 0; i < count; ++i)
        for (const double shift : {-0.5, 0.5}) {
            const VertebraSideLook& v = column[i];
            const double reach = (lumbar ? 8.0 - 2.2 * static_cast<double>(i) : 15.0) * s;
            const double y = v.at.y - 0.3 + shift * random.between(0.4, 1.2);
            const std::array<TubePoint, 5> rib{{{{v.at.x - 2.2 * s, y, 0}, 0.5 * s},
                                                {{v.at.x - 3.6 * s, y + 1.4 * s, 0}, 0.55 * s},
                                                {{v.at.x - 1.4 * s, y + 4.2 * s, 0}, 0.58 * s},
                                                {{v.at.x + 0.45 * reach, y + 7.0 * s, 0}, 0.6 * s},
                                                {{v.at.x + reach, y + 10.5 * s, 0}, 0.62 * s}}};
            bone.tube(
                smoothCurve(rib, 8),
                {.wall = kBoneInSoft * 0.7, .core = kSpongyInSoft, .wallPart = 0.3, .depth = 0.7});
        }
}

Scene lateral(const PhantomRequest& request, Frame frame, bool lumbar, Random& body)
{
    const double s = body.between(0.94, 1.05);
    const SideColumn column = sideColumn(lumbar, s, body);
    Canvas attenuation(frame);
    Canvas tissue(frame);
    const double front = (lumbar ? 12.5 : 15) * body.between(0.95, 1.1);
    const double back = lumbar ? -6.8 : -7.6;
    std::vector<Level> trunk;
    for (const VertebraSideLook& v : column)
        trunk.push_back({v.at.y * 2.2, (v.at.x + front + v.at.x * 0.6 + back) / 2,
                         (front - back + 0.4 * v.at.x) / 2, lumbar ? 10.5 : 12.5});
    tissue.stack(trunk, kSoft * 0.93, Blend::Union);
    tissue.mottle(3.5, 0.016, 4, body);
    Canvas air(frame);
    const VertebraSideLook& l1 = column[lumbar ? 3 : 11];
    const double floor = l1.at.y + (lumbar ? -6.0 : 1.5) * s;
    if (!lumbar) {
        air.ellipsoid(Ellipsoid::make({2.8, floor - 15, 0}, {10.4, 18.5, 7.4}, -5), 1);
    } else {
        air.ellipsoid(Ellipsoid::make({3, floor - 13, 0}, {10.5, 14, 7.5}, 5), 1);
    }
    Canvas solid(frame);
    solid.ellipsoid(Ellipsoid::make({6, floor + 8.5, 0}, {13, 9.8, 11}, 16), 1);
    if (!lumbar)
        solid.ellipsoid(Ellipsoid::make({8.2, floor - 6, 0}, {5.2, 6.8, 3.6}, -25), 1);
    air.blur(0.15);
    air.carve(solid);
    Canvas gas(frame);
    if (lumbar)
        bowelGas(gas, {{2.6, -10}, {14.5, 16}, body.between(0.5, 1.2), 1.7, false}, body);
    tissue.add(air, static_cast<float>(-(kSoft - kLung) * 0.93));
    tissue.add(gas, static_cast<float>(-kSoft));
    attenuation.add(tissue);

    Canvas bone(frame);
    const double density = body.between(1.2, 1.6);
    for (VertebraSideLook v : column) {
        v.density = density;
        vertebraLateral(bone, v);
    }
    sideRibs(bone, column, lumbar, s, body);
    if (lumbar)
        sideSacrum(bone, column.back(), s, density);
    addBone(attenuation, bone, body);
    Random taste = Random::stream(request.seed, "exposure");
    Exposure exposure;
    exposure.scatter = taste.between(0.05, 0.15);
    exposure.brightest = 0.997;
    varyExposure(exposure, taste);
    addMarks(exposure, taste, body.chance(0.5) ? "L" : "R");
    return {std::move(attenuation), std::move(exposure), lumbar ? "LSPINE" : "TSPINE", "LL", ""};
}

} // namespace

Scene drawTrunkSpine(const PhantomRequest& request)
{
    Random body = Random::stream(request.seed, "spine");
    const bool whole = request.part == Part::WholeSpine;
    const bool lumbar = request.part == Part::LumbarSpine;
    const double narrow = body.between(0.9, 1.1);
    if (request.view == View::Lateral && !whole) {
        Frame frame = frameOf({(lumbar ? 20 : 19) * narrow,
                               lumbar ? 37.0 : 39.0,
                               request.longestSide,
                               {lumbar ? 0.8 : 1.2, lumbar ? 2.5 : 0.0}});
        frame.roll = body.between(-3, 3);
        return lateral(request, frame, lumbar, body);
    }
    Column column;
    column.size = whole ? body.between(0.86, 0.98) : body.between(0.95, 1.05);
    column.phase = body.between(-0.6, 0.6);
    column.bend = whole ? body.between(0.7, 2.4) : body.between(0.0, 0.5);
    if (body.chance(0.5))
        column.bend = -column.bend;
    const double middle = whole ? -6 : lumbar ? column.y(14) : column.y(6);
    Frame frame = frameOf({(whole    ? 27.0
                            : lumbar ? 15.5
                                     : 17.0) *
                               narrow,
                           whole    ? 66.0
                           : lumbar ? 36.0
                                    : 38.0,
                           request.longestSide,
                           {body.between(-0.5, 0.5), middle + body.between(-1, 1)}});
    frame.roll = body.between(-2, 2);
    Scene scene = frontal(request, frame, column, body);
    scene.bodyPart = whole ? "SPINE" : lumbar ? "LSPINE" : "TSPINE";
    return scene;
}

} // namespace ir::sample
