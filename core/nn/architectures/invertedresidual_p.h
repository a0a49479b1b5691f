#pragma once

#include "nn/architectures/convbn_p.h"
#include "nn/architectures/squeezeexcite_p.h"

namespace ir::nn {

struct InvertedResidualShape
{
    int in = 0;
    int out = 0;
    int kernel = 3;
    int stride = 1;
    int expansion = 1; ///< channels in the middle, in multiples of `in`; 1: no widening convolution
    Activation activation = Activation::Relu6;
    bool squeezeExcite = false; ///< through in/4 channels
};

/// Inverted residual with linear bottleneck (Sandler et al. 2018, arXiv:1801.04381), MobileNet-V2's block; with
/// squeeze-and-excitation EfficientNet's MBConv: 1×1 widening, depthwise kernel × kernel, 1×1 back without
/// activation; added to the input where the shapes are the same. Names: "{expand,depthwise,project}.{conv,bn}",
/// "squeeze.{reduce,expand}".
class InvertedResidualImpl : public torch::nn::Module
{
public:
    explicit InvertedResidualImpl(const InvertedResidualShape& shape);
    torch::Tensor forward(const torch::Tensor& input);

private:
    ConvBn m_expand = nullptr; ///< null where nothing is widened
    ConvBn m_depthwise = nullptr;
    SqueezeExcite m_squeeze = nullptr;
    ConvBn m_project = nullptr;
    bool m_residual = false;
};
TORCH_MODULE(InvertedResidual);

} // namespace ir::nn
