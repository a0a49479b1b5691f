#pragma once

#include "base/result.h"
#include "evaluation/evaluation.h"

#include <cstddef>
#include <filesystem>
#include <stop_token>
#include <string>

namespace ir {

struct HtmlOptions
{
    std::size_t pictures = 120; ///< of misclassified images, at most in each group
    std::string madeBy;         ///< program, version, date; for the foot
};

/// The report as one HTML page that needs nothing else: style, charts and pictures are in it, no script.
/// Misclassified images are decoded once more for their pictures. Everything that comes from files is
/// escaped. The page shows images of patients and must be kept like them. Needs a DicomLibrary.
[[nodiscard]] std::string htmlReport(const EvaluationReport& report, const HtmlOptions& options = {},
                                     const std::stop_token& stop = {});

} // namespace ir
