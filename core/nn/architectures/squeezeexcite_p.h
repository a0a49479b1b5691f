#pragma once

// Private to core/nn: brings in the torch headers.

#include <torch/torch.h>

namespace ir::nn {

/// Squeeze-and-excitation (Hu et al. 2017, arXiv:1709.01507): weighs each channel by a number in 0..1 found
/// from the means of all, through a layer of `squeezed` channels with SiLU. Shape kept.
class SqueezeExciteImpl : public torch::nn::Module
{
public:
    SqueezeExciteImpl(int channels, int squeezed);
    torch::Tensor forward(const torch::Tensor& x);

    torch::nn::Conv2d reduce = nullptr;
    torch::nn::Conv2d expand = nullptr;
};
TORCH_MODULE(SqueezeExcite);

} // namespace ir::nn
