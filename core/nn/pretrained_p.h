#pragma once

#include "base/result.h"
#include "nn/architectures/network_p.h"
#include "nn/modelinfo.h"

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

namespace ir::nn {

/// What an input in 0..1 was normalised with, red, green and blue.
struct Normalisation
{
    std::array<double, 3> mean{0.5, 0.5, 0.5};
    std::array<double, 3> deviation{0.5, 0.5, 0.5};
};

struct Initialised
{
    Normalisation normalisation{}; ///< that the weights were trained with
    bool newClassifier = false; ///< it kept its random values
    std::string summary{};      ///< a sentence on what was taken
};

/// Starts `network`, an `architecture`, from the weights in `path`: a file of this program's, a state dict of
/// torchvision's net of the same name, or the ImageNet body of a MobileNet in Keras names, with BatchNorm
/// ("conv1_bn.*") or with BatchNorm folded. The classifier is taken only where its shape is the same; what else
/// a Keras body lacks keeps its random values. `sample` [N, 3, S, S] are real images, on which the BatchNorm
/// statistics of folded weights are taken so that the map stays the same; undefined: Keras bodies are refused.
/// Errors name the tensor that does not fit.
[[nodiscard]] Result<Initialised> initialise(Network& network, std::string_view architecture,
                                             const std::filesystem::path& path, const torch::Tensor& sample);

/// Makes the first layer see in an input normalised by `input` what it saw in one normalised by `trained`: exactly,
/// but for a border, where padding with zeros means another grey.
void adaptInput(Network& network, const Normalisation& trained, const InputContract& input);

} // namespace ir::nn
