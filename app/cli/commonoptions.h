#pragma once

#include "base/bootstrap.h"
#include "nn/engine.h"

#include <CLI/CLI.hpp>

namespace ir::cli {

// Options that mean the same in several commands.

/// --device, --precision, --threads.
void addEngineOptions(CLI::App& command, EngineOptions& options);

/// --resamples, --seed.
void addBootstrapOptions(CLI::App& command, BootstrapOptions& options);

} // namespace ir::cli
