#include "nn/trainer.h"

#include "nn/architectures/registry.h"
#include "nn/augment.h"
#include "nn/batchqueue_p.h"
#include "nn/calibrate.h"
#include "nn/device_p.h"
#include "nn/engine.h"
#include "nn/headrows_p.h"
#include "nn/metrics.h"
#include "nn/outlier.h"
#include "nn/outlierfit_p.h"
#include "nn/precision_p.h"
#include "nn/preprocess.h"
#include "nn/pretrained_p.h"
#include "nn/schedule.h"
#include "nn/trainingset.h"
#include "nn/trainstate_p.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>

#include <malloc.h>

namespace ir {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t evaluationBatch = 16;
constexpr std::size_t calibrationImages = 48; ///< for BatchNorm statistics of folded weights
constexpr std::size_t outlierImages = 2000;   ///< for the outlier score, at most
constexpr double acceptedPrecision = 0.995;   ///< of what needs no review, on "val"
constexpr double lowestThreshold = 0.6;
constexpr double acceptedShare = 0.99; ///< of "val" that is no outlier
constexpr int statisticsImages = 512;  ///< for BatchNorm statistics after blending
constexpr int reportEvery = 5;         ///< batches

torch::Tensor toInput(std::span<const float> planes, std::int64_t count, std::int64_t side)
{
    // from_blob does not own, and takes no const; the contiguous copy below does both right.
    const auto grey = torch::from_blob(const_cast<float*>(planes.data()), {count, 1, side, side});
    return grey.expand({count, 3, side, side}).contiguous(torch::MemoryFormat::ChannelsLast);
}

torch::Tensor fittedInput(std::span<const GrayImage> images, const InputContract& input)
{
    const auto side = static_cast<std::size_t>(input.size);
    std::vector<float> planes(images.size() * side * side);
    for (std::size_t i = 0; i < images.size(); ++i)
        normalise(images[i], input, std::span(planes).subspan(i * side * side, side * side));
    return toInput(planes, static_cast<std::int64_t>(images.size()), input.size);
}

struct Outputs
{
    torch::Tensor features; ///< [N, F]
    LabelledLogits logits;
};

Outputs evaluate(nn::Network& network, const TrainingSet& set, const TrainingSet::Part& part,
                 const TrainOptions& options)
{
    torch::NoGradGuard noGrad;
    const torch::Device device = network.parameters().front().device();
    network.eval();
    Outputs outputs;
    outputs.logits.classes = static_cast<int>(options.classes.size());
    outputs.logits.labels = part.labels;
    std::vector<torch::Tensor> features;
    for (std::size_t i = 0; i < part.size(); i += evaluationBatch) {
        std::vector<GrayImage> images;
        for (std::size_t k = i; k < std::min(part.size(), i + evaluationBatch); ++k)
            images.push_back(set.fitted(part, k, options.input));
        const auto pooled = network.features(fittedInput(images, options.input).to(device));
        const auto logits = network.classify(pooled).to(torch::kCPU).contiguous();
        features.push_back(pooled.to(torch::kCPU));
        outputs.logits.logits.insert(outputs.logits.logits.end(), logits.data_ptr<float>(),
                                     logits.data_ptr<float>() + logits.numel());
    }
    if (!features.empty())
        outputs.features = torch::cat(features);
    return outputs;
}

ConfusionMatrix confusion(const LabelledLogits& data)
{
    const auto classes = static_cast<std::size_t>(data.classes);
    ConfusionMatrix matrix(classes);
    for (std::size_t i = 0; i < data.labels.size(); ++i) {
        const auto row = std::span(data.logits).subspan(i * classes, classes);
        const auto best = std::ranges::max_element(row) - row.begin();
        matrix.add(static_cast<std::size_t>(data.labels[i]), static_cast<std::size_t>(best));
    }
    return matrix;
}

/// Adds a shift a class to the logits, wherever they are kept.
void shiftLogits(const std::vector<double>& shifts, nn::Network& network, LabelledLogits& data)
{
    torch::NoGradGuard noGrad;
    for (auto& [name, tensor] : nn::namedTensors(network))
        if (name == "classifier.bias")
            tensor.add_(torch::tensor(shifts, torch::kFloat32).to(tensor.device()));
    for (std::size_t i = 0; i < data.logits.size(); ++i)
        data.logits[i] += static_cast<float>(shifts[i % shifts.size()]);
}

std::vector<std::string> names(const std::vector<std::filesystem::path>& paths)
{
    std::vector<std::string> result;
    for (const auto& path : paths)
        result.push_back(path.filename().string());
    return result;
}

/// Everything that shapes the weights, for the metadata and to tell whether a state may be resumed.
nlohmann::json recipeOf(const TrainOptions& options)
{
    nlohmann::json recipe{
            {"architecture", options.architecture},
            {"init", options.init.filename().string()},
            {"input_size", options.input.size},
            {"fit", options.input.fit == Fit::Squash ? "squash" : "letterbox"},
            {"crop_margins", options.input.cropMargins},
            {"stretch_greys", options.input.stretchGreys},
            {"classes", options.classes},
            {"augmentation", options.augmentation},
            {"epochs", options.epochs},
            {"batch", options.batch},
            {"epoch_images", options.epochImages},
            {"optimizer", options.weightDecay > 0 ? "AdamW" : "Adam"},
            {"learning_rate", options.learningRate},
            {"head_rate", options.headRate},
            {"head_epochs", options.headEpochs},
            {"head_only_rate", options.headOnlyRate},
            {"blend", options.blend},
            {"freeze_units", options.freezeUnits},
            {"weight_decay", options.weightDecay},
            {"restart_epochs", options.restartEpochs},
            {"restart_factor", options.restartFactor},
            {"warmup_epochs", options.warmupEpochs},
            {"label_smoothing", options.labelSmoothing},
            {"class_balance", options.classBalance},
            {"source_balance", options.sourceBalance},
            {"average_decay", options.averageDecay},
            {"clip_norm", options.clipNorm},
            {"patience", options.patience},
            {"keep_last", options.keepLast},
            {"average_of", names(options.averageOf)},
            {"hold_out_sources", options.holdOutSources},
            {"seed", options.seed}};
    if (!options.teacher.empty()) {
        recipe["teacher"] = options.teacher.filename().string();
        recipe["teacher_weight"] = options.teacherWeight;
    }
    if (options.fineTune)
        recipe["fine_tune"] = true;
    return recipe;
}

Result<void> checkOptions(const TrainOptions& options)
{
    const Architecture* architecture = findArchitecture(options.architecture);
    if (!architecture)
        return failure("There is no architecture \"" + options.architecture + "\".");
    if (options.input.size < architecture->minimumInput || options.input.size > 2048)
        return failure("The input size must be between " + std::to_string(architecture->minimumInput) +
                       " and 2048 pixels.");
    if (options.epochs < 1 || options.batch < 2 || options.learningRate <= 0 ||
        options.averageDecay < 0 || options.averageDecay >= 1 || options.labelSmoothing < 0 ||
        options.labelSmoothing >= 1 || options.blend < 0 || options.blend > 1 ||
        (options.blend < 1 && options.headEpochs < 1 && options.init.empty()) || (options.finishNow && !options.resume))
        return failure("Training needs at least one epoch, batches of two images and a positive learning "
                       "rate; label smoothing and the decay of the average are from 0 to under 1; a "
                       "blend from 0 to 1 needs weights to start from, or epochs of the classifier "
                       "alone, to blend with.");
    if (options.teacherWeight < 0 || options.teacherWeight > 1)
        return failure("The weight of a teacher is from 0 to 1.");
    if (options.fineTune && options.init.empty())
        return failure("Fine-tuning needs weights to start from.");
    if (!AugmentOptions::named(options.augmentation))
        return failure("There is no augmentation \"" + options.augmentation +
                       "\"; choose none, paper, plain, middle or strong.");
    return {};
}

/// One run of train(), with what it needs from epoch to epoch.
class Run
{
public:
    Run(const TrainOptions& options, const std::function<void(const TrainProgress&)>& report,
        std::stop_token stop)
        : m_options(options), m_report(report), m_stop(std::move(stop)),
          m_statePath(options.output.string() + ".state")
    {}

    Result<TrainReport> train(const ImageLoader& loader)
    {
        auto set = TrainingSet::load(
            m_options, loader, [this](std::string message) { say(std::move(message)); }, m_stop);
        if (!set)
            return tl::unexpected(set.error());
        m_set = std::move(*set);
        say("Training on " + std::to_string(m_set.train.size()) + " images, validating on " +
            std::to_string(m_set.validation.size()) + ".");
        if (auto prepared = prepare(); !prepared)
            return tl::unexpected(prepared.error());
        if (!m_options.averageOf.empty()) {
            if (auto averaged = takeAverage(); !averaged)
                return tl::unexpected(averaged.error());
            return finish();
        }

        bool stalled = false;
        while (m_state->epochsDone < m_options.epochs && !stalled && !m_options.finishNow) {
            if (auto done = epoch(); !done)
                return tl::unexpected(done.error());
            else if (!*done)
                return interrupted();
            stalled = m_options.patience > 0 &&
                      m_state->epochsDone - m_state->bestEpoch >= m_options.patience;
        }
        if (stalled)
            say("Stopped early: " + std::to_string(m_options.patience) +
                " epochs without a better validation macro F1.");
        return finish();
    }

private:
    void say(std::string message) const
    {
        TrainProgress progress;
        progress.message = std::move(message);
        m_report(progress);
    }

    /// Equal for runs that go the same way; what is made of it at the end may differ.
    std::string fingerprint() const
    {
        nlohmann::json recipe = recipeOf(m_options);
        recipe["precision"] = m_bfloat16 ? "bf16" : "fp32";
        if (m_options.headEpochs > 0)
            recipe.erase("blend");
        recipe.erase("keep_last");
        return recipe.dump() + m_set.digest;
    }

    Result<void> prepare()
    {
        auto device = nn::chooseDevice(m_options.device);
        if (!device)
            return tl::unexpected(device.error());
        m_device = *device;
        auto bfloat16 = nn::useBfloat16(m_options.precision, m_device);
        if (!bfloat16)
            return tl::unexpected(bfloat16.error());
        m_bfloat16 = *bfloat16;
        // LibTorch allocates and frees hundreds of megabytes a step; unless the C library keeps them, half the
        // time goes into the kernel handing out and clearing pages (measured).
        ::mallopt(M_MMAP_THRESHOLD, 1 << 30);
        ::mallopt(M_TRIM_THRESHOLD, 2'000'000'000);
        const int threads = m_options.threads > 0 ? m_options.threads : usableCores();
        at::set_num_threads(threads);
        nn::setBlasThreads(threads);
        torch::manual_seed(m_options.seed);
        auto network = nn::makeNetwork(m_options.architecture,
                                       static_cast<int>(m_options.classes.size()));
        if (!m_options.init.empty()) {
            auto taken = nn::initialise(*network, m_options.architecture, m_options.init,
                                        calibrationSample());
            if (!taken)
                return tl::unexpected(taken.error());
            nn::adaptInput(*network, taken->normalisation, m_options.input);
            say(std::move(taken->summary));
            if (auto rows = nn::adoptClassRows(*network, m_options.init, m_options.classes); !rows)
                return tl::unexpected(rows.error());
            else if (!rows->empty())
                say(std::move(*rows));
        }
        m_state = std::make_unique<nn::TrainState>(m_options, std::move(network), m_device, m_bfloat16);
        if (m_options.blend < 1 && m_options.headEpochs == 0)
            m_state->rememberStart();
        if (m_options.resume) {
            if (auto loaded = m_state->load(m_statePath, fingerprint()); !loaded)
                return loaded;
            say("Resumed after epoch " + std::to_string(m_state->epochsDone) + ".");
        }
        return {};
    }

    /// The mean of options.averageOf becomes the net.
    Result<void> takeAverage()
    {
        nn::NamedTensors mean;
        const auto share = 1.0 / static_cast<double>(m_options.averageOf.size());
        for (const std::filesystem::path& path : m_options.averageOf) {
            auto file = readModelFile(path);
            if (!file)
                return tl::unexpected(file.error());
            if (file->info.architecture != m_options.architecture || file->info.classes != m_options.classes)
                return failure("Cannot average " + path.string() +
                               ": it is of another architecture or has other classes.");
            const auto one = nn::makeNetwork(m_options.architecture,
                                             static_cast<int>(m_options.classes.size()));
            nn::loadWeights(*one, file->tensors);
            auto weights = nn::copiesOf(*one);
            if (mean.empty())
                for (const auto& [name, tensor] : weights)
                    mean.emplace_back(name, torch::zeros_like(tensor));
            for (std::size_t i = 0; i < mean.size(); ++i)
                mean[i].second.add_(weights[i].second, share);
        }
        m_state->adopt(mean);
        return {};
    }

    torch::Tensor calibrationSample() const
    {
        // Drawn as an epoch is, so that no class is missing; unaugmented.
        const auto drawn = drawEpoch(m_set.train.labels, m_set.train.sources, calibrationImages,
                                     m_options, 0);
        std::vector<GrayImage> images;
        for (const std::size_t i : drawn)
            images.push_back(m_set.fitted(m_set.train, i, m_options.input));
        return fittedInput(images, m_options.input);
    }

    torch::Tensor aimsOf(const nn::Batch& batch) const
    {
        if (batch.targets.empty())
            return torch::tensor(batch.labels);
        return torch::tensor(batch.targets).view({m_options.batch, -1});
    }

    /// False: stopped on request.
    Result<bool> epoch()
    {
        const int number = m_state->epochsDone + 1;
        nn::BatchQueue queue(m_set, m_options, number);
        TrainProgress progress;
        progress.epoch = number;
        progress.epochs = m_options.epochs;
        progress.batches = queue.batches();
        double lossSum = 0;
        const auto start = Clock::now();
        for (int b = 0; b < queue.batches(); ++b) {
            if (m_stop.stop_requested())
                return false;
            const nn::Batch batch = queue.take();
            progress.learningRate = learningRateAt(
                m_options, number - 1 + static_cast<double>(b) / queue.batches());
            const double loss = m_state->step(
                toInput(batch.planes, m_options.batch, m_options.input.size).to(m_device),
                aimsOf(batch).to(m_device), progress.learningRate, number <= m_options.headEpochs);
            if (!std::isfinite(loss))
                return failure("Training failed in epoch " + std::to_string(number) +
                               ": the loss is no number any more; try a lower learning rate.");
            lossSum += loss;
            progress.batch = b + 1;
            progress.loss = lossSum / (b + 1);
            const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
            progress.imagesPerSecond = (b + 1) * m_options.batch / std::max(1e-9, seconds);
            progress.secondsLeft = seconds / (b + 1) *
                                   (static_cast<double>(m_options.epochs - number + 1) * queue.batches() -
                                    (b + 1));
            if ((b + 1) % reportEvery == 0)
                m_report(progress);
        }
        m_state->epochsDone = number;
        if (number == m_options.headEpochs)
            m_state->rememberStart();
        validate(progress);
        if (auto saved = m_state->save(m_statePath, fingerprint()); !saved)
            return tl::unexpected(saved.error());
        return true;
    }

    void validate(TrainProgress progress)
    {
        const auto outputs = evaluate(m_state->averaged(), m_set, m_set.validation, m_options);
        progress.epochDone = true;
        progress.validationMacroF1 = figuresOf(confusion(outputs.logits)).macroF1;
        progress.validationLoss = crossEntropy(outputs.logits, fitTemperature(outputs.logits));
        if (progress.validationMacroF1 > m_state->bestMacroF1 ||
            (progress.validationMacroF1 == m_state->bestMacroF1 &&
             progress.validationLoss < m_state->bestLoss)) {
            m_state->bestMacroF1 = progress.validationMacroF1;
            m_state->bestLoss = progress.validationLoss;
            m_state->bestEpoch = m_state->epochsDone;
            m_state->rememberBest();
        }
        m_report(progress);
    }

    TrainReport reportSoFar() const
    {
        TrainReport report;
        report.epochsDone = m_state->epochsDone;
        report.bestEpoch = m_state->bestEpoch;
        report.validationMacroF1 = m_state->bestMacroF1;
        report.unreadable = m_set.unreadable;
        return report;
    }

    TrainReport interrupted() const
    {
        TrainReport report = reportSoFar();
        report.interrupted = true;
        return report;
    }

    Result<TrainReport> finish()
    {
        auto shipped = m_state->shipped();
        const auto network = nn::makeNetwork(m_options.architecture,
                                             static_cast<int>(m_options.classes.size()));
        {
            torch::NoGradGuard noGrad;
            auto tensors = nn::namedTensors(*network);
            for (std::size_t i = 0; i < tensors.size(); ++i)
                tensors[i].second.copy_(shipped[i].second);
        }
        network->to(m_device);
        nn::makeChannelsLast(*network);
        if ((m_options.blend < 1 || !m_options.averageOf.empty()) && !m_options.fineTune)
            estimateStatistics(*network);
        auto validation = evaluate(*network, m_set, m_set.validation, m_options);
        if (!m_options.fineTune)
            shiftLogits(fitClassBias(validation.logits, fitTemperature(validation.logits)), *network,
                        validation.logits);
        shipped = nn::copiesOf(*network);
        TrainReport report = reportSoFar();
        report.validationMacroF1 = figuresOf(confusion(validation.logits)).macroF1;
        auto outliers = fitOutlierScore(*network);
        report.model = describe(validation, outliers);
        if (m_options.fineTune)
            if (auto kept = keepMeasures(*network, report.model, outliers); !kept)
                return tl::unexpected(kept.error());
        evaluateHeldOut(*network, report);

        shipped.emplace_back(outlierProjection, outliers.projection);
        shipped.emplace_back(outlierOffset, outliers.offset);
        shipped.emplace_back(outlierCentres, outliers.centres);
        std::vector<Safetensors::Entry> entries;
        for (const auto& [name, tensor] : shipped)
            entries.push_back(nn::toEntry(name, tensor));
        if (auto written = writeModelFile(m_options.output, report.model, entries); !written)
            return tl::unexpected(written.error());
        return report;
    }

    /// BatchNorm's mean and variance afresh, over batches drawn and augmented as in training.
    void estimateStatistics(nn::Network& network) const
    {
        torch::NoGradGuard noGrad;
        for (nn::ConvBn& unit : network.units()) {
            unit->bn->options.momentum(torch::nullopt); // the plain mean over batches
            unit->bn->reset_running_stats();
        }
        network.train();
        nn::BatchQueue queue(m_set, m_options, m_options.epochs + 1);
        const int batches = std::min(queue.batches(), statisticsImages / m_options.batch + 1);
        for (int b = 0; b < batches; ++b)
            network.features(toInput(queue.take().planes, m_options.batch, m_options.input.size).to(m_device));
        network.eval();
    }

    struct Sample
    {
        torch::Tensor features; ///< [N, F]
        torch::Tensor labels;   ///< [N]
        torch::Tensor sources;  ///< [N]
    };
    Sample trainingSample(nn::Network& network) const
    {
        // Evenly over the list, which is sorted as the manifest is: every source takes part.
        const std::size_t step = std::max<std::size_t>(
            1, (m_set.train.size() + outlierImages - 1) / outlierImages);
        TrainingSet::Part some;
        for (std::size_t i = 0; i < m_set.train.size(); i += step) {
            some.images.push_back(m_set.train.images[i]);
            some.labels.push_back(m_set.train.labels[i]);
            some.sources.push_back(m_set.train.sources[i]);
        }
        return {evaluate(network, m_set, some, m_options).features, torch::tensor(some.labels),
                torch::tensor(some.sources)};
    }

    nn::OutlierModel fitOutlierScore(nn::Network& network) const
    {
        const Sample sample = trainingSample(network);
        return nn::fitOutliers(sample.features, sample.labels);
    }

    ModelInfo describe(const Outputs& validation, const nn::OutlierModel& outliers) const
    {
        ModelInfo info;
        info.architecture = m_options.architecture;
        info.classes = m_options.classes;
        info.input = m_options.input;
        info.temperature = fitTemperature(validation.logits);
        info.reviewThreshold = chooseReviewThreshold(validation.logits, info.temperature,
                                                     acceptedPrecision, lowestThreshold);
        const auto scores = nn::outlierScores(validation.features, outliers);
        info.outlierThreshold = torch::quantile(scores.to(torch::kFloat64), acceptedShare).item<double>();
        info.trainingDataDigest = m_set.digest;
        nlohmann::json recipe = recipeOf(m_options);
        recipe["precision"] = m_bfloat16 ? "bf16" : "fp32";
        recipe["epochs_done"] = m_state->epochsDone;
        recipe["best_epoch"] = m_state->bestEpoch;
        recipe["training_images"] = m_set.train.size();
        info.recipe = recipe.dump();
        const Figures figures = figuresOf(confusion(validation.logits));
        info.metrics = nlohmann::json{{"validation",
                                       {{"images", validation.logits.labels.size()},
                                        {"macro_f1", figures.macroF1},
                                        {"accuracy", figures.accuracy},
                                        {"cross_entropy", crossEntropy(validation.logits,
                                                                       info.temperature)}}}}
                           .dump();
        return info;
    }

    /// Of a fine-tuned net: the initial model's temperature, thresholds and outlier score, the latter with the
    /// images trained on as further centres in its space (features move little at the rates of fine-tuning).
    Result<void> keepMeasures(nn::Network& network, ModelInfo& info, nn::OutlierModel& outliers) const
    {
        const auto base = readModelFile(m_options.init);
        if (!base)
            return tl::unexpected(base.error());
        info.temperature = base->info.temperature;
        info.reviewThreshold = base->info.reviewThreshold;
        info.outlierThreshold = base->info.outlierThreshold;
        nlohmann::json recipe = nlohmann::json::parse(info.recipe);
        recipe["init_digest"] = base->info.digest;
        info.recipe = recipe.dump();
        const auto* projection = base->tensors.find(outlierProjection);
        if (!projection)
            return {};
        nn::OutlierModel known;
        known.projection = nn::toTensor(*projection);
        known.offset = nn::toTensor(*base->tensors.find(outlierOffset));
        known.centres = nn::toTensor(*base->tensors.find(outlierCentres));
        // Within class and source: what was corrected is to have centres apart from what was known.
        const Sample sample = trainingSample(network);
        const auto sources = static_cast<std::int64_t>(m_set.sourceNames.size());
        outliers = nn::withCentres(known, sample.features, sample.labels * sources + sample.sources);
        return {};
    }

    void evaluateHeldOut(nn::Network& network, TrainReport& report) const
    {
        if (m_set.heldOut.labels.empty())
            return;
        const auto outputs = evaluate(network, m_set, m_set.heldOut, m_options);
        const auto classes = m_options.classes.size();
        std::map<int, ConfusionMatrix> bySource;
        for (std::size_t i = 0; i < outputs.logits.labels.size(); ++i) {
            const auto row = std::span(outputs.logits.logits).subspan(i * classes, classes);
            const auto best = std::ranges::max_element(row) - row.begin();
            bySource.try_emplace(m_set.heldOut.sources[i], classes)
                .first->second.add(static_cast<std::size_t>(outputs.logits.labels[i]),
                                   static_cast<std::size_t>(best));
        }
        for (const auto& [source, matrix] : bySource)
            report.heldOut.push_back({m_set.sourceNames[static_cast<std::size_t>(source)],
                                      {matrix.counts().begin(), matrix.counts().end()}});
        report.heldOutMacroF1 = figuresOf(confusion(outputs.logits)).macroF1;
    }

    const TrainOptions& m_options;
    const std::function<void(const TrainProgress&)>& m_report;
    std::stop_token m_stop;
    std::filesystem::path m_statePath;
    torch::Device m_device{torch::kCPU};
    bool m_bfloat16 = false;
    TrainingSet m_set;
    std::unique_ptr<nn::TrainState> m_state;
};

} // namespace

Result<TrainReport> train(const TrainOptions& options, const ImageLoader& loader,
                          const std::function<void(const TrainProgress&)>& report, std::stop_token stop)
{
    if (auto checked = checkOptions(options); !checked)
        return tl::unexpected(checked.error());
    try {
        return Run(options, report, std::move(stop)).train(loader);
    } catch (const std::exception& error) {
        return failure("Training failed inside LibTorch; see the log.", error.what());
    }
}

} // namespace ir
