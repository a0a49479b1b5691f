#pragma once

#include "nn/metrics.h"

#include <cstddef>
#include <span>

namespace ir {

/// What an image is and what two models call it; indices into one class list.
struct PairedTag
{
    std::size_t truth = 0;
    std::size_t before = 0; ///< of the old model; the number of classes: something that is none of them
    std::size_t after = 0;  ///< of the new one, likewise
};

/// Two models on the same images. Macro F1 is over the classes that the images have.
struct ModelComparison
{
    std::size_t images = 0;
    std::size_t rightBefore = 0;
    std::size_t rightAfter = 0;
    std::size_t mended = 0; ///< wrong before, right now
    std::size_t broken = 0; ///< right before, wrong now
    std::vector<std::size_t> support;          ///< images of each class
    std::vector<std::size_t> rightBeforeOf;    ///< of each class
    std::vector<std::size_t> rightAfterOf;
    double macroF1Before = 0;
    double macroF1After = 0;
    Interval intervalBefore;
    Interval intervalAfter;
    double difference = 0; ///< macro F1, after − before
    Interval intervalOfDifference;

    /// Worse beyond what chance explains: the whole interval of the difference lies below 0.
    [[nodiscard]] bool isWorse() const { return images > 0 && intervalOfDifference.high < 0; }
    [[nodiscard]] bool isBetter() const { return images > 0 && intervalOfDifference.low > 0; }
};

/// Percentile bootstrap over images, paired: a resample takes both models' tags of an image together, so
/// that what both find hard does not widen the interval of the difference. Equal triples are drawn as one
/// multinomial count, so the cost does not depend on the number of images.
[[nodiscard]] ModelComparison compareTags(std::span<const PairedTag> tags, std::size_t classes,
                                          const BootstrapOptions& options = {});

} // namespace ir
