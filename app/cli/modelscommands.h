#pragma once

#include "commands.h"

namespace ir::cli {

// The subcommands of "models", one file each; as in commands.h.
void addArchitecturesCommand(CLI::App& models, Invocation& invocation);
void addModelsImportCommand(CLI::App& models, Invocation& invocation);
void addModelsExportCommand(CLI::App& models, Invocation& invocation);

} // namespace ir::cli
