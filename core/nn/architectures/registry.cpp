#include "nn/architectures/registry.h"

#include "nn/architectures/efficientnet_p.h"
#include "nn/architectures/mobilenetv1_p.h"
#include "nn/architectures/mobilenetv2_p.h"
#include "nn/architectures/resnet_p.h"

#include <algorithm>
#include <map>
#include <mutex>

namespace ir {

namespace {

struct Registered
{
    Architecture facts;
    std::shared_ptr<nn::Network> (*make)(int classes);
};

constexpr const char* resNetPaper =
    "He et al., Deep Residual Learning for Image Recognition, 2015, arXiv:1512.03385";
constexpr const char* efficientNetPaper =
    "Tan and Le, EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, 2019, "
    "arXiv:1905.11946";

const std::vector<Registered>& registered()
{
    static const std::vector<Registered> list{
        {{"mobilenet_v1", "MobileNet-V1",
          "Howard et al., MobileNets: Efficient Convolutional Neural Networks for Mobile Vision "
          "Applications, 2017, arXiv:1704.04861",
          32, 224, 1024, true},
         nn::makeMobileNetV1},
        {{"mobilenet_v2", "MobileNet-V2",
          "Sandler et al., MobileNetV2: Inverted Residuals and Linear Bottlenecks, 2018, arXiv:1801.04381",
          32, 224, 1280},
         nn::makeMobileNetV2},
        {{"resnet18", "ResNet-18", resNetPaper, 32, 224, 512, true},
         [](int classes) { return nn::makeResNet({2, 2, 2, 2}, classes); }},
        {{"resnet34", "ResNet-34", resNetPaper, 32, 224, 512, true},
         [](int classes) { return nn::makeResNet({3, 4, 6, 3}, classes); }},
        {{"efficientnet_b0", "EfficientNet-B0", efficientNetPaper, 32, 224, 1280},
         [](int classes) { return nn::makeEfficientNet({1, 1}, classes); }},
        {{"efficientnet_b1", "EfficientNet-B1", efficientNetPaper, 32, 240, 1280},
         [](int classes) { return nn::makeEfficientNet({1, 1.1}, classes); }},
        {{"efficientnet_b2", "EfficientNet-B2", efficientNetPaper, 32, 260, 1408},
         [](int classes) { return nn::makeEfficientNet({1.1, 1.2}, classes); }},
    };
    return list;
}

const Registered* find(std::string_view name)
{
    const auto& list = registered();
    const auto found =
        std::ranges::find_if(list, [&](const Registered& r) { return r.facts.name == name; });
    return found == list.end() ? nullptr : &*found;
}

} // namespace

const std::vector<Architecture>& architectures()
{
    static const std::vector<Architecture> facts = [] {
        std::vector<Architecture> result;
        for (const Registered& entry : registered())
            result.push_back(entry.facts);
        return result;
    }();
    return facts;
}

const Architecture* findArchitecture(std::string_view name)
{
    const Registered* entry = find(name);
    return entry ? &entry->facts : nullptr;
}

std::vector<TensorSpec> tensorSpecs(std::string_view name, int classes)
{
    // Building a net draws millions of random numbers; listing models asks for the same few again and again.
    static std::mutex mutex;
    static std::map<std::pair<std::string, int>, std::vector<TensorSpec>> known;
    const std::scoped_lock lock(mutex);
    const std::pair key(std::string(name), classes);
    if (const auto found = known.find(key); found != known.end())
        return found->second;
    const auto network = nn::makeNetwork(name, classes);
    if (!network)
        return {};
    std::vector<TensorSpec> specs;
    for (const auto& [tensorName, tensor] : nn::namedTensors(*network))
        specs.push_back({tensorName, tensor.sizes().vec(), tensor.requires_grad()});
    std::ranges::sort(specs, {}, &TensorSpec::name);
    return known.emplace(key, std::move(specs)).first->second;
}

std::int64_t parameterCount(std::string_view name, int classes)
{
    std::int64_t count = 0;
    for (const TensorSpec& spec : tensorSpecs(name, classes))
        if (spec.trained)
            count += elementCount(spec.shape);
    return count;
}

namespace nn {

std::shared_ptr<Network> makeNetwork(std::string_view architecture, int classes)
{
    const Registered* entry = find(architecture);
    return entry ? entry->make(classes) : nullptr;
}

} // namespace nn

} // namespace ir
