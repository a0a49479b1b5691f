#include "dicom/elements.h"

#include <cstring>
#include <initializer_list>

namespace ir {

namespace {

std::uint16_t read16(const std::uint8_t* b, bool bigEndian)
{
    return static_cast<std::uint16_t>(bigEndian ? b[0] << 8 | b[1] : b[1] << 8 | b[0]);
}

std::uint32_t read32(const std::uint8_t* b, bool bigEndian)
{
    const std::uint32_t first = read16(b, bigEndian);
    const std::uint32_t second = read16(b + 2, bigEndian);
    return bigEndian ? first << 16 | second : second << 16 | first;
}

/// Groups that a data set can begin with: meta header, directory, identification, patient.
bool canBegin(std::uint16_t group)
{
    return group == 0x0002 || group == 0x0004 || group == 0x0008 || group == 0x0010;
}

bool looksLikeDataSet(ByteSource& source, std::uint64_t offset, Encoding encoding, int most)
{
    std::uint32_t previous = 0;
    int seen = 0;
    while (seen < most && offset < source.size()) {
        const auto head = headAt(source, offset, encoding);
        if (!head || (seen == 0 ? !canBegin(head->group()) : head->tag <= previous))
            return false;
        if (encoding.explicitVr && vrKind(head->vr[0], head->vr[1]) == VrKind::Unknown)
            return false;
        if (head->undefined()) // a sequence: what comes before it has to do
            return seen > 1;
        if (head->end() > source.size() || head->end() < offset)
            return false;
        previous = head->tag;
        offset = head->end();
        ++seen;
    }
    return seen == most || (seen > 1 && offset == source.size());
}

} // namespace

VrKind vrKind(char first, char second)
{
    const auto among = [&](const char* names) {
        for (; *names; names += 2)
            if (names[0] == first && names[1] == second)
                return true;
        return false;
    };
    if (among("AEASATCSDADSDTFLFDISLOLTPNSHSLSSSTTMUIULUS"))
        return VrKind::ShortLength;
    if (among("OBODOFOLOVOWSQSVUCUNURUTUV"))
        return VrKind::LongLength;
    return VrKind::Unknown;
}

std::optional<ElementHead> headAt(ByteSource& source, std::uint64_t offset, Encoding encoding)
{
    const auto bytes = source.view(offset, 12);
    if (bytes.size() < 8)
        return std::nullopt;
    const bool big = encoding.bigEndian;
    ElementHead head;
    head.tag = tagOf(read16(bytes.data(), big), read16(bytes.data() + 2, big));
    const auto first = static_cast<char>(bytes[4]);
    const auto second = static_cast<char>(bytes[5]);
    const auto isLetter = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (encoding.explicitVr && first == ' ' && second == ' ') { // a VR its writer did not know
        head.length = read16(bytes.data() + 6, big);
        head.value = offset + 8;
        return head;
    }
    if (!encoding.explicitVr || head.group() == 0xFFFE || !isLetter(first) || !isLetter(second)) {
        head.length = read32(bytes.data() + 4, big);
        head.value = offset + 8;
        return head;
    }
    head.vr[0] = first;
    head.vr[1] = second;
    if (vrKind(first, second) == VrKind::ShortLength) {
        head.length = read16(bytes.data() + 6, big);
        head.value = offset + 8;
        return head;
    }
    // VRs of later editions all have 32-bit lengths (PS3.5 section 7.1.2).
    if (bytes.size() < 12)
        return std::nullopt;
    head.length = read32(bytes.data() + 8, big);
    head.value = offset + 12;
    return head;
}

std::optional<Encoding> guessEncoding(ByteSource& source, std::uint64_t offset, int most)
{
    for (const Encoding encoding : {Encoding{true, false}, Encoding{false, false},
                                    Encoding{true, true}, Encoding{false, true}})
        if (looksLikeDataSet(source, offset, encoding, most))
            return encoding;
    return std::nullopt;
}

} // namespace ir
