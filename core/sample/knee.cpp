#include "sample/exactmath.h"
#include "sample/scene.h"

#include <array>
#include <cmath>

namespace ir::sample {

namespace {

constexpr std::array<Vec2, 15> kFemur{{{-1.6, -8.6},
                                       {-2.1, -6.2},
                                       {-3.9, -4.2},
                                       {-4.3, -2.0},
                                       {-3.4, -0.5},
                                       {-1.8, -0.35},
                                       {-0.8, -1.2},
                                       {0, -2.3},
                                       {0.8, -1.2},
                                       {1.8, -0.35},
                                       {3.4, -0.5},
                                       {4.2, -2.0},
                                       {3.8, -4.2},
                                       {2.1, -6.2},
                                       {1.6, -8.6}}};
constexpr std::array<Vec2, 13> kTibia{{{-4.2, 0.7},
                                       {-2.2, 0.55},
                                       {-0.7, 0.45},
                                       {-0.35, -0.35},
                                       {0.1, 0.25},
                                       {0.5, -0.25},
                                       {1.0, 0.5},
                                       {2.4, 0.55},
                                       {4.1, 0.7},
                                       {4.0, 2.2},
                                       {2.3, 5.0},
                                       {1.5, 8.6},
                                       {-1.6, 8.6}}};

void frontal(Canvas& bone, double density, Random& random)
{
    const auto p = [](double x, double y, double r) { return TubePoint{{x, y, 0}, r}; };
    bone.plate(smoothOutline(kFemur, 6), {0.34 * density, 2.0, 0.24 * density, 0.12});
    bone.plate(smoothOutline(kTibia, 6), {0.34 * density, 2.0, 0.24 * density, 0.12});
    longBoneFrom(bone, {p(-0.8, -50, 1.45), p(-0.3, -14, 1.4), p(0, -8, 1.55), p(0, -3.8, 2.2)},
                 0.8 * density, 0.42, 0, 0.1);
    longBoneFrom(bone, {p(0, 3.2, 2.2), p(0, 8, 1.5), p(0, 16, 1.25), p(0, 50, 1.2)},
                 0.85 * density, 0.42, 0.1, 0);
    longBone(bone, {p(3.7, 2.9, 0.9), p(3.8, 4.2, 0.7), p(3.4, 8, 0.55), p(3.0, 40, 0.55)}, density,
             0.45);
    const std::array<Vec2, 8> patella{{{-2.2, -4.2},
                                       {-1.4, -5.7},
                                       {0.2, -6.1},
                                       {1.7, -5.6},
                                       {2.2, -4.2},
                                       {1.3, -2.8},
                                       {0, -2.0},
                                       {-1.3, -2.8}}};
    bone.plate(smoothOutline(placed(patella, {random.between(-0.2, 0.4), 0}, {1, 1}), 6),
               {0.13 * density, 1.5, 0.12 * density, 0.12});
    for (const double side : {-1.0, 1.0}) {
        bone.ellipsoid(Ellipsoid::make({side * 2.3, 0.75, 0}, {1.7, 0.16, 1.6}), 0.13 * density);
        bone.ellipsoid(Ellipsoid::make({side * 2.4, -0.5, 0}, {1.4, 0.15, 1.4}), 0.13 * density);
    }
}

void lateral(Canvas& bone, Canvas& soft, double flexion, double density)
{
    const double c = exactCos(degrees(flexion));
    const double s = exactSin(degrees(flexion));
    const auto shin = [&](double x, double y, double r) {
        return TubePoint{{c * x - s * y, s * x + c * y, 0}, r};
    };
    const auto p = [](double x, double y, double r) { return TubePoint{{x, y, 0}, r}; };
    const std::array<Vec2, 11> condyle{{{2.4, -7},
                                        {2.9, -4.6},
                                        {3.4, -2.8},
                                        {2.4, -0.9},
                                        {0.4, -0.3},
                                        {-1.8, -0.9},
                                        {-3.0, -2.6},
                                        {-2.6, -4.4},
                                        {-1.0, -5.2},
                                        {-0.8, -7},
                                        {0.8, -7.6}}};
    for (const double shift : {0.0, 0.35})
        bone.plate(smoothOutline(placed(condyle, {shift * 0.6, shift}, {1, 1}), 6),
                   {0.22 * density, 2.0, 0.16 * density, 0.12});
    longBoneFrom(bone, {p(1.5, -50, 1.45), p(1.0, -14, 1.4), p(0.8, -8.5, 1.55), p(0.5, -4.0, 2.2)},
                 0.85 * density, 0.42, 0, 0.1);
    std::vector<Vec2> tibia;
    for (const Vec2 v : {Vec2{2.6, 0.7},
                         {0, 0.7},
                         {-2.8, 1.0},
                         {-2.7, 2.4},
                         {-1.5, 5},
                         {-1.2, 8.6},
                         {1.6, 8.6},
                         {2.0, 5.2},
                         {3.0, 3.4}}) {
        const TubePoint q = shin(v.x, v.y, 0);
        tibia.push_back({q.at.x, q.at.y});
    }
    bone.plate(smoothOutline(tibia, 6), {0.34 * density, 2, 0.22 * density, 0.12});
    longBoneFrom(bone,
                 {shin(0.2, 3.4, 2.0), shin(0.2, 8, 1.45), shin(0.1, 16, 1.25), shin(0, 50, 1.2)},
                 0.85 * density, 0.42, 0.1, 0);
    longBone(bone,
             {shin(-2.2, 2.6, 0.8), shin(-2.3, 4, 0.6), shin(-1.9, 9, 0.5), shin(-1.8, 40, 0.5)},
             density, 0.45);
    const std::array<Vec2, 6> patella{
        {{4.4, -5.6}, {5.4, -5.9}, {6.2, -4.4}, {5.9, -2.6}, {5.0, -1.9}, {4.5, -3.6}}};
    bone.plate(smoothOutline(patella, 6), {0.3 * density, 0.8, 0.2 * density, 0.12});
    const std::vector<TubePoint> leg{p(1.0, -40, 7.8),  p(0.8, -12, 6.8),    p(1.0, -4, 5.8),
                                     shin(0.2, 3, 5.2), shin(-1.2, 14, 5.4), shin(-1, 40, 4.4)};
    soft.tube(smoothCurve(leg, 6), {.wall = kSoft});
}

} // namespace

Scene drawKnee(const PhantomRequest& request)
{
    Random body = Random::stream(request.seed, "knee");
    const bool side = request.view == View::Lateral;
    const bool right = body.chance(0.5);
    const double w = 19 * body.between(0.92, 1.15);
    Frame frame = frameOf({w,
                           w * body.between(1.25, 1.55),
                           request.longestSide,
                           {body.between(-0.6, 0.6) + (side ? 0.8 : 0), body.between(-1, 1)}});
    frame.roll = body.between(-5, 5);
    frame.mirrored = right;
    Canvas soft(frame);
    Canvas bone(frame);
    const double density = body.between(1.05, 1.3);
    if (side) {
        lateral(bone, soft, body.between(10, 38), density);
    } else {
        frontal(bone, density, body);
        const std::array<Level, 7> leg{{{-60, 0, 9, 9},
                                        {-14, 0, 7.2, 7},
                                        {-7, 0, 6.4, 6.2},
                                        {-1, 0, 6.1, 6},
                                        {4, 0, 5.8, 5.6},
                                        {13, 0.2, 6.0, 5.6},
                                        {60, 0, 4.5, 4.5}}};
        soft.stack(leg, kSoft, Blend::Union);
    }
    soft.mottle(2.2, 0.02, 4, body);
    Canvas attenuation(frame);
    attenuation.add(soft);
    addBone(attenuation, bone, body, 0.04);

    Random taste = Random::stream(request.seed, "exposure");
    Exposure exposure;
    exposure.scatter = 0.08;
    exposure.blur = 0.014;
    varyExposure(exposure, taste);
    exposure.contrast = taste.between(0.2, 1.4);
    addMarks(exposure, taste, right ? "R" : "L");
    return {std::move(attenuation), std::move(exposure), "KNEE", side ? "LL" : "AP",
            right ? "R" : "L"};
}

} // namespace ir::sample
