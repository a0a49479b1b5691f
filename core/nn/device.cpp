#include "nn/device_p.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>

#include <dlfcn.h>

namespace ir::nn {

std::string gpuName(int index)
{
    std::string name;
    int cards = 0;
    std::error_code ignored;
    for (const auto& card : std::filesystem::directory_iterator("/proc/driver/nvidia/gpus", ignored)) {
        std::ifstream information(card.path() / "information");
        for (std::string line; std::getline(information, line);)
            if (line.starts_with("Model:"))
                name = line.substr(std::min(line.size(), line.find_first_not_of(" \t", 6)));
        ++cards;
    }
    return cards == 1 && !name.empty() ? name : "CUDA GPU " + std::to_string(index);
}

Result<torch::Device> chooseDevice(const std::string& wanted)
{
    if (wanted == "cpu")
        return torch::Device(torch::kCPU);
    const bool available = torch::cuda::is_available();
    if (wanted == "auto")
        return available ? torch::Device(torch::kCUDA, 0) : torch::Device(torch::kCPU);
    int index = 0;
    bool known = wanted == "cuda";
    if (wanted.starts_with("cuda:")) {
        const char* end = wanted.data() + wanted.size();
        const auto parsed = std::from_chars(wanted.data() + 5, end, index);
        known = parsed.ec == std::errc() && parsed.ptr == end && index >= 0;
    }
    if (!known)
        return failure("The device \"" + wanted + "\" is not known: use auto, cpu, cuda or cuda:n.");
    if (!available)
        return failure("There is no CUDA here, neither a GPU with its driver nor a LibTorch built for "
                       "one: use the device auto or cpu.");
    if (index >= static_cast<int>(torch::cuda::device_count()))
        return failure("There is no GPU " + std::to_string(index) + ": this machine has " +
                       std::to_string(torch::cuda::device_count()) + ", counted from 0.");
    return torch::Device(torch::kCUDA, static_cast<c10::DeviceIndex>(index));
}

void setBlasThreads(int threads)
{
    using SetThreads = void (*)(int);
    if (void* symbol = ::dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))
        reinterpret_cast<SetThreads>(symbol)(threads);
}

} // namespace ir::nn
