#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

// Elementary functions built from + - * / and sqrt alone, which IEEE 754 rounds exactly: a phantom
// has the same bits on every machine, whichever libm it has. Good to about 1e-11, for moderate
// arguments.
namespace ir::sample {

inline constexpr double kPi = 3.14159265358979323846;

/// e^x for |x| < 700.
[[nodiscard]] inline double exactExp(double x)
{
    const double k = std::floor(x * 1.4426950408889634 + 0.5);
    const double r = (x - k * 0.693147180369123816490) - k * 1.90821492927058770002e-10;
    double p = 1.0;
    for (int i = 10; i >= 1; --i)
        p = 1.0 + p * r / i;
    const auto exponent = static_cast<std::uint64_t>(static_cast<std::int64_t>(k) + 1023);
    return p * std::bit_cast<double>(exponent << 52);
}

/// The same for a pixel loop, good to about 1e-6.
[[nodiscard]] inline float exactExpFast(float value)
{
    const double x = static_cast<double>(value);
    const double k = std::floor(x * 1.4426950408889634 + 0.5);
    const double r = x - k * 0.69314718055994531;
    const double p =
        1.0 + r * (1.0 + r * (0.5 + r * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120 + r / 720)))));
    const auto exponent = static_cast<std::uint64_t>(static_cast<std::int64_t>(k) + 1023);
    return static_cast<float>(p * std::bit_cast<double>(exponent << 52));
}

/// ln x for normal x > 0.
[[nodiscard]] inline double exactLog(double x)
{
    auto bits = std::bit_cast<std::uint64_t>(x);
    int exponent = static_cast<int>(bits >> 52) - 1023;
    double m = std::bit_cast<double>((bits & 0xFFFFFFFFFFFFFULL) | (1023ULL << 52));
    if (m > 1.4142135623730951) {
        m *= 0.5;
        ++exponent;
    }
    const double s = (m - 1.0) / (m + 1.0);
    const double q = s * s;
    const double series =
        1.0 +
        q * (1.0 / 3 + q * (1.0 / 5 + q * (1.0 / 7 + q * (1.0 / 9 + q * (1.0 / 11 + q / 13)))));
    return exponent * 0.69314718055994531 + 2.0 * s * series;
}

/// x^y for x >= 0.
[[nodiscard]] inline double exactPow(double x, double y)
{
    return x <= 0 ? 0.0 : exactExp(y * exactLog(x));
}

[[nodiscard]] inline double exactSin(double x)
{
    x -= 2 * kPi * std::floor(x / (2 * kPi) + 0.5);
    if (x > kPi / 2)
        x = kPi - x;
    else if (x < -kPi / 2)
        x = -kPi - x;
    const double q = x * x;
    double p = 1.0;
    for (int i = 8; i >= 1; --i)
        p = 1.0 - p * q / ((2 * i) * (2 * i + 1));
    return x * p;
}

[[nodiscard]] inline double exactCos(double x)
{
    return exactSin(x + kPi / 2);
}

[[nodiscard]] inline double degrees(double d)
{
    return d * kPi / 180;
}

} // namespace ir::sample
