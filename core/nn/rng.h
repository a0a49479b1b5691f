#pragma once

#include <cmath>
#include <cstdint>
#include <initializer_list>

namespace ir {

/// A small random generator (splitmix64, Steele et al. 2014) whose stream is a pure function of its keys, so
/// that what happens to image i in epoch e depends on neither threads, order nor the C++ library.
class Rng
{
public:
    explicit Rng(std::initializer_list<std::uint64_t> keys)
    {
        for (const std::uint64_t key : keys) {
            m_state ^= key + 0x9E3779B97F4A7C15ULL + (m_state << 6) + (m_state >> 2);
            m_state = next();
        }
    }

    std::uint64_t next()
    {
        std::uint64_t z = (m_state += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    /// [0, 1)
    double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    bool chance(double probability) { return uniform() < probability; }
    /// 0 … count − 1; `count` must be small against 2^53.
    int below(int count) { return static_cast<int>(uniform() * count); }
    /// Standard normal (Box–Muller).
    double normal()
    {
        const double radius = std::sqrt(-2 * std::log(1 - uniform()));
        return radius * std::cos(6.283185307179586 * uniform());
    }

private:
    std::uint64_t m_state = 0;
};

} // namespace ir
