#pragma once

#include "base/result.h"
#include "nn/architectures/network_p.h"

#include <filesystem>
#include <string>

namespace ir::nn {

/// Starts `network` from the weights in `path`: a file of this program's (its classifier only if it has the
/// same number of outputs), or the ImageNet body of MobileNet in Keras names, with BatchNorm ("conv1_bn.*") or
/// with BatchNorm folded. `sample` [N, 3, S, S] are real images, on which the BatchNorm statistics of folded
/// weights are taken so that the map stays the same. What the file lacks keeps its random values; the
/// sentence returned says what was taken. Errors name the tensor that does not fit.
[[nodiscard]] Result<std::string> initialise(Network& network, const std::filesystem::path& path,
                                             const torch::Tensor& sample);

} // namespace ir::nn
