#pragma once

#include "dicom/bytesource.h"

#include <cstdint>
#include <optional>

namespace ir {

/// How a data set's elements are written (PS3.5 section 7).
struct Encoding
{
    bool explicitVr = true;
    bool bigEndian = false;
};

constexpr std::uint32_t undefinedLength = 0xFFFFFFFF;

constexpr std::uint32_t tagOf(std::uint16_t group, std::uint16_t element)
{
    return std::uint32_t(group) << 16 | element;
}

constexpr std::uint32_t itemTag = tagOf(0xFFFE, 0xE000);
constexpr std::uint32_t itemEndTag = tagOf(0xFFFE, 0xE00D);
constexpr std::uint32_t sequenceEndTag = tagOf(0xFFFE, 0xE0DD);
constexpr std::uint32_t pixelDataTag = tagOf(0x7FE0, 0x0010);

/// One element's head; the value is not looked at.
struct ElementHead
{
    std::uint32_t tag = 0;
    char vr[2] = {0, 0}; ///< zeros in implicit VR and for items and delimiters
    std::uint32_t length = 0;
    std::uint64_t value = 0; ///< where the value starts in the source

    [[nodiscard]] bool is(const char* name) const { return vr[0] == name[0] && vr[1] == name[1]; }
    [[nodiscard]] std::uint16_t group() const { return static_cast<std::uint16_t>(tag >> 16); }
    [[nodiscard]] bool undefined() const { return length == undefinedLength; }
    [[nodiscard]] std::uint64_t end() const { return value + length; }
};

/// Whether two bytes name a VR of PS3.5 section 6.2, and whether its explicit length takes 32 bits.
enum class VrKind { Unknown, ShortLength, LongLength };
[[nodiscard]] VrKind vrKind(char first, char second);

/// The head at `offset`, or nothing where the bytes end. In explicit VR an element without a VR is read as
/// an implicit one: some writers mix them.
[[nodiscard]] std::optional<ElementHead> headAt(ByteSource& source, std::uint64_t offset,
                                                Encoding encoding);

/// How a data set at `offset` is written, told by its first elements; nothing where it is no data set.
/// `most`: elements to check.
[[nodiscard]] std::optional<Encoding> guessEncoding(ByteSource& source, std::uint64_t offset,
                                                    int most = 4);

} // namespace ir
