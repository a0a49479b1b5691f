#pragma once

#include "commands.h"

namespace ir::cli {

// Subcommands of `dataset`, one file each; as in commands.h.
void addDatasetExport(CLI::App& dataset, Invocation& invocation);
void addDatasetImport(CLI::App& dataset, Invocation& invocation);

} // namespace ir::cli
