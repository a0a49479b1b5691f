#pragma once

#include "nn/engine.h"
#include "nn/trainer.h"

#include <optional>

namespace ir {

/// What a model says of image files, in order; nullopt where one cannot be read. Decodes on all cores, a few
/// images at a time; belongs to the engine's thread. Error: the engine's, or that it was stopped.
[[nodiscard]] Result<std::vector<std::optional<Prediction>>>
tagImages(Engine& engine, std::span<const std::filesystem::path> images, const ImageLoader& loader,
          const std::stop_token& stop);

} // namespace ir
