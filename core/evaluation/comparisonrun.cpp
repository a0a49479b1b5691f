#include "evaluation/comparisonrun.h"

#include "nn/modelstore.h"

#include <memory>
#include <utility>

namespace ir {

namespace {

Result<std::vector<std::unique_ptr<Engine>>> loadEngines(std::span<const std::string> models,
                                                         const EngineOptions& options)
{
    std::vector<std::unique_ptr<Engine>> engines;
    for (const std::string& model : models) {
        const auto weights = findModel(model);
        if (!weights)
            return tl::unexpected(weights.error());
        auto engine = Engine::load(*weights, options);
        if (!engine)
            return tl::unexpected(engine.error());
        engines.push_back(std::move(*engine));
        if (auto checked = checkComparable(engines.front()->model(), models.front(), engines.back()->model(), model);
            !checked)
            return tl::unexpected(checked.error());
    }
    return engines;
}

} // namespace

Result<ComparisonRun> runComparison(const LabelledSet& set, std::span<const std::string> models,
                                    const ComparisonRunOptions& options,
                                    const std::function<void(std::size_t done)>& progress,
                                    const std::stop_token& stop)
{
    const auto engines = loadEngines(models, options.engine);
    if (!engines)
        return tl::unexpected(engines.error());
    std::vector<Engine*> all;
    for (const auto& engine : *engines)
        all.push_back(engine.get());
    auto tagging = tagImages(set, all, progress, stop);
    if (!tagging)
        return tl::unexpected(tagging.error());

    const TimingImages sample = timingImages(set, *tagging, options.timingImages);
    ComparisonRun run;
    std::vector<InferenceTime> times;
    for (std::size_t m = 0; m < all.size(); ++m) {
        const auto time = timeInference(*all[m], sample.images);
        if (!time)
            return tl::unexpected(time.error());
        times.push_back(*time);
        run.evaluations.push_back(evaluationOf(set, *tagging, m, all[m]->model(), models[m]));
        run.evaluations.back().device = all[m]->device();
    }
    auto comparison = compareModels(run.evaluations, times, options.bootstrap);
    if (!comparison)
        return tl::unexpected(comparison.error());
    run.comparison = std::move(*comparison);
    run.decodeMs = sample.decodeMs;
    run.timedImages = sample.images.size();
    run.notices = std::move(tagging->notices);
    return run;
}

} // namespace ir
