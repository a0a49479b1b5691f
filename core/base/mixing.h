#pragma once

#include <cstdint>
#include <string_view>

namespace ir {

// Numbers that look random and are the same everywhere, for orders and samples that must be found
// again. No cryptography.

/// splitmix64's finaliser (Steele et al. 2014): nearby values end up far apart, no two in one
/// place.
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t value)
{
    value += 0x9E3779B97F4A7C15ULL;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31);
}

/// FNV-1a of 64 bits.
[[nodiscard]] constexpr std::uint64_t hashOf(std::string_view text)
{
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char c : text)
        hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001B3ULL;
    return hash;
}

} // namespace ir
