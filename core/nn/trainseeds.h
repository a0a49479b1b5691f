#pragma once

#include "nn/trainer.h"

namespace ir {

/// What several runs came to that differ in their seed alone.
struct SeedsReport
{
    struct Run
    {
        std::uint64_t seed = 0;
        TrainReport report; ///< its weights: outputOfSeed()
    };
    std::vector<Run> runs;         ///< in the order of seeds
    bool interrupted = false;      ///< stopped on request in the last of `runs`; the rest is unset
    std::size_t best = 0;          ///< of `runs`, by macro F1 on "val", then by the loss there
    ModelInfo model;               ///< the copy of its weights
    double meanMacroF1 = 0;        ///< on "val"
    double deviationOfMacroF1 = 0; ///< standard deviation, over n − 1; 0 with one run
};

/// Where the run with this seed puts its weights: "net-seed3.safetensors" for "net.safetensors".
[[nodiscard]] std::filesystem::path outputOfSeed(const std::filesystem::path& output,
                                                 std::uint64_t seed);

/// train() with options.seed and those that follow it, in turn; options.output becomes a copy of
/// the best. With options.resume runs go on from their states: what is finished is not trained
/// again, what has not begun begins. Errors: as train(); the runs finished before stay. Blocks;
/// `report` is called on the calling thread.
[[nodiscard]] Result<SeedsReport>
trainSeeds(const TrainOptions& options, int seeds, const ImageLoader& loader,
           const std::function<void(const TrainProgress&)>& report, std::stop_token stop);

} // namespace ir
