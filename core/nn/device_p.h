#pragma once

#include "base/result.h"

#include <torch/torch.h>

#include <string>

namespace ir::nn {

/// The device of a setting: auto (the first GPU, else the CPU), cpu, cuda or cuda:n. Errors: not known, not there.
[[nodiscard]] Result<torch::Device> chooseDevice(const std::string& wanted);

/// The name in the driver's own words where there is one card; with several, their order is CUDA's to say.
[[nodiscard]] std::string gpuName(int index);

/// How many threads a product of matrices is shared among. OpenBLAS has threads of its own, one product at a
/// time, and reads OPENBLAS_NUM_THREADS before main() could set it: it is told here. Another BLAS: no effect.
void setBlasThreads(int threads);

} // namespace ir::nn
