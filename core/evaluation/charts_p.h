#pragma once

#include "evaluation/evaluation.h"

#include <string>

namespace ir::html {

// Charts as SVG elements, coloured by the report's style sheet (htmlstyle_p.h).

/// Accuracy by confidence, with the share of images in each bin below.
[[nodiscard]] std::string reliabilityChart(const Calibration& calibration);

/// Share of wrong tags among the accepted against the share accepted; marks the point of 99.5 % precision.
[[nodiscard]] std::string riskCoverageChart(const Calibration& calibration);

/// A value with its interval on a scale from `low` to 1, for table cells.
[[nodiscard]] std::string intervalBar(double value, const Interval& interval, double low);

} // namespace ir::html
