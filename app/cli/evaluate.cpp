#include "commands.h"
#include "commonoptions.h"
#include "evaluationreport.h"

#include "base/atomicfile.h"
#include "evaluation/evaluation.h"
#include "evaluation/htmlreport.h"
#include "nn/engine.h"
#include "nn/modelstore.h"

#include <QDate>

#include <algorithm>
#include <memory>

namespace ir::cli {

namespace {

struct Options
{
    std::string manifest;
    std::string catalog;
    std::string model = kCurrentModel;
    std::string split;
    std::string predictions;
    std::string html;
    std::vector<std::string> by;
    EngineOptions engine;
    BootstrapOptions bootstrap;
    std::size_t timingImages = 100;
    bool json = false;
};

std::string today()
{
    return QDate::currentDate().toString(Qt::ISODate).toStdString();
}

int evaluate(const Options& options, const std::stop_token& stop)
{
    const auto set = options.catalog.empty()
                         ? LabelledSet::fromManifest(options.manifest, options.split, options.by)
                         : LabelledSet::fromCatalog(options.catalog);
    if (!set)
        return fail(Failed, set.error().message);
    for (const std::string& column : options.by)
        if (std::ranges::find(set->columns, column) == set->columns.end())
            return fail(WrongUse, set->name + " has no column \"" + column + "\" for --by.");
    const auto weights = findModel(options.model);
    if (!weights)
        return fail(Failed, weights.error().message);
    const auto engine = Engine::load(*weights, options.engine);
    if (!engine)
        return fail(Failed, engine.error().message);

    Engine* const engines[]{engine->get()};
    const auto tagging = tagImages(
        *set, engines,
        [&](std::size_t done) {
            showProgress(std::to_string(done) + " of " + std::to_string(set->images.size()) + " images, " +
                         (*engine)->device());
        },
        stop);
    endProgress();
    if (!tagging)
        return fail(Failed, tagging.error().message);
    for (const std::string& notice : tagging->notices)
        fail(SomeUnreadable, notice);
    Evaluation evaluation = evaluationOf(*set, *tagging, 0, (*engine)->model(), weights->stem().string());
    evaluation.device = (*engine)->device();
    EvaluationReport report = reportOf(std::move(evaluation), options.bootstrap);
    if (options.timingImages > 0) {
        const TimingImages sample = timingImages(*set, *tagging, options.timingImages);
        const auto time = timeInference(**engine, sample.images);
        if (!time)
            return fail(Failed, time.error().message);
        report.time = *time;
        report.decodeMs = sample.decodeMs;
    }
    if (!options.predictions.empty())
        if (auto written = writePredictions(options.predictions, report.evaluation); !written)
            return fail(Failed, written.error().message);
    if (!options.html.empty())
        if (auto written = writeFileAtomically(
                options.html,
                htmlReport(report, {.madeBy = "imaging-router " IR_VERSION ", " + today()}, stop));
            !written)
            return fail(Failed, written.error().message);
    if (options.json)
        printJson(report);
    else
        printText(report);
    return report.whole.unreadable == 0 ? AllDone : SomeUnreadable;
}

} // namespace

void addEvaluateCommand(CLI::App& app, Invocation& invocation)
{
    const auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand(
        "evaluate",
        "Tags labelled images and compares: precision, recall, F1 with 95 % bootstrap intervals, "
        "confusion matrix, tables by source and manufacturer, calibration, time per image");
    auto* manifest = command->add_option("--manifest", options->manifest,
                                         "CSV with columns path (relative to the CSV) and label; label "
                                         "'ood' or any other that is no class of "
                                         "the model: images it should not recognise");
    auto* catalog = command->add_option("--catalog", options->catalog,
                                        "Instead: the images of a catalog that people labelled");
    auto* split =
        command->add_option("--split", options->split, "Only rows with this in their column split");
    auto* by =
        command->add_option("--by", options->by,
                            "Also a table by this column; may be given again (source and manufacturer "
                            "always, if there)");
    catalog->excludes(manifest, split, by);
    command->add_option("--model", options->model, "A model's name (see 'models') or weights file")
        ->capture_default_str();
    command->add_option("--predictions", options->predictions,
                        "Write each image's label, tag and probabilities to this CSV file");
    command->add_option("--html", options->html,
                        "Write the report as one HTML file, with charts and pictures of the errors");
    addEngineOptions(*command, options->engine);
    addBootstrapOptions(*command, options->bootstrap);
    command
        ->add_option("--timing-images", options->timingImages,
                     "To measure the time per image with (0: none)")
        ->capture_default_str();
    command->add_flag("--json", options->json, "One JSON object");
    command->footer("Examples:\n"
                    "  imaging-router-cli evaluate --manifest xray/manifest.csv --split test\n"
                    "  imaging-router-cli evaluate --manifest labels.csv --by age_group "
                    "--predictions tags.csv --json\n"
                    "  imaging-router-cli evaluate --catalog catalog.sqlite --html report.html");
    command->callback([&invocation, options] {
        if (options->manifest.empty() && options->catalog.empty())
            throw CLI::RequiredError("--manifest or --catalog");
        invocation.run = [&invocation, options] { return evaluate(*options, invocation.stop); };
    });
}

} // namespace ir::cli
