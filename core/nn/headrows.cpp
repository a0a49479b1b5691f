#include "nn/headrows_p.h"

#include "nn/modelinfo.h"

#include <algorithm>

namespace ir::nn {

namespace {

constexpr double newRowDeviation = 0.01; ///< of a class nobody has learnt yet

bool isHead(const std::string& tensor)
{
    return tensor.starts_with("classifier.");
}

} // namespace

Result<std::string> adoptClassRows(Network& network, const std::filesystem::path& path,
                                   const std::vector<std::string>& classes)
{
    const auto file = Safetensors::read(path);
    if (!file)
        return tl::unexpected(file.error());
    const auto info = modelInfoFromMetadata(file->metadata(), path.string());
    if (!info || info->classes == classes)
        return std::string(); // another program's weights, or nothing to translate
    const auto known = static_cast<std::int64_t>(info->classes.size());
    torch::NoGradGuard noGrad;
    std::size_t taken = 0;
    for (auto& [name, tensor] : namedTensors(network)) {
        const Safetensors::Entry* entry = file->find(name);
        if (!isHead(name) || !entry || entry->shape.empty() || entry->shape.front() != known)
            continue;
        const auto from = toTensor(*entry);
        taken = 0;
        for (std::size_t c = 0; c < classes.size(); ++c) {
            auto row = tensor[static_cast<std::int64_t>(c)];
            const auto found = std::ranges::find(info->classes, classes[c]);
            if (found == info->classes.end()) {
                row.normal_(0, newRowDeviation);
            } else {
                row.copy_(from[found - info->classes.begin()]);
                ++taken;
            }
        }
    }
    return "The classifier keeps what it knows of " + std::to_string(taken) + " of " +
           std::to_string(classes.size()) + " classes.";
}

} // namespace ir::nn
