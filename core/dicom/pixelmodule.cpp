#include "dicom/pixelmodule.h"

#include <dcmtk/dcmdata/dcdeftag.h>

#include <algorithm>

namespace ir {

namespace {

/// What is stored and, at a byte a pixel, what is shown are in memory together, big-endian words twice: all
/// of it stays below 1 GiB.
constexpr std::uint64_t largestFrame = std::uint64_t(512) << 20;
constexpr std::uint64_t mostPixels = std::uint64_t(256) << 20;

PixelModule::Color colorOf(const std::string& photometric, int samples)
{
    using enum PixelModule::Color;
    if (photometric == "MONOCHROME1")
        return Monochrome1;
    if (photometric == "PALETTE COLOR" && samples == 1)
        return Palette;
    if (samples == 1)
        return Monochrome2; // also where the header says nothing or something that cannot be
    if (photometric == "YBR_FULL")
        return YbrFull;
    if (photometric == "YBR_FULL_422")
        return YbrFull422;
    if (photometric == "YBR_PARTIAL_422")
        return YbrPartial422;
    return Rgb; // RGB, and what YBR_RCT and YBR_ICT decode to
}

WordFormat formatOf(DcmItem& root, int allocated)
{
    WordFormat format;
    format.bytes = allocated <= 8 ? 1 : allocated <= 16 ? 2 : 4;
    format.bitsStored = shortValue(root, DCM_BitsStored).value_or(allocated);
    if (format.bitsStored < 1 || format.bitsStored > allocated)
        format.bitsStored = allocated;
    format.highBit = shortValue(root, DCM_HighBit).value_or(format.bitsStored - 1);
    if (format.highBit < format.bitsStored - 1 || format.highBit >= allocated)
        format.highBit = format.bitsStored - 1;
    format.isSigned = shortValue(root, DCM_PixelRepresentation).value_or(0) == 1;
    return format;
}

} // namespace

std::uint64_t PixelModule::frameBits() const
{
    const auto perSample = pixelCount() * static_cast<unsigned>(bitsAllocated);
    const bool subsampled = color == Color::YbrFull422 || color == Color::YbrPartial422;
    return perSample * (subsampled ? 2U : static_cast<unsigned>(samples));
}

Result<PixelModule> readPixelModule(const Header& header, const DicomLayout& layout)
{
    using Kind = PixelLocation::Kind;
    DcmItem& root = header.root();
    const Kind kind = layout.pixels.kind;
    if (kind == Kind::None)
        return failure("it holds no image");
    PixelModule module;
    module.rows = shortValue(root, DCM_Rows).value_or(0);
    module.columns = shortValue(root, DCM_Columns).value_or(0);
    if (module.rows < 1 || module.columns < 1)
        return failure("its header gives no image size");
    module.samples = shortValue(root, DCM_SamplesPerPixel).value_or(1);
    if (module.samples != 1 && module.samples != 3)
        return failure("it has " + std::to_string(module.samples) +
                       " samples a pixel; 1 and 3 are supported");
    const int fallback = kind == Kind::Float ? 32 : kind == Kind::Double ? 64 : 16;
    module.bitsAllocated = shortValue(root, DCM_BitsAllocated).value_or(fallback);
    if (kind != Kind::Integer)
        module.bitsAllocated = fallback;
    constexpr int supported[] = {1, 8, 12, 16, 32, 64};
    if (std::find(std::begin(supported), std::end(supported), module.bitsAllocated) ==
            std::end(supported) ||
        (kind == Kind::Integer && module.bitsAllocated == 64))
        return failure("it has " + std::to_string(module.bitsAllocated) +
                       " bits allocated; 1, 8, 12, 16 and 32 are supported");
    module.photometric = firstValue(rawText(root, DCM_PhotometricInterpretation));
    module.color = colorOf(module.photometric, module.samples);
    module.planar = module.samples > 1 && shortValue(root, DCM_PlanarConfiguration).value_or(0) == 1;
    module.format = formatOf(root, module.bitsAllocated);
    const auto frames = decimalValues(root, DCM_NumberOfFrames);
    if (!frames.empty() && frames[0] >= 1 && frames[0] < 2e9)
        module.frames = static_cast<int>(frames[0]);
    const std::uint64_t largest = layout.encoding.bigEndian ? largestFrame / 2 : largestFrame;
    if (module.frameBits() / 8 > largest || module.pixelCount() > mostPixels)
        return failure("one frame of " + std::to_string(module.columns) + " x " +
                       std::to_string(module.rows) +
                       " is larger than this program decodes (512 MiB, 268 million pixels)");
    return module;
}

} // namespace ir
