#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <span>
#include <vector>

namespace ir {

struct Interval
{
    double low = 0;
    double high = 0;
};

struct BootstrapOptions
{
    int resamples = 10'000;
    double level = 0.95;
    std::uint64_t seed = 1;
};

/// One resample with replacement of things that are counted in cells: a multinomial draw of as many
/// as there are, at a cost that depends on the cells alone. `drawn` has the size of `counts`.
void resampleCounts(std::span<const std::uint64_t> counts, std::mt19937_64& random,
                    std::span<std::uint64_t> drawn);

/// Percentile interval (Efron 1979) of the resamples' values, with linear interpolation between
/// order statistics (numpy's default). Reorders `values`, which must not be empty.
[[nodiscard]] Interval percentileInterval(std::vector<double>& values, double level);

/// The interval of any figure of the counts. Resamples in which the figure is not finite (a class that was
/// not drawn) do not count; none where nothing is left.
[[nodiscard]] std::optional<Interval>
bootstrapInterval(std::span<const std::uint64_t> counts,
                  const std::function<double(std::span<const std::uint64_t>)>& figure,
                  const BootstrapOptions& options = {});

} // namespace ir
