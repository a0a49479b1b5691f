#pragma once

#include "nn/architectures/network_p.h"

#include <array>

namespace ir::nn {

/// ResNet of two-convolution blocks (He et al. 2015, arXiv:1512.03385, table 1): a 7×7 stride-2 convolution to
/// 64 channels, 3×3 max pooling, four stages of 64 to 512 channels, average pooling, one linear layer; where
/// shapes change, the shortcut is a 1×1 convolution (the paper's option B). `blocks` of each stage: {2, 2, 2, 2}
/// is ResNet-18, {3, 4, 6, 3} ResNet-34. Tensor names: "stem.*", "stages.<0..3>.<i>.{first,second,shortcut}.*",
/// "classifier.*".
[[nodiscard]] std::shared_ptr<Network> makeResNet(const std::array<int, 4>& blocks, int classes);

} // namespace ir::nn
