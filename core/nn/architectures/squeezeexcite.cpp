#include "nn/architectures/squeezeexcite_p.h"

namespace ir::nn {

SqueezeExciteImpl::SqueezeExciteImpl(int channels, int squeezed)
    : reduce(register_module("reduce", torch::nn::Conv2d(
                                           torch::nn::Conv2dOptions(channels, squeezed, 1)))),
      expand(register_module("expand", torch::nn::Conv2d(
                                           torch::nn::Conv2dOptions(squeezed, channels, 1))))
{}

torch::Tensor SqueezeExciteImpl::forward(const torch::Tensor& x)
{
    const auto means = x.mean({2, 3}, /*keepdim=*/true);
    return x * torch::sigmoid(expand->forward(torch::silu(reduce->forward(means))));
}

} // namespace ir::nn
