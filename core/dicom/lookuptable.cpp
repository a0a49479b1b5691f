#include "dicom/lookuptable.h"

#include <dcmtk/dcmdata/dcdeftag.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <span>

namespace ir {

namespace {

struct Descriptor
{
    std::size_t count = 0;
    int first = 0;
    int bits = 16;
};

std::optional<Descriptor> descriptorOf(DcmItem& item, const DcmTagKey& tag, bool isSigned)
{
    const auto values = words(item, tag);
    if (values.size() < 3)
        return std::nullopt;
    Descriptor descriptor;
    descriptor.count = values[0] == 0 ? 65536 : values[0];
    descriptor.first = isSigned ? static_cast<std::int16_t>(values[1]) : values[1];
    descriptor.bits = values[2];
    if (descriptor.bits < 1 || descriptor.bits > 16)
        return std::nullopt;
    return descriptor;
}

/// Eight-bit entries stand one a word or packed two a word; the length tells.
std::vector<std::uint16_t> entriesOf(DcmItem& item, const DcmTagKey& tag, const Descriptor& descriptor)
{
    auto data = words(item, tag);
    if (data.size() >= descriptor.count) {
        data.resize(descriptor.count);
        return data;
    }
    if (descriptor.bits > 8 || data.size() * 2 < descriptor.count)
        return {};
    std::vector<std::uint16_t> entries;
    entries.reserve(descriptor.count);
    for (std::size_t i = 0; i < descriptor.count; ++i)
        entries.push_back(i % 2 == 0 ? data[i / 2] & 0xFF : data[i / 2] >> 8);
    return entries;
}

/// Unfolds segments (PS3.3 C.7.9.2): discrete, linear and, once deep, indirect ones.
bool unfoldSegments(std::span<const std::uint16_t> data, std::size_t at, std::size_t segments,
                    std::size_t limit, bool nested, std::vector<std::uint16_t>& out)
{
    for (std::size_t done = 0; done < segments && at + 2 <= data.size(); ++done) {
        const std::uint16_t code = data[at];
        const std::size_t length = data[at + 1];
        if (code == 0) {
            if (at + 2 + length > data.size() || out.size() + length > limit)
                return false;
            out.insert(out.end(), data.begin() + static_cast<std::ptrdiff_t>(at + 2),
                       data.begin() + static_cast<std::ptrdiff_t>(at + 2 + length));
            at += 2 + length;
        } else if (code == 1) {
            if (at + 3 > data.size() || out.empty() || out.size() + length > limit)
                return false;
            const double from = out.back();
            const double step = length > 0 ? (data[at + 2] - from) / static_cast<double>(length) : 0;
            for (std::size_t i = 1; i <= length; ++i)
                out.push_back(static_cast<std::uint16_t>(
                    std::lround(from + step * static_cast<double>(i))));
            at += 3;
        } else if (code == 2 && !nested) {
            if (at + 4 > data.size())
                return false;
            const std::size_t target = (data[at + 2] | std::size_t(data[at + 3]) << 16) / 2;
            if (!unfoldSegments(data, target, length, limit, true, out))
                return false;
            at += 4;
        } else {
            return false;
        }
    }
    return true;
}

} // namespace

double LookupTable::at(double input) const
{
    const double index = std::clamp(std::round(input) - first, 0.0,
                                    static_cast<double>(entries.size() - 1));
    return entries[static_cast<std::size_t>(index)];
}

std::optional<LookupTable> lookupTable(DcmItem& item, bool isSigned)
{
    const auto descriptor = descriptorOf(item, DCM_LUTDescriptor, isSigned);
    if (!descriptor)
        return std::nullopt;
    LookupTable table{descriptor->first, descriptor->bits, entriesOf(item, DCM_LUTData, *descriptor)};
    if (table.entries.empty())
        return std::nullopt;
    // Some say 16 bits and store 12: by the header's word the image would be all but black.
    const auto largest = *std::max_element(table.entries.begin(), table.entries.end());
    const int needed = std::max(1, static_cast<int>(std::bit_width(static_cast<unsigned>(largest))));
    if (needed > table.bits || needed + 2 <= table.bits)
        table.bits = needed;
    return table;
}

std::optional<LookupTable> paletteChannel(DcmItem& root, const DcmTagKey& descriptorTag,
                                          const DcmTagKey& plain, const DcmTagKey& segmented,
                                          bool isSigned)
{
    const auto descriptor = descriptorOf(root, descriptorTag, isSigned);
    if (!descriptor)
        return std::nullopt;
    LookupTable table{descriptor->first, descriptor->bits, entriesOf(root, plain, *descriptor)};
    if (table.entries.empty()) {
        const auto segments = words(root, segmented);
        if (!unfoldSegments(segments, 0, segments.size(), descriptor->count, false, table.entries))
            return std::nullopt;
    }
    if (table.entries.empty())
        return std::nullopt;
    return table;
}

} // namespace ir
