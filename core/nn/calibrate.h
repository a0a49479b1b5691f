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

/// The lowest confidence from which on at least `precision` of the images are right, at a temperature; not
/// under `floor`, so that a net without errors on few images still abstains when it hardly knows.
[[nodiscard]] double chooseReviewThreshold(const LabelledLogits& data, double temperature,
                                           double precision, double floor);

} // namespace ir
