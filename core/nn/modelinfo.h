#pragma once

#include "base/result.h"
#include "nn/safetensors.h"

#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ir {

/// How a display image becomes the square the net sees.
enum class Fit {
    Letterbox, ///< shape kept, centred on black
    Squash     ///< both sides stretched to the input size
};

/// The input contract of a net; part of its weights file. See nn/preprocess.h.
struct InputContract
{
    int size = 224; ///< side of the square, pixels
    Fit fit = Fit::Letterbox;
    bool cropMargins = false; ///< uniform borders are cut off first
    bool stretchGreys = false; ///< then percentiles 0.5 and 99.5 become black and white
    float mean = 0.5F;        ///< of grey in 0..1
    float stddev = 0.5F;
    /// The net sees the mirror image too, and its classifier the mean of both: twice the work, fewer errors.
    bool mirror = false;
    friend bool operator==(const InputContract&, const InputContract&) = default;
};

/// What a weights file says about itself: everything that is needed to use it, and where it comes from.
struct ModelInfo
{
    std::string architecture; ///< a name of nn/architectures/registry.h
    std::vector<std::string> classes;
    InputContract input;
    double temperature = 1;     ///< logits are divided by it before softmax
    double reviewThreshold = 0; ///< a confidence below it needs review
    /// An outlier score above it needs review. The score is defined in nn/outlier.h; its tensors
    /// ("outlier.*") are in the file; a file without them scores 0.
    double outlierThreshold = std::numeric_limits<double>::infinity();
    std::string trainingDataDigest; ///< SHA-256 over the training manifest's rows and files
    std::string recipe;             ///< JSON: options, seed, epochs
    std::string metrics;            ///< JSON, as measured when trained
    std::int64_t parameterCount = 0; ///< of the network, counted from the architecture's tensors
    std::string digest;              ///< SHA-256 of the file, hex; empty before it is written
    std::filesystem::path path;      ///< where it was read from
};

/// The metadata of a weights file <-> ModelInfo (without digest and path). Refuses missing, ill-typed or
/// senseless values, naming `file`.
[[nodiscard]] Result<ModelInfo> modelInfoFromMetadata(const std::map<std::string, std::string>& metadata,
                                                      std::string_view file);
[[nodiscard]] std::map<std::string, std::string> metadataOf(const ModelInfo& info);

/// A weights file wholly checked: its info, and its tensors exactly those of the architecture (by name,
/// shape and type) besides "outlier.*". The error says what does not fit.
struct ModelFile
{
    ModelInfo info;
    Safetensors tensors;
};
[[nodiscard]] Result<ModelFile> readModelFile(const std::filesystem::path& path);

/// The info alone of a file that readModelFile accepts.
[[nodiscard]] Result<ModelInfo> readModelInfo(const std::filesystem::path& path);

/// Writes atomically; fills `info.digest`, `info.parameterCount` and `info.path`.
[[nodiscard]] Result<void> writeModelFile(const std::filesystem::path& path, ModelInfo& info,
                                          const std::vector<Safetensors::Entry>& tensors);

} // namespace ir
