#include "nn/torchinfo.h"

#include <ATen/Version.h>
#include <torch/cuda.h>
#include <torch/version.h>

namespace ir {

namespace {

/// From LibTorch's own description: 1.13 and 2.x have no common function for it.
std::string cpuCapability()
{
    const std::string config = at::show_config();
    const std::string key = "CPU capability usage: ";
    const auto at = config.find(key);
    if (at == std::string::npos)
        return "unknown";
    const auto from = at + key.size();
    return config.substr(from, config.find('\n', from) - from);
}

} // namespace

TorchInfo torchInfo()
{
    TorchInfo info{.version = TORCH_VERSION, .cpuCapability = cpuCapability(), .cudaDevices = {}};
    const auto devices = torch::cuda::device_count();
    for (std::size_t i = 0; i < devices; ++i)
        info.cudaDevices.push_back("cuda:" + std::to_string(i));
    return info;
}

} // namespace ir
