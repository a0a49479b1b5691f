#pragma once

#include "nn/trainer.h"

namespace ir::cli {

/// Shows where a training stands on standard error: messages and ends of epochs as lines, the rest as
/// progress.
void showTraining(const TrainProgress& progress);

} // namespace ir::cli
