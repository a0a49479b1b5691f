#include "evaluation/comparison.h"

#include <algorithm>
#include <cassert>

namespace ir {

namespace {

/// Answers of one model to the images that have a class and could be read, as indices into `classes`.
std::vector<std::size_t> answersOf(const Evaluation& evaluation, const std::vector<std::string>& classes)
{
    std::vector<std::size_t> answers;
    for (const Evaluation::Row& row : evaluation.rows) {
        if (!row.truth || !row.prediction)
            continue;
        const auto& name = evaluation.model.classes[static_cast<std::size_t>(row.prediction->classIndex)];
        answers.push_back(static_cast<std::size_t>(std::ranges::find(classes, name) - classes.begin()));
    }
    return answers;
}

std::vector<std::string> sorted(std::vector<std::string> names)
{
    std::ranges::sort(names);
    return names;
}

} // namespace

Result<void> checkComparable(const ModelInfo& first, const std::string& firstName, const ModelInfo& other,
                             const std::string& otherName)
{
    if (sorted(first.classes) == sorted(other.classes))
        return {};
    return failure("The models " + firstName + " and " + otherName +
                   " have different classes: they cannot be compared.");
}

Result<Comparison> compareModels(std::span<const Evaluation> evaluations,
                                 std::span<const InferenceTime> times, const BootstrapOptions& bootstrap)
{
    assert(times.size() == evaluations.size());
    if (evaluations.empty())
        return failure("There is no model to compare.");
    const std::vector<std::string>& classes = evaluations.front().model.classes;
    for (const Evaluation& evaluation : evaluations)
        if (auto checked = checkComparable(evaluations.front().model, evaluations.front().modelName,
                                           evaluation.model, evaluation.modelName);
            !checked)
            return tl::unexpected(checked.error());
    Comparison comparison;
    for (std::size_t m = 0; m < evaluations.size(); ++m) {
        comparison.models.push_back({.name = evaluations[m].modelName,
                                     .info = evaluations[m].model,
                                     .summary = summarise(evaluations[m], bootstrap),
                                     .time = times[m],
                                     .device = evaluations[m].device,
                                     .toBest = {}});
        const auto macroF1 = [&](std::size_t i) { return comparison.models[i].summary.figures.macroF1; };
        if (macroF1(m) > macroF1(comparison.best))
            comparison.best = m;
    }
    std::vector<std::size_t> truth;
    for (const Evaluation::Row& row : evaluations.front().rows)
        if (row.truth && row.prediction)
            truth.push_back(*row.truth);
    const auto bestAnswers = answersOf(evaluations[comparison.best], classes);
    for (std::size_t m = 0; m < evaluations.size(); ++m)
        if (m != comparison.best)
            comparison.models[m].toBest = pairedMacroF1(
                classes.size(), truth, answersOf(evaluations[m], classes), bestAnswers, bootstrap);
    return comparison;
}

} // namespace ir
