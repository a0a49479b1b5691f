#include "dicom/fragments.h"

namespace ir {

namespace {

/// The fragment whose item begins `offset` bytes after the first one's.
std::optional<std::size_t> fragmentAt(std::uint64_t offset, std::span<const std::uint32_t> lengths)
{
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        if (at == offset)
            return i;
        at += std::uint64_t(8) + lengths[i]; // item tag and length come before the value
    }
    return at == offset ? std::optional(lengths.size()) : std::nullopt;
}

} // namespace

std::optional<std::pair<std::size_t, std::size_t>>
fragmentsOfFrame(std::size_t frame, std::size_t frames, std::span<const std::uint32_t> lengths,
                 std::span<const std::uint32_t> offsets,
                 const std::function<bool(std::size_t)>& startsFrame)
{
    if (lengths.empty() || frame >= frames)
        return std::nullopt;
    if (frames == 1)
        return std::pair(std::size_t(0), lengths.size());
    if (lengths.size() == frames)
        return std::pair(frame, frame + 1);
    if (offsets.size() == frames) {
        const auto first = fragmentAt(offsets[frame], lengths);
        const auto end = frame + 1 < frames ? fragmentAt(offsets[frame + 1], lengths)
                                            : std::optional(lengths.size());
        if (first && end && *first < *end)
            return std::pair(*first, *end);
    }
    std::optional<std::size_t> first;
    std::size_t started = 0;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        if (!startsFrame(i))
            continue;
        if (started == frame)
            first = i;
        else if (started == frame + 1)
            return std::pair(*first, i);
        ++started;
    }
    if (!first)
        return std::nullopt;
    return std::pair(*first, lengths.size());
}

} // namespace ir
