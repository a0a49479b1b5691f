#include "commands.h"
#include "evaluationreport.h"

#include "nn/engine.h"
#include "nn/modelstore.h"
#include "pipeline/imageloader.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <thread>

namespace ir::cli {

namespace {

struct Options
{
    std::string manifest;
    std::string model = kDefaultModel;
    std::string split;
    std::string predictions;
    std::vector<std::string> by;
    EngineOptions engine;
    BootstrapOptions bootstrap;
    bool json = false;
};

/// Decodes rows [first, last) on all cores.
std::vector<Result<DecodedImage>> decodeRows(const std::vector<Evaluation::Row>& rows, std::size_t first,
                                             std::size_t last, const std::filesystem::path& folder)
{
    std::vector<Result<DecodedImage>> images(last - first);
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (std::size_t i = next++; i < images.size(); i = next++)
            images[i] = decodeImage(folder / rows[first + i].path, {.longestSide = workingSide});
    };
    std::vector<std::jthread> threads;
    for (int i = 1; i < usableCores(); ++i)
        threads.emplace_back(work);
    work();
    threads.clear();
    return images;
}

/// Decodes ahead of the net, a few images at a time, so that neither waits long for the other.
Result<void> classifyRows(Evaluation& evaluation, Engine& engine, const std::filesystem::path& folder,
                          const std::stop_token& stop)
{
    std::vector<Evaluation::Row>& rows = evaluation.rows;
    const auto chunk = static_cast<std::size_t>(std::max(8, engine.preferredBatch()));
    const auto decodeFrom = [&](std::size_t first) {
        return std::async(std::launch::async, decodeRows, std::cref(rows), first,
                          std::min(rows.size(), first + chunk), folder);
    };
    auto ahead = decodeFrom(0);
    for (std::size_t first = 0; first < rows.size(); first += chunk) {
        auto decoded = ahead.get();
        if (first + chunk < rows.size())
            ahead = decodeFrom(first + chunk);
        std::vector<GrayImage> images;
        std::vector<Evaluation::Row*> owners;
        for (std::size_t i = 0; i < decoded.size(); ++i) {
            if (decoded[i]) {
                images.push_back(std::move(decoded[i]->image));
                owners.push_back(&rows[first + i]);
            } else {
                rows[first + i].reason = decoded[i].error().message;
            }
        }
        auto predictions = engine.classify(images);
        for (const std::string& notice : engine.takeNotices())
            fail(SomeUnreadable, notice);
        if (!predictions)
            return tl::unexpected(predictions.error());
        for (std::size_t i = 0; i < owners.size(); ++i)
            owners[i]->prediction = std::move((*predictions)[i]);
        const std::size_t done = first + decoded.size();
        showProgress(std::to_string(done) + " of " + std::to_string(rows.size()) + " images, " +
                     engine.device());
        if (stop.stop_requested() && done < rows.size())
            return failure("Stopped after " + std::to_string(done) + " images.");
    }
    return {};
}

std::vector<Evaluation::Row> rowsOf(const CsvTable& manifest, const ModelInfo& model, const std::string& split)
{
    std::vector<Evaluation::Row> rows;
    for (std::size_t line = 0; line < manifest.rows(); ++line) {
        if (!split.empty() && manifest.at(line, "split") != split)
            continue;
        Evaluation::Row row;
        row.line = line;
        row.path = manifest.at(line, "path");
        row.label = manifest.at(line, "label");
        const auto found = std::ranges::find(model.classes, row.label);
        if (found != model.classes.end())
            row.truth = static_cast<std::size_t>(found - model.classes.begin());
        rows.push_back(std::move(row));
    }
    return rows;
}

int evaluate(Options options, const std::stop_token& stop)
{
    auto manifest = CsvTable::read(options.manifest);
    if (!manifest)
        return fail(Failed, manifest.error().message);
    for (const char* column : {"path", "label"})
        if (!manifest->hasColumn(column))
            return fail(Failed, options.manifest + " has no column \"" + column + "\".");
    if (!options.split.empty() && !manifest->hasColumn("split"))
        return fail(Failed, options.manifest + " has no column \"split\": leave out --split.");
    for (const std::string& column : options.by)
        if (!manifest->hasColumn(column))
            return fail(WrongUse, options.manifest + " has no column \"" + column + "\" for --by.");
    if (manifest->hasColumn("source") && std::ranges::find(options.by, "source") == options.by.end())
        options.by.emplace_back("source");

    const auto weights = findModel(options.model);
    if (!weights)
        return fail(Failed, weights.error().message);
    const auto engine = Engine::load(*weights, options.engine);
    if (!engine)
        return fail(Failed, engine.error().message);
    Evaluation evaluation;
    evaluation.manifest = std::move(*manifest);
    evaluation.manifestName = options.manifest;
    evaluation.split = options.split;
    evaluation.model = (*engine)->model();
    evaluation.modelName = options.model;
    evaluation.by = options.by;
    evaluation.bootstrap = options.bootstrap;
    evaluation.rows = rowsOf(evaluation.manifest, evaluation.model, options.split);
    if (evaluation.rows.empty())
        return fail(Failed, options.manifest + " has no image" +
                                (options.split.empty() ? "." : " of split \"" + options.split + "\"."));

    const auto start = std::chrono::steady_clock::now();
    const auto classified = classifyRows(
        evaluation, **engine, std::filesystem::path(options.manifest).parent_path(), stop);
    endProgress();
    if (!classified)
        return fail(Failed, classified.error().message);
    evaluation.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    evaluation.device = (*engine)->device();
    if (!options.predictions.empty())
        if (auto written = writePredictions(options.predictions, evaluation); !written)
            return fail(Failed, written.error().message);
    if (options.json)
        printJson(evaluation);
    else
        printText(evaluation);
    const bool allRead = std::ranges::all_of(
        evaluation.rows, [](const Evaluation::Row& row) { return row.prediction.has_value(); });
    return allRead ? AllDone : SomeUnreadable;
}

} // namespace

void addEvaluateCommand(CLI::App& app, Invocation& invocation)
{
    const auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand(
        "evaluate", "Tags the images of a manifest and compares with their labels: precision, recall, F1 "
                    "with 95 % bootstrap intervals, confusion matrix, tables by source");
    command
        ->add_option("--manifest", options->manifest,
                     "CSV with columns path (relative to the CSV) and label; label 'ood' or any other that "
                     "is no class of the model: images it should not recognise")
        ->required();
    command->add_option("--model", options->model, "A model's name (see 'models') or weights file")
        ->capture_default_str();
    command->add_option("--split", options->split, "Only rows with this in their column split");
    command->add_option("--predictions", options->predictions,
                        "Write each image's label, tag and probabilities to this CSV file");
    command->add_option("--by", options->by,
                        "Also a table by this column; may be given again (source is always, if there)");
    command->add_option("--device", options->engine.device, "auto, cpu or cuda[:n]")
        ->capture_default_str();
    command->add_option("--threads", options->engine.threads, "For the network on a CPU (0: all cores)")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--resamples", options->bootstrap.resamples, "For the bootstrap intervals")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--seed", options->bootstrap.seed, "Of the bootstrap")->capture_default_str();
    command->add_flag("--json", options->json, "One JSON object");
    command->footer("Examples:\n"
                    "  imaging-router-cli evaluate --manifest xray/manifest.csv --split test\n"
                    "  imaging-router-cli evaluate --manifest labels.csv --by age_group "
                    "--predictions tags.csv --json");
    command->callback([&invocation, options] {
        invocation.run = [&invocation, options] { return evaluate(*options, invocation.stop); };
    });
}

} // namespace ir::cli
