#pragma once

#include "review/agreement.h"

#include <string>

namespace ir::cli {

/// What `agreement` prints: the labels and what was made of them.
struct AgreementReport
{
    std::string source; ///< the CSV file, as it was named
    LabelSet labels;
    BootstrapOptions options;
    Agreement agreement;
};

/// Both write to standard output.
void printJson(const AgreementReport& report);
void printText(const AgreementReport& report);

} // namespace ir::cli
