#include "sample/exactmath.h"
#include "sample/scene.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ir::sample {

namespace {

/// A hollow ellipsoid: bright where the ray grazes the vault.
void vault(Canvas& bone, Vec3 at, Vec3 half, double thick, double coefficient, double roll)
{
    Canvas shell(bone.frame());
    shell.ellipsoid(Ellipsoid::make(at, half, roll), coefficient);
    shell.ellipsoid(Ellipsoid::make(at, {half.x - thick, half.y - thick, half.z - thick}, roll),
                    -coefficient);
    // The base is no shell: it is drawn bone by bone, so the vault ends there.
    const std::array<Level, 4> above{{{-60, 0, 1e4, 0.5},
                                      {at.y + 0.52 * half.y, 0, 1e4, 0.5},
                                      {at.y + 0.95 * half.y, 0, 1e4, 0.12},
                                      {60, 0, 1e4, 0.1}}};
    Canvas part(bone.frame());
    part.stack(above, 1);
    shell.multiply(part);
    bone.add(shell);
}

void line(Canvas& bone, std::vector<TubePoint> points, double coefficient)
{
    bone.tube(smoothCurve(points, 8), {.wall = coefficient, .wallPart = 1});
}

void teeth(Canvas& bone, Vec2 from, Vec2 to, int count, double density)
{
    for (int i = 0; i < count; ++i) {
        const double t = (i + 0.5) / count;
        const double x = from.x + t * (to.x - from.x);
        const double y = from.y + t * (to.y - from.y);
        for (const double side : {-1.0, 1.0})
            bone.tube(std::array<TubePoint, 2>{{{{x, y + side * 0.3, 0}, 0.33},
                                                {{x, y + side * 1.6, 0}, 0.19}}},
                      {.wall = 0.5 * density, .wallPart = 1});
    }
}

void vaultMarks(Canvas& bone, Vec2 at, Random& random)
{
    // Sutures and vessels' grooves: thin dark lines that wander.
    for (int k = 0; k < 3; ++k) {
        std::vector<TubePoint> groove;
        double x = at.x + random.between(-3, 3) + 2.2 * k - 2;
        double y = at.y - 7.0;
        const double drift = random.between(-0.5, 0.5);
        for (int i = 0; i < 14; ++i) {
            groove.push_back({{x, y, 0}, 0.045});
            x += drift + random.between(-0.3, 0.3);
            y += random.between(0.5, 0.75);
        }
        line(bone, groove, -0.8);
    }
}

void frontal(Canvas& air, Canvas& bone, double density, Random& random)
{
    vault(bone, {0, -3.4, 0}, {7.5, 9.4, 9.4}, 0.62, 0.27 * density, 0);
    vaultMarks(bone, {0, -3.4}, random);
    for (const double s : {-1.0, 1.0}) {
        const auto p = [&](double x, double y, double r) { return TubePoint{{s * x, y, 0}, r}; };
        air.ellipsoid(Ellipsoid::make({s * 3.4, 1.6, 0}, {1.95, 1.7, 2.6}, s * 8), 0.35,
                      Blend::Union);
        air.ellipsoid(Ellipsoid::make({s * 3.2, 5.0, 0}, {1.6, 1.75, 1.9}, s * 18), 0.8,
                      Blend::Union);
        air.ellipsoid(Ellipsoid::make({s * 0.95, 4.6, 0}, {0.75, 2.2, 3.2}, s * -6), 0.6,
                      Blend::Union);
        air.ellipsoid(
            Ellipsoid::make({s * 1.0, -1.3, 0}, {1.0 * random.between(0.7, 1.3), 0.9, 1.0}, s * 20),
            1, Blend::Union);
        air.ellipsoid(Ellipsoid::make({s * 0.9, 1.6, 0}, {0.6, 1.2, 1.6}), 0.6, Blend::Union);
        std::vector<TubePoint> rim;
        for (double a = 0; a <= 360; a += 20)
            rim.push_back(
                p(3.4 + 2.05 * exactCos(degrees(a)), 1.6 + 1.8 * exactSin(degrees(a)), 0.16));
        line(bone, rim, 0.85 * density);
        line(bone, {p(1.2, 3.2, 0.35), p(3.0, 2.5, 0.55), p(5.2, 1.9, 0.75), p(6.6, 2.6, 0.8)},
             0.5 * density);
        line(bone, {p(4.6, 0.2, 0.1), p(4.4, 2, 0.1), p(3.6, 3.6, 0.1)}, 0.9 * density);
        line(bone, {p(5.4, 1.0, 0.3), p(5.7, 3.0, 0.45), p(5.0, 4.6, 0.5), p(4.6, 6.0, 0.35)},
             0.45 * density);
        line(bone, {p(5.6, 3.2, 0.22), p(6.7, 4.0, 0.22), p(7.0, 5.0, 0.2)}, 0.6 * density);
        bone.ellipsoid(Ellipsoid::make({s * 6.0, 5.6, 0}, {0.9, 1.5, 1.6}, s * -15),
                       0.14 * density);
        air.ellipsoid(Ellipsoid::make({s * 6.1, 5.2, 0}, {0.5, 0.9, 1.0}), 0.4, Blend::Union);
    }
    const std::array<Vec2, 10> face{{{-5.2, 0.2},
                                     {-2.5, -0.6},
                                     {2.5, -0.6},
                                     {5.2, 0.2},
                                     {5.8, 3},
                                     {4.6, 6},
                                     {3.2, 9},
                                     {-3.2, 9},
                                     {-4.6, 6},
                                     {-5.8, 3}}};
    bone.plate(smoothOutline(face, 6), {0.34 * density, 2.5, 0.1 * density, 0.2});
    line(bone, {{{0.05, 1.6, 0}, 0.13}, {{0.1, 4, 0}, 0.12}, {{0, 6.4, 0}, 0.16}}, 0.9 * density);
    bone.ellipsoid(Ellipsoid::make({0, 7.2, 0}, {2.9, 1.2, 2.2}), 0.1 * density);
    longBone(bone,
             {{{-5.5, 3.6, 0}, 0.7},
              {{-5.2, 7.2, 0}, 0.8},
              {{-3.7, 10.2, 0}, 1.0},
              {{-1.3, 11.6, 0}, 1.1},
              {{1.3, 11.6, 0}, 1.1},
              {{3.7, 10.2, 0}, 1.0},
              {{5.2, 7.2, 0}, 0.8},
              {{5.5, 3.6, 0}, 0.7}},
             0.9 * density, 0.35, 1.1);
    teeth(bone, {-2.7, 8.9}, {2.7, 8.9}, 9, density);
    for (int i = 0; i < 5; ++i)
        vertebraFrontal(bone, {.at = {0, 6.6 + 1.75 * i},
                               .width = 2.2,
                               .height = 1.4,
                               .transverse = 0.7,
                               .density = 0.6 * density});
}

void lateral(Canvas& air, Canvas& bone, double density, Random& random)
{
    vault(bone, {-0.8, -3.2, 0}, {9.5, 7.7, 7.4}, 0.62, 0.27 * density, -6);
    vaultMarks(bone, {-1.5, -2.6}, random);
    const auto p = [](double x, double y, double r) { return TubePoint{{x, y, 0}, r}; };
    // Floors of the three fossae, sella, petrous bones and mastoid cells.
    line(bone,
         {p(8.0, 0.4, 0.16), p(5.6, 1.0, 0.16), p(3.2, 1.0, 0.2), p(2.4, 1.7, 0.2),
          p(1.6, 2.1, 0.2), p(1.0, 1.4, 0.22), p(0.0, 3.0, 0.3)},
         1.3 * density);
    line(bone, {p(4.6, 1.4, 0.14), p(3.8, 3.2, 0.14), p(1.6, 3.6, 0.16)}, 0.9 * density);
    line(bone, {p(-0.4, 4.0, 0.3), p(-2.6, 5.2, 0.3), p(-6.4, 3.6, 0.35), p(-8.8, 0.6, 0.3)},
         0.9 * density);
    bone.ellipsoid(Ellipsoid::make({-1.6, 2.8, 0}, {2.1, 1.3, 3}, 16), 0.24 * density);
    air.ellipsoid(Ellipsoid::make({-3.2, 4.4, 0}, {1.2, 1.5, 1.6}, 20), 0.4, Blend::Union);
    bone.ellipsoid(Ellipsoid::make({-3.0, 4.6, 0}, {1.4, 1.9, 1.8}, 20), 0.1 * density);
    // Face: orbit, sinuses, nose, palate.
    const std::array<Vec2, 8> face{{{2.6, 1.8},
                                    {5.5, 0.6},
                                    {8.6, 0.2},
                                    {8.9, 3.2},
                                    {8.9, 7.8},
                                    {5.8, 8.2},
                                    {3.2, 7.2},
                                    {2.2, 4.4}}};
    bone.plate(smoothOutline(face, 6), {0.3 * density, 2.0, 0.08 * density, 0.2});
    air.ellipsoid(Ellipsoid::make({6.6, 2.3, 0}, {1.7, 1.5, 2.2}), 0.3, Blend::Union);
    air.ellipsoid(Ellipsoid::make({5.8, 5.2, 0}, {1.8, 1.6, 2.6}, 10), 0.75, Blend::Union);
    air.ellipsoid(Ellipsoid::make({2.8, 3.0, 0}, {1.1, 0.9, 1.3}), 0.8, Blend::Union);
    air.ellipsoid(Ellipsoid::make({8.4, -0.9, 0}, {0.5, 1.1, 1.6}, -14), 1, Blend::Union);
    air.ellipsoid(Ellipsoid::make({7.4, 4.8, 0}, {1.6, 1.4, 1.0}, 10), 0.7, Blend::Union);
    line(bone, {p(8.3, 0.4, 0.3), p(8.6, 1.6, 0.28), p(9.7, 3.4, 0.16)}, 0.7 * density);
    line(bone, {p(8.6, 6.9, 0.25), p(6.4, 6.9, 0.22), p(3.4, 6.6, 0.2)}, 1.3 * density);
    line(bone, {p(5.2, 2.2, 0.16), p(5.0, 3.8, 0.2), p(6.0, 4.2, 0.2), p(6.8, 4.0, 0.2)},
         1.1 * density);
    line(bone, {p(3.6, 3.4, 0.14), p(3.5, 6.6, 0.16)}, 0.8 * density);
    line(bone, {p(5.0, 4.4, 0.35), p(2.6, 4.0, 0.25), p(0.6, 3.9, 0.3)}, 0.5 * density);
    const std::array<Vec2, 11> jaw{{{0.4, 4.0},
                                    {1.9, 5.0},
                                    {3.1, 4.2},
                                    {3.6, 7.4},
                                    {6.4, 8.7},
                                    {8.4, 8.9},
                                    {9.2, 10.8},
                                    {8.5, 12.4},
                                    {5.2, 11.8},
                                    {1.6, 10.4},
                                    {0.6, 8.0}}};
    for (const double shift : {0.0, 0.45})
        bone.plate(smoothOutline(placed(jaw, {shift, -0.4 * shift}, {1, 1}), 6),
                   {0.2 * density, 0.8, 0.22 * density, 0.16});
    teeth(bone, {3.8, 7.9}, {8.8, 8.7}, 8, density);
    double y = 7.2, x = -1.8;
    for (int i = 0; i < 5; ++i, y += 1.75, x -= 0.22)
        vertebraLateral(bone, {.at = {x, y},
                               .depth = 1.7,
                               .height = 1.3,
                               .turn = 5,
                               .spinous = 1.8,
                               .density = 0.9 * density});
    longBone(bone, {{{x + 1.1, 6.8, 0}, 0.6}, {{x + 1.2, 5.2, 0}, 0.5}}, density, 0.4);
}

Canvas flesh(const Frame& frame, bool fromSide)
{
    Canvas tissue(frame);
    Canvas face(frame);
    const double k = kSoft * 0.95;
    if (fromSide) {
        tissue.ellipsoid(Ellipsoid::make({-0.8, -3.2, 0}, {10.1, 8.3, 7.8}, -6), k, Blend::Union);
        const std::array<Level, 6> front{{{-3, 3.4, 6.0, 5.2},
                                          {2, 3.6, 6.4, 6},
                                          {5, 4.1, 6.9, 6},
                                          {8, 3.6, 6.9, 5.6},
                                          {11.5, 2.6, 7.6, 5},
                                          {13.4, 0.5, 6.2, 4.6}}};
        face.stack(front, k, Blend::Union, 4);
        const std::array<Level, 3> neck{{{3, -2.4, 5.8, 5}, {10, -2.0, 6.0, 5.4}, {30, -3, 7, 7}}};
        face.stack(neck, k, Blend::Union);
    } else {
        tissue.ellipsoid(Ellipsoid::make({0, -3.4, 0}, {8.1, 10.1, 10}), k, Blend::Union);
        const std::array<Level, 6> front{{{-4, 0, 7.4, 9},
                                          {3, 0, 7.6, 9},
                                          {7, 0, 7.2, 8},
                                          {10.4, 0, 5.8, 7},
                                          {12.6, 0, 3.6, 4.5},
                                          {13.2, 0, 2, 2}}};
        face.stack(front, k, Blend::Union);
        const std::array<Level, 3> neck{{{4, 0, 6.0, 5}, {12, 0, 6.0, 5.4}, {30, 0, 8, 7}}};
        face.stack(neck, k, Blend::Union);
    }
    tissue.unite(face);
    tissue.blur(0.15);
    return tissue;
}

} // namespace

Scene drawSkull(const PhantomRequest& request)
{
    Random body = Random::stream(request.seed, "skull");
    const bool side = request.view == View::Lateral;
    const double w = (side ? 25 : 22) * body.between(0.95, 1.12);
    Frame frame = frameOf({w,
                           w * (side ? body.between(0.95, 1.15) : body.between(1.15, 1.28)),
                           request.longestSide,
                           {body.between(-0.6, 0.6), 0.6 + body.between(-0.6, 0.8)}});
    frame.roll = body.between(-4, 4);
    Canvas attenuation = flesh(frame, side);
    attenuation.mottle(2.5, 0.015, 5, body);
    Canvas bone(frame);
    Canvas air(frame);
    const double density = body.between(0.95, 1.25);
    side ? lateral(air, bone, density, body) : frontal(air, bone, density, body);
    air.mottle(0.6, 0.15, 3, body);
    attenuation.add(air, static_cast<float>(-kSoft * 0.9));
    addBone(attenuation, bone, body, 0.03);
    for (float& v : attenuation.values())
        v = std::max(v, 0.0F);

    Random taste = Random::stream(request.seed, "exposure");
    Exposure exposure;
    exposure.scatter = 0.12;
    varyExposure(exposure, taste);
    exposure.brightest = 0.9985;
    addMarks(exposure, taste, body.chance(0.5) ? "L" : "R");
    return {std::move(attenuation), std::move(exposure), "SKULL", side ? "LL" : "PA", ""};
}

} // namespace ir::sample
