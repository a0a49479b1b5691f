#include "dicom/codec/rle.h"

#include <algorithm>

namespace ir {

namespace {

constexpr std::size_t headerBytes = 64; ///< the number of segments and their offsets, 16 words

std::size_t wordAt(std::span<const std::uint8_t> stream, std::size_t index)
{
    const std::uint8_t* bytes = stream.data() + index * 4;
    return std::size_t{bytes[0]} | std::size_t{bytes[1]} << 8 | std::size_t{bytes[2]} << 16 |
           std::size_t{bytes[3]} << 24;
}

/// Unpacks a segment (PackBits) to every `step`-th byte; false if it ends before `count` of them.
bool unpack(std::span<const std::uint8_t> in, std::uint8_t* out, std::size_t count, std::size_t step)
{
    std::size_t done = 0;
    while (done < count) {
        if (in.size() < 2)
            return false;
        const std::size_t control = in.front();
        in = in.subspan(1);
        if (control < 128) { // so many bytes as they are, and one more
            const std::size_t length = std::min(control + 1, count - done);
            if (in.size() < length)
                return false;
            for (std::size_t i = 0; i < length; ++i)
                out[(done + i) * step] = in[i];
            in = in.subspan(std::min(control + 1, in.size()));
            done += length;
        } else if (control > 128) { // one byte 257 − control times
            const std::size_t length = std::min(257 - control, count - done);
            for (std::size_t i = 0; i < length; ++i)
                out[(done + i) * step] = in.front();
            in = in.subspan(1);
            done += length;
        }
    }
    return true;
}

} // namespace

Result<std::vector<std::uint8_t>> decodeRle(std::span<const std::uint8_t> stream, std::size_t pixels,
                                            int samples, int wordBytes)
{
    const auto word = static_cast<std::size_t>(wordBytes);
    const std::size_t segments = static_cast<std::size_t>(samples) * word;
    if (stream.size() < headerBytes || segments > 15 || wordAt(stream, 0) != segments)
        return failure("its RLE data does not fit its header");
    std::vector<std::uint8_t> bytes(pixels * segments);
    for (std::size_t segment = 0; segment < segments; ++segment) {
        const std::size_t begin = wordAt(stream, segment + 1);
        const std::size_t end = segment + 1 < segments ? wordAt(stream, segment + 2) : stream.size();
        if (begin < headerBytes || begin > end || end > stream.size())
            return failure("its RLE data does not fit its header");
        // The most significant byte of a sample's words comes first.
        const std::size_t sample = segment / word;
        const std::size_t significance = word - 1 - segment % word;
        if (!unpack(stream.subspan(begin, end - begin), bytes.data() + sample * pixels * word + significance,
                    pixels, word))
            return failure("its RLE data is cut short");
    }
    return bytes;
}

} // namespace ir
