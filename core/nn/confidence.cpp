#include "nn/confidence.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace ir {

std::vector<ReliabilityBin> reliabilityDiagram(std::span<const double> confidences,
                                               std::span<const std::uint8_t> correct, std::size_t bins)
{
    assert(confidences.size() == correct.size() && bins > 0);
    std::vector<ReliabilityBin> diagram(bins);
    for (std::size_t i = 0; i < confidences.size(); ++i) {
        const double scaled = std::ceil(std::clamp(confidences[i], 0.0, 1.0) * static_cast<double>(bins));
        const std::size_t at = scaled < 1 ? 0 : std::min(bins, static_cast<std::size_t>(scaled)) - 1;
        ReliabilityBin& bin = diagram[at];
        ++bin.images;
        bin.confidence += confidences[i];
        bin.accuracy += correct[i] ? 1 : 0;
    }
    for (std::size_t i = 0; i < bins; ++i) {
        ReliabilityBin& bin = diagram[i];
        bin.low = static_cast<double>(i) / static_cast<double>(bins);
        bin.high = static_cast<double>(i + 1) / static_cast<double>(bins);
        if (bin.images > 0) {
            bin.confidence /= static_cast<double>(bin.images);
            bin.accuracy /= static_cast<double>(bin.images);
        }
    }
    return diagram;
}

double expectedCalibrationError(std::span<const double> confidences, std::span<const std::uint8_t> correct,
                                std::size_t bins)
{
    if (confidences.empty())
        return 0;
    double gap = 0;
    for (const ReliabilityBin& bin : reliabilityDiagram(confidences, correct, bins))
        gap += static_cast<double>(bin.images) * std::abs(bin.accuracy - bin.confidence);
    return gap / static_cast<double>(confidences.size());
}

std::vector<double> retempered(std::span<const float> probabilities, double ratio)
{
    std::vector<double> result;
    for (const float probability : probabilities)
        result.push_back(std::pow(static_cast<double>(probability), 1 / ratio));
    const double sum = std::accumulate(result.begin(), result.end(), 0.0);
    for (double& value : result)
        value /= sum;
    return result;
}

std::vector<AcceptancePoint> riskCoverage(std::span<const double> confidences,
                                          std::span<const std::uint8_t> correct)
{
    assert(confidences.size() == correct.size());
    std::vector<std::size_t> order(confidences.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return confidences[a] > confidences[b]; });
    std::vector<AcceptancePoint> curve;
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        wrong += correct[order[i]] ? 0 : 1;
        if (i + 1 < order.size() && confidences[order[i + 1]] == confidences[order[i]])
            continue; // accepted or refused together
        curve.push_back({.threshold = confidences[order[i]],
                         .accepted = i + 1,
                         .wrong = wrong,
                         .coverage = static_cast<double>(i + 1) / static_cast<double>(order.size()),
                         .risk = static_cast<double>(wrong) / static_cast<double>(i + 1)});
    }
    return curve;
}

double areaUnderRiskCoverage(std::span<const AcceptancePoint> curve)
{
    if (curve.empty())
        return 0;
    double sum = 0;
    double images = 0;
    double wrong = 0;
    for (const AcceptancePoint& point : curve) {
        const double added = static_cast<double>(point.accepted) - images;
        const double wrongAdded = static_cast<double>(point.wrong) - wrong;
        for (double i = 1; i <= added; ++i)
            sum += (wrong + wrongAdded * i / added) / (images + i);
        images += added;
        wrong += wrongAdded;
    }
    return sum / images;
}

std::optional<AcceptancePoint> pointOfPrecision(std::span<const AcceptancePoint> curve, double precision)
{
    std::optional<AcceptancePoint> best;
    for (const AcceptancePoint& point : curve)
        if (static_cast<double>(point.accepted - point.wrong) >=
            precision * static_cast<double>(point.accepted))
            best = point;
    return best;
}

} // namespace ir
