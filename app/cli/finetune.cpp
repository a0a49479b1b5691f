#include "commands.h"
#include "commonoptions.h"
#include "json.h"
#include "opencatalog.h"
#include "trainprogress.h"

#include "catalog/catalog.h"
#include "nn/finetune.h"
#include "nn/modelstore.h"
#include "pipeline/correctionset.h"
#include "pipeline/imageloader.h"

#include <cstdio>
#include <iostream>
#include <memory>

namespace ir::cli {

namespace {

using Json = nlohmann::ordered_json;

struct Options
{
    FineTuneOptions tuning;
    std::string catalog;
    std::string folder;
    std::string manifest;
    std::string base = kCurrentModel;
    std::string replay;
    std::string holdOut;
    bool json = false;
};

Json jsonOf(const Interval& interval)
{
    return Json::array({interval.low, interval.high});
}

Json jsonOf(const ModelComparison& comparison, const std::vector<std::string>& classes)
{
    Json perClass = Json::object();
    for (std::size_t c = 0; c < comparison.support.size(); ++c)
        if (comparison.support[c] > 0)
            perClass[classes[c]] = {{"images", comparison.support[c]},
                                    {"right_before", comparison.rightBeforeOf[c]},
                                    {"right_after", comparison.rightAfterOf[c]}};
    return {{"images", comparison.images},
            {"right_before", comparison.rightBefore},
            {"right_after", comparison.rightAfter},
            {"mended", comparison.mended},
            {"broken", comparison.broken},
            {"macro_f1_before", comparison.macroF1Before},
            {"macro_f1_before_interval", jsonOf(comparison.intervalBefore)},
            {"macro_f1_after", comparison.macroF1After},
            {"macro_f1_after_interval", jsonOf(comparison.intervalAfter)},
            {"difference", comparison.difference},
            {"difference_interval", jsonOf(comparison.intervalOfDifference)},
            {"worse", comparison.isWorse()},
            {"per_class", perClass}};
}

Json jsonOf(const FineTuneReport& report)
{
    const std::vector<std::string>& classes = report.training.model.classes;
    Json learnt = Json::object();
    for (const std::string& name : classes) {
        const auto count = [&](const std::map<std::string, std::size_t>& counts) {
            const auto found = counts.find(name);
            return found == counts.end() ? std::size_t{0} : found->second;
        };
        learnt[name] = {{"corrected", count(report.correctedOf)}, {"confirmed", count(report.confirmedOf)}};
    }
    return {{"base", {{"path", report.base.path.string()}, {"digest", report.base.digest}}},
            {"model", report.training.model.path.string()},
            {"digest", report.training.model.digest},
            {"classes", classes},
            {"learnt", learnt},
            {"replayed", report.replayed},
            {"unreadable", report.training.unreadable},
            {"corrections", jsonOf(report.corrections, classes)},
            {"held_out", jsonOf(report.heldOut, classes)},
            {"replay", jsonOf(report.replay, classes)},
            {"untouched", {{"images", report.untouched}, {"changed", report.untouchedChanged}}},
            {"verdict", report.isWorse()             ? "worse"
                        : report.heldOut.isBetter() ? "better"
                                                    : "no clear difference"}};
}

void print(const char* title, const ModelComparison& comparison)
{
    if (comparison.images == 0)
        return;
    std::printf("%-12s %6zu %6zu %6zu   %.3f [%.3f, %.3f]   %.3f [%.3f, %.3f]   %+.3f [%+.3f, %+.3f]%s\n",
                title, comparison.images, comparison.rightBefore, comparison.rightAfter,
                comparison.macroF1Before, comparison.intervalBefore.low, comparison.intervalBefore.high,
                comparison.macroF1After, comparison.intervalAfter.low, comparison.intervalAfter.high,
                comparison.difference, comparison.intervalOfDifference.low,
                comparison.intervalOfDifference.high, comparison.isWorse() ? "  WORSE" : "");
}

void print(const FineTuneReport& report)
{
    std::size_t corrected = 0;
    std::size_t confirmed = 0;
    for (const auto& [name, count] : report.correctedOf)
        corrected += count;
    for (const auto& [name, count] : report.confirmedOf)
        confirmed += count;
    std::printf("Learnt from %zu corrected and %zu confirmed images, %zu others replayed.\n\n", corrected,
                confirmed, report.replayed);
    std::printf("             images  right  right   macro F1               macro F1               change\n"
                "                     before  after   before                 after\n");
    print("corrections", report.corrections);
    print("held out", report.heldOut);
    print("replay", report.replay);
    if (report.untouched > 0)
        std::printf("\n%zu of %zu untouched images held back are tagged otherwise than before.\n",
                    report.untouchedChanged, report.untouched);
    std::printf("\nCandidate: %s\nSHA-256 %s\nUse it: imaging-router-cli models adopt %s\n",
                report.training.model.path.c_str(), report.training.model.digest.c_str(),
                report.training.model.path.c_str());
    std::fflush(stdout);
}

Result<void> readCatalog(Options& options, const std::stop_token& stop)
{
    const auto catalog = existingCatalog(options.catalog);
    if (!catalog)
        return tl::unexpected(catalog.error());
    auto set = correctionsOf(**catalog, QString::fromStdString(options.folder), stop);
    if (!set)
        return tl::unexpected(set.error());
    if (set->missing > 0)
        std::cerr << set->missing << " labelled images are no longer where the catalog saw them.\n";
    options.tuning.images = std::move(set->images);
    options.tuning.replay = std::move(set->replay);
    return {};
}

Result<void> readManifests(Options& options)
{
    if (!options.manifest.empty()) {
        auto manifest = FineTuneManifest::read(options.manifest);
        if (!manifest)
            return tl::unexpected(manifest.error());
        options.tuning.images = std::move(manifest->learn);
        options.tuning.holdOut = std::move(manifest->judge);
    }
    if (!options.holdOut.empty()) {
        auto manifest = FineTuneManifest::read(options.holdOut);
        if (!manifest)
            return tl::unexpected(manifest.error());
        options.tuning.holdOut = std::move(manifest->learn);
        options.tuning.holdOut.insert(options.tuning.holdOut.end(), manifest->judge.begin(),
                                      manifest->judge.end());
    }
    if (!options.replay.empty()) {
        auto manifest = FineTuneManifest::read(options.replay);
        if (!manifest)
            return tl::unexpected(manifest.error());
        options.tuning.replay = std::move(manifest->learn);
    }
    return {};
}

int run(Options options, const std::stop_token& stop)
{
    if (options.catalog.empty() == options.manifest.empty())
        return fail(WrongUse, "Give either --catalog or --manifest: where the corrections are.");
    const auto base = findModel(options.base);
    if (!base)
        return fail(Failed, base.error().message);
    options.tuning.base = *base;
    if (!options.catalog.empty())
        if (auto read = readCatalog(options, stop); !read)
            return fail(Failed, read.error().message);
    if (auto read = readManifests(options); !read)
        return fail(Failed, read.error().message);
    const auto report = fineTune(options.tuning, decodeForTraining, showTraining, stop);
    endProgress();
    if (!report) {
        if (!report.error().detail.empty())
            std::cerr << report.error().detail << '\n';
        return fail(Failed, report.error().message);
    }
    if (report->training.interrupted)
        return fail(Failed, report->training.epochsDone > 0
                                ? "Stopped; the same command with --resume goes on after the last epoch."
                                : "Stopped before the first epoch ended; nothing was written.");
    if (options.json)
        std::cout << dump(jsonOf(*report)) << std::endl;
    else
        print(*report);
    if (report->isWorse())
        fail(AllDone, "The new model is worse than the present one beyond what chance explains: do not use it.");
    return report->training.unreadable > 0 ? SomeUnreadable : AllDone;
}

} // namespace

void addFineTuneCommand(CLI::App& app, Invocation& invocation)
{
    const auto options = std::make_shared<Options>();
    FineTuneOptions& tuning = options->tuning;
    auto* command = app.add_subcommand(
        "finetune", "Teaches a model what people corrected and compares it with the present one");
    command->add_option("--catalog", options->catalog,
                        "Catalog with people's labels; what nobody touched is replayed");
    command->add_option("--folder", options->folder, "With --catalog: only what lies under this folder");
    command->add_option("--manifest", options->manifest,
                        "CSV with path and label (and group, split: val and test are held out)");
    command->add_option("--base", options->base, "A model's name (see 'models') or weights file")
        ->capture_default_str();
    command->add_option("--out", tuning.output, "Weights file to write (.safetensors)")->required();
    command->add_option("--replay", options->replay,
                        "CSV with path and label of images that must not be forgotten");
    command->add_option("--holdout", options->holdOut,
                        "CSV with path and label to judge by; else a fifth of the patients is held out");
    command->add_option("--classes", tuning.classes, "Own class list in order; else the base model's")
        ->delimiter(',');
    command->add_option("--epochs", tuning.epochs)->check(CLI::PositiveNumber)->capture_default_str();
    command->add_option("--lr", tuning.learningRate, "Learning rate")->capture_default_str();
    command->add_option("--blend", tuning.blend, "Share of the new weights in the result; the rest is the base's")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command->add_option("--freeze-units", tuning.freezeUnits, "Convolutions at the input that stay as they are; -1: five in nine")
        ->capture_default_str();
    command->add_option("--seed", tuning.seed)->capture_default_str();
    addThreadsOption(*command, tuning.threads);
    command->add_flag("--resume", tuning.resume,
                      "Go on where a run that was stopped or killed left off (OUT.state); labels, base and options must "
                      "be the same");
    command->add_flag("--json", options->json, "One JSON object");
    command->footer("Examples:\n"
                    "  imaging-router-cli finetune --catalog ~/.local/share/imaging-router/catalog.sqlite "
                    "--out mine.safetensors\n"
                    "  imaging-router-cli finetune --manifest corrected.csv --replay known.csv "
                    "--out mine.safetensors --json\n"
                    "The present model stays as it is; 'models adopt' puts the new one in its place.\n"
                    "Stop with Ctrl-C; --resume goes on after the last finished epoch, with the same result.");
    command->callback([&invocation, options] {
        invocation.run = [&invocation, options] { return run(*options, invocation.stop); };
    });
}

} // namespace ir::cli
