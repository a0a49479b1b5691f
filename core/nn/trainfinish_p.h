#pragma once

#include "nn/trainer.h"
#include "nn/trainingset.h"
#include "nn/trainstate_p.h"

namespace ir::nn {

/// Makes a weights file of what training ended with: BatchNorm statistics where weights were blended, the class
/// bias, temperature, thresholds and outlier score, all fitted on train and val, figures of what was held out, and
/// writes options.output. `soFar` brings the counts of epochs; a fine-tuned net keeps its base's measures.
/// Errors: as train().
[[nodiscard]] Result<TrainReport> finishTraining(const TrainOptions& options, const TrainingSet& set,
                                                 const torch::Device& device, bool bfloat16, NamedTensors weights,
                                                 TrainReport soFar);

} // namespace ir::nn
