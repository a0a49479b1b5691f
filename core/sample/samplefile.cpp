#include "sample/samplefile.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

namespace ir::sample {

namespace {

DicomPixels storedPixels(const Phantom& phantom, const PlannedImage& plan)
{
    DicomPixels pixels;
    pixels.width = phantom.width;
    pixels.height = phantom.height;
    pixels.bitsStored = plan.bitsStored;
    pixels.monochrome1 = plan.monochrome1;
    const int largest = (1 << plan.bitsStored) - 1;
    const int black = static_cast<int>(plan.darkest * largest);
    const int white = static_cast<int>(plan.brightest * largest);
    pixels.values.reserve(phantom.pixels.size());
    for (const std::uint16_t shown : phantom.pixels) {
        const int value =
            black +
            static_cast<int>((static_cast<std::int64_t>(shown) * (white - black) + 32767) / 65535);
        pixels.values.push_back(
            static_cast<std::uint16_t>(plan.monochrome1 ? largest - value : value));
    }
    if (plan.window) {
        const int low = plan.monochrome1 ? largest - white : black;
        const int high = plan.monochrome1 ? largest - black : white;
        pixels.window = DicomWindow{(low + high + 1) / 2.0, high - low + 1.0};
    }
    return pixels;
}

std::string bodyPartTag(const Phantom& phantom, const PlannedImage& plan)
{
    static constexpr std::array<std::string_view, 6> kOthers{"CHEST",  "ABDOMEN", "EXTREMITY",
                                                             "LSPINE", "SKULL",   "HAND"};
    switch (plan.tag) {
    case PlannedImage::Tag::Missing:
        return {};
    case PlannedImage::Tag::Wrong: {
        auto at = static_cast<std::size_t>(plan.phantom.seed % kOthers.size());
        if (kOthers[at] == phantom.bodyPart)
            at = (at + 1) % kOthers.size();
        return std::string(kOthers[at]);
    }
    case PlannedImage::Tag::Right:
        break;
    }
    return phantom.bodyPart;
}

std::string age(int years)
{
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%03dY", std::clamp(years, 0, 120));
    return text.data();
}

std::string spacing(double centimetres)
{
    std::array<char, 48> text{};
    const int micrometres = static_cast<int>(centimetres * 10000 + 0.5);
    std::snprintf(text.data(), text.size(), "%d.%03d\\%d.%03d", micrometres / 1000,
                  micrometres % 1000, micrometres / 1000, micrometres % 1000);
    return text.data();
}

} // namespace

Result<void> writeSampleFile(const std::filesystem::path& folder, const PlannedImage& plan)
{
    const Phantom phantom = drawPhantom(plan.phantom);
    ImageFacts facts;
    facts.sopInstanceUid = plan.sopUid;
    facts.seriesInstanceUid = plan.seriesUid;
    facts.studyInstanceUid = plan.studyUid;
    facts.modality = plan.computed ? "CR" : "DX";
    facts.bodyPartExamined = bodyPartTag(phantom, plan);
    facts.viewPosition = phantom.viewPosition;
    facts.studyDescription = "SYNTHETIC";
    facts.seriesDescription = "SYNTHETIC " + phantom.bodyPart;
    facts.studyDate = plan.studyDate;
    facts.patientName = plan.patientName;
    facts.patientId = plan.patientId;
    facts.patientSex = std::string(1, phantom.sex);
    facts.patientAge = age(phantom.ageYears);
    facts.manufacturer = "SYNTHETIC";
    facts.manufacturerModelName = "Imaging Router phantom";
    std::vector<DicomText> more{
        {0x0008, 0x0068, "FOR PRESENTATION"},
        {0x0018, 0x1164, spacing(phantom.pixelSpacing)},
        {0x0018, 0x9004, "RESEARCH"},
        {0x0020, 0x4000, "SYNTHETIC: a computed phantom, no patient. Not for diagnosis."},
        {0x0028, 0x0301, "YES"}};
    if (!phantom.laterality.empty())
        more.push_back({0x0020, 0x0062, phantom.laterality});
    return writeDicom(folder / plan.path, storedPixels(phantom, plan), facts, plan.syntax, more);
}

} // namespace ir::sample
