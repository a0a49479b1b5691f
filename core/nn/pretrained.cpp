#include "nn/pretrained_p.h"

#include "nn/architectures/foreignnames.h"

#include <algorithm>
#include <functional>

namespace ir::nn {

namespace {

/// As torchvision's own weights were trained.
constexpr Normalisation imageNet{{0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}};

bool fits(const Safetensors::Entry* entry, const torch::Tensor& tensor)
{
    return entry && entry->type == Safetensors::Type::F32 && tensor.sizes() == entry->shape;
}

bool isHead(const std::string& tensor)
{
    return tensor.starts_with("classifier.");
}

/// Takes every tensor by its own name, or by the name that `theirs` makes of it.
Result<Initialised> adoptNamed(Network& network, const Safetensors& file, const std::string& name,
                               const std::function<std::string(const std::string&)>& theirs)
{
    torch::NoGradGuard noGrad;
    auto tensors = namedTensors(network);
    // Weights and bias of a classifier belong together: both or none.
    const bool head = std::ranges::all_of(tensors, [&](const auto& item) {
        return !isHead(item.first) || fits(file.find(theirs(item.first)), item.second);
    });
    int taken = 0;
    for (auto& [key, tensor] : tensors) {
        if (isHead(key) && !head)
            continue;
        const Safetensors::Entry* entry = file.find(theirs(key));
        if (!fits(entry, tensor))
            return failure("Cannot start from " + name + ": its tensor \"" + theirs(key) +
                           "\" is missing or of another shape.");
        tensor.copy_(toTensor(*entry));
        ++taken;
    }
    return Initialised{.newClassifier = !head,
                       .summary = "Started from " + name + ": " + std::to_string(taken) + " tensors" +
                                  (head ? "." : ", a new classifier.")};
}

Result<Initialised> adoptKeras(Network& network, const std::vector<std::string>& layers,
                               const Safetensors& file, const std::string& name, const torch::Tensor& sample)
{
    torch::NoGradGuard noGrad;
    std::string missing;
    auto units = network.units();
    for (std::size_t i = 0; i < units.size(); ++i) {
        ConvBn& unit = units[i];
        const std::string& layer = layers[i];
        const auto* kernel = file.find(layer + ".weight");
        const auto* bias = file.find(layer + ".bias");
        const auto* gamma = file.find(layer + "_bn.gamma");
        const auto* beta = file.find(layer + "_bn.beta");
        const auto* mean = file.find(layer + "_bn.mean");
        const auto* variance = file.find(layer + "_bn.var");
        if (!kernel) {
            missing += " " + layer;
            continue;
        }
        if (!fits(kernel, unit->conv->weight))
            return failure("Cannot start from " + name + ": its tensor \"" + layer +
                           ".weight\" is of another shape.");
        if (fits(bias, unit->bn->bias)) {
            unit->adoptFolded(toTensor(*kernel), toTensor(*bias));
        } else if (fits(gamma, unit->bn->weight) && fits(beta, unit->bn->bias) &&
                   fits(mean, unit->bn->running_mean) && fits(variance, unit->bn->running_var)) {
            unit->conv->weight.copy_(toTensor(*kernel));
            unit->bn->weight.copy_(toTensor(*gamma));
            unit->bn->bias.copy_(toTensor(*beta));
            unit->bn->running_mean.copy_(toTensor(*mean));
            unit->bn->running_var.copy_(toTensor(*variance));
        } else {
            return failure("Cannot start from " + name + ": the layer \"" + layer +
                           "\" has neither a bias nor a whole BatchNorm.");
        }
    }
    (void)network.features(sample); // where folded weights get their statistics
    return Initialised{.newClassifier = true,
                       .summary = "Started from the body " + name +
                                  (missing.empty() ? std::string(".") : "; new:" + missing + ".")};
}

} // namespace

Result<Initialised> initialise(Network& network, std::string_view architecture,
                               const std::filesystem::path& path, const torch::Tensor& sample)
{
    const auto file = Safetensors::read(path);
    if (!file)
        return tl::unexpected(file.error());
    const std::string name = path.filename().string();
    network.eval();
    const auto torchvisions = [architecture](const std::string& tensor) {
        return torchvisionName(architecture, tensor);
    };
    const std::string first = "stem.conv.weight";
    if (file->find(first)) {
        auto taken = adoptNamed(network, *file, name, [](const std::string& tensor) { return tensor; });
        if (const auto info = modelInfoFromMetadata(file->metadata(), name); taken && info) {
            taken->normalisation.mean.fill(static_cast<double>(info->input.mean));
            taken->normalisation.deviation.fill(static_cast<double>(info->input.stddev));
        }
        return taken;
    }
    if (file->find(torchvisions(first))) {
        auto taken = adoptNamed(network, *file, name, torchvisions);
        if (taken)
            taken->normalisation = imageNet;
        return taken;
    }
    if (const auto layers = kerasLayers(architecture);
        !layers.empty() && file->find(layers.front() + ".weight")) {
        if (!sample.defined())
            return failure("Cannot take " + path.string() + ", a body in Keras's names, over without images to "
                           "measure it on: give it to train --init.");
        return adoptKeras(network, layers, *file, name, sample);
    }
    return failure("Cannot start from " + path.string() + ": it holds no weights of " +
                   std::string(architecture) + " in the names of this program, torchvision or Keras.");
}

void adaptInput(Network& network, const Normalisation& trained, const InputContract& input)
{
    // (grey - mean) / deviation of then is scale · (that of now) + shift.
    torch::NoGradGuard noGrad;
    const auto mean = torch::tensor(std::vector<double>(trained.mean.begin(), trained.mean.end()));
    const auto deviation = torch::tensor(std::vector<double>(trained.deviation.begin(), trained.deviation.end()));
    const auto scale = static_cast<double>(input.stddev) / deviation;
    const auto shift = (static_cast<double>(input.mean) - mean) / deviation;
    const auto unit = network.units().front();
    auto& weight = unit->conv->weight; // [out, 3, k, k]
    unit->bn->running_mean.sub_((weight.sum({2, 3}) * shift).sum(1));
    weight.mul_(scale.view({1, 3, 1, 1}));
}

} // namespace ir::nn
