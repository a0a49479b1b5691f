#pragma once

#include "review/agreement.h"
#include "review/drift.h"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace ir::cli {

/// What `agreement` prints: the labels and what was made of them.
struct AgreementReport
{
    std::string source; ///< the CSV file, as it was named, or the project
    LabelSet labels;
    BootstrapOptions options;
    Agreement agreement;
    std::vector<DriftPoint> drift; ///< of a project; a CSV has no times
};

/// --level, --resamples and --seed.
void addAgreementOptions(CLI::App& command, BootstrapOptions& options);

/// Both write to standard output.
void printJson(const AgreementReport& report);
void printText(const AgreementReport& report);

} // namespace ir::cli
