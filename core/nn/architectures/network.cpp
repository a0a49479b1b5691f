#include "nn/architectures/network_p.h"

#include <algorithm>
#include <cstring>

namespace ir::nn {

void Network::computeIn(torch::ScalarType type)
{
    to(type);
    m_classifier->to(torch::kFloat32);
}

void Network::addClassifier(int features, int classes)
{
    m_classifier = register_module("classifier", torch::nn::Linear(features, classes));
}

std::vector<ConvBn> Network::units()
{
    std::vector<ConvBn> all;
    for (const auto& module : modules(/*include_self=*/false))
        if (auto unit = std::dynamic_pointer_cast<ConvBnImpl>(module))
            all.emplace_back(std::move(unit));
    return all;
}

std::vector<torch::Tensor> Network::parametersOfFirstUnits(std::size_t count)
{
    const auto units = this->units();
    count = std::min(count, units.size());
    if (count == 0)
        return {};
    // Parameters are listed in the order of data flow, those between units among them.
    auto all = parameters();
    const torch::Tensor last = units[count - 1]->parameters().back();
    const auto end = std::ranges::find_if(all, [&](const torch::Tensor& t) { return t.is_same(last); });
    all.erase(end + 1, all.end());
    return all;
}

torch::Tensor Network::features(const torch::Tensor& x, bool mirror)
{
    if (!mirror)
        return features(x);
    // flip() chooses strides of its own: one grey channel would lose its channels-last order.
    const auto mirrored = torch::empty_strided(x.sizes(), x.strides(), x.options()).copy_(x.flip(3));
    return (features(x) + features(mirrored)) / 2;
}

void Network::fold()
{
    for (ConvBn& unit : units())
        unit->fold();
}

void Network::fuse()
{
    if (!FusedConv::computes(units().front()->conv->weight.scalar_type())) {
        makeChannelsLast(*this);
        return;
    }
    const auto pool = BlockPool::make();
    for (ConvBn& unit : units())
        unit->fuse(pool);
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
