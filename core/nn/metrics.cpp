#include "nn/metrics.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <map>
#include <numeric>
#include <random>

namespace ir {

namespace {

double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

/// Which classes macro means run over.
std::vector<std::uint8_t> occurringClasses(const ConfusionMatrix& matrix)
{
    std::vector<std::uint8_t> occurs(matrix.classes());
    for (std::size_t c = 0; c < matrix.classes(); ++c)
        occurs[c] = matrix.support(c) + matrix.predicted(c) > 0;
    return occurs;
}

/// Figures of the counts alone; `result` is reused between resamples.
void compute(std::span<const std::uint64_t> counts, std::span<const std::uint8_t> occurs,
             Figures& result)
{
    const std::size_t classes = occurs.size();
    result.perClass.resize(classes);
    result.macroPrecision = result.macroRecall = result.macroF1 = 0;
    std::uint64_t total = 0;
    std::uint64_t right = 0;
    double macroClasses = 0;
    for (std::size_t c = 0; c < classes; ++c) {
        std::uint64_t support = 0;
        std::uint64_t predicted = 0;
        for (std::size_t other = 0; other < classes; ++other) {
            support += counts[c * classes + other];
            predicted += counts[other * classes + c];
        }
        const std::uint64_t hit = counts[c * classes + c];
        ClassFigures& of = result.perClass[c];
        of.precision = ratio(static_cast<double>(hit), static_cast<double>(predicted));
        of.recall = ratio(static_cast<double>(hit), static_cast<double>(support));
        of.f1 = ratio(2.0 * static_cast<double>(hit), static_cast<double>(support + predicted));
        of.support = support;
        total += support;
        right += hit;
        if (occurs[c]) {
            macroClasses += 1;
            result.macroPrecision += of.precision;
            result.macroRecall += of.recall;
            result.macroF1 += of.f1;
        }
    }
    result.accuracy = ratio(static_cast<double>(right), static_cast<double>(total));
    result.macroPrecision = ratio(result.macroPrecision, macroClasses);
    result.macroRecall = ratio(result.macroRecall, macroClasses);
    result.macroF1 = ratio(result.macroF1, macroClasses);
}

} // namespace

ConfusionMatrix::ConfusionMatrix(std::size_t classes)
    : m_classes(classes), m_counts(classes * classes)
{}

void ConfusionMatrix::add(std::size_t truth, std::size_t predicted, std::uint64_t count)
{
    assert(truth < m_classes && predicted < m_classes);
    m_counts[truth * m_classes + predicted] += count;
}

std::uint64_t ConfusionMatrix::at(std::size_t truth, std::size_t predicted) const
{
    assert(truth < m_classes && predicted < m_classes);
    return m_counts[truth * m_classes + predicted];
}

std::uint64_t ConfusionMatrix::total() const
{
    return std::accumulate(m_counts.begin(), m_counts.end(), std::uint64_t{0});
}

std::uint64_t ConfusionMatrix::support(std::size_t truth) const
{
    std::uint64_t sum = 0;
    for (std::size_t c = 0; c < m_classes; ++c)
        sum += at(truth, c);
    return sum;
}

std::uint64_t ConfusionMatrix::predicted(std::size_t predicted) const
{
    std::uint64_t sum = 0;
    for (std::size_t c = 0; c < m_classes; ++c)
        sum += at(c, predicted);
    return sum;
}

Figures figuresOf(const ConfusionMatrix& matrix)
{
    Figures result;
    compute(matrix.counts(), occurringClasses(matrix), result);
    return result;
}

FigureIntervals bootstrapIntervals(const ConfusionMatrix& matrix, const BootstrapOptions& options)
{
    const std::size_t classes = matrix.classes();
    FigureIntervals intervals;
    intervals.precision.resize(classes);
    intervals.recall.resize(classes);
    intervals.f1.resize(classes);
    const std::uint64_t total = matrix.total();
    if (total == 0 || options.resamples < 1)
        return intervals;

    // One column of values for each figure: accuracy, three macro means, then three a class.
    const auto resamples = static_cast<std::size_t>(options.resamples);
    std::vector<std::vector<double>> columns(4 + 3 * classes, std::vector<double>(resamples));
    const std::vector<std::uint8_t> occurs = occurringClasses(matrix);
    std::vector<std::uint64_t> drawn(matrix.counts().size());
    std::mt19937_64 random(options.seed);
    Figures figures;
    for (std::size_t r = 0; r < resamples; ++r) {
        resampleCounts(matrix.counts(), random, drawn);
        compute(drawn, occurs, figures);
        columns[0][r] = figures.accuracy;
        columns[1][r] = figures.macroPrecision;
        columns[2][r] = figures.macroRecall;
        columns[3][r] = figures.macroF1;
        for (std::size_t c = 0; c < classes; ++c) {
            columns[4 + 3 * c][r] = figures.perClass[c].precision;
            columns[5 + 3 * c][r] = figures.perClass[c].recall;
            columns[6 + 3 * c][r] = figures.perClass[c].f1;
        }
    }
    intervals.accuracy = percentileInterval(columns[0], options.level);
    intervals.macroPrecision = percentileInterval(columns[1], options.level);
    intervals.macroRecall = percentileInterval(columns[2], options.level);
    intervals.macroF1 = percentileInterval(columns[3], options.level);
    for (std::size_t c = 0; c < classes; ++c) {
        intervals.precision[c] = percentileInterval(columns[4 + 3 * c], options.level);
        intervals.recall[c] = percentileInterval(columns[5 + 3 * c], options.level);
        intervals.f1[c] = percentileInterval(columns[6 + 3 * c], options.level);
    }
    return intervals;
}

PairedDifference pairedMacroF1(std::size_t classes, std::span<const std::size_t> truth,
                               std::span<const std::size_t> first,
                               std::span<const std::size_t> second, const BootstrapOptions& options)
{
    assert(truth.size() == first.size() && truth.size() == second.size());
    ConfusionMatrix firstMatrix(classes);
    ConfusionMatrix secondMatrix(classes);
    std::map<std::array<std::size_t, 3>, std::uint64_t> kinds;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        firstMatrix.add(truth[i], first[i]);
        secondMatrix.add(truth[i], second[i]);
        ++kinds[{truth[i], first[i], second[i]}];
    }
    PairedDifference result;
    result.difference = figuresOf(firstMatrix).macroF1 - figuresOf(secondMatrix).macroF1;
    if (truth.empty() || options.resamples < 1)
        return result;

    std::vector<std::uint64_t> counts;
    for (const auto& [kind, count] : kinds)
        counts.push_back(count);
    const auto firstOccurs = occurringClasses(firstMatrix);
    const auto secondOccurs = occurringClasses(secondMatrix);
    std::vector<std::uint64_t> drawn(counts.size());
    std::mt19937_64 random(options.seed);
    std::vector<std::uint64_t> firstCounts(classes * classes);
    std::vector<std::uint64_t> secondCounts(classes * classes);
    std::vector<double> differences;
    Figures figures;
    int notBelow = 1;
    int notAbove = 1;
    for (int r = 0; r < options.resamples; ++r) {
        resampleCounts(counts, random, drawn);
        std::ranges::fill(firstCounts, 0);
        std::ranges::fill(secondCounts, 0);
        std::size_t i = 0;
        for (const auto& [kind, count] : kinds) {
            firstCounts[kind[0] * classes + kind[1]] += drawn[i];
            secondCounts[kind[0] * classes + kind[2]] += drawn[i++];
        }
        compute(firstCounts, firstOccurs, figures);
        double difference = figures.macroF1;
        compute(secondCounts, secondOccurs, figures);
        difference -= figures.macroF1;
        notBelow += difference >= 0 ? 1 : 0;
        notAbove += difference <= 0 ? 1 : 0;
        differences.push_back(difference);
    }
    result.interval = percentileInterval(differences, options.level);
    result.pValue = std::min(1.0, 2.0 * std::min(notBelow, notAbove) / (options.resamples + 1.0));
    return result;
}

std::optional<double> auroc(std::span<const double> positives, std::span<const double> negatives)
{
    if (positives.empty() || negatives.empty())
        return std::nullopt;
    const auto finite = [](double value) { return std::isfinite(value); };
    if (!std::ranges::all_of(positives, finite) || !std::ranges::all_of(negatives, finite))
        return std::nullopt;
    std::vector<double> sorted(negatives.begin(), negatives.end());
    std::ranges::sort(sorted);
    double wins = 0;
    for (const double score : positives) {
        const auto [first, last] = std::ranges::equal_range(sorted, score);
        wins += static_cast<double>(first - sorted.begin()) + 0.5 * static_cast<double>(last - first);
    }
    return wins / (static_cast<double>(positives.size()) * static_cast<double>(negatives.size()));
}

} // namespace ir
