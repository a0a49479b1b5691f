#pragma once

#include "base/prediction.h"
#include "base/result.h"
#include "nn/manifest.h"
#include "nn/modelinfo.h"
#include "nn/preparedimages.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace ir {

/// What to train, on what, and how. The defaults are the plain recipe: Adam at 1e-4 with warm restarts.
struct TrainOptions
{
    std::filesystem::path manifest;
    std::vector<ManifestRow> rows;     ///< not empty: in place of the manifest
    std::filesystem::path corrections; ///< empty: none
    /// Weights files of nets that are asked what they see in each image as augmented (distillation: Hinton et al.
    /// 2015, arXiv:1503.02531; nn/teachers_p.h); their mean is what counts. Same classes, images prepared in the
    /// same way; any architecture and size.
    std::vector<std::filesystem::path> teachers;
    /// Of what the loss aims at, the teachers' share; the rest is the label's.
    double teacherWeight = 0.5;
    /// Weight of a further loss, that `teachers`' features cannot be told from the net's by a linear map (FitNets, Romero
    /// et al. 2015, arXiv:1412.6550): 1 less the cosine, a mean over the teachers. 0: none.
    double teacherFeatures = 0;
    std::filesystem::path output;      ///< the weights file; for its state see trainingStateOf()
    /// Weights to start from: a file of this program's, a state dict of torchvision's net of the same name, or
    /// ImageNet weights of a MobileNet with or without BatchNorm in Keras names. Empty: from scratch.
    std::filesystem::path init;
    /// Where the decoded images are kept for the next run; its file names are made of `images.preparation` too.
    /// The number of threads is taken from `threads`.
    PreparedImages::Options images;
    /// `init` is a whole model that is to be changed little (nn/finetune.h): BatchNorm statistics stay as they
    /// are, and so do temperature, thresholds and the outlier score (which learns the new images as further
    /// centres), since the few images at hand are no measure of them; classes may lack images.
    bool fineTune = false;
    bool resume = false; ///< go on from the training state; options and data must be the same

    /// Weights files of the same architecture and classes whose mean is taken instead of training (a model
    /// soup, Wortsman et al. 2022, arXiv:2203.05482): runs from the same initial weights average well.
    /// One file keeps its weights: what is measured for them is measured anew, e.g. for another input contract.
    std::vector<std::filesystem::path> averageOf;

    bool finishNow = false; ///< with `resume`: train no further, make the weights of what there is

    std::string architecture = "mobilenet_v1";
    std::vector<std::string> classes = defaultClasses();
    InputContract input;
    std::string augmentation = "plain"; ///< AugmentOptions::named

    int startSize = 0; ///< side of the first epochs' images, pixels, see sideAt(); 0: the input's throughout
    int epochs = 30;
    int batch = 16;
    int epochImages = 0; ///< draws an epoch; 0: as many as there are training images
    double learningRate = 1e-4;
    double headRate = 1;      ///< of the classifier, in learning rates
    int headEpochs = 0;       ///< at first train the classifier alone, at headOnlyRate
    double headOnlyRate = 1e-3;
    /// The weights shipped are blend × the fine-tuned + (1 − blend) × those after the head epochs (without
    /// any, the initial weights), with BatchNorm statistics taken afresh (WiSE-FT, Wortsman et al. 2022,
    /// arXiv:2109.01903): under 1 keeps more of what the initial weights knew, which pays on images from
    /// elsewhere.
    double blend = 1;
    int freezeUnits = 0;      ///< convolutions at the input that keep weights and statistics
    double weightDecay = 0; ///< decoupled (AdamW), on kernels only; 0 is Adam
    int restartEpochs = 10; ///< SGDR (Loshchilov & Hutter 2017): length of the first cosine; 0: one cosine
    double restartFactor = 2; ///< each cycle is longer by it
    double warmupEpochs = 0;
    double labelSmoothing = 0;
    double classBalance = 1;  ///< 0: classes as frequent as they are; 1: equally often
    double sourceBalance = 0; ///< the same for the sources within a class
    double hardExamples = 0;  ///< share of the draws that goes by the images' last losses, 0 to 1; see drawEpoch()
    double averageDecay = 0;  ///< of the moving average of weights, a step; 0: none
    double clipNorm = 0;      ///< of the whole gradient; 0: none
    int patience = 0;         ///< epochs without a better macro F1 on "val" before stopping; 0: never
    bool keepLast = false;    ///< ship the last epoch's weights, not those best on "val"
    std::vector<std::string> holdOutSources; ///< left out of training and validation, evaluated at the end

    std::uint64_t seed = 1;
    int threads = 0; ///< 0: all usable cores
    std::string device = "auto";    ///< auto, cpu, cuda or cuda:n
    std::string precision = "auto"; ///< of a step's convolutions: fp32, bf16, or auto: what is quicker
};

/// Where training stands. Reported after every few batches and at the end of every epoch.
struct TrainProgress
{
    int epoch = 0; ///< 1 …
    int epochs = 0;
    int batch = 0; ///< 1 …; equal to `batches` with `epochDone` at the end of an epoch
    int batches = 0;
    bool epochDone = false;
    double loss = 0; ///< mean over the epoch so far
    double learningRate = 0;
    double imagesPerSecond = 0;
    double secondsLeft = 0; ///< to the last epoch
    double validationMacroF1 = 0; ///< when epochDone
    double validationLoss = 0;
    std::string message; ///< a sentence on something else than the numbers; the rest is unset then
};

struct TrainReport
{
    ModelInfo model;
    int epochsDone = 0;
    int bestEpoch = 0;
    bool interrupted = false; ///< stopped on request: the state is kept, no weights were written
    double validationMacroF1 = 0;
    double validationLoss = 0; ///< cross-entropy at the temperature that makes it least
    std::size_t unreadable = 0; ///< images left out because they could not be read
    /// Of the held-out sources: [true][predicted] counts for each source, and over all of them.
    struct HeldOut
    {
        std::string source;
        std::vector<std::uint64_t> counts; ///< classes × classes, row-major
    };
    std::vector<HeldOut> heldOut;
    double heldOutMacroF1 = 0; ///< over the classes that occur
};

/// Where training that writes `output` keeps its state.
[[nodiscard]] std::filesystem::path trainingStateOf(const std::filesystem::path& output);

/// Trains, writing the state after every epoch (atomically) and the weights at the end. A run that was
/// stopped and resumed gives the same weights, bit for bit, as one that was not (on a CPU with the same
/// number of threads and precision). Images that cannot be read are left out and counted; labels that are no class are
/// reported. Errors: manifest or weights do not fit; a class without training images; the loss is no
/// number. Blocks; `report` is called on the calling thread.
[[nodiscard]] Result<TrainReport> train(const TrainOptions& options, const ImageLoader& loader,
                                        const std::function<void(const TrainProgress&)>& report,
                                        std::stop_token stop);

} // namespace ir
