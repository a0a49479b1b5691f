#include "dicom/deidentify/burnedin.h"

#include <algorithm>
#include <array>

namespace ir {

namespace {

bool hasValue(const DicomItem& root, std::uint32_t tag, std::string_view wanted)
{
    const std::string text = root.text(tag);
    return std::ranges::any_of(valuesOf(text),
                               [&](std::string_view value) { return unpadded(value) == wanted; });
}

/// An overlay group without data of its own has it in bits of the pixels (retired in 2004, still
/// met).
bool hasOverlayInPixels(const DicomItem& root)
{
    for (std::uint32_t group = 0x6000; group <= 0x601E; group += 2) {
        const bool isThere = root.find(group << 16 | 0x0010) != nullptr;
        if (isThere && root.find(group << 16 | 0x3000) == nullptr)
            return true;
    }
    return false;
}

} // namespace

std::vector<std::string> burnedInByHeader(const DicomItem& root)
{
    std::vector<std::string> reasons;
    if (root.text(0x00280301) == "YES")
        reasons.emplace_back("its header says that there is writing in its pixels");
    if (root.text(0x00080016).starts_with("1.2.840.10008.5.1.4.1.1.7"))
        reasons.emplace_back("it is a secondary capture");
    else if (hasValue(root, 0x00080008, "SECONDARY"))
        reasons.emplace_back("its image type is SECONDARY");
    const std::string imageType = root.text(0x00080008);
    if (imageType.find("SCREEN") != std::string::npos ||
        imageType.find("CAPTURE") != std::string::npos)
        reasons.emplace_back("its image type is that of a screen capture");
    const std::string conversion = root.text(0x00080064);
    if (!conversion.empty() && conversion != "SYN")
        reasons.emplace_back("it was converted (" + conversion.substr(0, 4) + ")");
    constexpr std::array<std::string_view, 8> burningIn{"US",  "ES", "XC", "OT",
                                                        "DOC", "GM", "SC", "ECG"};
    if (const std::string modality = root.text(0x00080060);
        std::ranges::find(burningIn, modality) != burningIn.end())
        reasons.emplace_back("images of modality " + modality +
                             " often have writing in their pixels");
    if (hasOverlayInPixels(root))
        reasons.emplace_back("it has an overlay in unused bits of its pixels");
    return reasons;
}

} // namespace ir
