#pragma once

// Private to core/nn: brings in the torch headers.

#include "nn/architectures/activation_p.h"
#include "nn/blockpool_p.h"

#include <torch/torch.h>

#include <memory>

namespace ir::nn {

/// A convolution, its bias and its activation as one step of oneDNN, for inference on a CPU.
/// LibTorch's own call packs the kernel anew for each image and passes over the result once more
/// for the activation: half the time (docs/BENCHMARKS.md).
class FusedConv
{
public:
    /// Whether oneDNN can compute in a type here: bfloat16 needs AVX-512.
    [[nodiscard]] static bool computes(torch::ScalarType type);

    /// Computes in the type of `weight` [out, in / groups, k, k], float32 or bfloat16; `bias` is
    /// [out]. Results lie in `pool`, which the convolutions of a net share.
    FusedConv(const torch::Tensor& weight, const torch::Tensor& bias, int stride, int padding,
              int groups, Activation activation, std::shared_ptr<BlockPool> pool);
    ~FusedConv();
    FusedConv(const FusedConv&) = delete;
    FusedConv& operator=(const FusedConv&) = delete;

    /// [N, in, H, W] of the kernel's type -> [N, out, H', W'], likewise; both in channels-last
    /// order (else `x` is copied). Any thread may call it, several at once. It uses as many threads
    /// as the calling one may (at::set_num_threads); the numbers are the same with each count.
    /// Throws what oneDNN throws.
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& x);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace ir::nn
