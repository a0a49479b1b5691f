#pragma once

#include "nn/architectures/network_p.h"

namespace ir::nn {

/// How a member of the family is larger than B0.
struct EfficientNetScale
{
    double width = 1; ///< of all channels, rounded to multiples of 8
    double depth = 1; ///< of the blocks in each stage, rounded up
};

/// EfficientNet (Tan and Le 2019, arXiv:1905.11946, table 1): a 3×3 stride-2 convolution, seven stages of
/// inverted residuals with squeeze-and-excitation, a 1×1 convolution to 1280 channels, average pooling, one
/// linear layer; SiLU throughout. B0 is {1, 1}, B1 {1, 1.1}, B2 {1.1, 1.2}. Without the stochastic depth
/// and dropout its authors trained it with. Tensor names: "stem.*", "stages.<0..6>.<i>.*"
/// (nn/architectures/invertedresidual_p.h), "last.*", "classifier.*".
[[nodiscard]] std::shared_ptr<Network> makeEfficientNet(const EfficientNetScale& scale, int classes);

} // namespace ir::nn
