#include "commands.h"
#include "commonoptions.h"
#include "figures.h"
#include "json.h"

#include "evaluation/comparisonrun.h"

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
    ComparisonRunOptions run;
    bool json = false;
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
    const Evaluation& first = run.evaluations.front();
    Json json{{"manifest", first.setName},
              {"split", options.split.empty() ? Json() : Json(options.split)},
              {"images", any.read + any.unreadable},
              {"read", any.read},
              {"unreadable", any.unreadable},
              {"labelled", any.matrix.total()},
              {"seconds", first.seconds},
              {"decode_ms", run.timedImages > 0 ? Json(run.decodeMs) : Json()},
              {"timed_images", run.timedImages},
              {"bootstrap",
               {{"resamples", options.run.bootstrap.resamples},
                {"level", options.run.bootstrap.level},
                {"seed", options.run.bootstrap.seed}}}};
    Json& models = json["models"] = Json::array();
    for (std::size_t m = 0; m < run.comparison.models.size(); ++m)
        models.push_back(
            modelJson(run.comparison.models[m], m == run.comparison.best, run.timedImages > 0));
    Json& unreadable = json["unreadable_files"] = Json::array();
    for (const Evaluation::Row& row : first.rows)
        if (!row.reason.empty())
            unreadable.push_back({{"path", row.path}, {"reason", row.reason}});
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
    for (const Evaluation::Row& row : run.evaluations.front().rows)
        if (!row.reason.empty())
            std::cerr << "unreadable: " << row.path << ": " << row.reason << '\n';
}

int compare(const Options& options, const std::stop_token& stop)
{
    const auto set = LabelledSet::fromManifest(options.manifest, options.split);
    if (!set)
        return fail(Failed, set.error().message);
    const auto run = runComparison(
        *set, options.models, options.run,
        [&](std::size_t done) {
            showProgress(std::to_string(done) + " of " + std::to_string(set->images.size()) + " images, " +
                         std::to_string(options.models.size()) + " models");
        },
        stop);
    endProgress();
    if (!run)
        return fail(Failed, run.error().message);
    for (const std::string& notice : run->notices)
        fail(SomeUnreadable, notice);
    if (options.json)
        printJson(options, *run);
    else
        printText(*run);
    return run->comparison.models.front().summary.unreadable == 0 ? AllDone : SomeUnreadable;
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
    addEngineOptions(*command, options->run.engine);
    addBootstrapOptions(*command, options->run.bootstrap);
    command
        ->add_option("--timing-images", options->run.timingImages,
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
