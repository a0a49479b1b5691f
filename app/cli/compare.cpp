#include "commands.h"
#include "commonoptions.h"
#include "figures.h"
#include "json.h"

#include "evaluation/comparison.h"
#include "nn/engine.h"
#include "nn/modelstore.h"

#include <algorithm>
#include <iostream>
#include <memory>

namespace ir::cli {

namespace {

using Json = nlohmann::ordered_json;

struct Options
{
    std::vector<std::string> models;
    std::string manifest;
    std::string split;
    EngineOptions engine;
    BootstrapOptions bootstrap;
    std::size_t timingImages = 100;
    bool json = false;
};

/// What was compared on what.
struct ComparisonRun
{
    LabelledSet set;
    Tagging tagging;
    Comparison comparison;
    double decodeMs = 0;
    std::size_t timedImages = 0;
};

Json modelJson(const ComparedModel& model, bool isBest, bool wasTimed)
{
    const Figures& figures = model.summary.figures;
    const FigureIntervals& intervals = model.summary.intervals;
    Json json{{"name", model.name},
              {"architecture", model.info.architecture},
              {"parameters", model.info.parameterCount},
              {"input_size", model.info.input.size},
              {"digest", model.info.digest},
              {"device", model.device},
              {"accuracy", figures.accuracy},
              {"macro_precision", figures.macroPrecision},
              {"macro_recall", figures.macroRecall},
              {"macro_f1", figures.macroF1},
              {"accuracy_interval", pair(intervals.accuracy)},
              {"macro_precision_interval", pair(intervals.macroPrecision)},
              {"macro_recall_interval", pair(intervals.macroRecall)},
              {"macro_f1_interval", pair(intervals.macroF1)},
              {"needs_review", model.summary.needReview},
              {"inference_ms", wasTimed ? Json(model.time.singleMs) : Json()},
              {"inference_batched_ms", wasTimed ? Json(model.time.batchedMs) : Json()},
              {"best", isBest}};
    json["difference_to_best"] = model.toBest ? Json{{"macro_f1", model.toBest->difference},
                                                     {"interval", pair(model.toBest->interval)},
                                                     {"p_value", model.toBest->pValue}}
                                              : Json();
    return json;
}

void printJson(const Options& options, const ComparisonRun& run)
{
    const Summary& any = run.comparison.models.front().summary;
    Json json{{"manifest", run.set.name},
              {"split", options.split.empty() ? Json() : Json(options.split)},
              {"images", any.read + any.unreadable},
              {"read", any.read},
              {"unreadable", any.unreadable},
              {"labelled", any.matrix.total()},
              {"seconds", run.tagging.seconds},
              {"decode_ms", run.timedImages > 0 ? Json(run.decodeMs) : Json()},
              {"timed_images", run.timedImages},
              {"bootstrap",
               {{"resamples", options.bootstrap.resamples},
                {"level", options.bootstrap.level},
                {"seed", options.bootstrap.seed}}}};
    Json& models = json["models"] = Json::array();
    for (std::size_t m = 0; m < run.comparison.models.size(); ++m)
        models.push_back(
            modelJson(run.comparison.models[m], m == run.comparison.best, run.timedImages > 0));
    Json& unreadable = json["unreadable_files"] = Json::array();
    for (std::size_t i = 0; i < run.set.images.size(); ++i)
        if (!run.tagging.images[i].reason.empty())
            unreadable.push_back(
                {{"path", run.set.images[i].path}, {"reason", run.tagging.images[i].reason}});
    std::cout << dump(json) << '\n';
}

void printText(const ComparisonRun& run)
{
    const Summary& any = run.comparison.models.front().summary;
    std::cout << any.read << " images read, " << any.unreadable << " unreadable; " << any.matrix.total()
              << " have a label of the models'";
    if (run.timedImages > 0)
        std::cout << "; decoding " << decimals(run.decodeMs, 1) << " ms per image";
    std::cout << ". Macro means [95 %]\n\n";
    std::size_t widest = 5;
    for (const ComparedModel& model : run.comparison.models)
        widest = std::max(widest, model.name.size());
    const auto name = static_cast<int>(widest) + 2;
    constexpr int figure = 22;
    std::cout << std::left << std::setw(name) << "model" << std::setw(figure) << "recall"
              << std::setw(figure) << "precision" << std::setw(figure) << "F1" << std::right
              << std::setw(10) << "ms/image" << std::setw(12) << "parameters"
              << "   F1 against the best\n";
    for (std::size_t m = 0; m < run.comparison.models.size(); ++m) {
        const ComparedModel& model = run.comparison.models[m];
        const Figures& figures = model.summary.figures;
        const FigureIntervals& intervals = model.summary.intervals;
        const auto cell = [](double value, const Interval& interval) {
            return decimals(value) + ' ' + span(interval);
        };
        std::cout << std::left << std::setw(name) << model.name << std::setw(figure)
                  << cell(figures.macroRecall, intervals.macroRecall) << std::setw(figure)
                  << cell(figures.macroPrecision, intervals.macroPrecision) << std::setw(figure)
                  << cell(figures.macroF1, intervals.macroF1) << std::right << std::setw(10)
                  << (run.timedImages > 0 ? decimals(model.time.singleMs, 1) : std::string("–"))
                  << std::setw(12) << model.info.parameterCount << "   ";
        if (m == run.comparison.best)
            std::cout << "best";
        else
            std::cout << decimals(model.toBest->difference) << ' ' << span(model.toBest->interval) << ", p "
                      << decimals(model.toBest->pValue, 4);
        std::cout << '\n';
    }
    for (std::size_t i = 0; i < run.set.images.size(); ++i)
        if (!run.tagging.images[i].reason.empty())
            std::cerr << "unreadable: " << run.set.images[i].path << ": " << run.tagging.images[i].reason
                      << '\n';
}

Result<std::vector<std::unique_ptr<Engine>>> loadEngines(const Options& options)
{
    std::vector<std::unique_ptr<Engine>> engines;
    for (const std::string& model : options.models) {
        const auto weights = findModel(model);
        if (!weights)
            return tl::unexpected(weights.error());
        auto engine = Engine::load(*weights, options.engine);
        if (!engine)
            return tl::unexpected(engine.error());
        engines.push_back(std::move(*engine));
        if (auto checked = checkComparable(engines.front()->model(), options.models.front(),
                                           engines.back()->model(), model);
            !checked)
            return tl::unexpected(checked.error());
    }
    return engines;
}

int compare(const Options& options, const std::stop_token& stop)
{
    auto set = LabelledSet::fromManifest(options.manifest, options.split);
    if (!set)
        return fail(Failed, set.error().message);
    const auto engines = loadEngines(options);
    if (!engines)
        return fail(Failed, engines.error().message);
    std::vector<Engine*> all;
    for (const auto& engine : *engines)
        all.push_back(engine.get());
    auto tagging = tagImages(
        *set, all,
        [&](std::size_t done) {
            showProgress(std::to_string(done) + " of " + std::to_string(set->images.size()) + " images, " +
                         std::to_string(all.size()) + " models");
        },
        stop);
    endProgress();
    if (!tagging)
        return fail(Failed, tagging.error().message);
    for (const std::string& notice : tagging->notices)
        fail(SomeUnreadable, notice);

    const TimingImages sample = timingImages(*set, *tagging, options.timingImages);
    std::vector<Evaluation> evaluations;
    std::vector<InferenceTime> times;
    for (std::size_t m = 0; m < all.size(); ++m) {
        evaluations.push_back(evaluationOf(*set, *tagging, m, all[m]->model(), options.models[m]));
        evaluations.back().device = all[m]->device();
        const auto time = timeInference(*all[m], sample.images);
        if (!time)
            return fail(Failed, time.error().message);
        times.push_back(*time);
    }
    auto comparison = compareModels(evaluations, times, options.bootstrap);
    if (!comparison)
        return fail(Failed, comparison.error().message);
    const ComparisonRun run{.set = std::move(*set),
                            .tagging = std::move(*tagging),
                            .comparison = std::move(*comparison),
                            .decodeMs = sample.decodeMs,
                            .timedImages = sample.images.size()};
    if (options.json)
        printJson(options, run);
    else
        printText(run);
    return run.comparison.models.front().summary.unreadable == 0 ? AllDone : SomeUnreadable;
}

} // namespace

void addCompareCommand(CLI::App& app, Invocation& invocation)
{
    const auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand(
        "compare",
        "Several models on the same labelled images: recall, precision, F1 with intervals, time per "
        "image, parameters, and how far each is from the best");
    command
        ->add_option("--models", options->models,
                     "Names (see 'models') or weights files, with commas between")
        ->required()
        ->delimiter(',');
    command
        ->add_option("--manifest", options->manifest,
                     "CSV with columns path (relative to the CSV) and label")
        ->required();
    command->add_option("--split", options->split, "Only rows with this in their column split");
    addEngineOptions(*command, options->engine);
    addBootstrapOptions(*command, options->bootstrap);
    command
        ->add_option("--timing-images", options->timingImages,
                     "To measure the time per image with (0: none)")
        ->capture_default_str();
    command->add_flag("--json", options->json, "One JSON object");
    command->footer("Example: imaging-router-cli compare --models mobilenet_v1,resnet18.safetensors "
                    "--manifest xray/manifest.csv --split test");
    command->callback([&invocation, options] {
        invocation.run = [&invocation, options] { return compare(*options, invocation.stop); };
    });
}

} // namespace ir::cli
