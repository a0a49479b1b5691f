#pragma once

#include "nn/calibrate.h"
#include "nn/architectures/network_p.h"
#include "nn/metrics.h"
#include "nn/trainingset.h"

#include <torch/torch.h>

#include <span>

namespace ir::nn {

/// Grey planes as the net takes them: float [count, 3, side, side], channels-last.
[[nodiscard]] torch::Tensor toInput(std::span<const float> planes, std::int64_t count, std::int64_t side);

/// The same of images that fit the input already.
[[nodiscard]] torch::Tensor fittedInput(std::span<const GrayImage> images, const InputContract& input);

/// What a net makes of a part of a training set, on the CPU.
struct PassOutputs
{
    torch::Tensor features; ///< [N, F]
    LabelledLogits logits;
};

/// One pass without augmentation, in the network's device; leaves the network in eval mode.
[[nodiscard]] PassOutputs passOver(Network& network, const TrainingSet& set, const TrainingSet::Part& part,
                                   const TrainOptions& options);

[[nodiscard]] ConfusionMatrix confusionOf(const LabelledLogits& data);

} // namespace ir::nn
