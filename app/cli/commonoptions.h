#pragma once

#include "base/bootstrap.h"
#include "nn/engine.h"

#include <CLI/CLI.hpp>

#include <string>

namespace ir::cli {

// Options that mean the same in several commands.

/// --device, --precision, --threads; names and numbers that no machine has are wrong use.
void addEngineOptions(CLI::App& command, EngineOptions& options);

/// The same for a training.
void addDeviceOptions(CLI::App& command, std::string& device, std::string& precision, int& threads);
void addThreadsOption(CLI::App& command, int& threads);

/// --resamples, --seed.
void addBootstrapOptions(CLI::App& command, BootstrapOptions& options);

} // namespace ir::cli
