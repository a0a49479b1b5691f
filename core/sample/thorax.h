#pragma once

#include "sample/scene.h"

namespace ir::sample {

/// The chest's content. Lengths in cm; the origin is the middle of the cage, about T7.
struct ThoraxLook
{
    RibCage cage;
    double apex = -12.3;    ///< y of the lungs' tops
    double domeRight = 8.5; ///< y of the right diaphragm's top; the left lies a little lower
    double heart = 1;       ///< size over an average adult's in a cage 13.5 cm wide
    double vessels = 1;     ///< thickness of the lung's vessels
    bool stomachBubble = true;
    double spine = 0.75;       ///< density of the vertebrae
    double clavicleRise = 1.6; ///< cm the outer end lies above the inner
    double shoulder = 18.5;    ///< x of the humeral heads
    double shoulderY = -9.8;
    double scapulae = 1; ///< 1 drawn aside, 0 over the lungs
    Vec2 elbow{23, 14};  ///< where the upper arm points to
    double arm = 4.6;    ///< cm, half thickness of the upper arm
    double scale = 1;    ///< of bones
    bool growthPlates = false;
};

/// Lungs with vessels, heart, great vessels, airways taken out of or added to the soft tissue's
/// integrals.
void thoraxSoft(Canvas& attenuation, const ThoraxLook& look, Random& random);
/// Ribs, spine, clavicles, scapulae, upper arms.
void thoraxBones(Canvas& bone, const ThoraxLook& look, Random& random);
/// Trunk, neck, shoulders and arms as soft tissue.
void thoraxBody(Canvas& attenuation, const ThoraxLook& look, double girth, Random& random);

} // namespace ir::sample
