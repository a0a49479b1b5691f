#pragma once

#include "nn/modelcomparison.h"
#include "nn/trainer.h"

#include <map>
#include <optional>

namespace ir {

/// A labelled image to learn from or to be judged by.
struct FineTuneImage
{
    std::filesystem::path path;
    std::string label; ///< empty (replay only): what the base model says
    std::string group; ///< patient or study; empty: the image stands for itself
    /// Whether the label is not what was predicted when it was given; unset: not what the base model says.
    std::optional<bool> corrected;
};

/// What to change in a model, by which images. The recipe's defaults are those that were measured
/// (docs/TRAINING.md, "Fine-tuning").
struct FineTuneOptions
{
    std::filesystem::path base;
    std::filesystem::path output;
    std::vector<FineTuneImage> images;  ///< labels by people
    std::vector<FineTuneImage> holdOut; ///< to be judged by; empty: a fifth of the groups of `images`
    /// What must not be forgotten. Of those without a label, and those whose label the base model agrees with, what
    /// it says is aimed at (ManifestRow::imitates). A fifth is held back to see what was forgotten.
    std::vector<FineTuneImage> replay;
    std::vector<std::string> classes; ///< empty: the base model's; those it knows keep their weights
    bool resume = false; ///< go on from the state that a run left beside `output`; all else must be the same

    int epochs = 6;
    double learningRate = 1e-4;
    double blend = 0.8;   ///< TrainOptions::blend, towards the base model
    int freezeUnits = -1; ///< convolutions at the input that stay as they are; -1: five in nine
    std::uint64_t seed = 1;
    int threads = 0; ///< 0: all usable cores
};

/// What came of it: a candidate that nobody uses yet, and how it compares with the model it came from.
struct FineTuneReport
{
    TrainReport training; ///< `interrupted`: stopped, there is no candidate, but a state to resume from
    ModelInfo base;
    /// Images learnt from, by class: those that were corrected, those that were confirmed.
    std::map<std::string, std::size_t> correctedOf;
    std::map<std::string, std::size_t> confirmedOf;
    std::size_t replayed = 0;     ///< images of the replay set that were trained on
    ModelComparison corrections;  ///< on the images learnt from
    ModelComparison heldOut;      ///< on labelled images it never saw: what counts
    ModelComparison replay;       ///< on replay images with a label that it never saw
    std::size_t untouched = 0;    ///< replay images without a label that it never saw …
    std::size_t untouchedChanged = 0; ///< … and those of them that it calls otherwise than before
    /// Worse beyond chance where it was judged: it should not be adopted.
    [[nodiscard]] bool isWorse() const { return heldOut.isWorse() || replay.isWorse(); }
};

/// The least number of groups with labels to hold some back from; fewer need FineTuneOptions::holdOut.
inline constexpr std::size_t fewestGroups = 10;

/// The images of a manifest (columns path and label; group and split where there are any).
struct FineTuneManifest
{
    std::vector<FineTuneImage> learn; ///< of the split "train", or of none
    std::vector<FineTuneImage> judge; ///< of the splits "val" and "test"
    [[nodiscard]] static Result<FineTuneManifest> read(const std::filesystem::path& manifest);
};

/// Trains a copy of the base model on people's labels, gently: low rates, BatchNorm as it is, most layers
/// frozen, mixed with the replay set, pulled towards the base (TrainOptions::blend). No group is both learnt
/// from and judged by; which images are held out and replayed is a function of the options and of what the base
/// says. Writes `output`; the state beside it (trainingStateOf) goes when that is done, and stays if the run is
/// stopped, killed or fails: resumed, it gives the same file, bit for bit. Unreadable images are left out and
/// counted. Blocks and uses the calling thread for LibTorch; `report` is called on it (and may block, to
/// pause). Errors: too few labelled groups, no class of the list among the labels, files that do not fit, nothing to resume.
[[nodiscard]] Result<FineTuneReport> fineTune(const FineTuneOptions& options, const ImageLoader& loader,
                                              const std::function<void(const TrainProgress&)>& report,
                                              std::stop_token stop);

} // namespace ir
