#pragma once

#include "nn/manifest.h"
#include "nn/trainer.h"

#include <functional>
#include <string>
#include <vector>

namespace ir {

/// The images of a training run, decoded once and kept in memory.
struct TrainingSet
{
    /// Images with label and source, index by index.
    struct Part
    {
        std::vector<GrayImage> images;
        std::vector<int> labels;
        std::vector<int> sources; ///< index into `sourceNames`
    };
    Part train;      ///< a bit larger than the input, for augmentation
    Part validation; ///< fitted to the input
    Part heldOut;    ///< fitted; all splits of the sources that were left out
    std::vector<std::string> sourceNames;
    std::string digest; ///< of the manifest as corrected, and of how many images could not be read
    std::size_t unreadable = 0;

    /// `say` gets sentences on what was left out and why. Errors: see train().
    [[nodiscard]] static Result<TrainingSet> load(const TrainOptions& options, const ImageLoader& loader,
                                                  const std::function<void(std::string)>& say,
                                                  std::stop_token stop);
};

} // namespace ir
