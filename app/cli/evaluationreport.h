#pragma once

#include "base/result.h"
#include "evaluation/evaluation.h"

#include <string>

namespace ir::cli {

/// Both write to standard output.
void printJson(const EvaluationReport& report);
void printText(const EvaluationReport& report);

/// One line of CSV an image: path, label, class, confidence, probabilities, outlier score, needs_review,
/// reason.
[[nodiscard]] Result<void> writePredictions(const std::string& path, const Evaluation& evaluation);

} // namespace ir::cli
