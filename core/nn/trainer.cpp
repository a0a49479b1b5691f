#include "nn/trainer.h"

#include "base/digest.h"
#include "nn/architectures/registry.h"
#include "nn/batchqueue_p.h"
#include "nn/calibrate.h"
#include "nn/device_p.h"
#include "nn/engine.h"
#include "nn/headrows_p.h"
#include "nn/metrics.h"
#include "nn/precision_p.h"
#include "nn/pretrained_p.h"
#include "nn/schedule.h"
#include "nn/trainfinish_p.h"
#include "nn/trainingset.h"
#include "nn/trainpasses_p.h"
#include "nn/trainrecipe_p.h"
#include "nn/trainstate_p.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <malloc.h>

namespace ir {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t calibrationImages = 48; ///< for BatchNorm statistics of folded weights
constexpr std::size_t teacherImages = 256;    ///< by which a teacher's features are standardised
constexpr int reportEvery = 5;                ///< batches

/// One run of train(), with what it needs from epoch to epoch.
class Run
{
public:
    Run(const TrainOptions& options, const std::function<void(const TrainProgress&)>& report,
        std::stop_token stop)
        : m_options(options), m_report(report), m_stop(std::move(stop)),
          m_statePath(trainingStateOf(options.output))
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

        while (m_state->epochsDone < m_options.epochs && !stalled() && !m_options.finishNow) {
            if (auto done = epoch(); !done)
                return tl::unexpected(done.error());
            else if (!*done)
                return interrupted();
        }
        if (stalled())
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

    /// Also of a run that is resumed after it stopped for it.
    bool stalled() const
    {
        return m_options.patience > 0 && m_state->epochsDone - m_state->bestEpoch >= m_options.patience;
    }

    /// Equal for runs that go the same way; what is made of it at the end may differ.
    std::string fingerprint() const
    {
        nlohmann::json recipe = nn::recipeOf(m_options);
        recipe["precision"] = m_bfloat16 ? "bf16" : "fp32";
        if (m_options.fineTune)
            recipe["init_digest"] = m_initDigest;
        if (!m_teacherDigests.empty())
            recipe["teacher_digests"] = m_teacherDigests;
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
        const bool isQuickest = m_device.is_cuda() || findArchitecture(m_options.architecture)->trainsInBfloat16;
        auto bfloat16 = nn::useBfloat16(m_options.precision == "auto" && !isQuickest ? "fp32" : m_options.precision,
                                        m_device);
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
                                        someImages(calibrationImages));
            if (!taken)
                return tl::unexpected(taken.error());
            if (auto digest = sha256OfFile(m_options.init))
                m_initDigest = std::move(*digest);
            nn::adaptInput(*network, taken->normalisation, m_options.input);
            say(std::move(taken->summary));
            if (auto rows = nn::adoptClassRows(*network, m_options.init, m_options.classes); !rows)
                return tl::unexpected(rows.error());
            else if (!rows->empty())
                say(std::move(*rows));
        }
        m_state = std::make_unique<nn::TrainState>(m_options, std::move(network), m_device, m_bfloat16);
        if (std::ranges::find(m_set.train.imitates, true) != m_set.train.imitates.end())
            m_state->imitateItself(knownClasses());
        if (auto taught = askTeachers(); !taught)
            return taught;
        if (m_options.blend < 1 && m_options.headEpochs == 0)
            m_state->rememberStart();
        if (m_options.hardExamples > 0)
            m_state->lossOf.assign(m_set.train.size(), -1);
        if (m_options.resume) {
            if (auto loaded = m_state->load(m_statePath, fingerprint()); !loaded)
                return loaded;
            say("Resumed after epoch " + std::to_string(m_state->epochsDone) + ".");
        }
        return {};
    }

    Result<void> askTeachers()
    {
        if (m_options.teachers.empty())
            return {};
        nn::Teachers teachers(m_device, m_bfloat16);
        const auto sample = someImages(teacherImages);
        for (const std::filesystem::path& file : m_options.teachers) {
            if (auto loaded = teachers.load(file, m_options, sample); !loaded)
                return loaded;
            auto digest = sha256OfFile(file);
            if (!digest)
                return tl::unexpected(digest.error());
            m_teacherDigests.push_back(std::move(*digest));
        }
        m_state->learnFrom(std::move(teachers));
        return {};
    }

    /// Which of the classes the weights that the run starts from have learnt: all, if their classes have no names.
    std::vector<bool> knownClasses() const
    {
        std::vector<bool> known(m_options.classes.size(), true);
        if (const auto info = readModelInfo(m_options.init))
            for (std::size_t c = 0; c < known.size(); ++c)
                known[c] = std::ranges::find(info->classes, m_options.classes[c]) != info->classes.end();
        return known;
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

    torch::Tensor someImages(std::size_t count) const
    {
        // Drawn as an epoch is, so that no class is missing; unaugmented.
        const auto drawn = drawEpoch(m_set.train.labels, m_set.train.sources, count,
                                     m_options, 0);
        std::vector<GrayImage> images;
        for (const std::size_t i : drawn)
            images.push_back(m_set.fitted(m_set.train, i, m_options.input));
        return nn::fittedInput(images, m_options.input);
    }

    /// What this epoch and those after it cost, in such epochs: images of twice the side take four times as long.
    double costFrom(int number) const
    {
        double cost = 0;
        for (int later = number; later <= m_options.epochs; ++later)
            cost += std::pow(static_cast<double>(sideAt(m_options, later)) / sideAt(m_options, number), 2);
        return cost;
    }

    /// False: stopped on request.
    Result<bool> epoch()
    {
        const int number = m_state->epochsDone + 1;
        nn::BatchQueue queue(m_set, m_options, number, m_state->lossOf);
        TrainProgress progress;
        progress.epoch = number;
        progress.epochs = m_options.epochs;
        progress.batches = queue.batches();
        const double epochsLeft = costFrom(number);
        double lossSum = 0;
        const auto start = Clock::now();
        for (int b = 0; b < queue.batches(); ++b) {
            if (m_stop.stop_requested())
                return false;
            const nn::Batch batch = queue.take();
            progress.learningRate = learningRateAt(
                m_options, number - 1 + static_cast<double>(b) / queue.batches());
            const double loss = m_state->step(
                nn::toInput(batch.planes, m_options.batch, batch.side).to(m_device),
                torch::tensor(batch.labels).to(m_device), batch.images, progress.learningRate,
                number <= m_options.headEpochs);
            if (!std::isfinite(loss))
                return failure("Training failed in epoch " + std::to_string(number) +
                               ": the loss is no number any more; try a lower learning rate.");
            lossSum += loss;
            progress.batch = b + 1;
            progress.loss = lossSum / (b + 1);
            const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
            progress.imagesPerSecond = (b + 1) * m_options.batch / std::max(1e-9, seconds);
            progress.secondsLeft = seconds / (b + 1) * (epochsLeft * queue.batches() - (b + 1));
            if ((b + 1) % reportEvery == 0)
                m_report(progress);
        }
        m_state->epochsDone = number;
        if (number == m_options.headEpochs)
            m_state->rememberStart();
        validate(progress);
        if (auto saved = m_state->save(m_statePath, fingerprint()); !saved)
            return tl::unexpected(saved.error());
        m_report(progress); // an epoch that is said to be done survives what comes
        return true;
    }

    void validate(TrainProgress& progress)
    {
        const auto outputs = nn::passOver(m_state->averaged(), m_set, m_set.validation, m_options);
        progress.epochDone = true;
        progress.validationMacroF1 = figuresOf(nn::confusionOf(outputs.logits)).macroF1;
        progress.validationLoss = crossEntropy(outputs.logits, fitTemperature(outputs.logits));
        if (progress.validationMacroF1 > m_state->bestMacroF1 ||
            (progress.validationMacroF1 == m_state->bestMacroF1 &&
             progress.validationLoss < m_state->bestLoss)) {
            m_state->bestMacroF1 = progress.validationMacroF1;
            m_state->bestLoss = progress.validationLoss;
            m_state->bestEpoch = m_state->epochsDone;
            m_state->rememberBest();
        }
    }

    TrainReport reportSoFar() const
    {
        TrainReport report;
        report.epochsDone = m_state->epochsDone;
        report.bestEpoch = m_state->bestEpoch;
        report.validationMacroF1 = m_state->bestMacroF1;
        report.validationLoss = m_state->bestLoss;
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
        return nn::finishTraining(m_options, m_set, m_device, m_bfloat16, m_state->shipped(), reportSoFar());
    }

    const TrainOptions& m_options;
    const std::function<void(const TrainProgress&)>& m_report;
    std::stop_token m_stop;
    std::filesystem::path m_statePath;
    torch::Device m_device{torch::kCPU};
    bool m_bfloat16 = false;
    std::string m_initDigest;
    std::vector<std::string> m_teacherDigests;
    TrainingSet m_set;
    std::unique_ptr<nn::TrainState> m_state;
};

} // namespace

std::filesystem::path trainingStateOf(const std::filesystem::path& output)
{
    return output.string() + ".state";
}

Result<TrainReport> train(const TrainOptions& options, const ImageLoader& loader,
                          const std::function<void(const TrainProgress&)>& report, std::stop_token stop)
{
    if (auto checked = nn::checkOptions(options); !checked)
        return tl::unexpected(checked.error());
    try {
        return Run(options, report, std::move(stop)).train(loader);
    } catch (const std::exception& error) {
        return failure("Training failed inside LibTorch; see the log.", error.what());
    }
}

} // namespace ir
