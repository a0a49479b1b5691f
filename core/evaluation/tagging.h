#pragma once

#include "base/prediction.h"
#include "evaluation/labelledset.h"
#include "image/grayimage.h"
#include "nn/engine.h"

#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace ir {

/// What became of one image.
struct TaggedImage
{
    std::string reason;                  ///< why it cannot be read; empty: it was
    std::string manufacturer;            ///< from its header; may be empty
    std::vector<Prediction> predictions; ///< one an engine; none where it cannot be read
};

struct Tagging
{
    std::vector<TaggedImage> images;  ///< as in the set
    std::vector<std::string> notices; ///< what engines did otherwise than asked, for people
    double seconds = 0;
};

/// Decodes each image once, ahead of the nets, and has it classified by every engine. Belongs to the
/// engines' thread; needs a DicomLibrary. `progress` gets the number of images done. Errors: an engine
/// fails; stopped; no image can be read.
[[nodiscard]] Result<Tagging> tagImages(const LabelledSet& set, std::span<Engine* const> engines,
                                        const std::function<void(std::size_t done)>& progress = {},
                                        const std::stop_token& stop = {});

/// Images to time engines with, decoded one after the other.
struct TimingImages
{
    std::vector<GrayImage> images;
    double decodeMs = 0; ///< mean per image, of files that were read shortly before
};

/// At most `count` of the readable images, evenly spread over the set.
[[nodiscard]] TimingImages timingImages(const LabelledSet& set, const Tagging& tagging, std::size_t count);

/// Means per image on the engine's device, warm, from display image to probabilities.
struct InferenceTime
{
    std::size_t images = 0;
    double singleMs = 0;  ///< one image at a time
    double batchedMs = 0; ///< in batches of the engine's choice, as archives are tagged
};

/// Errors: the engine fails.
[[nodiscard]] Result<InferenceTime> timeInference(Engine& engine, std::span<const GrayImage> images);

} // namespace ir
