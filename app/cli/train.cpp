#include "commands.h"
#include "commonoptions.h"
#include "trainprogress.h"

#include "nn/architectures/registry.h"
#include "nn/trainer.h"
#include "nn/trainpreset.h"
#include "nn/trainseeds.h"
#include "pipeline/imageloader.h"

#include <QStandardPaths>

#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>

namespace ir::cli {

namespace {

nlohmann::json toJson(const TrainReport& report)
{
    nlohmann::json heldOut = nlohmann::json::array();
    for (const auto& source : report.heldOut) {
        const std::size_t classes = report.model.classes.size();
        nlohmann::json rows = nlohmann::json::array();
        for (std::size_t truth = 0; truth < classes; ++truth)
            rows.push_back(std::vector<std::uint64_t>(
                source.counts.begin() + static_cast<std::ptrdiff_t>(truth * classes),
                source.counts.begin() + static_cast<std::ptrdiff_t>((truth + 1) * classes)));
        heldOut.push_back({{"source", source.source}, {"confusion", rows}});
    }
    nlohmann::json json{{"interrupted", report.interrupted},
                        {"epochs", report.epochsDone},
                        {"best_epoch", report.bestEpoch},
                        {"validation_macro_f1", report.validationMacroF1},
                        {"validation_loss", report.validationLoss},
                        {"unreadable", report.unreadable}};
    if (!report.interrupted) {
        json["model"] = report.model.path.string();
        json["digest"] = report.model.digest;
        json["classes"] = report.model.classes;
        json["temperature"] = report.model.temperature;
        json["review_threshold"] = report.model.reviewThreshold;
    }
    if (!report.heldOut.empty()) {
        json["held_out_macro_f1"] = report.heldOutMacroF1;
        json["held_out"] = heldOut;
    }
    return json;
}

nlohmann::json toJson(const SeedsReport& report)
{
    nlohmann::json runs = nlohmann::json::array();
    for (const SeedsReport::Run& run : report.runs) {
        runs.push_back(toJson(run.report));
        runs.back()["seed"] = run.seed;
    }
    nlohmann::json json{{"interrupted", report.interrupted}, {"runs", runs}};
    if (!report.interrupted) {
        json["model"] = report.model.path.string();
        json["digest"] = report.model.digest;
        json["seed"] = report.runs[report.best].seed;
        json["validation_macro_f1"] = report.runs[report.best].report.validationMacroF1;
        json["validation_macro_f1_mean"] = report.meanMacroF1;
        json["validation_macro_f1_deviation"] = report.deviationOfMacroF1;
    }
    return json;
}

int failed(const Error& error)
{
    if (!error.detail.empty())
        std::cerr << error.detail << '\n';
    return fail(Failed, error.message);
}

/// Prints the report of a run or of several.
template <typename Report>
int finished(const Report& report, bool anyEpochDone, bool someUnreadable)
{
    std::cout << toJson(report).dump() << std::endl;
    if (report.interrupted)
        return fail(Failed, anyEpochDone ? "Stopped; the same command with --resume goes on after the last epoch."
                                         : "Stopped before the first epoch ended; nothing was written.");
    return someUnreadable ? SomeUnreadable : AllDone;
}

int run(const TrainOptions& options, int seeds, const std::stop_token& stop)
{
    if (seeds > 1) {
        const auto report = trainSeeds(options, seeds, decodeForTraining, showTraining, stop);
        endProgress();
        if (!report)
            return failed(report.error());
        const TrainReport& first = report->runs.front().report;
        return finished(*report, first.epochsDone > 0, first.unreadable > 0);
    }
    const auto report = train(options, decodeForTraining, showTraining, stop);
    endProgress();
    return report ? finished(*report, report->epochsDone > 0, report->unreadable > 0) : failed(report.error());
}

/// What the command line holds besides TrainOptions.
struct Choices
{
    TrainOptions options;
    std::string fit = "letterbox";
    std::string cache;          ///< a folder, or "none"; empty: the user's
    double cacheGigabytes = 32; ///< 2^30 bytes
    int seeds = 1;              ///< runs
    bool ownSize = false; ///< the input size was said, by option or preset
};

std::vector<std::string> architectureNames()
{
    std::vector<std::string> names;
    for (const Architecture& architecture : architectures())
        names.push_back(architecture.name);
    return names;
}

void declareData(CLI::App& command, Choices& choices)
{
    TrainOptions& o = choices.options;
    command.add_option("--manifest", o.manifest,
                       "CSV with the columns path, label, split (train, val) and, if there are any, group "
                       "and source; paths relative to it")
        ->required();
    command.add_option("--out,--output", o.output, "Weights file to write (.safetensors)")->required();
    command.add_option("--corrections", o.corrections,
                       "CSV with path and the right label, or \"exclude\"");
    command.add_option("--init", o.init, "Weights to start from");
    command.add_option("--teacher", o.teachers,
                       "Models that are asked what they see in each image as augmented; it is learnt beside the labels "
                       "(distillation). Of several their mean")
        ->delimiter(',');
    command.add_option("--teacher-features", o.teacherFeatures,
                       "With --teacher: weight of a loss for features unlike theirs")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command.add_option("--teacher-weight", o.teacherWeight, "The teacher's share of what is aimed at")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command.add_flag("--resume", o.resume, "Go on from OUT.state");
    command.add_flag("--finish", o.finishNow, "With --resume: train no further, write the weights as they are")
        ->needs("--resume");
    command.add_option("--average", o.averageOf,
                       "Weights files to take the mean of instead of training; BatchNorm statistics and "
                       "thresholds are measured afresh (of one file: temperature, thresholds and outlier score)")
        ->delimiter(',');
    command.add_option("--hold-out-sources", o.holdOutSources,
                       "Sources to leave out of training and to evaluate on")
        ->delimiter(',');
    command.add_option("--cache", choices.cache,
                       "Folder for decoded images, so that the next run starts at once, or none; the default is in "
                       "the user's cache directory");
    command.add_option("--cache-limit", choices.cacheGigabytes, "Largest size of that folder, GiB")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command.add_option("--classes", o.classes, "Class names in order")->delimiter(',');
}

PreparedImages::Options imageOptions(const Choices& choices)
{
    PreparedImages::Options images;
    images.preparation = "display image, longest side " + std::to_string(workingSide) + ", 1";
    images.limitBytes = static_cast<std::uintmax_t>(choices.cacheGigabytes * (1 << 30));
    if (choices.cache.empty())
        images.folder = QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation).toStdString() +
                        "/imaging-router/training";
    else if (choices.cache != "none")
        images.folder = choices.cache;
    return images;
}

void declareRecipe(CLI::App& command, Choices& choices)
{
    TrainOptions& o = choices.options;
    // Taken where it is met, before the other options are: whatever they say wins, wherever they stand.
    command
        .add_option_function<std::string>(
            "--preset",
            [&choices](const std::string& name) {
                if (applyPreset(name, choices.options) && name != "default") {
                    choices.fit = choices.options.input.fit == Fit::Squash ? "squash" : "letterbox";
                    choices.ownSize = true;
                }
            },
            "A whole recipe, to which the other options are exceptions: default, or paper (512 pixels, squashed, "
            "100 epochs of batches of 32, plain Adam at 1e-4, flips and small turns)")
        ->check(CLI::IsMember(trainPresets()))
        ->trigger_on_parse();
    command.add_option("--arch,--architecture", o.architecture, "See 'models architectures'")
        ->check(CLI::IsMember(architectureNames()))
        ->capture_default_str();
    command.add_option("--size,--input-size", o.input.size,
                       "Side of the net's input, pixels; the architecture's own unless given")
        ->each([&choices](const std::string&) { choices.ownSize = true; });
    command.add_option("--start-size", o.startSize,
                       "Side of the first epochs' images, pixels; it grows in steps of 32 to the input's, at which the "
                       "last two fifths of the epochs train; 0: the input's throughout")
        ->capture_default_str();
    command.add_option("--fit", choices.fit, "letterbox or squash")
        ->check(CLI::IsMember({"letterbox", "squash"}))
        ->capture_default_str();
    command.add_flag("--crop-margins", o.input.cropMargins, "Cut uniform borders off before the net sees it");
    command.add_flag("--stretch-greys", o.input.stretchGreys,
                     "Stretch the greys between percentiles 0.5 and 99.5 before the net sees them");
    command.add_flag("--mirror", o.input.mirror,
                     "The net sees each image's mirror image too and takes the mean: twice the time an image");
    command.add_option("--augment", o.augmentation, "none, paper, plain, middle or strong")
        ->check(CLI::IsMember({"none", "paper", "plain", "middle", "strong"}))
        ->capture_default_str();
    command.add_option("--epochs", o.epochs)->capture_default_str();
    command.add_option("--epoch-images", o.epochImages, "Draws an epoch; 0: as many as images")
        ->capture_default_str();
    command.add_option("--batch", o.batch)->capture_default_str();
    command.add_option("--lr", o.learningRate, "Full learning rate")->capture_default_str();
    command.add_option("--head-rate", o.headRate, "The classifier's learning rate, in full rates")
        ->capture_default_str();
    command.add_option("--head-epochs", o.headEpochs, "Train the classifier alone for so many epochs first")
        ->capture_default_str();
    command.add_option("--head-only-rate", o.headOnlyRate, "Learning rate meanwhile")
        ->capture_default_str();
    command.add_option("--blend", o.blend,
                       "Share of the fine-tuned weights in what is shipped; the rest is those after the "
                       "head epochs")
        ->capture_default_str();
    command.add_option("--freeze-units", o.freezeUnits,
                       "Convolutions at the input that keep their weights; 7 of MobileNet-V1's 27 halve "
                       "the time of a step")
        ->capture_default_str();
    command.add_option("--weight-decay", o.weightDecay, "Above 0: AdamW")->capture_default_str();
    command.add_option("--restart-epochs", o.restartEpochs,
                       "Length of the first cosine of warm restarts; 0: a single cosine")
        ->capture_default_str();
    command.add_option("--restart-factor", o.restartFactor)->capture_default_str();
    command.add_option("--warmup-epochs", o.warmupEpochs)->capture_default_str();
    command.add_option("--label-smoothing", o.labelSmoothing)->capture_default_str();
    command.add_option("--class-balance", o.classBalance, "0: as they come; 1: classes equally often")
        ->capture_default_str();
    command.add_option("--source-balance", o.sourceBalance, "The same for sources within a class")
        ->capture_default_str();
    command.add_option("--hard-examples", o.hardExamples,
                       "Share of the draws that goes to images by their last loss, within class and source, 0 to 1")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command.add_option("--average-decay", o.averageDecay, "Moving average of weights, e.g. 0.998; 0: none")
        ->capture_default_str();
    command.add_option("--clip-norm", o.clipNorm, "Gradient norm limit; 0: none")->capture_default_str();
    command.add_option("--patience", o.patience,
                       "Stop after so many epochs without a better validation macro F1; 0: never")
        ->capture_default_str();
    command.add_flag("--keep-last", o.keepLast, "Ship the last epoch's weights, not the best on val");
    command.add_option("--seed", o.seed)->capture_default_str();
    command.add_option("--seeds", choices.seeds,
                       "Runs, with --seed and the numbers after it; each writes its own file (OUT-seed1 …), and OUT is a "
                       "copy of the best on val. With --resume what is finished is not trained again")
        ->check(CLI::Range(1, 1000))
        ->excludes("--average")
        ->excludes("--finish")
        ->capture_default_str();
    addDeviceOptions(command, o.device, o.precision, o.threads);
}

} // namespace

void addTrainCommand(CLI::App& app, Invocation& invocation)
{
    CLI::App* command =
        app.add_subcommand("train", "Trains a net from a manifest of labelled images");
    command->footer("Examples:\n"
                    "  imaging-router-cli train --manifest set/manifest.csv --out mine.safetensors\n"
                    "  imaging-router-cli train --manifest set/manifest.csv --out mine.safetensors \\\n"
                    "      --init models/mobilenet_v1.safetensors --epochs 10 --patience 3\n"
                    "  imaging-router-cli train --arch resnet34 --preset paper \\\n"
                    "      --manifest set/manifest.csv --out resnet34.safetensors\n"
                    "  imaging-router-cli train --manifest set/manifest.csv --out mine.safetensors --seeds 3\n"
                    "Stop with Ctrl-C; --resume goes on after the last finished epoch, with the same result.\n"
                    "The report is one JSON object on standard output.");
    auto choices = std::make_shared<Choices>();
    declareData(*command, *choices);
    declareRecipe(*command, *choices);
    command->callback([choices, &invocation] {
        choices->options.input.fit = choices->fit == "squash" ? Fit::Squash : Fit::Letterbox;
        choices->options.images = imageOptions(*choices);
        if (!choices->ownSize)
            choices->options.input.size = findArchitecture(choices->options.architecture)->defaultInput;
        invocation.run = [choices, &invocation] { return run(choices->options, choices->seeds, invocation.stop); };
    });
}

} // namespace ir::cli
