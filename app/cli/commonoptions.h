#pragma once

#include "base/bootstrap.h"

#include <CLI/CLI.hpp>

#include <string>

namespace ir::cli {

// Options that mean the same in several commands.

/// --device, --precision, --threads, for an engine or a training; names and numbers that no machine has are wrong use.
void addDeviceOptions(CLI::App& command, std::string& device, std::string& precision, int& threads);
void addThreadsOption(CLI::App& command, int& threads);

/// --resamples, --seed.
void addBootstrapOptions(CLI::App& command, BootstrapOptions& options);

} // namespace ir::cli
