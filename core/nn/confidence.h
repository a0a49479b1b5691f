#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ir {

// How far the confidences of predictions can be trusted. In all of them, `confidences[i]` is the
// probability of the predicted class of image i, and `correct[i]` != 0 says that it was right.

struct ReliabilityBin
{
    double low = 0; ///< confidences in (low, high]; 0 is in the first bin
    double high = 0;
    std::size_t images = 0;
    double confidence = 0; ///< mean of the bin's; 0 where it is empty
    double accuracy = 0;   ///< share of right ones; 0 where it is empty
};

/// Bins of equal width over 0…1, empty ones included.
[[nodiscard]] std::vector<ReliabilityBin> reliabilityDiagram(std::span<const double> confidences,
                                                             std::span<const std::uint8_t> correct,
                                                             std::size_t bins = 15);

/// Expected calibration error (Guo et al. 2017): mean of |accuracy − confidence| over the bins of the
/// reliability diagram, weighted by their images. 0 for no images.
[[nodiscard]] double expectedCalibrationError(std::span<const double> confidences,
                                              std::span<const std::uint8_t> correct, std::size_t bins = 15);

/// Probabilities as they would be had the logits been divided by `ratio` times the temperature that they
/// were divided by (> 0): p^(1/ratio), normalised.
[[nodiscard]] std::vector<double> retempered(std::span<const float> probabilities, double ratio);

/// What is accepted when a confidence is asked for.
struct AcceptancePoint
{
    double threshold = 0; ///< confidences of at least this are accepted
    std::size_t accepted = 0;
    std::size_t wrong = 0; ///< of the accepted
    double coverage = 0;   ///< accepted share
    double risk = 0;       ///< share of wrong ones among the accepted
};

/// Risk–coverage curve (Geifman & El-Yaniv 2017): one point for each distinct confidence, from the highest.
[[nodiscard]] std::vector<AcceptancePoint> riskCoverage(std::span<const double> confidences,
                                                        std::span<const std::uint8_t> correct);

/// Area under the risk–coverage curve: mean of the risk over accepting the 1, 2, … n most confident images;
/// images of equal confidence count in the mean order. 0 for no images.
[[nodiscard]] double areaUnderRiskCoverage(std::span<const AcceptancePoint> curve);

/// The point of the curve that accepts the most with at least `precision` of them right; none where there
/// is no such point.
[[nodiscard]] std::optional<AcceptancePoint> pointOfPrecision(std::span<const AcceptancePoint> curve,
                                                              double precision);

} // namespace ir
