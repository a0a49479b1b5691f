#include "sample/thorax.h"

#include "sample/exactmath.h"

#include <array>
#include <cmath>

namespace ir::sample {

namespace {

/// Jaw with teeth from the side, facing right; `at` is its angle.
void jawLateral(Canvas& bone, Vec2 at, double density)
{
    const std::array<Vec2, 11> jaw{{{-1.3, -5.4},
                                    {0.6, -4.6},
                                    {1.6, -5.6},
                                    {2.2, -3.2},
                                    {5.4, -2.6},
                                    {7.6, -2.8},
                                    {8.4, -0.6},
                                    {7.6, 0.9},
                                    {3.6, 0.6},
                                    {0, 0.3},
                                    {-1.2, -1.4}}};
    for (const double shift : {0.0, 0.5})
        bone.plate(smoothOutline(placed(jaw, {at.x + shift, at.y - 0.5 * shift}, {1, 1}), 6),
                   {0.13 * density, 0.7, 0.16 * density, 0.16});
    for (int i = 0; i < 8; ++i) {
        const double x = at.x + 2.4 + 0.72 * i;
        for (const double side : {-1.0, 1.0}) {
            const double y = at.y - 3.4 + side * 0.85 - 0.03 * i;
            bone.tube(std::array<TubePoint, 2>{{{{x, y - 0.75, 0}, side < 0 ? 0.2 : 0.34},
                                                {{x + 0.1, y + 0.75, 0}, side < 0 ? 0.34 : 0.2}}},
                      {.wall = 0.55 * density, .wallPart = 1});
        }
    }
}

void skullBase(Canvas& bone, double density)
{
    bone.ellipsoid(Ellipsoid::make({-0.5, -15.2, 0}, {9.6, 8.4, 7.4}), 0.16 * density);
    bone.ellipsoid(Ellipsoid::make({-0.5, -15.2, 0}, {9.1, 7.9, 6.9}), -0.16 * density);
    bone.ellipsoid(Ellipsoid::make({0.2, -9.2, 0}, {2.4, 1.5, 2.5}, -12), 0.1 * density);
    bone.ellipsoid(Ellipsoid::make({-1.0, -7.6, 0}, {0.9, 1.2, 1.5}), 0.12 * density);
    longBone(bone, {{{-7.4, -9.4, 0}, 0.5}, {{-4.5, -7.4, 0}, 0.5}, {{-1.8, -7.3, 0}, 0.4}},
             density, 0.5, 2.5);
    longBone(bone, {{{8.2, -7.6, 0}, 0.3}, {{5.4, -7.7, 0}, 0.35}, {{3.6, -8.0, 0}, 0.3}}, density,
             0.7, 3.0);
}

/// C1 to T2 from the side.
void columnLateral(Canvas& bone, double s, double density, Random& body)
{
    const double curve = body.between(-0.3, 1.2);
    double x = -1.6 * s, y = -4.2 * s;
    for (int i = 0; i < 8; ++i) { // C2 to T2
        const double turn = curve * (i - 3.2) * 5.0 + 6;
        const double height = (1.46 + 0.05 * i) * s;
        vertebraLateral(bone, {.at = {x, y},
                               .depth = (1.85 + 0.06 * i) * s,
                               .height = height,
                               .turn = turn,
                               .spinous = (i == 0  ? 1.5
                                           : i > 4 ? 3.0
                                                   : 1.5 + 0.12 * i) *
                                          s,
                               .spinousDrop = 22,
                               .density = density * 0.95});
        if (i == 0) { // the dens and the ring of the atlas
            longBone(bone, {{{x, y - 0.5 * s, 0}, 0.6 * s}, {{x + 0.15, y - 2.0 * s, 0}, 0.48 * s}},
                     density, 0.35);
            longBone(
                bone,
                {{{x + 0.95, y - 2.0 * s, 0}, 0.34 * s}, {{x + 0.98, y - 1.5 * s, 0}, 0.36 * s}},
                1.2 * density, 0.6);
            longBone(bone,
                     {{{x - 1.0, y - 1.8 * s, 0}, 0.5 * s},
                      {{x - 3.0, y - 2.0 * s, 0}, 0.34 * s},
                      {{x - 3.9, y - 1.8 * s, 0}, 0.42 * s}},
                     density, 0.4);
        }
        x -= height * 1.2 * exactSin(degrees(turn));
        y += height * 1.2 * exactCos(degrees(turn));
    }
}

/// Neck, face and airway from the side.
void softLateral(Canvas& attenuation, Random& body)
{
    Canvas tissue(attenuation.frame());
    const std::array<Level, 7> neck{{{-40, 0.5, 9.5, 7.5},
                                     {-8, 0.6, 7.8, 6.6},
                                     {-3.5, 0.2, 6.3, 5.8},
                                     {1, -0.3, 6.1, 5.5},
                                     {5, -0.8, 6.8, 6.2},
                                     {8.5, -1.6, 9.8, 9.5},
                                     {14, -2, 17, 18}}};
    tissue.stack(neck, kSoft * 0.95, Blend::Union);
    Canvas head(attenuation.frame());
    head.ellipsoid(Ellipsoid::make({6.5, -6.2, 0}, {6.8, 5.2, 5.6}, 6), kSoft * 0.95, Blend::Union);
    tissue.unite(head);
    tissue.mottle(2.5, 0.015, 4, body);
    attenuation.add(tissue);
    const std::array<TubePoint, 6> airway{{{{3.9, -7.5, 0}, 0.8},
                                           {{2.9, -5.0, 0}, 0.62},
                                           {{2.6, -2.0, 0}, 0.75},
                                           {{3.3, 1.2, 0}, 0.85},
                                           {{3.2, 5, 0}, 0.8},
                                           {{2.0, 13, 0}, 0.85}}};
    attenuation.tube(smoothCurve(airway, 8), {.wall = -kSoft * 1.3});
    attenuation.ellipsoid(Ellipsoid::make({8.4, -5.8, 0}, {3.6, 0.6, 2}, 4), -kSoft);
}

Scene lateral(const PhantomRequest& request, Random& body)
{
    const double s = body.between(0.95, 1.06);
    Frame frame = frameOf({16.5 * body.between(0.92, 1.05),
                           23 * body.between(0.95, 1.05),
                           request.longestSide,
                           {0.4 + body.between(-0.6, 0.6), 1.6}});
    frame.roll = body.between(-4, 4);
    Canvas attenuation(frame);
    softLateral(attenuation, body);
    Canvas bone(frame);
    const double density = body.between(1.3, 1.7);
    skullBase(bone, density);
    jawLateral(bone, {3.9 + body.between(-0.3, 0.6), -2.6 + body.between(-0.6, 0.4)}, density);
    columnLateral(bone, s, density, body);
    longBone(bone, {{{4.2, 0.2, 0}, 0.22}, {{5.4, -0.2, 0}, 0.26}, {{6.0, -0.1, 0}, 0.3}}, density,
             0.6);
    const std::vector<TubePoint> clavicle{
        {{1.5, 10.6, 0}, 0.7}, {{4.5, 9.6, 0}, 0.7}, {{8, 10.4, 0}, 0.8}};
    longBone(bone, clavicle, density, 0.3);
    addBone(attenuation, bone, body);

    Random taste = Random::stream(request.seed, "exposure");
    Exposure exposure;
    exposure.scatter = 0.15;
    varyExposure(exposure, taste);
    exposure.contrast = taste.between(0.4, 1.2);
    addMarks(exposure, taste, "R");
    return {std::move(attenuation), std::move(exposure), "CSPINE", "LL", ""};
}

Scene frontal(const PhantomRequest& request, Random& body)
{
    const double s = body.between(0.95, 1.05);
    ThoraxLook chest;
    chest.scale = s;
    chest.cage = {.top = {0, -13.2 * s},
                  .height = 27 * s,
                  .halfWidth = 13.2 * s,
                  .halfDepth = 8.8 * s,
                  .drop = 8 * s};
    chest.apex = -12.4 * s;
    chest.spine = body.between(1.3, 1.6);
    Frame frame = frameOf({17 * body.between(0.95, 1.1),
                           23 * body.between(0.95, 1.05),
                           request.longestSide,
                           {body.between(-0.4, 0.4), -17.2 * s + body.between(-0.6, 0.6)}});
    frame.roll = body.between(-3, 3);
    Canvas attenuation(frame);
    thoraxBody(attenuation, chest, 1.02, body);
    attenuation.ellipsoid(Ellipsoid::make({0, -31.5 * s, 0}, {7.6 * s, 8.4 * s, 9}), kSoft * 0.75);
    thoraxSoft(attenuation, chest, body);
    Canvas bone(frame);
    thoraxBones(bone, chest, body);
    const double chin = -23.4 * s + body.between(-0.8, 0.8);
    longBone(bone,
             {{{-6.0, chin - 6.5, 0}, 0.9},
              {{-4.9, chin - 1.8, 0}, 1.0},
              {{-2.4, chin + 0.2, 0}, 1.1},
              {{2.4, chin + 0.2, 0}, 1.1},
              {{4.9, chin - 1.8, 0}, 1.0},
              {{6.0, chin - 6.5, 0}, 0.9}},
             1.0, 0.35, 1.2);
    bone.ellipsoid(Ellipsoid::make({0, chin - 8.2, 0}, {7.4, 8.6, 9}), 0.2);
    bone.ellipsoid(Ellipsoid::make({0, chin - 8.2, 0}, {6.9, 8.1, 8.4}), -0.2);
    for (int i = 0; i < 8; ++i) {
        const double x = -2.4 + 0.68 * i;
        bone.tube(
            std::array<TubePoint, 2>{{{{x, chin - 3.4, 0}, 0.32}, {{x, chin - 1.6, 0}, 0.22}}},
            {.wall = 0.5, .wallPart = 1});
    }
    addBone(attenuation, bone, body);
    Random taste = Random::stream(request.seed, "exposure");
    Exposure exposure;
    exposure.scatter = 0.2;
    varyExposure(exposure, taste);
    addMarks(exposure, taste, "L");
    return {std::move(attenuation), std::move(exposure), "CSPINE", "AP", ""};
}

} // namespace

Scene drawCervicalSpine(const PhantomRequest& request)
{
    Random body = Random::stream(request.seed, "neck");
    return request.view == View::Lateral ? lateral(request, body) : frontal(request, body);
}

} // namespace ir::sample
