#include "nn/trainrecipe_p.h"

#include "nn/architectures/registry.h"
#include "nn/augment.h"
#include "nn/classnames.h"

#include <cerrno>
#include <system_error>

#include <unistd.h>

namespace ir::nn {

namespace {

std::vector<std::string> names(const std::vector<std::filesystem::path>& paths)
{
    std::vector<std::string> result;
    for (const auto& path : paths)
        result.push_back(path.filename().string());
    return result;
}

} // namespace

nlohmann::json recipeOf(const TrainOptions& options)
{
    nlohmann::json recipe{
            {"architecture", options.architecture},
            {"init", options.init.filename().string()},
            {"input_size", options.input.size},
            {"fit", options.input.fit == Fit::Squash ? "squash" : "letterbox"},
            {"crop_margins", options.input.cropMargins},
            {"stretch_greys", options.input.stretchGreys},
            {"mirror", options.input.mirror},
            {"classes", options.classes},
            {"augmentation", options.augmentation},
            {"epochs", options.epochs},
            {"batch", options.batch},
            {"epoch_images", options.epochImages},
            {"optimizer", options.weightDecay > 0 ? "AdamW" : "Adam"},
            {"learning_rate", options.learningRate},
            {"head_rate", options.headRate},
            {"head_epochs", options.headEpochs},
            {"head_only_rate", options.headOnlyRate},
            {"blend", options.blend},
            {"freeze_units", options.freezeUnits},
            {"weight_decay", options.weightDecay},
            {"restart_epochs", options.restartEpochs},
            {"restart_factor", options.restartFactor},
            {"warmup_epochs", options.warmupEpochs},
            {"label_smoothing", options.labelSmoothing},
            {"class_balance", options.classBalance},
            {"source_balance", options.sourceBalance},
            {"average_decay", options.averageDecay},
            {"clip_norm", options.clipNorm},
            {"patience", options.patience},
            {"keep_last", options.keepLast},
            {"average_of", names(options.averageOf)},
            {"hold_out_sources", options.holdOutSources},
            {"seed", options.seed}};
    if (!options.teachers.empty()) {
        recipe["teachers"] = names(options.teachers);
        recipe["teacher_weight"] = options.teacherWeight;
        recipe["teacher_features"] = options.teacherFeatures;
    }
    if (options.startSize > 0)
        recipe["start_size"] = options.startSize;
    if (options.hardExamples > 0)
        recipe["hard_examples"] = options.hardExamples;
    if (options.fineTune)
        recipe["fine_tune"] = true;
    return recipe;
}

Result<void> checkOptions(const TrainOptions& options)
{
    const Architecture* architecture = findArchitecture(options.architecture);
    if (!architecture)
        return failure("There is no architecture \"" + options.architecture + "\".");
    if (options.input.size < architecture->minimumInput || options.input.size > 2048)
        return failure("The input size must be between " + std::to_string(architecture->minimumInput) +
                       " and 2048 pixels.");
    if (options.startSize != 0 &&
        (options.startSize < architecture->minimumInput || options.startSize > options.input.size))
        return failure("The size to start at must be between " + std::to_string(architecture->minimumInput) +
                       " pixels and the input size, " + std::to_string(options.input.size) + ".");
    if (auto checked = checkClassNames(options.classes); !checked)
        return checked;
    if (options.epochs < 1 || options.batch < 2 || options.learningRate <= 0 ||
        options.averageDecay < 0 || options.averageDecay >= 1 || options.labelSmoothing < 0 ||
        options.labelSmoothing >= 1 || options.blend < 0 || options.blend > 1 ||
        (options.blend < 1 && options.headEpochs < 1 && options.init.empty()) || (options.finishNow && !options.resume))
        return failure("Training needs at least one epoch, batches of two images and a positive learning "
                       "rate; label smoothing and the decay of the average are from 0 to under 1; a "
                       "blend from 0 to 1 needs weights to start from, or epochs of the classifier "
                       "alone, to blend with.");
    if (options.teacherWeight < 0 || options.teacherWeight > 1)
        return failure("The weight of a teacher is from 0 to 1.");
    if (options.teacherFeatures < 0)
        return failure("The weight of a teacher's features is 0 or more.");
    if (options.hardExamples < 0 || options.hardExamples > 1)
        return failure("The share of hard examples is from 0 to 1.");
    if (options.fineTune && options.init.empty())
        return failure("Fine-tuning needs weights to start from.");
    if (!AugmentOptions::named(options.augmentation))
        return failure("There is no augmentation \"" + options.augmentation +
                       "\"; choose none, paper, plain, middle or strong.");
    // Told now, not after the first epoch.
    const std::filesystem::path folder = options.output.has_parent_path() ? options.output.parent_path() : ".";
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
        return failure("The weights cannot be written to the folder " + folder.string() + ": " +
                       std::generic_category().message(errno) + ". Choose another.");
    return {};
}

} // namespace ir::nn
