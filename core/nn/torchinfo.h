#pragma once

#include <string>
#include <vector>

namespace ir {

/// What LibTorch says of itself and the machine.
struct TorchInfo
{
    std::string version;                  ///< "1.13.0"
    std::string cpuCapability;            ///< widest vector instructions in use, e.g. "AVX2"
    std::vector<std::string> cudaDevices; ///< names are not known to LibTorch's C++ API: "cuda:0", …
};

[[nodiscard]] TorchInfo torchInfo();

} // namespace ir
