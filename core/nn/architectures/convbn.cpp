#include "nn/architectures/convbn_p.h"

#include <utility>

namespace ir::nn {

torch::Tensor activated(torch::Tensor x, Activation activation)
{
    // In place: the gradients of ReLU and ReLU6 need the result alone, and autograd keeps a copy for SiLU's.
    switch (activation) {
    case Activation::None: return x;
    case Activation::Relu: return torch::relu_(x);
    case Activation::Relu6:
        // relu6 has no gradient in bfloat16 on a CPU (LibTorch 1.13).
        return x.scalar_type() == torch::kBFloat16 && x.requires_grad() ? x.clamp(0, 6) : torch::relu6_(x);
    case Activation::Silu: return torch::silu_(x);
    }
    return x;
}

ConvBnImpl::ConvBnImpl(const ConvShape& shape, Activation activation, double epsilon)
    : m_activation(activation)
{
    conv = register_module(
        "conv", torch::nn::Conv2d(torch::nn::Conv2dOptions(shape.in, shape.out, shape.kernel)
                                      .stride(shape.stride)
                                      .padding(shape.kernel / 2)
                                      .groups(shape.groups)
                                      .bias(false)));
    bn = register_module(
        "bn", torch::nn::BatchNorm2d(torch::nn::BatchNorm2dOptions(shape.out).eps(epsilon)));
    // He et al. 2015: keeps the variance through ReLU, and so a net without pretrained weights trainable.
    torch::nn::init::kaiming_normal_(conv->weight, 0, torch::kFanOut, torch::kReLU);
}

torch::Tensor ConvBnImpl::convolved(const torch::Tensor& x)
{
    const auto& options = conv->options;
    if (!x.device().is_cpu() || options.groups() == 1 || options.kernel_size()->at(0) <= 3)
        return conv->forward(x);
    // On a CPU, gradients of large depthwise kernels take four times as long in bfloat16 as in
    // float32 (oneDNN 2.6).
    const c10::impl::ExcludeDispatchKeyGuard noAutocast(c10::DispatchKey::AutocastCPU);
    return conv->forward(x.to(conv->weight.scalar_type()));
}

torch::Tensor ConvBnImpl::forward(torch::Tensor x)
{
    if (m_fused)
        return m_fused->forward(x);
    x = convolved(x);
    if (m_adoptedBias.defined())
        measure(x);
    if (bn)
        x = bn->forward(x);
    return activated(std::move(x), m_activation);
}

void ConvBnImpl::fold()
{
    if (!bn)
        return;
    torch::NoGradGuard noGrad;
    const auto scale = bn->weight / (bn->running_var + bn->options.eps()).sqrt();
    const auto bias = bn->bias - bn->running_mean * scale;
    // A convolution made without bias cannot be given one: another takes its place.
    const auto& old = conv->options;
    torch::nn::Conv2d folded(
        torch::nn::Conv2dOptions(old.in_channels(), old.out_channels(), old.kernel_size())
            .stride(old.stride())
            .padding(old.padding())
            .groups(old.groups())
            .bias(true));
    folded->weight.copy_(conv->weight * scale.view({-1, 1, 1, 1}));
    folded->bias.copy_(bias);
    conv = replace_module("conv", folded);
    unregister_module("bn");
    bn = nullptr;
}

void ConvBnImpl::fuse(std::shared_ptr<BlockPool> pool)
{
    const auto& options = conv->options;
    m_fused = std::make_shared<FusedConv>(
        conv->weight, conv->bias, static_cast<int>(options.stride()->at(0)),
        static_cast<int>(options.kernel_size()->at(0)) / 2, static_cast<int>(options.groups()),
        m_activation, std::move(pool));
}

void ConvBnImpl::adoptFolded(torch::Tensor kernel, torch::Tensor bias)
{
    torch::NoGradGuard noGrad;
    conv->weight.copy_(kernel);
    m_adoptedBias = std::move(bias);
}

void ConvBnImpl::measure(const torch::Tensor& mapped)
{
    torch::NoGradGuard noGrad;
    const auto mean = mapped.mean({0, 2, 3});
    const auto variance = mapped.var({0, 2, 3}, false);
    bn->running_mean.copy_(mean);
    bn->running_var.copy_(variance);
    bn->weight.copy_((variance + bn->options.eps()).sqrt());
    bn->bias.copy_(mean + m_adoptedBias);
    m_adoptedBias.reset();
}

} // namespace ir::nn
