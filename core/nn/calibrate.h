#pragma once

#include <span>
#include <vector>

namespace ir {

/// Logits of images with known classes: `logits` is row-major, `classes` a row.
struct LabelledLogits
{
    std::vector<float> logits;
    std::vector<int> labels;
    int classes = 0;
};

/// Softmax of one row at a temperature.
[[nodiscard]] std::vector<double> softmax(std::span<const float> logits, double temperature);

/// Mean cross-entropy at a temperature, nats.
[[nodiscard]] double crossEntropy(const LabelledLogits& data, double temperature);

/// The temperature with the least cross-entropy (Guo et al. 2017, arXiv:1706.04599), within 0.05…20.
[[nodiscard]] double fitTemperature(const LabelledLogits& data);

/// Per-class shifts to add to the logits so that the mean probability of each class is nearer its frequency in
/// `data`: undoes the priors that class-balanced drawing taught (bias-corrected temperature scaling, Alexandari
/// et al. 2020, arXiv:1901.06852). Least cross-entropy at `temperature` with a standard normal prior on the
/// shifts (in units of the temperature), so that few images move them little.
[[nodiscard]] std::vector<double> fitClassBias(const LabelledLogits& data, double temperature);

/// The lowest confidence from which on at least `precision` of the images are right, at a temperature; not
/// under `floor`, so that a net without errors on few images still abstains when it hardly knows.
[[nodiscard]] double chooseReviewThreshold(const LabelledLogits& data, double temperature,
                                           double precision, double floor);

} // namespace ir
