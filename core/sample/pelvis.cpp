#include "sample/exactmath.h"
#include "sample/scene.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ir::sample {

namespace {

// The left half at adult size, relative to the middle of the promontory; x grows outwards.
constexpr std::array<Vec2, 14> kWing{{{4.0, -0.6},
                                      {5.6, -3.4},
                                      {8.2, -4.8},
                                      {10.8, -4.2},
                                      {12.7, -1.6},
                                      {13.1, 1.2},
                                      {12.0, 3.2},
                                      {11.9, 5.0},
                                      {11.9, 7.6},
                                      {9.6, 8.8},
                                      {7.0, 8.4},
                                      {6.2, 6.2},
                                      {5.0, 4.2},
                                      {4.1, 2.2}}};
constexpr std::array<Vec2, 10> kSacrum{{{-5.0, -0.6},
                                        {-2.4, -1.0},
                                        {0, -0.3},
                                        {2.4, -1.0},
                                        {5.0, -0.6},
                                        {4.2, 2.6},
                                        {2.4, 5.8},
                                        {0, 8.0},
                                        {-2.4, 5.8},
                                        {-4.2, 2.6}}};

/// Places points of the left half on either side.
struct Half
{
    const PelvisLook& look;
    double side;

    [[nodiscard]] Vec2 at(double x, double y) const
    {
        const double c = exactCos(degrees(look.turn));
        const double s = exactSin(degrees(look.turn));
        const double px = side * x * look.scale * (look.female ? 1.04 : 1.0);
        const double py = y * look.scale * (look.female ? 0.95 : 1.0);
        return {look.at.x + c * px - s * py, look.at.y + s * px + c * py};
    }
    [[nodiscard]] TubePoint point(double x, double y, double r) const
    {
        const Vec2 p = at(x, y);
        return {{p.x, p.y, 0}, r * look.scale};
    }
    [[nodiscard]] std::vector<Vec2> outline(std::span<const Vec2> shape) const
    {
        std::vector<Vec2> points;
        for (const Vec2 p : shape)
            points.push_back(at(p.x, p.y));
        return smoothOutline(points, 6);
    }
};

void hip(Canvas& bone, const Half& half)
{
    const double s = half.look.scale;
    const double d = half.look.density;
    const Vec2 head = half.at(9.3, 9.6);
    bone.ellipsoid(Ellipsoid::make({head.x, head.y, 0}, {2.45 * s, 2.45 * s, 2.3 * s}), 0.1 * d);
    const std::array<Vec2, 8> upper{{{9.8, 8.2},
                                     {12.0, 9.6},
                                     {13.6, 10.0},
                                     {14.6, 11.8},
                                     {14.1, 14.6},
                                     {11.7, 14.8},
                                     {10.9, 12.6},
                                     {8.6, 11.4}}};
    bone.plate(half.outline(upper), {0.42 * d, 1.1, 0.22 * d, 0.14 * s});
    longBoneFrom(bone,
                 {half.point(12.8, 12.0, 1.75), half.point(12.7, 16, 1.5),
                  half.point(12.1, 22, 1.35), half.point(11.2, 36, 1.35)},
                 0.85 * d, 0.42, 0.22, 0);
    bone.ellipsoid(Ellipsoid::make({half.at(11.0, 15.0).x, half.at(11.0, 15.0).y, 0},
                                   {0.9 * s, 1.0 * s, 1.0 * s}),
                   0.1 * d);
    // Roof and rear wall of the socket.
    std::vector<TubePoint> socket;
    for (double angle = -165; angle <= 20; angle += 18) {
        const Vec2 p =
            half.at(9.3 + 2.85 * exactCos(degrees(angle)), 9.6 + 2.85 * exactSin(degrees(angle)));
        socket.push_back({{p.x, p.y, 0}, (angle < -30 ? 0.34 : 0.2) * s});
    }
    bone.tube(smoothCurve(socket, 3), {.wall = 0.55 * d, .wallPart = 1});
    const Vec2 wall = half.at(9.6, 10.2);
    bone.ellipsoid(Ellipsoid::make({wall.x, wall.y, 0}, {2.9 * s, 3.0 * s, 1.4 * s}), 0.06 * d);
}

void ring(Canvas& bone, const Half& half)
{
    const double d = half.look.density;
    Canvas loop(bone.frame());
    longBoneFrom(loop,
                 {half.point(4.3, 1.2, 0.7), half.point(5.6, 4.4, 0.8), half.point(6.6, 7.2, 1.0),
                  half.point(6.8, 9.6, 1.2)},
                 0.8 * d, 0.3, 0.3, 0.3);
    longBoneFrom(loop,
                 {half.point(9.0, 8.6, 1.5), half.point(7.0, 9.2, 1.2), half.point(4.6, 10.2, 0.85),
                  half.point(2.2, 11.2, 0.95), half.point(1.1, 12.2, 1.2)},
                 d, 0.25, 0.25, 0);
    longBoneFrom(loop,
                 {half.point(1.3, 11.8, 1.0), half.point(2.5, 14.0, 0.75),
                  half.point(4.0, 15.6, 0.9), half.point(5.2, 15.6, 1.3)},
                 d, 0.25, 0.3, 0.4);
    longBoneFrom(loop,
                 {half.point(3.6, 15.2, 1.0), half.point(4.9, 15.5, 1.4),
                  half.point(6.1, 14.2, 1.5), half.point(6.9, 12.0, 1.35),
                  half.point(7.2, 8.6, 1.3)},
                 d, 0.2, 0.15, 0.35);
    bone.add(loop);
    longBone(bone, {half.point(6.4, 8.6, 0.5), half.point(5.0, 10.6, 0.3)}, d, 0.5);
}

} // namespace

void pelvisFrontal(Canvas& bone, const PelvisLook& look)
{
    const double s = look.scale;
    const double d = look.density;
    for (const double side : {-1.0, 1.0}) {
        const Half half{look, side};
        bone.plate(half.outline(kWing), {0.17 * d, 2.2 * s, 0.22 * d, 0.2 * s});
        longBone(bone,
                 {half.point(4.9, -2.4, 0.35), half.point(8.2, -4.5, 0.5),
                  half.point(11.2, -3.7, 0.5), half.point(12.8, -0.6, 0.45),
                  half.point(12.7, 1.8, 0.4)},
                 0.7 * d, 0.4);
        longBone(bone,
                 {half.point(4.9, -1.0, 0.8), half.point(4.7, 1.2, 0.8), half.point(4.0, 3.2, 0.6)},
                 0.6 * d, 0.25);
        ring(bone, half);
        hip(bone, half);
    }
    const Half whole{look, 1};
    bone.plate(whole.outline(kSacrum), {0.2 * d, 1.6 * s, 0.1 * d, 0.12 * s});
    for (int i = 0; i < 4; ++i) {
        const double y = 0.9 + 1.6 * i;
        for (const double side : {-1.0, 1.0}) {
            const Vec2 p = whole.at(side * (2.0 - 0.22 * i), y);
            bone.ellipsoid(Ellipsoid::make({p.x, p.y, 0}, {0.55 * s, 0.4 * s, 0.6 * s}), -0.09 * d);
            bone.tube(
                std::array<TubePoint, 3>{{whole.point(side * (2.9 - 0.3 * i), y - 0.3, 0.1),
                                          whole.point(side * (2.0 - 0.22 * i), y - 0.75, 0.13),
                                          whole.point(side * 1.0, y - 0.35, 0.1)}},
                {.wall = 0.5 * d, .wallPart = 1});
        }
    }
    longBone(bone,
             {whole.point(0, 7.8, 0.6), whole.point(0.1, 9.2, 0.45), whole.point(0, 10.6, 0.3)},
             0.7 * d, 0.3);
}

Scene drawPelvis(const PhantomRequest& request)
{
    Random body = Random::stream(request.seed, "pelvis");
    const bool female = request.sex == 'F';
    const double size = body.between(0.92, 1.05);
    const double girth = body.between(0.96, 1.12);
    Frame frame = frameOf({41 * body.between(0.95, 1.04),
                           33 * body.between(0.95, 1.05),
                           request.longestSide,
                           {body.between(-1, 1), 7.2 + body.between(-1, 1)}});
    frame.roll = body.between(-2, 2);
    Canvas attenuation(frame);
    Canvas tissue(frame);
    const std::array<Level, 6> trunk{{{-30, 0, 15.5 * girth, 10},
                                      {-6, 0, 16.5 * girth, 10.5 * girth},
                                      {4, 0, 18.5 * girth, 10.5 * girth},
                                      {11, 0, 19.5 * girth, 10 * girth},
                                      {16, 0, 19 * girth, 5.0},
                                      {19, 0, 3, 1}}};
    tissue.stack(trunk, kSoft * 0.95, Blend::Union);
    for (const double side : {-1.0, 1.0}) {
        const std::array<Level, 4> thigh{{{4, side * 9.6, 8.6 * girth, 5},
                                          {11, side * 10, 9.2 * girth, 8.5},
                                          {16, side * 10, 9.0 * girth, 8.8},
                                          {40, side * 9.3, 8 * girth, 8}}};
        tissue.stack(thigh, kSoft * 0.95, Blend::Union);
    }
    tissue.mottle(4, 0.012, 4, body);
    tissue.blur(0.25);
    attenuation.add(tissue);
    Canvas gas(frame);
    bowelGas(gas, {{-5, 0}, {5, 8.5}, body.between(0.2, 0.8), 1.4, false}, body);
    attenuation.add(gas, static_cast<float>(-kSoft));
    Canvas bone(frame);
    vertebraFrontal(
        bone, {.at = {0, -2.6}, .width = 5.0 * size, .height = 2.8 * size, .transverse = 2.2});
    vertebraFrontal(
        bone, {.at = {0, -6.2}, .width = 4.9 * size, .height = 2.8 * size, .transverse = 2.4});
    vertebraFrontal(
        bone, {.at = {0, -9.8}, .width = 4.8 * size, .height = 2.8 * size, .transverse = 2.4});
    pelvisFrontal(
        bone,
        {.at = {0, -0.4}, .scale = size, .female = female, .density = body.between(1.1, 1.5)});
    addBone(attenuation, bone, body);

    Random taste = Random::stream(request.seed, "exposure");
    Exposure exposure;
    exposure.scatter = taste.between(0.04, 0.14);
    varyExposure(exposure, taste);
    addMarks(exposure, taste, "L");
    return {std::move(attenuation), std::move(exposure), "PELVIS", "AP", ""};
}

} // namespace ir::sample
