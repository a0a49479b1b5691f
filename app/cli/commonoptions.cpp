#include "commonoptions.h"

#include <regex>

namespace ir::cli {

namespace {

CLI::Validator deviceName()
{
    return {[](const std::string& name) {
                return std::regex_match(name, std::regex("auto|cpu|cuda(:[0-9]{1,3})?"))
                           ? std::string()
                           : "There is no device \"" + name + "\": use auto, cpu, cuda or cuda:n";
            },
            ""};
}

} // namespace

void addDeviceOptions(CLI::App& command, std::string& device, std::string& precision, int& threads)
{
    command.add_option("--device", device, "auto, cpu or cuda[:n]")
        ->check(deviceName())
        ->capture_default_str();
    command
        .add_option("--precision", precision,
                    "Of the network's convolutions: fp32, bf16, or auto (bf16 where the hardware is "
                    "faster with it)")
        ->check(CLI::IsMember({"auto", "fp32", "bf16"}))
        ->capture_default_str();
    addThreadsOption(command, threads);
}

void addEngineOptions(CLI::App& command, EngineOptions& options)
{
    addDeviceOptions(command, options.device, options.precision, options.threads);
}

void addThreadsOption(CLI::App& command, int& threads)
{
    command.add_option("--threads", threads, "For the network on a CPU (0: all cores)")->check(CLI::Range(0, 256));
}

void addBootstrapOptions(CLI::App& command, BootstrapOptions& options)
{
    command.add_option("--resamples", options.resamples, "For the bootstrap intervals")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command.add_option("--seed", options.seed, "Of the bootstrap")->capture_default_str();
}

} // namespace ir::cli
