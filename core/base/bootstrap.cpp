#include "base/bootstrap.h"

#include "base/binomial.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace ir {

namespace {

double quantile(std::vector<double>& values, double q)
{
    const double position = q * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(below);
    std::nth_element(values.begin(), at, values.end());
    const double low = *at;
    if (below + 1 == values.size())
        return low;
    const double high = *std::min_element(at + 1, values.end());
    return low + (position - static_cast<double>(below)) * (high - low);
}

} // namespace

void resampleCounts(std::span<const std::uint64_t> counts, std::mt19937_64& random,
                    std::span<std::uint64_t> drawn)
{
    assert(counts.size() == drawn.size());
    // Cell by cell: each takes its binomial share of what is left.
    std::uint64_t left = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    std::uint64_t mass = left;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        drawn[i] = 0;
        if (counts[i] == 0 || left == 0)
            continue;
        if (counts[i] == mass) {
            drawn[i] = left;
        } else {
            const double share = static_cast<double>(counts[i]) / static_cast<double>(mass);
            drawn[i] = drawBinomial(left, share, random);
        }
        left -= drawn[i];
        mass -= counts[i];
    }
}

Interval percentileInterval(std::vector<double>& values, double level)
{
    assert(!values.empty());
    const double tail = (1 - level) / 2;
    return {quantile(values, tail), quantile(values, 1 - tail)};
}

std::optional<Interval>
bootstrapInterval(std::span<const std::uint64_t> counts,
                  const std::function<double(std::span<const std::uint64_t>)>& figure,
                  const BootstrapOptions& options)
{
    std::mt19937_64 random(options.seed);
    std::vector<std::uint64_t> drawn(counts.size());
    std::vector<double> values;
    for (int r = 0; r < options.resamples; ++r) {
        resampleCounts(counts, random, drawn);
        if (const double value = figure(drawn); std::isfinite(value))
            values.push_back(value);
    }
    if (values.empty())
        return std::nullopt;
    return percentileInterval(values, options.level);
}

} // namespace ir
