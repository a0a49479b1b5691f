#pragma once

#include "base/result.h"
#include "nn/modelinfo.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace ir {

struct ImportOptions
{
    std::string architecture{}; ///< empty: what the file says of itself
    std::vector<std::string> classes{}; ///< empty: what the file says of itself, else the five
    int inputSize = 0;      ///< pixels; 0: what the file says, or the architecture's own
    std::uint64_t seed = 1; ///< of a new classifier
};

struct ImportReport
{
    ModelInfo model;
    bool newClassifier = false; ///< random: the model must be trained before it can tell anything
};

/// Makes a weights file `to` of `from`: one of this program's, or a safetensors file of the state dict of
/// torchvision's net of that name. The classifier is drawn anew
/// where it does not fit the classes. What a foreign
/// file does not say is set: greys normalised as ImageNet's are on average, every image needs review until the
/// net is trained or calibrated here. Errors name the tensor that does not fit. Nothing is written on error.
[[nodiscard]] Result<ImportReport> importModel(const std::filesystem::path& from, const std::filesystem::path& to,
                                               const ImportOptions& options);

enum class TensorNames { Own, Torchvision };

/// Copies the weights file `from` to `to`, byte for byte, or makes a state dict of it that torchvision's net of
/// the same name loads. Errors: torchvision has no such net.
[[nodiscard]] Result<void> exportModel(const std::filesystem::path& from, const std::filesystem::path& to,
                                       TensorNames names);

} // namespace ir
