#pragma once

// Private to core/nn. What differs between LibTorch 1.13 (Debian 12) and 2.x, in one place.

#include <ATen/autocast_mode.h>
#include <torch/torch.h>

#include <string>
#include <string_view>

namespace ir::nn {

/// A CPU float tensor's numbers for reading. 2.x wants const_data_ptr, which 1.13 lacks; data_ptr<float>()
/// is deprecated by neither.
inline const float* floats(const torch::Tensor& tensor)
{
    return tensor.data_ptr<float>();
}

/// Whether an exception of LibTorch means that a device's memory is full. The type alone is not enough:
/// cuBLAS and cuDNN report it as plain errors.
inline bool isOutOfMemory(const c10::Error& error)
{
    if (dynamic_cast<const c10::OutOfMemoryError*>(&error))
        return true;
    const std::string_view text = error.what_without_backtrace();
    return text.find("out of memory") != std::string_view::npos ||
           text.find("ALLOC_FAILED") != std::string_view::npos;
}

/// Full float32 on GPUs, and the same kernel for the same shape every time: TensorFloat-32 and cuDNN's
/// autotuning would make results depend on the card and the run.
inline void useExactGpuMath()
{
    auto& context = at::globalContext();
    context.setAllowTF32CuDNN(false);
    context.setAllowTF32CuBLAS(false);
    context.setBenchmarkCuDNN(false);
    context.setDeterministicCuDNN(true);
}

/// Turns autocasting to bfloat16 on or off for this thread and a kind of device.
inline void setAutocast(const torch::Device& device, bool on)
{
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
    at::autocast::set_autocast_dtype(device.type(), at::kBFloat16);
    at::autocast::set_autocast_enabled(device.type(), on);
#else
    if (device.is_cuda()) {
        at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
        at::autocast::set_enabled(on);
    } else {
        at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
        at::autocast::set_cpu_enabled(on);
    }
#endif
    if (!on)
        at::autocast::clear_cache(); // else the next step would use the weights of this one
}

} // namespace ir::nn
