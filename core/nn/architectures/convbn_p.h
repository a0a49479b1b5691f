#pragma once

// Private to core/nn: brings in the torch headers.

#include "nn/architectures/activation_p.h"
#include "nn/architectures/fusedconv_p.h"

#include <torch/torch.h>

#include <memory>

namespace ir::nn {

struct ConvShape
{
    int in = 0;
    int out = 0;
    int kernel = 1;
    int stride = 1;
    int groups = 1;
};

/// Epsilon of BatchNorm as torchvision's nets have it.
inline constexpr double batchNormEpsilon = 1e-5;

/// Convolution without bias, BatchNorm, activation: the unit the nets are made of.
/// Input [N, in, H, W], output [N, out, ceil(H/stride), ceil(W/stride)] for odd kernels (padding kernel/2).
class ConvBnImpl : public torch::nn::Module
{
public:
    ConvBnImpl(const ConvShape& shape, Activation activation, double epsilon = batchNormEpsilon);
    torch::Tensor forward(torch::Tensor x);

    /// Folds the BatchNorm into kernel and bias: for inference only, not undone.
    void fold();

    /// Computes as FusedConv from now on: once folded, on the CPU, with the weights in their final type.
    void fuse(std::shared_ptr<BlockPool> pool);

    /// Takes a folded kernel and bias (of a net without BatchNorm) over at the next forward(): with the
    /// statistics of that batch as running mean and variance, the unit then computes the same map.
    void adoptFolded(torch::Tensor kernel, torch::Tensor bias);

    torch::nn::Conv2d conv = nullptr;
    torch::nn::BatchNorm2d bn = nullptr; ///< null once folded

private:
    [[nodiscard]] torch::Tensor convolved(const torch::Tensor& x);
    void measure(const torch::Tensor& mapped);

    Activation m_activation;
    std::shared_ptr<FusedConv> m_fused; ///< null before fuse()
    torch::Tensor m_adoptedBias; ///< undefined, but between adoptFolded() and forward()
};
TORCH_MODULE(ConvBn);

/// In place where autograd allows it.
[[nodiscard]] torch::Tensor activated(torch::Tensor x, Activation activation);

} // namespace ir::nn
