#include "nn/trainpreset.h"

#include "nn/trainer.h"

#include <algorithm>
#include <utility>

namespace ir {

namespace {

TrainOptions paperRecipe()
{
    TrainOptions recipe; // Adam at 1e-4, restarts after 10, 20, … epochs
    recipe.input.size = 512;
    recipe.input.fit = Fit::Squash;
    recipe.augmentation = "paper";
    recipe.epochs = 100;
    recipe.batch = 32;
    recipe.classBalance = 0;
    return recipe;
}

} // namespace

const std::vector<std::string>& trainPresets()
{
    static const std::vector<std::string> names{"default", "paper"};
    return names;
}

bool applyPreset(std::string_view name, TrainOptions& options)
{
    if (std::ranges::find(trainPresets(), name) == trainPresets().end())
        return false;
    TrainOptions recipe = name == "paper" ? paperRecipe() : TrainOptions{};
    recipe.manifest = std::move(options.manifest);
    recipe.corrections = std::move(options.corrections);
    recipe.output = std::move(options.output);
    recipe.init = std::move(options.init);
    recipe.averageOf = std::move(options.averageOf);
    recipe.images = std::move(options.images);
    recipe.resume = options.resume;
    recipe.finishNow = options.finishNow;
    recipe.architecture = std::move(options.architecture);
    recipe.classes = std::move(options.classes);
    recipe.holdOutSources = std::move(options.holdOutSources);
    recipe.seed = options.seed;
    recipe.threads = options.threads;
    recipe.device = std::move(options.device);
    recipe.precision = std::move(options.precision);
    options = std::move(recipe);
    return true;
}

} // namespace ir
