#pragma once

#include "nn/architectures/network_p.h"

namespace ir::nn {

/// MobileNet-V1, width 1.0 (Howard et al. 2017, arXiv:1704.04861, table 1): a 3×3 stride-2 convolution to 32
/// channels, 13 depthwise-separable blocks to 1024, average pooling, one linear layer. Tensor names:
/// "stem.{conv,bn}.*", "blocks.<0..12>.{depthwise,pointwise}.{conv,bn}.*", "classifier.*".
[[nodiscard]] std::shared_ptr<Network> makeMobileNetV1(int classes);

} // namespace ir::nn
