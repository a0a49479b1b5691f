#include "base/binomial.h"

#include <array>
#include <cmath>

namespace ir {

namespace {

constexpr double rejectionMean = 10; ///< from this mean on BTRS is valid

/// [0, 1), alike with every standard library.
double uniform(std::mt19937_64& random)
{
    return static_cast<double>(random() >> 11) * 0x1.0p-53;
}

/// ln k! less Stirling's (k + ½) ln(k + 1) − (k + 1) + ½ ln 2π.
double stirlingTail(double k)
{
    static const auto exact = [] {
        std::array<double, 10> tails{};
        double logFactorial = 0;
        for (std::size_t i = 0; i < tails.size(); ++i) {
            const auto n = static_cast<double>(i);
            logFactorial += i > 1 ? std::log(n) : 0;
            tails[i] = logFactorial -
                       ((n + 0.5) * std::log(n + 1) - (n + 1) + 0.5 * std::log(2 * 3.141592653589793));
        }
        return tails;
    }();
    if (k < static_cast<double>(exact.size()))
        return exact[static_cast<std::size_t>(k)];
    const double inverse = 1 / (k + 1);
    const double square = inverse * inverse;
    return inverse * (1.0 / 12 - square * (1.0 / 360 - square / 1260));
}

/// For a mean under rejectionMean: walks up the distribution.
std::uint64_t drawByInversion(double n, double p, std::mt19937_64& random)
{
    const double odds = p / (1 - p);
    const double none = std::exp(n * std::log1p(-p));
    for (;;) {
        double left = uniform(random);
        double mass = none;
        for (double k = 0; k <= n; ++k) {
            if (left < mass)
                return static_cast<std::uint64_t>(k);
            left -= mass;
            mass *= odds * (n - k) / (k + 1);
        }
        // Rounding left a remainder beyond n: hardly ever.
    }
}

/// For p ≤ ½ and a mean of at least rejectionMean. Names as in the paper.
std::uint64_t drawByRejection(double n, double p, std::mt19937_64& random)
{
    const double deviation = std::sqrt(n * p * (1 - p));
    const double b = 1.15 + 2.53 * deviation;
    const double a = -0.0873 + 0.0248 * b + 0.01 * p;
    const double c = n * p + 0.5;
    const double sure = 0.92 - 4.2 / b;
    const double alpha = (2.83 + 5.1 / b) * deviation;
    const double odds = p / (1 - p);
    const double mode = std::floor((n + 1) * p);
    for (;;) {
        const double u = uniform(random) - 0.5;
        double v = uniform(random);
        const double us = 0.5 - std::abs(u);
        const double k = std::floor((2 * a / us + b) * u + c);
        if (!(k >= 0 && k <= n)) // also where us is 0
            continue;
        if (us >= 0.07 && v <= sure)
            return static_cast<std::uint64_t>(k);
        v = std::log(v * alpha / (a / (us * us) + b));
        const double density = (mode + 0.5) * std::log((mode + 1) / (odds * (n - mode + 1))) +
                               (n + 1) * std::log((n - mode + 1) / (n - k + 1)) +
                               (k + 0.5) * std::log(odds * (n - k + 1) / (k + 1)) + stirlingTail(mode) +
                               stirlingTail(n - mode) - stirlingTail(k) - stirlingTail(n - k);
        if (v <= density)
            return static_cast<std::uint64_t>(k);
    }
}

} // namespace

std::uint64_t drawBinomial(std::uint64_t trials, double p, std::mt19937_64& random)
{
    if (trials == 0 || !(p > 0))
        return 0;
    if (p >= 1)
        return trials;
    if (p > 0.5)
        return trials - drawBinomial(trials, 1 - p, random);
    const auto n = static_cast<double>(trials);
    return n * p < rejectionMean ? drawByInversion(n, p, random) : drawByRejection(n, p, random);
}

} // namespace ir
