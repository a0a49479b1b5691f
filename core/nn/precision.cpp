#include "nn/precision_p.h"

#include "nn/onednn_p.h"
#include "nn/torchcompat.h"

namespace ir::nn {

namespace {

bool cpuMultipliesBfloat16()
{
    // Without these instructions oneDNN emulates bfloat16, slower than float32.
    return oneDnnUses(dnnl::cpu_isa::avx512_core_bf16);
}

} // namespace

Result<bool> useBfloat16(const std::string& wanted, const torch::Device& device)
{
    if (wanted == "fp32")
        return false;
    if (wanted == "bf16")
        return true;
    if (wanted == "auto")
        return device.is_cuda() || cpuMultipliesBfloat16();
    return failure("There is no precision \"" + wanted + "\"; choose auto, fp32 or bf16.");
}

MixedPrecision::MixedPrecision(bool on, const torch::Device& device) : m_on(on), m_device(device)
{
    if (m_on)
        setAutocast(m_device, true);
}

MixedPrecision::~MixedPrecision()
{
    if (m_on)
        setAutocast(m_device, false);
}

} // namespace ir::nn
