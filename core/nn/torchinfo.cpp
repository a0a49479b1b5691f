#include "nn/torchinfo.h"

#include "nn/onednn_p.h"

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

std::string oneDnn()
{
    const dnnl_version_t* version = dnnl::version();
    std::string text = std::to_string(version->major) + '.' + std::to_string(version->minor) + '.' +
                       std::to_string(version->patch);
    using dnnl::cpu_isa;
    for (const auto& [instructions, name] :
         {std::pair(cpu_isa::sse41, ", SSE4.1"), std::pair(cpu_isa::avx2, ", AVX2"),
          std::pair(cpu_isa::avx512_core, ", AVX-512"),
          std::pair(cpu_isa::avx512_core_bf16, ", bfloat16"),
          std::pair(cpu_isa::avx512_core_amx, ", AMX")})
        if (nn::oneDnnUses(instructions))
            text += name;
    return text;
}

} // namespace

TorchInfo torchInfo()
{
    TorchInfo info{.version = TORCH_VERSION,
                   .cpuCapability = cpuCapability(),
                   .oneDnn = oneDnn(),
                   .cudaDevices = {}};
    const auto devices = torch::cuda::device_count();
    for (std::size_t i = 0; i < devices; ++i)
        info.cudaDevices.push_back("cuda:" + std::to_string(i));
    return info;
}

} // namespace ir
