#include "sample/phantom.h"

#include "sample/scene.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ir::sample {

Frame frameOf(const Field& field)
{
    Frame frame;
    frame.pixelsPerCm = field.longestSide / std::max(field.width, field.height);
    frame.width = std::max(8, static_cast<int>(field.width * frame.pixelsPerCm + 0.5));
    frame.height = std::max(8, static_cast<int>(field.height * frame.pixelsPerCm + 0.5));
    frame.centre = field.centre;
    return frame;
}

void addMarks(Exposure& exposure, Random& random, const std::string& side)
{
    Label lead;
    lead.text = side;
    lead.height = random.between(0.028, 0.05);
    lead.turn = random.between(-8, 8);
    lead.plate = random.chance(0.25);
    // The image is seen as if facing the patient: his left is at the right.
    const double x = random.between(0.06, 0.1);
    const double width = exposure.fieldHigh.x - exposure.fieldLow.x;
    const double part = side == "L" ? 1 - x : x;
    lead.at = {exposure.fieldLow.x + part * width,
               exposure.fieldLow.y +
                   random.between(0.06, 0.16) * (exposure.fieldHigh.y - exposure.fieldLow.y)};
    exposure.labels.push_back(lead);
    Label mark;
    mark.text = "SYNTHETIC";
    mark.height = 0.013;
    mark.at = {random.chance(0.5) ? 0.05 : 0.95, exposure.fieldHigh.y - 0.022};
    mark.weight = 0.8;
    mark.burnedIn = true;
    exposure.labels.push_back(mark);
}

void varyExposure(Exposure& e, Random& random)
{
    e.quanta *= random.between(0.5, 1.8);
    e.heel = random.between(-0.2, 0.25);
    e.equalise = random.between(0.15, 0.5);
    e.enhance = random.between(0.2, 0.9);
    e.contrast = random.between(0.6, 2.0);
    e.darkest = random.between(0.004, 0.02);
    const double kind = random.unit();
    if (kind < 0.5)
        return;
    e.border = kind < 0.78 ? Border::Black : kind < 0.9 ? Border::Grey : Border::White;
    e.fieldLow = {random.between(0.01, 0.06), random.between(0.01, 0.06)};
    e.fieldHigh = {random.between(0.94, 0.99), random.between(0.94, 0.99)};
    e.fieldTurn = random.between(-1.2, 1.2);
}

std::string labelOf(Part part)
{
    switch (part) {
    case Part::AdultChest:
        return "adult_chest";
    case Part::ChildChest:
        return "pediatric_chest";
    case Part::Abdomen:
        return "abdominal";
    case Part::CervicalSpine:
    case Part::ThoracicSpine:
    case Part::LumbarSpine:
    case Part::WholeSpine:
        return "spine";
    case Part::Hand:
    case Part::Skull:
    case Part::Knee:
    case Part::Pelvis:
        break;
    }
    return "others";
}

std::string_view partName(Part part)
{
    static constexpr std::array<std::string_view, kParts> kNames{
        "adult_chest", "child_chest", "abdomen", "cervical_spine", "thoracic_spine", "lumbar_spine",
        "whole_spine", "hand",        "skull",   "knee",           "pelvis"};
    return kNames[static_cast<std::size_t>(part)];
}

namespace {

Scene drawScene(const PhantomRequest& request)
{
    switch (request.part) {
    case Part::AdultChest:
        return drawAdultChest(request);
    case Part::ChildChest:
        return drawChildChest(request);
    case Part::Abdomen:
        return drawAbdomen(request);
    case Part::CervicalSpine:
        return drawCervicalSpine(request);
    case Part::ThoracicSpine:
    case Part::LumbarSpine:
    case Part::WholeSpine:
        return drawTrunkSpine(request);
    case Part::Hand:
        return drawHand(request);
    case Part::Skull:
        return drawSkull(request);
    case Part::Knee:
        return drawKnee(request);
    case Part::Pelvis:
        break;
    }
    return drawPelvis(request);
}

} // namespace

Phantom drawPhantom(const PhantomRequest& wanted)
{
    PhantomRequest request = wanted;
    Random person = Random::stream(request.seed, "person");
    const bool female = person.chance(0.5);
    const bool child = request.part == Part::ChildChest;
    const int age = child ? 1 + person.below(7) : 18 + person.below(70);
    if (request.sex == 0)
        request.sex = female ? 'F' : 'M';
    if (request.ageYears == 0)
        request.ageYears = age;
    if (child)
        request.ageYears = std::clamp(request.ageYears, 1, 8);
    Scene scene = drawScene(request);
    Phantom phantom;
    phantom.pixelSpacing = 1 / scene.attenuation.frame().pixelsPerCm;
    Random noise = Random::stream(request.seed, "quanta");
    const Radiograph image = expose(std::move(scene.attenuation), scene.exposure, noise);
    phantom.width = image.width;
    phantom.height = image.height;
    phantom.pixels.reserve(image.values.size());
    for (const float v : image.values)
        phantom.pixels.push_back(
            static_cast<std::uint16_t>(std::clamp(v, 0.0F, 1.0F) * 65535.0F + 0.5F));
    phantom.label = labelOf(request.part);
    phantom.bodyPart = std::move(scene.bodyPart);
    phantom.viewPosition = std::move(scene.viewPosition);
    phantom.laterality = std::move(scene.laterality);
    phantom.sex = request.sex;
    phantom.ageYears = request.ageYears;
    return phantom;
}

} // namespace ir::sample
