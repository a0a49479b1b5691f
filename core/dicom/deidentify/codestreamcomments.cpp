#include "dicom/deidentify/codestreamcomments.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace ir {

namespace {

std::uint8_t at(std::string_view bytes, std::size_t i)
{
    return static_cast<std::uint8_t>(bytes[i]);
}

/// Whether the payload of a segment with this marker (its second byte) is words rather than image.
bool isWords(std::uint8_t marker, bool isJpeg2000, std::string_view payload)
{
    if (isJpeg2000)
        return marker == 0x64;
    if (marker == 0xFE)
        return true;
    const bool isNeeded =
        (marker == 0xE0 && payload.starts_with("JFIF")) ||
        (marker == 0xE8 && (payload.starts_with("SPIFF") || payload.starts_with("mrfx"))) ||
        (marker == 0xEE && payload.starts_with("Adobe"));
    return marker >= 0xE0 && marker <= 0xEF && !isNeeded;
}

} // namespace

std::optional<std::string> withoutComments(std::string_view fragment)
{
    const bool isJpeg = fragment.starts_with("\xFF\xD8");
    const bool isJpeg2000 = fragment.starts_with("\xFF\x4F");
    if (!isJpeg && !isJpeg2000)
        return std::nullopt;
    std::optional<std::string> blanked;
    std::size_t position = 2;
    while (position + 4 <= fragment.size() && at(fragment, position) == 0xFF) {
        const std::uint8_t marker = at(fragment, position + 1);
        if (marker == 0xFF) { // fill byte
            ++position;
            continue;
        }
        // Behind these, entropy-coded data or a tile begins.
        if (marker == 0xDA || marker == 0x90 || marker == 0x93 || marker == 0xD9)
            break;
        const std::size_t length =
            std::size_t(at(fragment, position + 2)) << 8 | at(fragment, position + 3);
        if (length < 2 || position + 2 + length > fragment.size())
            break;
        // JPEG 2000's comment starts with two bytes that say what kind it is.
        const std::size_t skipped = isJpeg2000 ? 6 : 4;
        const std::size_t end = position + 2 + length;
        const std::string_view payload = fragment.substr(position + 4, length - 2);
        if (isWords(marker, isJpeg2000, payload) && position + skipped < end) {
            if (!blanked)
                blanked = std::string(fragment);
            std::fill(blanked->begin() + static_cast<std::ptrdiff_t>(position + skipped),
                      blanked->begin() + static_cast<std::ptrdiff_t>(end), ' ');
        }
        position = end;
    }
    return blanked;
}

} // namespace ir
