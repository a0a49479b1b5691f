#include "sample/sampleplan.h"

#include "base/digest.h"
#include "sample/random.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ir::sample {

namespace {

constexpr int kBlock = 20;

/// The mix of every twenty images.
constexpr std::array<Part, kBlock> kMix{
    Part::AdultChest,    Part::Abdomen,       Part::ChildChest, Part::LumbarSpine,
    Part::AdultChest,    Part::Hand,          Part::WholeSpine, Part::AdultChest,
    Part::ChildChest,    Part::Skull,         Part::Abdomen,    Part::AdultChest,
    Part::CervicalSpine, Part::Knee,          Part::ChildChest, Part::AdultChest,
    Part::Abdomen,       Part::CervicalSpine, Part::Pelvis,     Part::ThoracicSpine};

constexpr std::array<DicomSyntax, kBlock> kSyntaxes{
    DicomSyntax::ExplicitLittleEndian, DicomSyntax::ImplicitLittleEndian,
    DicomSyntax::JpegLosslessSv1,      DicomSyntax::ExplicitLittleEndian,
    DicomSyntax::Jpeg2000Lossless,     DicomSyntax::ImplicitLittleEndian,
    DicomSyntax::ExplicitLittleEndian, DicomSyntax::RleLossless,
    DicomSyntax::JpegBaseline,         DicomSyntax::ImplicitLittleEndian,
    DicomSyntax::ExplicitLittleEndian, DicomSyntax::JpegLsLossless,
    DicomSyntax::JpegLosslessSv1,      DicomSyntax::DeflatedLittleEndian,
    DicomSyntax::ExplicitLittleEndian, DicomSyntax::ExplicitBigEndian,
    DicomSyntax::JpegLosslessSv1,      DicomSyntax::Jpeg2000Lossless,
    DicomSyntax::ExplicitLittleEndian, DicomSyntax::ImplicitLittleEndian};

int digitOf(char hex)
{
    return hex <= '9' ? hex - '0' : hex - 'a' + 10;
}

/// A UUID made from a digest, as a decimal number under 2.25 (PS3.5 B.2).
std::string uidOf(const std::string& what)
{
    std::string hex = sha256(what).substr(0, 32);
    hex[12] = '8'; // a UUID of version 8, variant RFC 9562
    hex[16] = "89ab"[digitOf(hex[16]) % 4];
    std::string decimal;
    while (!hex.empty()) {
        int rest = 0;
        std::string quotient;
        for (const char c : hex) {
            const int value = rest * 16 + digitOf(c);
            const int q = value / 10;
            rest = value % 10;
            if (q != 0 || !quotient.empty())
                quotient.push_back("0123456789abcdef"[q]);
        }
        decimal.push_back(static_cast<char>('0' + rest));
        hex = std::move(quotient);
    }
    std::reverse(decimal.begin(), decimal.end());
    return "2.25." + decimal;
}

std::string padded(int number, std::size_t digits)
{
    std::string text = std::to_string(number);
    return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

/// Which patient of its block an image belongs to: children have one image each, adults one to
/// three.
int patientOf(std::uint64_t seed, int block, int place)
{
    if (kMix[static_cast<std::size_t>(place)] == Part::ChildChest)
        return place;
    Random random = Random::stream(seed * 1000003 + static_cast<std::uint64_t>(block), "patients");
    int first = 0;
    int left = 0;
    for (int i = 0; i <= place; ++i) {
        if (kMix[static_cast<std::size_t>(i)] == Part::ChildChest)
            continue;
        if (left == 0) {
            first = i;
            left = 1 + random.below(3);
        }
        --left;
    }
    return first;
}

struct Patient
{
    std::string key;
    std::string name;
    std::string id;
    std::string date;
    char sex = 'M';
    int age = 0;
};

Patient patient(std::uint64_t seed, int number)
{
    static constexpr std::array<const char*, 16> kNames{
        "ANDERS", "BERGER", "CASTRO", "DUBOIS", "EKLUND", "FISCHER", "GARCIA", "HANSEN",
        "IVANOV", "JENSEN", "KOVACS", "LARSEN", "MOREAU", "NOVAK",   "OKAFOR", "PATEL"};
    Patient p;
    p.key = "imaging-router sample " + std::to_string(seed) + " patient " + std::to_string(number);
    Random random = Random::stream(seed * 1000003 + static_cast<std::uint64_t>(number), "patient");
    p.sex = random.chance(0.5) ? 'F' : 'M';
    p.age = 18 + random.below(70);
    p.name = std::string("SYNTHETIC^") + kNames[static_cast<std::size_t>(random.below(16))] + " " +
             std::to_string(number + 1);
    p.id = "SYN" + padded(random.below(1000000), 6) + padded(number, 5);
    p.date = std::to_string(2016 + random.below(10));
    p.date += padded(1 + random.below(12), 2);
    p.date += padded(1 + random.below(28), 2);
    return p;
}

std::string fileName(Random& random, int number, const std::string& uid)
{
    const std::string hex = sha256(uid).substr(0, 8);
    switch (random.below(5)) {
    case 0:
        return "IM" + padded(number % 100000, 5);
    case 1:
        return hex + ".dcm";
    case 2:
        return hex;
    case 3:
        return uid + ".dcm";
    default:
        return "CR." + padded(random.below(100000000), 8) + ".DCM";
    }
}

} // namespace

PlannedImage planImage(std::uint64_t seed, int number, int size)
{
    const int block = number / kBlock;
    const int place = number % kBlock;
    PlannedImage image;
    const Part part = kMix[static_cast<std::size_t>(place)];
    Random random = Random::stream(seed * 1000003 + static_cast<std::uint64_t>(number), "image");
    const Patient who = patient(seed, block * kBlock + patientOf(seed, block, place));
    const bool sideways = (block + place) % 2 == 1;
    image.phantom = {.part = part,
                     .view = sideways ? View::Lateral : View::Frontal,
                     .seed = random.next(),
                     .longestSide =
                         std::max(32, static_cast<int>(size * random.between(0.84, 1.1))),
                     .sex = who.sex,
                     .ageYears = part == Part::ChildChest ? 0 : who.age};
    image.label = labelOf(part);
    image.patientName = who.name;
    image.patientId = who.id;
    image.studyDate = who.date;
    image.studyUid = uidOf(who.key + " study " + std::to_string(size));
    image.seriesUid = uidOf(image.studyUid + " series " + std::to_string(number));
    image.sopUid = uidOf(image.studyUid + " image " + std::to_string(number));
    image.computed = random.chance(0.4);
    image.syntax = kSyntaxes[static_cast<std::size_t>((number * 7 + block * 3) % kBlock)];
    static constexpr std::array<int, 6> kBits{10, 12, 12, 12, 13, 14};
    image.bitsStored = image.syntax == DicomSyntax::JpegBaseline
                           ? 8
                           : kBits[static_cast<std::size_t>(random.below(6))];
    image.monochrome1 = random.chance(0.25);
    image.window = random.chance(0.6);
    if (image.window) {
        image.darkest = random.between(0.05, 0.3);
        image.brightest = random.between(0.6, 0.95);
    }
    const double tag = random.unit();
    image.tag = tag < 0.74   ? PlannedImage::Tag::Right
                : tag < 0.88 ? PlannedImage::Tag::Missing
                             : PlannedImage::Tag::Wrong;
    const std::string study = sha256(image.studyUid);
    image.path = std::filesystem::path(who.date.substr(0, 4)) / study.substr(0, 8) /
                 ("ST" + study.substr(8, 4)) / fileName(random, number, image.sopUid);
    return image;
}

} // namespace ir::sample
