#pragma once

#include "sample/random.h"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

// Line integrals of simple bodies in closed form, drawn on a plane. Lengths are centimetres in the
// frame of the image: x to the right, y down, z along the beam, away from the tube. Rays are
// parallel.
namespace ir::sample {

struct Vec2
{
    double x = 0;
    double y = 0;
};

struct Vec3
{
    double x = 0;
    double y = 0;
    double z = 0;
};

[[nodiscard]] inline Vec3 operator+(Vec3 a, Vec3 b)
{
    return {a.x + b.x, a.y + b.y, a.z + b.z};
}
[[nodiscard]] inline Vec3 operator-(Vec3 a, Vec3 b)
{
    return {a.x - b.x, a.y - b.y, a.z - b.z};
}
[[nodiscard]] inline Vec3 operator*(double s, Vec3 a)
{
    return {s * a.x, s * a.y, s * a.z};
}

/// Turning about the body's axis y by `yaw` (degrees): 0 frontal, 90 lateral.
[[nodiscard]] Vec3 turned(Vec3 point, double yaw);

/// How the plane lies on the pixels: size, resolution, which point is the centre, turn and
/// mirroring.
struct Frame
{
    int width = 0;
    int height = 0;
    double pixelsPerCm = 1;
    Vec2 centre;     ///< the point of the body at the middle of the image
    double roll = 0; ///< degrees, clockwise in the image
    bool mirrored = false;
};

/// A sphere's image under an affine map: centre and the three half axes as vectors.
struct Ellipsoid
{
    Vec3 centre;
    std::array<Vec3, 3> axes;

    /// Half axes along x, y, z, then rolled in the image plane and yawed about y, both in degrees.
    [[nodiscard]] static Ellipsoid make(Vec3 centre, Vec3 half, double roll = 0, double yaw = 0);
};

struct TubePoint
{
    Vec3 at;
    double radius = 1;
};

/// How a body joins what is drawn already: on top of it, or as far as it is thicker.
enum class Blend { Add, Union };

/// What a tube is made of, as attenuation per centimetre above its surroundings.
struct TubeStuff
{
    double wall = 0;     ///< coefficient of the wall
    double core = 0;     ///< coefficient inside
    double wallPart = 1; ///< thickness of the wall as part of the radius; 1: solid
    double wallPartEnd =
        -1;           ///< the same at both ends (long bones thin out); negative: as in the middle
    double depth = 1; ///< the section's extent along the beam over that across
    Blend blend = Blend::Add; ///< Union where it grows out of a bone already there
    double fadeStart =
        0; ///< part of the length over which it comes up, for an open end; 0: rounded
    double fadeEnd = 0;
};

/// One level of a body that is an ellipse at every height.
struct Level
{
    double y = 0;
    double x = 0;     ///< middle of the section
    double half = 1;  ///< half width in the image
    double depth = 1; ///< half extent along the beam
};

/// How a flat bone's attenuation rises from its edge inwards (dimensionless line integrals).
struct PlateStuff
{
    double core = 0.2;      ///< inside
    double rounding = 0.5;  ///< cm over which the core reaches its full value
    double rim = 0.2;       ///< of the cortex seen edge-on
    double rimWidth = 0.08; ///< cm, thickness of the cortex
};

/// A plane of line integrals (dimensionless where coefficients are per cm). A value type.
class Canvas
{
public:
    explicit Canvas(const Frame& frame);

    [[nodiscard]] const Frame& frame() const { return m_frame; }
    [[nodiscard]] int width() const { return m_frame.width; }
    [[nodiscard]] int height() const { return m_frame.height; }
    [[nodiscard]] std::vector<float>& values() { return m_values; }
    [[nodiscard]] const std::vector<float>& values() const { return m_values; }

    void add(const Canvas& other, float factor = 1);
    /// Takes `other` away, never below nothing: a solid inside this one.
    void carve(const Canvas& other, float factor = 1);
    void multiply(const Canvas& other);
    /// The thicker of both at each pixel.
    void unite(const Canvas& other);

    /// Chord through an ellipsoid, times `coefficient`. `squareness` 2: a true ellipsoid; 4 or 8:
    /// boxy.
    void ellipsoid(const Ellipsoid& body, double coefficient, Blend blend = Blend::Add,
                   int squareness = 2);
    /// A tube round a curve that may bend; where it crosses itself it counts once.
    void tube(std::span<const TubePoint> points, const TubeStuff& stuff);
    /// A body given by its sections; heights between two levels are interpolated smoothly.
    void stack(std::span<const Level> levels, double coefficient, Blend blend = Blend::Add,
               int squareness = 2);
    /// A flat bone with a closed smooth outline through the points.
    void plate(std::span<const Vec2> outline, const PlateStuff& stuff);

    /// Adds smooth noise of deviation about `amplitude` with features of `size` cm, `octaves` times
    /// finer.
    void noise(double size, double amplitude, int octaves, Random& random);
    /// Multiplies by 1 plus such noise.
    void mottle(double size, double amplitude, int octaves, Random& random);
    /// About Gaussian, deviation in cm.
    void blur(double sigma);

    [[nodiscard]] Vec2 toPixels(Vec2 point) const;

private:
    struct Box
    {
        int left, top, right, bottom;
        [[nodiscard]] int width() const { return right - left; }
        [[nodiscard]] bool empty() const { return right <= left || bottom <= top; }
    };
    [[nodiscard]] Box boxOf(Vec2 low, Vec2 high) const;
    template <typename F> void forEach(const Box& box, F f);
    struct Nearest;
    void traceTube(std::span<const TubePoint> points, const Box& box,
                   std::vector<Nearest>& nearest) const;

    Frame m_frame;
    std::vector<float> m_values;
    // Pixel (i, j) lies at origin + i × across + j × down.
    Vec2 m_origin, m_across, m_down;
};

/// A smooth curve (Catmull-Rom) through the points, `steps` pieces between two of them.
[[nodiscard]] std::vector<TubePoint> smoothCurve(std::span<const TubePoint> points, int steps);
[[nodiscard]] std::vector<Vec2> smoothOutline(std::span<const Vec2> points, int steps);

/// Outline points moved, scaled, turned (degrees) and mirrored in x.
[[nodiscard]] std::vector<Vec2> placed(std::span<const Vec2> outline, Vec2 at, Vec2 scale,
                                       double turn = 0);

/// In place: three box filters of a plane of floats, about Gaussian with `sigma` in pixels.
void blurPlane(std::vector<float>& plane, int width, int height, double sigma);

} // namespace ir::sample
