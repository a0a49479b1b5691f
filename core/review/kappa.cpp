#include "review/kappa.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace ir {

namespace {

const char* const kNoImages = "no image has two labels";
const char* const kOneClass = "only one class was used";
const char* const kAllAgree = "every label agrees, so that the sample does not tell its own spread";

/// The z with P(|Z| ≤ z) = level for a standard normal Z: bisection on erf, which the standard
/// library has.
double normalQuantile(double level)
{
    double low = 0;
    double high = 10;
    for (int i = 0; i < 80; ++i) {
        const double middle = (low + high) / 2;
        (std::erf(middle / std::sqrt(2.0)) < level ? low : high) = middle;
    }
    return low;
}

/// Fleiss, Cohen and Everitt (1969), equation 13 with weights 1 on the diagonal and 0 elsewhere.
double kappaVariance(const PairTable& table, double observed, double expected)
{
    const auto n = static_cast<double>(table.total());
    const std::size_t classes = table.classes();
    std::vector<double> first(classes);
    std::vector<double> second(classes);
    for (std::size_t c = 0; c < classes; ++c) {
        first[c] = static_cast<double>(table.ofFirst(c)) / n;
        second[c] = static_cast<double>(table.ofSecond(c)) / n;
    }
    double sum = 0;
    for (std::size_t i = 0; i < classes; ++i)
        for (std::size_t j = 0; j < classes; ++j) {
            const double share = static_cast<double>(table.at(i, j)) / n;
            const double margins = (second[i] + first[j]) * (1 - observed);
            const double term = i == j ? (1 - expected) - margins : margins;
            sum += share * term * term;
        }
    const double centre = observed * expected - 2 * expected + observed;
    return std::max(0.0, (sum - centre * centre) / (n * std::pow(1 - expected, 4)));
}

/// Sums over images that a coefficient is made of. `counts[i]`: images of pattern i.
struct Pieces
{
    std::vector<std::vector<double>> labels; ///< pattern × class
    std::vector<double> pairs;               ///< of each pattern: agreeing pairs / (labels − 1)
    std::vector<std::uint64_t> counts;
    double agreeing = 0; ///< the sums
    double all = 0;
    std::vector<double> perClass;

    explicit Pieces(const LabelPatterns& patterns)
    {
        for (const auto& [pattern, images] : patterns) {
            const double size = std::accumulate(pattern.begin(), pattern.end(), 0.0);
            if (size < 2)
                continue;
            double agree = 0;
            for (const std::uint32_t count : pattern)
                agree += static_cast<double>(count) * (static_cast<double>(count) - 1);
            labels.emplace_back(pattern.begin(), pattern.end());
            pairs.push_back(agree / (size - 1));
            counts.push_back(images);
        }
    }

    void sum(std::span<const std::uint64_t> weights)
    {
        agreeing = all = 0;
        perClass.assign(labels.empty() ? 0 : labels.front().size(), 0.0);
        for (std::size_t i = 0; i < weights.size(); ++i) {
            if (weights[i] == 0)
                continue;
            const auto weight = static_cast<double>(weights[i]);
            agreeing += weight * pairs[i];
            for (std::size_t c = 0; c < perClass.size(); ++c)
                perClass[c] += weight * labels[i][c];
        }
        all = std::accumulate(perClass.begin(), perClass.end(), 0.0);
    }

    [[nodiscard]] bool isOneClass() const
    {
        return std::ranges::count_if(perClass, [](double sum) { return sum > 0; }) < 2;
    }
};

std::optional<double> fleissOf(const Pieces& pieces)
{
    if (pieces.all == 0 || pieces.isOneClass())
        return std::nullopt;
    const double observed = pieces.agreeing / pieces.all;
    double expected = 0;
    for (const double sum : pieces.perClass)
        expected += (sum / pieces.all) * (sum / pieces.all);
    return (observed - expected) / (1 - expected);
}

std::optional<double> alphaOf(const Pieces& pieces)
{
    if (pieces.all == 0 || pieces.isOneClass())
        return std::nullopt;
    double squares = 0;
    for (const double sum : pieces.perClass)
        squares += sum * sum;
    return 1 -
           (pieces.all - 1) * (pieces.all - pieces.agreeing) / (pieces.all * pieces.all - squares);
}

template <typename Statistic>
Coefficient withBootstrap(const LabelPatterns& patterns, const BootstrapOptions& options,
                          const Statistic& statistic)
{
    Pieces pieces(patterns);
    pieces.sum(pieces.counts);
    Coefficient result;
    result.value = statistic(pieces);
    if (!result.value) {
        result.reason = pieces.all == 0 ? kNoImages : kOneClass;
        return result;
    }
    if (pieces.agreeing == pieces.all) {
        result.reason = kAllAgree;
        return result;
    }
    std::mt19937_64 random(options.seed);
    std::vector<std::uint64_t> drawn(pieces.counts.size());
    std::vector<double> values;
    for (int i = 0; i < options.resamples; ++i) {
        resampleCounts(pieces.counts, random, drawn);
        pieces.sum(drawn);
        if (const auto value = statistic(pieces)) // a resample of one class says nothing
            values.push_back(*value);
    }
    // An interval over few of the resamples would be one of another distribution.
    if (values.size() * 10 < static_cast<std::size_t>(options.resamples) * 9 || values.empty())
        result.reason = "in more than a tenth of the resamples only one class was left";
    else
        result.interval = percentileInterval(values, options.level);
    return result;
}

LabelPatterns against(const LabelPatterns& patterns, std::size_t label)
{
    LabelPatterns collapsed;
    for (const auto& [pattern, images] : patterns) {
        const std::uint32_t all = std::accumulate(pattern.begin(), pattern.end(), 0U);
        collapsed[{pattern[label], all - pattern[label]}] += images;
    }
    return collapsed;
}

} // namespace

std::uint64_t PairTable::total() const
{
    return std::accumulate(m_counts.begin(), m_counts.end(), std::uint64_t{0});
}

std::uint64_t PairTable::agreed() const
{
    std::uint64_t sum = 0;
    for (std::size_t c = 0; c < m_classes; ++c)
        sum += at(c, c);
    return sum;
}

std::uint64_t PairTable::ofFirst(std::size_t label) const
{
    std::uint64_t sum = 0;
    for (std::size_t c = 0; c < m_classes; ++c)
        sum += at(label, c);
    return sum;
}

std::uint64_t PairTable::ofSecond(std::size_t label) const
{
    std::uint64_t sum = 0;
    for (std::size_t c = 0; c < m_classes; ++c)
        sum += at(c, label);
    return sum;
}

PairTable PairTable::against(std::size_t label) const
{
    PairTable collapsed(2);
    for (std::size_t i = 0; i < m_classes; ++i)
        for (std::size_t j = 0; j < m_classes; ++j)
            collapsed.add(i == label ? 0 : 1, j == label ? 0 : 1, at(i, j));
    return collapsed;
}

Coefficient cohensKappa(const PairTable& table, double level)
{
    Coefficient result;
    const std::uint64_t total = table.total();
    if (total == 0) {
        result.reason = "no image has labels of both";
        return result;
    }
    const auto n = static_cast<double>(total);
    double expected = 0;
    bool isOneClass = false;
    for (std::size_t c = 0; c < table.classes(); ++c) {
        expected += static_cast<double>(table.ofFirst(c)) * static_cast<double>(table.ofSecond(c)) /
                    (n * n);
        isOneClass = isOneClass || (table.ofFirst(c) == total && table.ofSecond(c) == total);
    }
    if (isOneClass) {
        result.reason = kOneClass;
        return result;
    }
    const double observed = static_cast<double>(table.agreed()) / n;
    result.value = (observed - expected) / (1 - expected);
    if (table.agreed() == total) {
        result.reason = kAllAgree;
        return result;
    }
    const double half = normalQuantile(level) * std::sqrt(kappaVariance(table, observed, expected));
    result.interval =
        Interval{std::max(-1.0, *result.value - half), std::min(1.0, *result.value + half)};
    return result;
}

Coefficient fleissKappa(const LabelPatterns& patterns, const BootstrapOptions& options)
{
    return withBootstrap(patterns, options, fleissOf);
}

std::vector<Coefficient> fleissKappaPerClass(const LabelPatterns& patterns,
                                             const BootstrapOptions& options)
{
    std::vector<Coefficient> result;
    const std::size_t classes = patterns.empty() ? 0 : patterns.begin()->first.size();
    for (std::size_t c = 0; c < classes; ++c)
        result.push_back(fleissKappa(against(patterns, c), options));
    return result;
}

Coefficient krippendorffsAlpha(const LabelPatterns& patterns, const BootstrapOptions& options)
{
    return withBootstrap(patterns, options, alphaOf);
}

} // namespace ir
