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

void addEngineOptions(CLI::App& command, EngineOptions& options)
{
    command.add_option("--device", options.device, "auto, cpu or cuda[:n]")
        ->check(deviceName())
        ->capture_default_str();
    command
        .add_option("--precision", options.precision,
                    "Of the network's convolutions: fp32, bf16, or auto (bf16 on CPUs that are "
                    "faster with it)")
        ->check(CLI::IsMember({"auto", "fp32", "bf16"}))
        ->capture_default_str();
    command.add_option("--threads", options.threads, "For the network on a CPU (0: all cores)")
        ->check(CLI::Range(0, 256));
}

void addBootstrapOptions(CLI::App& command, BootstrapOptions& options)
{
    command.add_option("--resamples", options.resamples, "For the bootstrap intervals")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command.add_option("--seed", options.seed, "Of the bootstrap")->capture_default_str();
}

} // namespace ir::cli
