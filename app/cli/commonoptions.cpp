#include "commonoptions.h"

namespace ir::cli {

void addEngineOptions(CLI::App& command, EngineOptions& options)
{
    command.add_option("--device", options.device, "auto, cpu or cuda[:n]")->capture_default_str();
    command
        .add_option("--precision", options.precision,
                    "Of the network's convolutions: fp32, bf16, or auto (bf16 on CPUs that are "
                    "faster with it)")
        ->capture_default_str();
    command.add_option("--threads", options.threads, "For the network on a CPU (0: all cores)")
        ->check(CLI::NonNegativeNumber);
}

void addBootstrapOptions(CLI::App& command, BootstrapOptions& options)
{
    command.add_option("--resamples", options.resamples, "For the bootstrap intervals")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command.add_option("--seed", options.seed, "Of the bootstrap")->capture_default_str();
}

} // namespace ir::cli
