#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ir {

/// What a tensor of a weights file is called in the state dict of torchvision's net of the same name; empty
/// where torchvision has no such net (MobileNet-V1).
/// "stages.1.0.shortcut.bn.weight" of resnet18 -> "layer2.0.downsample.1.weight".
[[nodiscard]] std::string torchvisionName(std::string_view architecture, std::string_view tensor);

/// Keras's and TensorFlow's names of the convolutions in the order of data flow, for the two MobileNets; empty
/// for others. "conv1", "conv_dw_1", "conv_pw_1", … and "conv", "expanded_conv_depthwise", …
[[nodiscard]] std::vector<std::string> kerasLayers(std::string_view architecture);

} // namespace ir
