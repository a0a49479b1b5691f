#include "nn/architectures/network_p.h"

#include <cstring>

namespace ir::nn {

ConvBnImpl::ConvBnImpl(int in, int out, int kernel, int stride, int groups)
{
    conv = register_module("conv", torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel)
                                                         .stride(stride)
                                                         .padding(kernel / 2)
                                                         .groups(groups)
                                                         .bias(false)));
    bn = register_module("bn", torch::nn::BatchNorm2d(
                                   torch::nn::BatchNorm2dOptions(out).eps(batchNormEpsilon)));
    // He et al. 2015: keeps the variance through ReLU, and so a net without pretrained weights trainable.
    torch::nn::init::kaiming_normal_(conv->weight, 0, torch::kFanOut, torch::kReLU);
}

torch::Tensor ConvBnImpl::forward(torch::Tensor x)
{
    x = conv->forward(x);
    if (bn)
        x = bn->forward(x);
    // relu6 has no gradient in bfloat16 on a CPU (LibTorch 1.13).
    return x.scalar_type() == torch::kBFloat16 ? x.clamp(0, 6) : torch::relu6_(x);
}

void ConvBnImpl::fold()
{
    if (!bn)
        return;
    torch::NoGradGuard noGrad;
    const auto scale = bn->weight / (bn->running_var + batchNormEpsilon).sqrt();
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

torch::Tensor ConvBnImpl::adoptFolded(const torch::Tensor& x, const torch::Tensor& kernel,
                                      const torch::Tensor& bias)
{
    torch::NoGradGuard noGrad;
    conv->weight.copy_(kernel);
    const auto mapped = conv->forward(x);
    const auto mean = mapped.mean({0, 2, 3});
    const auto variance = mapped.var({0, 2, 3}, false);
    bn->running_mean.copy_(mean);
    bn->running_var.copy_(variance);
    bn->weight.copy_((variance + batchNormEpsilon).sqrt());
    bn->bias.copy_(mean + bias);
    return (mapped + bias.view({1, -1, 1, 1})).clamp_(0, 6);
}

void Network::fold()
{
    for (ConvBn& unit : units())
        unit->fold();
}

std::vector<std::pair<std::string, torch::Tensor>> namedTensors(Network& network)
{
    std::vector<std::pair<std::string, torch::Tensor>> all;
    for (const auto& item : network.named_parameters())
        all.emplace_back(item.key(), item.value());
    for (const auto& item : network.named_buffers())
        if (!item.key().ends_with("num_batches_tracked"))
            all.emplace_back(item.key(), item.value());
    return all;
}

torch::Tensor toTensor(const Safetensors::Entry& entry)
{
    const auto type = entry.type == Safetensors::Type::F32   ? torch::kFloat32
                      : entry.type == Safetensors::Type::F64 ? torch::kFloat64
                      : entry.type == Safetensors::Type::I64 ? torch::kInt64
                                                             : torch::kUInt8;
    auto tensor = torch::empty(entry.shape, type);
    if (!entry.bytes.empty())
        std::memcpy(tensor.data_ptr(), entry.bytes.data(), entry.bytes.size());
    return tensor;
}

Safetensors::Entry toEntry(std::string name, const torch::Tensor& tensor)
{
    Safetensors::Entry entry;
    entry.name = std::move(name);
    entry.type = tensor.scalar_type() == torch::kFloat64 ? Safetensors::Type::F64
                 : tensor.scalar_type() == torch::kInt64 ? Safetensors::Type::I64
                 : tensor.scalar_type() == torch::kUInt8 ? Safetensors::Type::U8
                                                         : Safetensors::Type::F32;
    entry.shape = tensor.sizes().vec();
    entry.bytes = {static_cast<const std::byte*>(tensor.data_ptr()), tensor.nbytes()};
    return entry;
}

void loadWeights(Network& network, const Safetensors& file)
{
    torch::NoGradGuard noGrad;
    for (auto& [name, tensor] : namedTensors(network))
        if (const Safetensors::Entry* entry = file.find(name))
            tensor.copy_(toTensor(*entry));
}

void makeChannelsLast(torch::nn::Module& module)
{
    torch::NoGradGuard noGrad;
    for (auto& parameter : module.parameters())
        if (parameter.dim() == 4)
            parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
}

} // namespace ir::nn
