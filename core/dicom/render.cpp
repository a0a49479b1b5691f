#include "dicom/render.h"

#include "dicom/graylut.h"
#include "dicom/lookuptable.h"
#include "dicom/voi.h"

#include <dcmtk/dcmdata/dcdeftag.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace ir {

namespace {

/// Rec. 601 luma of three values of one scale.
template <typename Number>
Number luma(Number red, Number green, Number blue)
{
    // 77, 150 and 29 are 0.299, 0.587 and 0.114 of 256.
    return (77 * red + 150 * green + 29 * blue + 128) / 256;
}

GrayImage applyLut(const RawFrame& frame, const std::vector<std::uint8_t>& lut)
{
    GrayImage image(frame.width, frame.height);
    const std::uint8_t* data = frame.bytes.data();
    const std::size_t pixels = frame.pixelCount();
    if (frame.format.bytes == 1) {
        for (std::size_t i = 0; i < pixels; ++i)
            image.pixels[i] = lut[data[i]];
        return image;
    }
    for (std::size_t i = 0; i < pixels; ++i) {
        std::uint16_t word;
        std::memcpy(&word, data + 2 * i, 2);
        image.pixels[i] = lut[word];
    }
    return image;
}

/// Grey of every index of a PALETTE COLOR image.
Result<std::vector<std::uint8_t>> paletteLut(const Header& header, const WordFormat& format)
{
    DcmItem& root = header.root();
    const auto channel = [&](const DcmTagKey& descriptor, const DcmTagKey& plain,
                             const DcmTagKey& segmented) {
        return paletteChannel(root, descriptor, plain, segmented, format.isSigned);
    };
    const std::array channels{
        channel(DCM_RedPaletteColorLookupTableDescriptor, DCM_RedPaletteColorLookupTableData,
                DCM_SegmentedRedPaletteColorLookupTableData),
        channel(DCM_GreenPaletteColorLookupTableDescriptor, DCM_GreenPaletteColorLookupTableData,
                DCM_SegmentedGreenPaletteColorLookupTableData),
        channel(DCM_BluePaletteColorLookupTableDescriptor, DCM_BluePaletteColorLookupTableData,
                DCM_SegmentedBluePaletteColorLookupTableData)};
    std::uint16_t largest = 0;
    for (const auto& table : channels) {
        if (!table)
            return failure("its colour palette is missing or broken");
        largest = std::max(largest, *std::max_element(table->entries.begin(), table->entries.end()));
    }
    // Entries of 8 bits are sometimes stored as the high bytes of 16.
    const int shift = largest > 255 ? 8 : 0;
    std::vector<std::uint8_t> lut(std::size_t(1) << (8 * format.bytes));
    for (std::size_t word = 0; word < lut.size(); ++word) {
        const auto index = static_cast<double>(word & ((std::size_t(1) << format.bitsStored) - 1));
        const auto of = [&](std::size_t c) { return static_cast<int>(channels[c]->at(index)) >> shift; };
        lut[word] = static_cast<std::uint8_t>(luma(of(0), of(1), of(2)));
    }
    return lut;
}

/// Reads one sample as 8 bits.
class Samples
{
public:
    explicit Samples(const RawFrame& frame)
        : m_data(frame.bytes.data()), m_shift(std::max(0, frame.format.bitsStored - 8)),
          m_wide(frame.format.bytes == 2), m_step(frame.planar ? 1 : 3),
          m_plane(frame.planar ? frame.pixelCount() : 1)
    {}

    [[nodiscard]] int at(std::size_t pixel, std::size_t sample) const
    {
        const std::size_t index = pixel * m_step + sample * m_plane;
        if (!m_wide)
            return m_data[index];
        std::uint16_t word;
        std::memcpy(&word, m_data + 2 * index, 2);
        return std::min(255, word >> m_shift);
    }

private:
    const std::uint8_t* m_data;
    int m_shift;
    bool m_wide;
    std::size_t m_step;
    std::size_t m_plane;
};

GrayImage lumaImage(const RawFrame& frame)
{
    using enum PixelModule::Color;
    GrayImage image(frame.width, frame.height);
    const std::size_t pixels = frame.pixelCount();
    const Samples samples(frame);
    switch (frame.color) {
    case YbrFull422:
    case YbrPartial422: // two luma samples, then the chroma they share
        for (std::size_t i = 0; i < pixels; ++i) {
            const int y = frame.bytes[i / 2 * 4 + i % 2];
            image.pixels[i] = static_cast<std::uint8_t>(
                frame.color == YbrFull422 ? y : std::clamp((y - 16) * 255 / 219, 0, 255));
        }
        break;
    case YbrFull:
        for (std::size_t i = 0; i < pixels; ++i)
            image.pixels[i] = static_cast<std::uint8_t>(samples.at(i, 0));
        break;
    default:
        for (std::size_t i = 0; i < pixels; ++i)
            image.pixels[i] = static_cast<std::uint8_t>(
                luma(samples.at(i, 0), samples.at(i, 1), samples.at(i, 2)));
    }
    return image;
}

} // namespace

Result<GrayImage> renderFrame(const RawFrame& frame, const Header& header, const PixelModule& module)
{
    if (frame.samples > 1)
        return lumaImage(frame);
    if (frame.color == PixelModule::Color::Palette) {
        const auto lut = paletteLut(header, frame.format);
        if (!lut)
            return tl::unexpected(lut.error());
        return applyLut(frame, *lut);
    }
    PixelModule shown = module;
    shown.format = frame.format;
    return applyLut(frame, grayLut(frame, presentationOf(header, shown)));
}

} // namespace ir
