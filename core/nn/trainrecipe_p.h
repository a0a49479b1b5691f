#pragma once

#include "base/result.h"
#include "nn/trainer.h"

#include <nlohmann/json.hpp>

namespace ir::nn {

/// Everything that shapes the weights, for the metadata and to tell whether a state may be resumed.
[[nodiscard]] nlohmann::json recipeOf(const TrainOptions& options);

/// Whether train() can work with them at all.
[[nodiscard]] Result<void> checkOptions(const TrainOptions& options);

} // namespace ir::nn
