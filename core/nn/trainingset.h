#pragma once

#include "nn/manifest.h"
#include "nn/trainer.h"

#include <functional>
#include <string>
#include <vector>

namespace ir {

/// The images of a training run, decoded once.
struct TrainingSet
{
    /// Images with label and source, index by index.
    struct Part
    {
        std::vector<std::size_t> images; ///< index into `images` of the set
        std::vector<int> labels;
        std::vector<int> sources; ///< index into `sourceNames`
        std::vector<bool> imitates; ///< ManifestRow::imitates

        [[nodiscard]] std::size_t size() const { return labels.size(); }
    };
    Part train;
    Part validation;
    Part heldOut; ///< all splits of the sources that were left out
    PreparedImages images;
    std::vector<std::string> sourceNames;
    std::string digest; ///< of the manifest as corrected, and of how many images could not be read
    std::size_t unreadable = 0;

    /// Image `i` of a part, at most a bit larger than the input: enough that zooming in does not blur.
    [[nodiscard]] GrayImage forAugmentation(const Part& part, std::size_t i, const InputContract& input) const;
    /// Image `i` of a part as the net sees it.
    [[nodiscard]] GrayImage fitted(const Part& part, std::size_t i, const InputContract& input) const;

    /// `say` gets sentences on what was left out and why. Errors: see train().
    [[nodiscard]] static Result<TrainingSet> load(const TrainOptions& options, const ImageLoader& loader,
                                                  const std::function<void(std::string)>& say,
                                                  std::stop_token stop);
};

} // namespace ir
