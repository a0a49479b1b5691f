#pragma once

#include "evaluation/comparison.h"

#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace ir {

struct ComparisonRunOptions
{
    EngineOptions engine;
    BootstrapOptions bootstrap;
    std::size_t timingImages = 100; ///< to measure the time per image with; 0: none is measured
};

/// Models measured on a labelled set, from their weights to the figures.
struct ComparisonRun
{
    std::vector<Evaluation> evaluations; ///< one a model, in the order given
    Comparison comparison;               ///< beside them
    double decodeMs = 0;                 ///< mean per image, on one core; where a time was measured
    std::size_t timedImages = 0;
    std::vector<std::string> notices; ///< what engines did otherwise than asked, for people
};

/// `models`: names as findModel() takes them, or files. Every image is decoded once for all of them. Belongs to the
/// calling thread; needs a DicomLibrary. `progress` gets the number of images done. Errors: a model that cannot be
/// used; models with different classes; stopped; no image can be read.
[[nodiscard]] Result<ComparisonRun> runComparison(const LabelledSet& set, std::span<const std::string> models,
                                                  const ComparisonRunOptions& options = {},
                                                  const std::function<void(std::size_t done)>& progress = {},
                                                  const std::stop_token& stop = {});

} // namespace ir
