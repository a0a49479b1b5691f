#include "sample/thorax.h"

#include "sample/exactmath.h"

#include <array>
#include <cmath>

namespace ir::sample {

namespace {

/// Liver, spleen, kidneys, psoas and bladder: little denser than the fat around them.
void organs(Canvas& attenuation, double s, Random& random)
{
    const double gain = random.between(0.9, 1.4);
    attenuation.ellipsoid(Ellipsoid::make({-6.5 * s, -9.5 * s, 0}, {8.5 * s, 7.5 * s, 7}, -22),
                          0.011 * gain);
    attenuation.ellipsoid(Ellipsoid::make({9.2 * s, -9.0 * s, 0}, {3.2 * s, 5.2 * s, 4}, 20),
                          0.014 * gain);
    for (const double side : {-1.0, 1.0}) {
        attenuation.ellipsoid(Ellipsoid::make({side * 6.0 * s, (side < 0 ? -3.2 : -4.4) * s, 0},
                                              {2.7 * s, 5.4 * s, 2.6}, side * -14),
                              0.02 * gain);
        const std::array<TubePoint, 4> psoas{{{{side * 2.6 * s, -7 * s, 0}, 0.9 * s},
                                              {{side * 3.8 * s, -1 * s, 0}, 2.1 * s},
                                              {{side * 5.4 * s, 6 * s, 0}, 2.7 * s},
                                              {{side * 7.4 * s, 14 * s, 0}, 2.4 * s}}};
        attenuation.tube(smoothCurve(psoas, 6), {.wall = 0.022 * gain});
        const std::array<TubePoint, 3> flank{{{{side * 14.0 * s, -8 * s, 0}, 0.35},
                                              {{side * 13.2 * s, 0, 0}, 0.4},
                                              {{side * 13.8 * s, 7 * s, 0}, 0.35}}};
        attenuation.tube(smoothCurve(flank, 6), {.wall = -0.11});
    }
    attenuation.ellipsoid(Ellipsoid::make({0, 17.5 * s, 0}, {4.5 * s, 3.6 * s, 4}), 0.018 * gain);
}

void belly(Canvas& attenuation, double s, double girth, Random& random)
{
    Canvas tissue(attenuation.frame());
    const std::array<Level, 8> trunk{{{-60, 0, 16 * s * girth, 10.5 * girth},
                                      {-16, 0, 16.2 * s * girth, 10.8 * girth},
                                      {-6, 0, 15.4 * s * girth, 10.6 * girth},
                                      {0, 0, 15.0 * s * girth, 10.6 * girth},
                                      {7, 0, 16.3 * s * girth, 10.8 * girth},
                                      {16, 0, 18.4 * s * girth, 10.6 * girth},
                                      {23, 0, 19.2 * s * girth, 10 * girth},
                                      {60, 0, 19 * s * girth, 9.5 * girth}}};
    tissue.stack(trunk, 0.185, Blend::Union, 2);
    // Skin and the fat under it end more gently than the muscle wall.
    tissue.mottle(3.5, 0.016, 5, random);
    attenuation.add(tissue);
}

/// Lowest ribs, T10 to L5 and the pelvis.
void bones(Canvas& attenuation, const RibCage& cage, double s, bool female, Random& body)
{
    Canvas bone(attenuation.frame());
    ribs(bone, cage, body);
    const double lean = body.between(-0.5, 0.5);
    const double density = body.between(1.0, 1.4);
    for (int i = 0; i < 9; ++i) { // L5 is number 8
        const double y = (8.7 - 3.55 * (8 - i)) * s;
        const double x = lean * exactSin(i * 0.45);
        vertebraFrontal(bone, {.at = {x, y},
                               .width = (3.6 + 0.17 * i) * s,
                               .height = (2.35 + 0.06 * i) * s,
                               .turn = lean * 3,
                               .transverse = (i < 4    ? 0.9
                                              : i == 6 ? 2.6
                                                       : 2.1) *
                                             s,
                               .density = density});
    }
    pelvisFrontal(bone, {.at = {0, 11.2 * s},
                         .scale = s * body.between(0.95, 1.03),
                         .turn = body.between(-1.5, 1.5),
                         .female = female,
                         .density = density});
    addBone(attenuation, bone, body);
}

} // namespace

Scene drawAbdomen(const PhantomRequest& request)
{
    Random body = Random::stream(request.seed, "abdomen");
    const bool female = request.sex == 'F';
    const double s = body.between(0.93, 1.05);
    const double girth = body.between(0.95, 1.12);
    const double w = 35 * body.between(0.95, 1.04);
    Frame frame = frameOf({w,
                           w * body.between(1.17, 1.26),
                           request.longestSide,
                           {body.between(-0.8, 0.8), body.between(2.2, 5.0)}});
    frame.roll = body.between(-2.5, 2.5);
    Canvas attenuation(frame);
    belly(attenuation, s, girth, body);
    organs(attenuation, s, body);

    // The lowest part of the chest: lung bases, ribs 8 to 12, T10 to T12.
    ThoraxLook chest;
    chest.cage = {.top = {0, -36.0 * s},
                  .height = 26 * s,
                  .halfWidth = 13.9 * s,
                  .halfDepth = 9,
                  .drop = 8.6 * s,
                  .rib = 0.6 * s,
                  .density = body.between(0.75, 1.0)};
    chest.apex = -36 * s;
    chest.domeRight = body.between(-18.5, -14.5) * s;
    chest.heart = 0.9;
    chest.stomachBubble = false;
    thoraxSoft(attenuation, chest, body);
    Canvas gas(frame);
    const Vec3 stomach{body.between(4, 7.5) * s, body.between(-12.5, -10) * s, 0};
    const Vec3 bubble{body.between(2, 3.8), body.between(1.2, 2.1), 2.2};
    gas.ellipsoid(Ellipsoid::make(stomach, bubble, body.between(-25, 5)), 1, Blend::Union);
    bowelGas(gas,
             {{-12.3 * s, -11 * s},
              {12.3 * s, 17 * s},
              body.between(1.0, 2.2),
              body.between(1.5, 2.3),
              true},
             body);
    attenuation.add(gas, static_cast<float>(-kSoft * 0.85));

    bones(attenuation, chest.cage, s, female, body);

    Random taste = Random::stream(request.seed, "exposure");
    Exposure exposure;
    exposure.scatter = taste.between(0.04, 0.14);
    exposure.brightest = 0.998;
    varyExposure(exposure, taste);
    addMarks(exposure, taste, "R");
    exposure.labels.front().at.y = taste.between(0.1, 0.9);
    return {std::move(attenuation), std::move(exposure), "ABDOMEN", "AP", ""};
}

} // namespace ir::sample
