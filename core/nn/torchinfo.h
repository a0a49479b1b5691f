#pragma once

#include <string>
#include <vector>

namespace ir {

/// What LibTorch and oneDNN say of themselves and the machine.
struct TorchInfo
{
    std::string version;                  ///< "1.13.0"
    std::string cpuCapability;            ///< widest vector instructions in use, e.g. "AVX2"
    std::string oneDnn;                   ///< version and what it uses of the CPU, e.g. "2.6.3, AVX-512, bfloat16"
    std::vector<std::string> cudaDevices; ///< names are not known to LibTorch's C++ API: "cuda:0", …
};

[[nodiscard]] TorchInfo torchInfo();

} // namespace ir
