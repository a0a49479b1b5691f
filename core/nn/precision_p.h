#pragma once

#include "base/result.h"

#include <torch/torch.h>

#include <string>

namespace ir::nn {

/// Whether convolutions are computed in bfloat16: `wanted` is fp32, bf16 or auto (bf16 where the device
/// multiplies it faster than float32). In training the choice shapes the weights, so it belongs to a run's recipe.
[[nodiscard]] Result<bool> useBfloat16(const std::string& wanted, const torch::Device& device);

/// While it lives, and if `on`, this thread's convolutions and products are computed in bfloat16; weights,
/// sums of gradients and the loss stay float32 (Micikevicius et al. 2018, arXiv:1710.03740; bfloat16 has
/// float32's range, so the loss needs no scaling). Leave it before backward().
class MixedPrecision
{
public:
    MixedPrecision(bool on, const torch::Device& device);
    ~MixedPrecision();
    MixedPrecision(const MixedPrecision&) = delete;
    MixedPrecision& operator=(const MixedPrecision&) = delete;

private:
    bool m_on;
    torch::Device m_device;
};

} // namespace ir::nn
