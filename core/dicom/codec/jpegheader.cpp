#include "dicom/codec/jpegheader.h"

#include <cstring>

namespace ir {

namespace {

bool isStartOfFrame(std::uint8_t marker)
{
    // C4, C8 and CC are tables and extensions.
    return marker == 0xF7 ||
           (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC);
}

} // namespace

std::optional<JpegHeader> readJpegHeader(std::span<const std::uint8_t> stream)
{
    if (stream.size() < 4 || stream[0] != 0xFF || stream[1] != 0xD8)
        return std::nullopt;
    JpegHeader header;
    std::size_t at = 2;
    while (at + 4 <= stream.size()) {
        if (stream[at] != 0xFF)
            return std::nullopt;
        const std::uint8_t marker = stream[at + 1];
        if (marker == 0xFF) { // fill byte
            ++at;
            continue;
        }
        const std::size_t length = std::size_t(stream[at + 2]) << 8 | stream[at + 3];
        if (marker == 0xD9 || marker == 0xDA || length < 2 || at + 2 + length > stream.size())
            return std::nullopt;
        const auto body = stream.subspan(at + 4, length - 2);
        if (marker == 0xE0 && body.size() >= 5 && std::memcmp(body.data(), "JFIF", 5) == 0)
            header.jfif = true;
        if (marker == 0xEE && body.size() >= 12 && std::memcmp(body.data(), "Adobe", 5) == 0)
            header.adobeTransform = body[11];
        if (isStartOfFrame(marker)) {
            if (body.size() < 6)
                return std::nullopt;
            header.startOfFrame = marker;
            header.precision = body[0];
            header.height = body[1] << 8 | body[2];
            header.width = body[3] << 8 | body[4];
            header.components = body[5];
            return header;
        }
        at += 2 + length;
    }
    return std::nullopt;
}

} // namespace ir
