#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ir {

struct TrainOptions;

/// Names of whole recipes: "default" and "paper".
[[nodiscard]] const std::vector<std::string>& trainPresets();

/// Sets all that a recipe is made of: input, augmentation, optimiser, schedule, balance. Data, architecture, seed,
/// files, device and threads stay. False, and nothing set: unknown.
///
/// "default" is what TrainOptions says. "paper" is the setting of Pham et al. 2021 (arXiv:2108.06490): 512 × 512,
/// Adam at 1e-4 with cosine warm restarts, 100 epochs, batches of 32, images as often as they come, left-right
/// flips and turns of up to 10 degrees (the two augmentations of the authors' published training code).
[[nodiscard]] bool applyPreset(std::string_view name, TrainOptions& options);

} // namespace ir
