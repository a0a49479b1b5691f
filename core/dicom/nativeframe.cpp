#include "dicom/nativeframe.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace ir {

namespace {

static_assert(std::endian::native == std::endian::little, "words are read as little endian");

void unpackBits(RawFrame& frame, std::span<const std::uint8_t> bytes, std::uint64_t firstBit,
                std::size_t count)
{
    frame.owned.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t bit = firstBit + i;
        frame.owned[i] = bytes[static_cast<std::size_t>(bit / 8)] >> (bit % 8) & 1;
    }
    frame.bytes = frame.owned;
}

void unpack12(RawFrame& frame, std::span<const std::uint8_t> bytes, std::size_t count)
{
    frame.owned.resize(count * 2);
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint8_t* at = bytes.data() + i * 12 / 8;
        const int value = i % 2 == 0 ? at[0] | (at[1] & 0x0F) << 8 : at[0] >> 4 | at[1] << 4;
        frame.owned[2 * i] = static_cast<std::uint8_t>(value);
        frame.owned[2 * i + 1] = static_cast<std::uint8_t>(value >> 8);
    }
    frame.bytes = frame.owned;
}

void swapGroups(std::vector<std::uint8_t>& bytes, std::size_t group)
{
    for (std::size_t i = 0; i + group <= bytes.size(); i += group)
        std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                     bytes.begin() + static_cast<std::ptrdiff_t>(i + group));
}

template <typename Number>
double numberAt(std::span<const std::uint8_t> bytes, std::size_t index)
{
    Number number;
    std::memcpy(&number, bytes.data() + index * sizeof number, sizeof number);
    return static_cast<double>(number);
}

/// Brings numbers of any range to 16-bit words; `format.scale` and `offset` lead back to them. What is not
/// finite becomes the smallest.
template <typename Read>
void quantise(RawFrame& frame, std::size_t count, Read read)
{
    double least = std::numeric_limits<double>::infinity();
    double most = -least;
    for (std::size_t i = 0; i < count; ++i) {
        const double value = read(i);
        if (!std::isfinite(value))
            continue;
        least = std::min(least, value);
        most = std::max(most, value);
    }
    if (!(least <= most))
        least = most = 0;
    // Halves first: the difference of two finite numbers may not be.
    const double range = (most / 2 - least / 2) / 65535 * 2;
    // Small integers keep their exact values.
    const double scale = range <= 0 || (range < 1 && least == std::floor(least) &&
                                        std::abs(least) < 1e15 && frame.format.scale == 1)
                             ? 1
                             : range;
    std::vector<std::uint8_t> words(count * 2);
    for (std::size_t i = 0; i < count; ++i) {
        const double value = read(i);
        const double word = std::isfinite(value) ? (value / scale - least / scale) : 0;
        const auto rounded =
            static_cast<std::uint16_t>(std::clamp(std::round(word), 0.0, 65535.0));
        std::memcpy(words.data() + 2 * i, &rounded, 2);
    }
    frame.owned = std::move(words);
    frame.bytes = frame.owned;
    frame.format = {2, 16, 15, false, scale, least};
}

double integerAt(std::span<const std::uint8_t> bytes, std::size_t index, const WordFormat& format)
{
    std::uint32_t word;
    std::memcpy(&word, bytes.data() + index * 4, 4);
    word <<= 31 - format.highBit;
    const int shift = 32 - format.bitsStored;
    return format.isSigned ? static_cast<double>(static_cast<std::int32_t>(word) >> shift)
                           : static_cast<double>(word >> shift);
}

} // namespace

void takeNativeFrame(RawFrame& frame, std::span<const std::uint8_t> bytes, std::uint64_t firstBit,
                     const PixelModule& module, const PixelLocation& pixels, bool bigEndian)
{
    const std::size_t count =
        static_cast<std::size_t>(module.pixelCount()) * static_cast<std::size_t>(module.samples);
    const int allocated = module.bitsAllocated;
    // Eight-bit words of VR OW were written as 16-bit ones.
    const std::size_t group = allocated <= 8 ? (pixels.wordVr ? 2U : 1U)
                              : allocated == 12 ? 2U
                                                : static_cast<std::size_t>(allocated) / 8;
    if (bigEndian && group > 1) {
        frame.owned.assign(bytes.begin(), bytes.end());
        swapGroups(frame.owned, group);
        bytes = frame.owned;
    }
    std::vector<std::uint8_t> swapped;
    if (!frame.owned.empty() && allocated != 8 && allocated != 16) {
        swapped = std::move(frame.owned); // unpacked into `owned` anew
        bytes = swapped;
    }
    if (allocated == 1) {
        unpackBits(frame, bytes, firstBit, count);
    } else if (allocated == 12) {
        unpack12(frame, bytes, count);
    } else if (pixels.kind == PixelLocation::Kind::Float) {
        frame.format.scale = 0; // not integers
        quantise(frame, count, [&](std::size_t i) { return numberAt<float>(bytes, i); });
    } else if (pixels.kind == PixelLocation::Kind::Double) {
        frame.format.scale = 0;
        quantise(frame, count, [&](std::size_t i) { return numberAt<double>(bytes, i); });
    } else if (allocated == 32) {
        const WordFormat format = frame.format;
        quantise(frame, count, [&](std::size_t i) { return integerAt(bytes, i, format); });
    } else {
        frame.bytes = bytes;
    }
}

} // namespace ir
