#include "nn/pretrained_p.h"

namespace ir::nn {

namespace {

/// "conv1", "conv_dw_1", "conv_pw_1", …: Keras's names of the units in the order of data flow.
std::string kerasName(std::size_t unit)
{
    if (unit == 0)
        return "conv1";
    return (unit % 2 == 1 ? "conv_dw_" : "conv_pw_") + std::to_string((unit + 1) / 2);
}

bool fits(const Safetensors::Entry* entry, const torch::Tensor& tensor)
{
    return entry && entry->type == Safetensors::Type::F32 && tensor.sizes() == entry->shape;
}

Result<std::string> adoptOwn(Network& network, const Safetensors& file, const std::string& name)
{
    torch::NoGradGuard noGrad;
    int taken = 0;
    int left = 0;
    for (auto& [key, tensor] : namedTensors(network)) {
        const Safetensors::Entry* entry = file.find(key);
        if (fits(entry, tensor)) {
            tensor.copy_(toTensor(*entry));
            ++taken;
        } else if (key.starts_with("classifier.")) {
            ++left;
        } else {
            return failure("Cannot start from " + name + ": its tensor \"" + key +
                           "\" is missing or of another shape.");
        }
    }
    return "Started from " + name + ": " + std::to_string(taken) + " tensors" +
           (left > 0 ? ", a new classifier." : ".");
}

Result<std::string> adoptKeras(Network& network, const Safetensors& file, const std::string& name,
                               torch::Tensor x)
{
    torch::NoGradGuard noGrad;
    std::string missing;
    auto units = network.units();
    for (std::size_t i = 0; i < units.size(); ++i) {
        ConvBn& unit = units[i];
        const std::string layer = kerasName(i);
        const auto* kernel = file.find(layer + ".weight");
        const auto* bias = file.find(layer + ".bias");
        const auto* gamma = file.find(layer + "_bn.gamma");
        const auto* beta = file.find(layer + "_bn.beta");
        const auto* mean = file.find(layer + "_bn.mean");
        const auto* variance = file.find(layer + "_bn.var");
        if (!kernel) {
            missing += " " + layer;
            x = unit->forward(x);
            continue;
        }
        if (!fits(kernel, unit->conv->weight))
            return failure("Cannot start from " + name + ": its tensor \"" + layer +
                           ".weight\" is of another shape.");
        if (fits(bias, unit->bn->bias)) {
            x = unit->adoptFolded(x, toTensor(*kernel), toTensor(*bias));
        } else if (fits(gamma, unit->bn->weight) && fits(beta, unit->bn->bias) &&
                   fits(mean, unit->bn->running_mean) && fits(variance, unit->bn->running_var)) {
            unit->conv->weight.copy_(toTensor(*kernel));
            unit->bn->weight.copy_(toTensor(*gamma));
            unit->bn->bias.copy_(toTensor(*beta));
            unit->bn->running_mean.copy_(toTensor(*mean));
            unit->bn->running_var.copy_(toTensor(*variance));
            x = unit->forward(x);
        } else {
            return failure("Cannot start from " + name + ": the layer \"" + layer +
                           "\" has neither a bias nor a whole BatchNorm.");
        }
    }
    return "Started from the body " + name +
           (missing.empty() ? std::string(".") : "; new:" + missing + ".");
}

} // namespace

Result<std::string> initialise(Network& network, const std::filesystem::path& path,
                               const torch::Tensor& sample)
{
    const auto file = Safetensors::read(path);
    if (!file)
        return tl::unexpected(file.error());
    const std::string name = path.filename().string();
    network.eval();
    if (file->find("stem.conv.weight"))
        return adoptOwn(network, *file, name);
    if (file->find("conv1.weight"))
        return adoptKeras(network, *file, name, sample);
    return failure("Cannot start from " + path.string() +
                   ": it holds neither weights of this program nor a MobileNet body in Keras's names.");
}

} // namespace ir::nn
