#pragma once

#include "nn/architectures/network_p.h"

namespace ir::nn {

/// MobileNet-V2, width 1.0 (Sandler et al. 2018, arXiv:1801.04381, table 2): a 3×3 stride-2 convolution to 32
/// channels, 17 inverted residuals to 320, a 1×1 convolution to 1280, average pooling, one linear layer.
/// Tensor names: "stem.*", "blocks.<0..16>.*" (nn/architectures/invertedresidual_p.h), "last.*", "classifier.*".
[[nodiscard]] std::shared_ptr<Network> makeMobileNetV2(int classes);

} // namespace ir::nn
