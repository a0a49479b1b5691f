#include "sample/thorax.h"

#include "sample/exactmath.h"

#include <array>

namespace ir::sample {

namespace {

/// Thickens slowly from above and ends in a fold below.
void breast(Canvas& attenuation, double x, double y, double size)
{
    const std::array<Level, 7> levels{{{y - 6.5 * size, x, 4.6 * size, 0.05 * size},
                                       {y - 3 * size, x, 5.6 * size, 0.5 * size},
                                       {y, x, 6.3 * size, 1.1 * size},
                                       {y + 2.6 * size, x, 6.4 * size, 1.55 * size},
                                       {y + 4.6 * size, x, 5.6 * size, 1.5 * size},
                                       {y + 6 * size, x, 3.6 * size, 1.0 * size},
                                       {y + 6.5 * size, x, 1.2 * size, 0.2 * size}}};
    attenuation.stack(levels, kFat);
}

/// Round and short, with level ribs, a large heart and thin limbs, the arms often up.
ThoraxLook childLook(double size, Random& body)
{
    ThoraxLook look;
    look.scale = size * 0.92;
    look.cage = {.top = {0, -10.2 * size},
                 .height = 23.5 * size,
                 .halfWidth = 13.6 * size * body.between(0.98, 1.08),
                 .halfDepth = 10.6 * size,
                 .drop = body.between(3.6, 5.2) * size,
                 .rib = 0.60 * size,
                 .density = body.between(0.8, 1.0),
                 .yaw = body.between(-5, 5)};
    look.apex = -9.6 * size;
    look.domeRight = body.between(5.0, 6.6) * size;
    look.heart = body.between(0.98, 1.16);
    look.vessels = body.between(1.0, 1.25);
    look.stomachBubble = body.chance(0.75);
    look.spine = body.between(0.55, 0.75);
    look.growthPlates = true;
    const bool armsUp = body.chance(0.65);
    look.clavicleRise = (armsUp ? body.between(3.0, 5.0) : body.between(1.0, 2.5)) * size;
    look.shoulder = body.between(15, 16.5) * size;
    look.shoulderY = (armsUp ? -10.2 : -8.4) * size;
    look.scapulae = body.between(0.8, 1.4);
    look.elbow = armsUp ? Vec2{body.between(20, 25) * size, -24 * size}
                        : Vec2{body.between(20, 24) * size, 8 * size};
    look.arm = body.between(3.3, 4.0) * size;
    return look;
}

} // namespace

Scene drawAdultChest(const PhantomRequest& request)
{
    Random body = Random::stream(request.seed, "adult chest");
    const bool female = request.sex == 'F';
    const double size = (female ? 0.93 : 1.0) * body.between(0.95, 1.05);
    const double girth = body.between(0.98, 1.14);
    ThoraxLook look;
    look.scale = size;
    look.cage = {.top = {0, -15.0 * size},
                 .height = 30.5 * size,
                 .halfWidth = 14.4 * size * body.between(0.96, 1.07),
                 .halfDepth = 8.8 * size,
                 .drop = body.between(8.5, 11.0) * size,
                 .rib = 0.58 * size,
                 .density = body.between(0.46, 0.7),
                 .yaw = body.between(-4, 4)};
    look.apex = -14.2 * size;
    look.domeRight = body.between(9.2, 12.0) * size;
    look.heart = body.between(0.81, 1.02);
    look.vessels = body.between(1.05, 1.3);
    look.stomachBubble = body.chance(0.6);
    look.spine = body.between(0.14, 0.24);
    look.clavicleRise = body.between(0.8, 3.0) * size;
    look.shoulder = body.between(17.6, 19.2) * size;
    look.shoulderY = body.between(-12.3, -11.0) * size;
    look.scapulae = body.between(0.3, 1.2);
    look.elbow = {body.between(20.5, 26) * size, 14 * size};
    look.arm = body.between(4.2, 5.2) * size * girth;

    const bool wide = body.chance(0.55);
    const double w = (wide ? 38 : 33) * body.between(0.93, 1.03);
    const double h = (wide ? 35 : 39) * body.between(0.93, 1.03);
    Canvas attenuation(frameOf(
        {w, h, request.longestSide, {body.between(-0.8, 0.8), -0.6 + body.between(-1, 1)}}));
    Frame frame = attenuation.frame();
    frame.roll = body.between(-2.5, 2.5);
    attenuation = Canvas(frame);

    thoraxBody(attenuation, look, girth, body);
    if (female)
        for (const double side : {-1.0, 1.0})
            breast(attenuation, side * 7.6 * size, 4.5 * size, size * body.between(0.8, 1.15));
    thoraxSoft(attenuation, look, body);
    Canvas bone(frame);
    thoraxBones(bone, look, body);
    addBone(attenuation, bone, body);

    Random taste = Random::stream(request.seed, "exposure");
    Exposure exposure;
    exposure.scatter = taste.between(0.15, 0.26);
    exposure.brightest = 0.99;
    varyExposure(exposure, taste);
    exposure.enhance *= 0.45; // 125 kVp: bones are faint and stay so
    const bool ap = body.chance(0.25);
    addMarks(exposure, taste, "L");
    return {std::move(attenuation), std::move(exposure), "CHEST", ap ? "AP" : "PA", ""};
}

Scene drawChildChest(const PhantomRequest& request)
{
    Random body = Random::stream(request.seed, "child chest");
    const int age = request.ageYears;
    const double size = 0.47 + 0.028 * age + body.between(-0.02, 0.02);
    const ThoraxLook look = childLook(size, body);
    const double w = 33 * size * body.between(0.95, 1.2);
    const double h = w * body.between(0.74, 1.0);
    Frame frame = frameOf({w,
                           h,
                           request.longestSide,
                           {body.between(-0.8, 0.8), -1.6 * size + body.between(-0.5, 0.8)}});
    frame.roll = body.between(-5, 5);
    Canvas attenuation(frame);
    thoraxBody(attenuation, look, body.between(0.99, 1.06), body);
    // A child's chin often reaches into the field.
    const double chin = look.apex - body.between(4.5, 8) * size;
    attenuation.ellipsoid(Ellipsoid::make({0, chin - 6 * size, 0}, {8 * size, 7 * size, 8 * size}),
                          kSoft * 0.8);
    thoraxSoft(attenuation, look, body);
    Canvas gas(frame);
    bowelGas(gas, {{-9 * size, 10.5 * size}, {10 * size, 22 * size}, 1.2, 1.9 * size, false}, body);
    attenuation.add(gas, static_cast<float>(-kSoft));
    Canvas bone(frame);
    thoraxBones(bone, look, body);
    const std::vector<TubePoint> jaw{{{-5.6 * size, chin - 7 * size, 0}, 0.9 * size},
                                     {{-4.2 * size, chin - 1.5 * size, 0}, 0.9 * size},
                                     {{0, chin, 0}, 1.0 * size},
                                     {{4.2 * size, chin - 1.5 * size, 0}, 0.9 * size},
                                     {{5.6 * size, chin - 7 * size, 0}, 0.9 * size}};
    longBone(bone, jaw, 1.0, 0.4);
    addBone(attenuation, bone, body, 0.07);

    Random taste = Random::stream(request.seed, "exposure");
    Exposure exposure;
    exposure.scatter = taste.between(0.05, 0.15);
    exposure.quanta = 9000;
    exposure.brightest = 0.99;
    varyExposure(exposure, taste);
    addMarks(exposure, taste, "R");
    return {std::move(attenuation), std::move(exposure), "CHEST", "AP", ""};
}

} // namespace ir::sample
