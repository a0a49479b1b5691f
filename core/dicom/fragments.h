#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>

namespace ir {

/// The fragments [first, end) that hold frame `frame` of `frames` (PS3.5 annex A.4), or nothing where that
/// cannot be told. `lengths`: of every fragment after the offset table; `offsets`: the offset table's
/// entries, may be empty; `startsFrame(i)`: whether fragment i begins with its codec's start marker.
[[nodiscard]] std::optional<std::pair<std::size_t, std::size_t>>
fragmentsOfFrame(std::size_t frame, std::size_t frames, std::span<const std::uint32_t> lengths,
                 std::span<const std::uint32_t> offsets,
                 const std::function<bool(std::size_t)>& startsFrame);

} // namespace ir
