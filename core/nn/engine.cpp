#include "nn/engine.h"

#include "nn/architectures/network_p.h"
#include "nn/batches_p.h"
#include "nn/device_p.h"
#include "nn/lanes_p.h"
#include "nn/outlierfit_p.h"
#include "nn/precision_p.h"
#include "nn/preprocess.h"
#include "nn/torchcompat.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <optional>
#include <utility>

#include <omp.h>

namespace ir {

namespace {

constexpr int gpuBatch = 32;
constexpr int mostThreads = 256;
/// Input side from which a single image is shared out to all threads; with smaller ones they would mostly wait.
constexpr int sharedFromSide = 384;

/// Makes a net that sees one grey plane of one that sees it three times: the same sums, a third of the
/// work in the first layer.
void foldGreyInput(nn::Network& network)
{
    torch::NoGradGuard noGrad;
    auto& weight = network.units().front()->conv->weight;
    weight.set_data(weight.sum(1, /*keepdim=*/true));
}

/// How many threads LibTorch and oneDNN use for what the calling thread asks; one again afterwards.
class ThreadsOfThisThread
{
public:
    // Not at::set_num_threads: it makes XNNPACK's pool anew, whose threads then spin where oneDNN's should run.
    explicit ThreadsOfThisThread(int count) { omp_set_num_threads(count); }
    ~ThreadsOfThisThread() { omp_set_num_threads(1); }
    ThreadsOfThisThread(const ThreadsOfThisThread&) = delete;
    ThreadsOfThisThread& operator=(const ThreadsOfThisThread&) = delete;
};

} // namespace

struct Engine::Impl
{
    ModelInfo info;
    std::shared_ptr<nn::Network> network;
    nn::OutlierModel outliers;
    torch::Device device{torch::kCPU};
    torch::ScalarType numbers = torch::kFloat32; ///< of the convolutions
    std::unique_ptr<nn::Lanes> lanes;
    int batch = 1;
    std::vector<std::string> notices;
    std::mutex errorMutex;
    std::optional<Error> error; ///< the first of a call

    void fail(const std::string& what, const std::string& detail)
    {
        const std::scoped_lock lock(errorMutex);
        if (!error)
            error = Error{what, detail};
    }

    template <typename Work>
    void guarded(Work&& work)
    {
        try {
            work();
        } catch (const c10::Error& problem) {
            fail(nn::isOutOfMemory(problem) ? "There is not enough memory to classify."
                                            : "The net failed on an image.",
                 problem.what_without_backtrace());
        } catch (const std::bad_alloc& problem) {
            fail("There is not enough memory to classify.", problem.what());
        } catch (const std::exception& problem) {
            fail("The net failed on an image.", problem.what());
        }
    }

    /// Float [1, size, size] at `out`.
    void prepare(const GrayImage& image, float* out) const
    {
        const auto side = static_cast<std::size_t>(info.input.size);
        normalise(fitToInput(image, info.input), info.input, std::span(out, side * side));
    }

    [[nodiscard]] torch::Tensor emptyInput(std::int64_t images) const
    {
        // Strides that say channels-last: with one channel the plain ones would mean the same, and the
        // first convolution would answer in the other, slower order.
        const std::int64_t side = info.input.size;
        return torch::empty_strided({images, 1, side, side}, {side * side, 1, side, 1}, torch::kFloat32);
    }

    [[nodiscard]] Prediction predictionOf(const torch::Tensor& features, const torch::Tensor& logits);
    void classifyOnCpu(std::span<const GrayImage> images, std::vector<Prediction>& predictions);
    nn::BatchOutcome classifyOnGpu(std::span<const GrayImage> images, Prediction* predictions);
    /// How many images of the front were classified on the GPU; the rest is for the CPU.
    std::size_t classifyWhileGpuLasts(std::span<const GrayImage> images,
                                      std::vector<Prediction>& predictions);
    void moveToCpu();
};

Prediction Engine::Impl::predictionOf(const torch::Tensor& features, const torch::Tensor& logits)
{
    Prediction prediction;
    const float* logit = nn::floats(logits);
    const std::size_t classes = info.classes.size();
    if (!std::all_of(logit, logit + classes, [](float value) { return std::isfinite(value); })) {
        fail("The model " + info.path.string() +
                 " gives numbers that are not finite: its weights are broken. Use another model.",
             {});
        return prediction;
    }
    const double largest = *std::max_element(logit, logit + classes);
    std::vector<double> exponentials(classes);
    double sum = 0;
    for (std::size_t c = 0; c < classes; ++c)
        sum += exponentials[c] = std::exp((logit[c] - largest) / info.temperature);
    float second = 0;
    for (std::size_t c = 0; c < classes; ++c) {
        const auto probability = static_cast<float>(exponentials[c] / sum);
        prediction.probabilities.push_back(probability);
        if (probability > prediction.confidence || prediction.classIndex < 0) {
            second = prediction.confidence;
            prediction.confidence = probability;
            prediction.classIndex = static_cast<int>(c);
        } else {
            second = std::max(second, probability);
        }
    }
    prediction.margin = prediction.confidence - second;
    if (outliers.isFitted())
        prediction.outlierScore = nn::outlierScores(features.unsqueeze(0), outliers).item<float>();
    prediction.needsReview = prediction.confidence < info.reviewThreshold ||
                             prediction.outlierScore > info.outlierThreshold;
    prediction.modelId = info.digest;
    return prediction;
}

void Engine::Impl::classifyOnCpu(std::span<const GrayImage> images,
                                 std::vector<Prediction>& predictions)
{
    // One image a lane, each on a single thread: nothing waits for the slowest of a team within every layer. A
    // large image by itself has them all. Its numbers do not depend on it (FusedConv; a test compares them).
    const std::size_t first = predictions.size();
    predictions.resize(first + images.size());
    const bool shared = images.size() == 1 && info.input.size >= sharedFromSide;
    const ThreadsOfThisThread team(shared ? lanes->count() : 1);
    lanes->run(images.size(), [&](std::size_t i) {
        guarded([&] {
            const c10::InferenceMode inference;
            const auto input = emptyInput(1);
            prepare(images[i], input.data_ptr<float>());
            const auto features = network->features(input.to(numbers), info.input.mirror);
            const auto logits = network->classify(features).contiguous();
            predictions[first + i] = predictionOf(features[0], logits);
        });
    });
}

nn::BatchOutcome Engine::Impl::classifyOnGpu(std::span<const GrayImage> images,
                                             Prediction* predictions)
{
    // Always a full batch, so that an image meets the same kernels whatever comes with it.
    const auto side = static_cast<std::size_t>(info.input.size);
    const auto host = emptyInput(batch);
    host.zero_();
    lanes->run(images.size(), [&](std::size_t i) {
        guarded([&] { prepare(images[i], host.data_ptr<float>() + i * side * side); });
    });
    if (error)
        return nn::BatchOutcome::Failed;
    try {
        const c10::InferenceMode inference;
        auto features = network->features(host.to(device, numbers), info.input.mirror);
        const auto logits = network->classify(features).to(torch::kCPU).contiguous();
        features = features.to(torch::kCPU);
        for (std::size_t i = 0; i < images.size(); ++i) {
            const auto at = static_cast<std::int64_t>(i);
            predictions[i] = predictionOf(features[at], logits[at]);
        }
    } catch (const c10::Error& problem) {
        if (nn::isOutOfMemory(problem))
            return nn::BatchOutcome::OutOfMemory;
        fail("The GPU failed on an image: use the device cpu.", problem.what_without_backtrace());
    } catch (const std::exception& problem) {
        fail("The GPU failed on an image: use the device cpu.", problem.what());
    }
    return error ? nn::BatchOutcome::Failed : nn::BatchOutcome::Done;
}

std::size_t Engine::Impl::classifyWhileGpuLasts(std::span<const GrayImage> images,
                                                std::vector<Prediction>& predictions)
{
    predictions.resize(images.size());
    const int before = batch;
    const nn::BatchRun run =
        nn::runInBatches(images.size(), batch, [&](std::size_t first, std::size_t count) {
            return classifyOnGpu(images.subspan(first, count), predictions.data() + first);
        });
    if (run.outcome == nn::BatchOutcome::OutOfMemory) {
        notices.push_back("The GPU's memory is full: the CPU is used from now on.");
        moveToCpu();
    } else if (batch < before) {
        notices.push_back("The GPU's memory is full: images go to it " + std::to_string(batch) +
                          " at a time from now on.");
    }
    predictions.resize(run.done);
    return run.done;
}

void Engine::Impl::moveToCpu()
{
    network->to(torch::Device(torch::kCPU));
    network->fuse();
    device = torch::Device(torch::kCPU);
    batch = lanes->count();
}

Engine::Engine(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::load(const std::filesystem::path& weights,
                                             const EngineOptions& options)
{
    if (options.threads < 0 || options.threads > mostThreads)
        return failure("The number of threads must be from 1 to " + std::to_string(mostThreads) +
                       ", or 0 for one a core.");
    auto file = readModelFile(weights);
    if (!file)
        return tl::unexpected(file.error());
    try {
        auto device = nn::chooseDevice(options.device);
        if (!device)
            return tl::unexpected(device.error());
        auto impl = std::make_unique<Impl>();
        impl->info = std::move(file->info);
        impl->device = *device;
        impl->network =
            nn::makeNetwork(impl->info.architecture, static_cast<int>(impl->info.classes.size()));
        nn::loadWeights(*impl->network, file->tensors);
        impl->outliers = nn::OutlierModel::readFrom(file->tensors);
        impl->network->eval();
        impl->network->fold();
        foldGreyInput(*impl->network);
        auto bfloat16 = nn::useBfloat16(options.precision, impl->device);
        if (!bfloat16)
            return tl::unexpected(bfloat16.error());
        if (*bfloat16) {
            impl->numbers = torch::kBFloat16;
            impl->network->computeIn(impl->numbers);
        }
        if (!impl->device.is_cuda())
            impl->network->fuse();
        nn::setBlasThreads(1); // else lanes would queue for its pool
        impl->lanes = std::make_unique<nn::Lanes>(options.threads ? options.threads : usableCores(),
                                                  [] { at::set_num_threads(1); });
        impl->batch = impl->lanes->count();
        if (impl->device.is_cuda()) {
            nn::useExactGpuMath();
            nn::makeChannelsLast(*impl->network);
            impl->network->to(impl->device);
            impl->batch = gpuBatch;
        }
        std::unique_ptr<Engine> engine(new Engine(std::move(impl)));
        // Warm-up: the first run allocates and picks kernels; broken weights show here.
        const std::vector<GrayImage> blank(static_cast<std::size_t>(engine->preferredBatch()),
                                           GrayImage(64, 64, 128));
        if (auto warm = engine->classify(blank); !warm)
            return tl::unexpected(warm.error());
        return engine;
    } catch (const c10::Error& problem) {
        return failure("Cannot load the model " + weights.string() + ".",
                       problem.what_without_backtrace());
    } catch (const std::exception& problem) {
        return failure("Cannot load the model " + weights.string() + ".", problem.what());
    }
}

const ModelInfo& Engine::model() const
{
    return m_impl->info;
}

std::string Engine::device() const
{
    if (m_impl->device.is_cuda())
        return nn::gpuName(m_impl->device.index());
    const int threads = m_impl->lanes->count();
    return "CPU, " + std::to_string(threads) + (threads == 1 ? " thread" : " threads") +
           (m_impl->numbers == torch::kBFloat16 ? ", bf16" : "");
}

int Engine::preferredBatch() const
{
    return m_impl->batch;
}

Result<std::vector<Prediction>> Engine::classify(std::span<const GrayImage> images)
{
    for (const GrayImage& image : images)
        if (image.empty())
            return failure("An image without pixels cannot be classified.");
    std::vector<Prediction> predictions;
    m_impl->error.reset();
    m_impl->guarded([&] {
        std::size_t done = 0;
        if (m_impl->device.is_cuda())
            done = m_impl->classifyWhileGpuLasts(images, predictions);
        if (!m_impl->error && done < images.size())
            m_impl->classifyOnCpu(images.subspan(done), predictions);
    });
    if (m_impl->error)
        return tl::unexpected(*m_impl->error);
    return predictions;
}

std::vector<std::string> Engine::takeNotices()
{
    return std::exchange(m_impl->notices, {});
}

} // namespace ir
