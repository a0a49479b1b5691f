#pragma once

#include "base/prediction.h"
#include "base/result.h"
#include "image/grayimage.h"
#include "nn/modelinfo.h"

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace ir {

struct EngineOptions
{
    /// "auto" (a GPU where LibTorch and the machine have one, else the CPU), "cpu", "cuda" or "cuda:n".
    std::string device = "auto";
    int threads = 0; ///< for the CPU; 0: the physical cores this process may use
    /// Of the convolutions: "fp32", by which an image has the same tag on every machine; "bf16" (bfloat16), whose
    /// probabilities differ by some 0.01 (docs/BENCHMARKS.md); or "auto": bf16 where the device multiplies it faster.
    std::string precision = "fp32";
};

/// A net ready to classify: weights loaded and checked, BatchNorm folded, warmed up.
///
/// Belongs to the thread that calls load(): classify() and destruction happen there too (LibTorch's thread
/// counts are per thread: load() sets this thread's to 1, since the engine shares images out to threads of
/// its own). One engine a process is the fastest; it uses all cores itself.
/// What an image is given does not depend on the images beside it in a batch.
class Engine
{
public:
    /// Errors: the file cannot be read, is no weights file or does not fit its architecture; the device is
    /// unknown or missing (only when asked for by name; "auto" takes the CPU).
    [[nodiscard]] static Result<std::unique_ptr<Engine>>
    load(const std::filesystem::path& weights, const EngineOptions& options = {});
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    [[nodiscard]] const ModelInfo& model() const;
    /// For people: "CPU, 2 threads", "CPU, 2 threads, bf16" or the GPU's name. May change after classify() (see takeNotices()).
    [[nodiscard]] std::string device() const;
    /// How many images a call to classify() should bring for the best throughput; on a
    /// CPU as many as it has threads.
    [[nodiscard]] int preferredBatch() const;

    /// One prediction for each image, in order. Images are display images of any size; fitting them to the
    /// net is done here. Any number may be given: they are worked on in batches of preferredBatch().
    /// Errors: an empty image; numbers that are not finite (broken weights); out of memory on the CPU too.
    [[nodiscard]] Result<std::vector<Prediction>> classify(std::span<const GrayImage> images);

    /// Sentences for the user on what went otherwise than asked since the last call, e.g. that the GPU's
    /// memory was full and smaller batches, or the CPU, are used from now on.
    [[nodiscard]] std::vector<std::string> takeNotices();

private:
    struct Impl;
    explicit Engine(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// Physical cores among those this process may run on (affinity and cgroup limits respected), at least 1.
[[nodiscard]] int usableCores();

} // namespace ir
