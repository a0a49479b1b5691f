#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ir::sample {

/// What a phantom shows.
enum class Part {
    AdultChest,
    ChildChest,
    Abdomen,
    CervicalSpine,
    ThoracicSpine,
    LumbarSpine,
    WholeSpine,
    Hand,
    Skull,
    Knee,
    Pelvis,
};

inline constexpr int kParts = 11;

enum class View { Frontal, Lateral };

/// Everything else (size, pose, exposure, collimation, marker) is drawn from the seed.
struct PhantomRequest
{
    Part part = Part::AdultChest;
    View view = View::Frontal; ///< lateral: spine parts, skull and knee; others are frontal always
    std::uint64_t seed = 0;
    int longestSide = 1800; ///< pixels
    char sex = 0;           ///< 'F' or 'M'; 0: from the seed
    int ageYears = 0;       ///< 0: from the seed; a child's chest is drawn for 1 to 8 years
};

/// A drawn radiograph of nobody. Same request, same bits, on every machine.
struct Phantom
{
    int width = 0;
    int height = 0;
    std::vector<std::uint16_t> pixels; ///< row-major, 0 black … 65535 white, bones bright
    std::string label;                 ///< the class meant: one of defaultClasses()
    std::string bodyPart;              ///< DICOM BodyPartExamined (PS3.16 Annex L)
    std::string viewPosition;          ///< AP, PA, LL …
    std::string laterality;            ///< L, R or empty
    char sex = 'M';
    int ageYears = 40;
    double pixelSpacing = 0.02; ///< cm
};

/// The class meant, one of defaultClasses().
[[nodiscard]] std::string labelOf(Part part);
/// For manifests, e.g. "cervical_spine".
[[nodiscard]] std::string_view partName(Part part);

/// Under a second for 1800 pixels on one core. Safe to call from several threads.
[[nodiscard]] Phantom drawPhantom(const PhantomRequest& request);

} // namespace ir::sample
