#pragma once

#include "evaluation/evaluation.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ir {

/// One model among several on the same images.
struct ComparedModel
{
    std::string name;
    ModelInfo info;
    Summary summary;
    InferenceTime time;
    std::string device;
    /// Macro F1 against the best one's on the same images; none for that itself.
    std::optional<PairedDifference> toBest;
};

struct Comparison
{
    std::vector<ComparedModel> models; ///< in the order given
    std::size_t best = 0;              ///< index of the highest macro F1, the first of equals
};

/// Models can be compared where their class lists hold the same names, in any order. The error names two
/// that do not.
[[nodiscard]] Result<void> checkComparable(const ModelInfo& first, const std::string& firstName,
                                           const ModelInfo& other, const std::string& otherName);

/// `evaluations`: of one set; `times` beside them. Errors: none given; models that cannot be
/// compared.
[[nodiscard]] Result<Comparison> compareModels(std::span<const Evaluation> evaluations,
                                               std::span<const InferenceTime> times,
                                               const BootstrapOptions& bootstrap = {});

} // namespace ir
