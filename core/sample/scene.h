#pragma once

#include "sample/canvas.h"
#include "sample/exposure.h"
#include "sample/phantom.h"

#include <vector>

// Inside the room only: bodies, their bones and how the parts of the body are put together.
namespace ir::sample {

// Linear attenuation coefficients per cm at about 65 keV, the mean energy behind a patient at
// 80–120 kVp (after NIST's tables, rounded).
inline constexpr double kSoft = 0.195;
inline constexpr double kFat = 0.175;
inline constexpr double kLung = 0.055;
inline constexpr double kCortex = 0.52; ///< compact bone
inline constexpr double kSpongy = 0.27; ///< trabecular bone with its marrow
inline constexpr double kBoneInSoft = kCortex - kSoft;
inline constexpr double kSpongyInSoft = kSpongy - kSoft;

/// A part drawn: line integrals, how to expose them and what to say of it.
struct Scene
{
    Canvas attenuation;
    Exposure exposure;
    std::string bodyPart;
    std::string viewPosition;
    std::string laterality;
};

/// The part of the body in the picture. Given in braces, whose values are drawn in order: compilers
/// may evaluate the arguments of a function in any.
struct Field
{
    double width = 0; ///< cm
    double height = 0;
    int longestSide = 0; ///< pixels
    Vec2 centre;
};
[[nodiscard]] Frame frameOf(const Field& field);

[[nodiscard]] Scene drawAdultChest(const PhantomRequest& request);
[[nodiscard]] Scene drawChildChest(const PhantomRequest& request);
[[nodiscard]] Scene drawAbdomen(const PhantomRequest& request);
[[nodiscard]] Scene drawPelvis(const PhantomRequest& request);
[[nodiscard]] Scene drawCervicalSpine(const PhantomRequest& request);
[[nodiscard]] Scene drawTrunkSpine(const PhantomRequest& request);
[[nodiscard]] Scene drawHand(const PhantomRequest& request);
[[nodiscard]] Scene drawSkull(const PhantomRequest& request);
[[nodiscard]] Scene drawKnee(const PhantomRequest& request);

// Bones that several parts share. `bone` takes them without texture; `scale` 1 is an adult.

/// A vertebra from the front: body, pedicles, spinous and transverse processes. `width` of the body
/// in cm.
struct VertebraLook
{
    Vec2 at;
    double width = 4.5;
    double height = 2.7;
    double turn = 0;         ///< degrees
    double transverse = 2.0; ///< cm a transverse process sticks out; 0: none
    double density = 1;
};
void vertebraFrontal(Canvas& bone, const VertebraLook& look);

/// The same from the side; the back is to the left.
struct VertebraSideLook
{
    Vec2 at;
    double depth = 3.6;
    double height = 2.7;
    double turn = 0;
    double spinous = 3.5;    ///< cm the spinous process sticks out
    double spinousDrop = 25; ///< degrees it points down
    double density = 1;
};
void vertebraLateral(Canvas& bone, const VertebraSideLook& look);

/// Both iliac wings, sacrum, pubis, ischium, hip joints and thighs; `at` is the middle of the
/// promontory.
struct PelvisLook
{
    Vec2 at;
    double scale = 1;
    double turn = 0;
    bool female = false;
    double density = 1;
};
void pelvisFrontal(Canvas& bone, const PelvisLook& look);

/// A long bone along a curve, thick-walled in the middle, spongy at its ends.
void longBone(Canvas& bone, std::vector<TubePoint> points, double density, double wallPart = 0.35,
              double depth = 1);
/// A long bone that grows out of bone already drawn: its first or last part fades into that.
void longBoneFrom(Canvas& bone, std::vector<TubePoint> points, double density, double wallPart,
                  double fadeStart, double fadeEnd);

/// The thorax's bones and their place; used by chests, abdomens and spines.
struct RibCage
{
    Vec2 top;                ///< of the first thoracic vertebra's upper edge
    double height = 26;      ///< cm from T1 to the lower edge of T12
    double halfWidth = 13.5; ///< of the cage at its widest
    double halfDepth = 8.8;
    double drop = 7;   ///< cm the middle ribs fall from back to front
    double rib = 0.62; ///< cm, half height of a rib
    double density = 1;
    double yaw = 0; ///< degrees the patient is turned
};
/// Half width and half depth of the cage at rib `i` (0 … 11) as parts of the largest.
[[nodiscard]] double cageWidthAt(double part);
void ribs(Canvas& bone, const RibCage& cage, Random& random);

/// Bowel: gas bubbles and faeces between `low` and `high`, as thickness of gas in cm.
struct BowelLook
{
    Vec2 low;
    Vec2 high;
    double gas = 1;    ///< how much
    double bubble = 2; ///< cm
    bool colon = true; ///< a frame of haustra too
};
void bowelGas(Canvas& gas, const BowelLook& look, Random& random);

/// Bone with the grain of spongy bone, added to the scene's line integrals.
void addBone(Canvas& attenuation, Canvas& bone, Random& random, double grain = 0.05);

/// L or R laid on the detector near the upper corner of the patient's side, and the burned-in
/// SYNTHETIC.
void addMarks(Exposure& exposure, Random& random, const std::string& side);

/// Exposure and collimation as they vary from room to room.
void varyExposure(Exposure& exposure, Random& random);

} // namespace ir::sample
