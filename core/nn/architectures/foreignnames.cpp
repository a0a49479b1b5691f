#include "nn/architectures/foreignnames.h"

#include <algorithm>

namespace ir {

namespace {

/// "blocks.3.project.bn.weight" -> its parts.
std::vector<std::string> partsOf(std::string_view name)
{
    std::vector<std::string> parts;
    for (std::size_t from = 0; from <= name.size();) {
        const std::size_t dot = std::min(name.find('.', from), name.size());
        parts.emplace_back(name.substr(from, dot - from));
        from = dot + 1;
    }
    return parts;
}

std::string plusOne(const std::string& number)
{
    return std::to_string(std::stoi(number) + 1);
}

/// torchvision numbers convolution and BatchNorm of a unit within a sequence.
std::string numbered(const std::string& convOrBn)
{
    return convOrBn == "conv" ? "0" : "1";
}

/// torchvision numbers the layers of a block; what comes first widens, except in blocks that do not.
std::string layerNumber(const std::string& role, bool widens, bool squeezes)
{
    const int place = role == "expand" ? 0 : role == "depthwise" ? 1 : role == "squeeze" || !squeezes ? 2 : 3;
    return std::to_string(place - (widens ? 0 : 1));
}

std::string mobileNetV2Name(const std::vector<std::string>& parts)
{
    if (parts[0] == "classifier")
        return "classifier.1." + parts[1];
    if (parts[0] == "stem" || parts[0] == "last")
        return (parts[0] == "stem" ? "features.0." : "features.18.") + numbered(parts[1]) + "." + parts[2];
    // blocks.<i>.<role>.<conv or bn>.<field>
    const std::string block = "features." + plusOne(parts[1]) + ".conv.";
    const bool widens = parts[1] != "0";
    if (parts[2] != "project")
        return block + layerNumber(parts[2], widens, false) + "." + numbered(parts[3]) + "." + parts[4];
    // The linear convolution is no unit of its own there: its BatchNorm follows it in the block.
    const std::string conv = layerNumber(parts[2], widens, false);
    return block + (parts[3] == "conv" ? conv : plusOne(conv)) + "." + parts[4];
}

std::string efficientNetName(const std::vector<std::string>& parts)
{
    if (parts[0] == "classifier")
        return "classifier.1." + parts[1];
    if (parts[0] == "stem" || parts[0] == "last")
        return (parts[0] == "stem" ? "features.0." : "features.8.") + numbered(parts[1]) + "." + parts[2];
    // stages.<s>.<i>.<role>.<conv or bn; reduce or expand>.<field>
    const std::string layer = layerNumber(parts[3], parts[1] != "0", true);
    const std::string part = parts[3] == "squeeze" ? (parts[4] == "reduce" ? "fc1" : "fc2") : numbered(parts[4]);
    return "features." + plusOne(parts[1]) + "." + parts[2] + ".block." + layer + "." + part + "." + parts[5];
}

std::string resNetName(const std::vector<std::string>& parts)
{
    if (parts[0] == "classifier")
        return "fc." + parts[1];
    if (parts[0] == "stem")
        return parts[1] + "1." + parts[2];
    // stages.<s>.<i>.<role>.<conv or bn>.<field>
    const std::string block = "layer" + plusOne(parts[1]) + "." + parts[2] + ".";
    if (parts[3] == "shortcut")
        return block + "downsample." + numbered(parts[4]) + "." + parts[5];
    return block + parts[4] + (parts[3] == "first" ? "1." : "2.") + parts[5];
}

} // namespace

std::string torchvisionName(std::string_view architecture, std::string_view tensor)
{
    const auto parts = partsOf(tensor);
    if (architecture == "mobilenet_v2")
        return mobileNetV2Name(parts);
    if (architecture.starts_with("resnet"))
        return resNetName(parts);
    if (architecture.starts_with("efficientnet"))
        return efficientNetName(parts);
    return {};
}

std::vector<std::string> kerasLayers(std::string_view architecture)
{
    std::vector<std::string> layers;
    if (architecture == "mobilenet_v1") {
        layers.emplace_back("conv1");
        for (int block = 1; block <= 13; ++block)
            for (const char* kind : {"conv_dw_", "conv_pw_"})
                layers.push_back(kind + std::to_string(block));
    } else if (architecture == "mobilenet_v2") {
        layers = {"conv", "expanded_conv_depthwise", "expanded_conv_project"};
        for (int block = 1; block <= 16; ++block)
            for (const char* role : {"_expand", "_depthwise", "_project"})
                layers.push_back("expanded_conv_" + std::to_string(block) + role);
        layers.emplace_back("conv_1");
    }
    return layers;
}

} // namespace ir
