#include "image/modality.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace ir {

namespace {

using namespace std::string_view_literals;

// DR and XR are old names for DX; OT and SC say nothing of what is seen.
constexpr std::array radiographs{""sv,   "CR"sv, "DX"sv, "DR"sv, "XR"sv, "MG"sv,
                                 "IO"sv, "PX"sv, "RG"sv, "OT"sv, "SC"sv};
constexpr std::array foreign{"CT"sv,    "MR"sv, "US"sv, "NM"sv, "PT"sv, "ST"sv, "SEG"sv, "RTDOSE"sv, "IVUS"sv, "IVOCT"sv,
                             "ES"sv, "GM"sv, "SM"sv, "XC"sv, "OP"sv, "OPM"sv, "OPT"sv, "OCT"sv,    "DOC"sv};

} // namespace

ModalityKind modalityKind(std::string_view modality)
{
    std::string name(modality);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    if (std::ranges::find(radiographs, name) != radiographs.end())
        return ModalityKind::Radiograph;
    return std::ranges::find(foreign, name) != foreign.end() ? ModalityKind::Foreign : ModalityKind::Unusual;
}

std::string foreignModalityReason(std::string_view modality)
{
    return "Not tagged: its header says " + std::string(modality) + ", which is no radiograph.";
}

} // namespace ir
