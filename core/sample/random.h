#pragma once

#include <cstdint>
#include <string_view>

namespace ir::sample {

/// A seeded stream of numbers that is the same on every machine (SplitMix64, Steele et al. 2014;
/// the standard library's distributions are not).
class Random
{
public:
    explicit Random(std::uint64_t seed) : m_state(seed) {}

    /// An independent stream for one purpose, so that a change in one part does not shift the
    /// others.
    [[nodiscard]] static Random stream(std::uint64_t seed, std::string_view purpose)
    {
        std::uint64_t hash = 0xCBF29CE484222325ULL ^ (seed * 0x9E3779B97F4A7C15ULL);
        for (const char c : purpose)
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
        Random random(hash);
        random.next();
        return random;
    }

    std::uint64_t next()
    {
        std::uint64_t z = (m_state += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    /// In [0, 1).
    double unit() { return static_cast<double>(next() >> 11) * (1.0 / 9007199254740992.0); }
    double between(double low, double high) { return low + (high - low) * unit(); }
    /// In [0, count).
    int below(int count) { return static_cast<int>(next() % static_cast<std::uint64_t>(count)); }
    bool chance(double probability) { return unit() < probability; }
    /// Near enough normal, mean 0 and deviation 1: the sum of four 16-bit uniforms, at most 3.46
    /// from 0.
    double normal()
    {
        const std::uint64_t bits = next();
        const auto sum = static_cast<double>((bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) +
                                             ((bits >> 32) & 0xFFFF) + (bits >> 48));
        return (sum / 65536.0 - 2.0) * 1.7320508075688772;
    }

private:
    std::uint64_t m_state;
};

} // namespace ir::sample
