#include "nn/trainfinish_p.h"

#include "nn/batchqueue_p.h"
#include "nn/device_p.h"
#include "nn/outlier.h"
#include "nn/outlierfit_p.h"
#include "nn/trainpasses_p.h"
#include "nn/trainrecipe_p.h"

#include <algorithm>
#include <map>
#include <utility>

namespace ir::nn {

namespace {

constexpr std::size_t outlierImages = 2000; ///< for the outlier score, at most
constexpr double acceptedPrecision = 0.995; ///< of what needs no review, on "val"
constexpr double lowestThreshold = 0.6;
constexpr double acceptedShare = 0.99; ///< of "val" that is no outlier
constexpr int statisticsImages = 512;  ///< for BatchNorm statistics after blending

/// Adds a shift a class to the logits, wherever they are kept.
void shiftLogits(const std::vector<double>& shifts, Network& network, LabelledLogits& data)
{
    torch::NoGradGuard noGrad;
    for (auto& [name, tensor] : namedTensors(network))
        if (name == "classifier.bias")
            tensor.add_(torch::tensor(shifts, torch::kFloat32).to(tensor.device()));
    for (std::size_t i = 0; i < data.logits.size(); ++i)
        data.logits[i] += static_cast<float>(shifts[i % shifts.size()]);
}

class Finish
{
public:
    Finish(const TrainOptions& options, const TrainingSet& set, const torch::Device& device, bool bfloat16,
           TrainReport soFar)
        : m_options(options), m_set(set), m_device(device), m_bfloat16(bfloat16), m_report(std::move(soFar))
    {}

    Result<TrainReport> write(NamedTensors shipped)
    {
        const auto network =
            makeNetwork(m_options.architecture, static_cast<int>(m_options.classes.size()));
        {
            torch::NoGradGuard noGrad;
            auto tensors = namedTensors(*network);
            for (std::size_t i = 0; i < tensors.size(); ++i)
                tensors[i].second.copy_(shipped[i].second);
        }
        network->to(m_device);
        makeChannelsLast(*network);
        // One file alone has had what follows: its weights stay, only what is measured of them is anew.
        const bool finishedBefore = m_options.averageOf.size() == 1;
        if ((m_options.blend < 1 || !m_options.averageOf.empty()) && !m_options.fineTune && !finishedBefore)
            estimateStatistics(*network);
        auto validation = passOver(*network, m_set, m_set.validation, m_options);
        if (!m_options.fineTune && !finishedBefore)
            shiftLogits(fitClassBias(validation.logits, fitTemperature(validation.logits)), *network,
                        validation.logits);
        shipped = copiesOf(*network);
        m_report.validationMacroF1 = figuresOf(confusionOf(validation.logits)).macroF1;
        auto outliers = fitOutlierScore(*network);
        m_report.model = describe(validation, outliers);
        m_report.validationLoss = crossEntropy(validation.logits, m_report.model.temperature);
        if (m_options.fineTune)
            if (auto kept = keepMeasures(*network, m_report.model, outliers); !kept)
                return tl::unexpected(kept.error());
        evaluateHeldOut(*network);

        shipped.emplace_back(outlierProjection, outliers.projection);
        shipped.emplace_back(outlierOffset, outliers.offset);
        shipped.emplace_back(outlierCentres, outliers.centres);
        std::vector<Safetensors::Entry> entries;
        for (const auto& [name, tensor] : shipped)
            entries.push_back(toEntry(name, tensor));
        if (auto written = writeModelFile(m_options.output, m_report.model, entries); !written)
            return tl::unexpected(written.error());
        return m_report;
    }

private:
    /// BatchNorm's mean and variance afresh, over batches drawn and augmented as in training.
    void estimateStatistics(Network& network) const
    {
        torch::NoGradGuard noGrad;
        for (ConvBn& unit : network.units()) {
            unit->bn->options.momentum(torch::nullopt); // the plain mean over batches
            unit->bn->reset_running_stats();
        }
        network.train();
        BatchQueue queue(m_set, m_options, m_options.epochs + 1);
        const int batches = std::min(queue.batches(), statisticsImages / m_options.batch + 1);
        for (int b = 0; b < batches; ++b) {
            const Batch batch = queue.take();
            network.features(toInput(batch.planes, m_options.batch, batch.side).to(m_device));
        }
        network.eval();
    }

    struct Sample
    {
        torch::Tensor features; ///< [N, F]
        torch::Tensor labels;   ///< [N]
        torch::Tensor sources;  ///< [N]
    };
    Sample trainingSample(Network& network) const
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
        return {passOver(network, m_set, some, m_options).features, torch::tensor(some.labels),
                torch::tensor(some.sources)};
    }

    OutlierModel fitOutlierScore(Network& network) const
    {
        const Sample sample = trainingSample(network);
        return fitOutliers(sample.features, sample.labels);
    }

    ModelInfo describe(const PassOutputs& validation, const OutlierModel& outliers) const
    {
        ModelInfo info;
        info.architecture = m_options.architecture;
        info.classes = m_options.classes;
        info.input = m_options.input;
        info.temperature = fitTemperature(validation.logits);
        info.reviewThreshold = chooseReviewThreshold(validation.logits, info.temperature,
                                                     acceptedPrecision, lowestThreshold);
        const auto scores = outlierScores(validation.features, outliers);
        info.outlierThreshold = torch::quantile(scores.to(torch::kFloat64), acceptedShare).item<double>();
        info.trainingDataDigest = m_set.digest;
        nlohmann::json recipe = recipeOf(m_options);
        recipe["precision"] = m_bfloat16 ? "bf16" : "fp32";
        recipe["epochs_done"] = m_report.epochsDone;
        recipe["best_epoch"] = m_report.bestEpoch;
        recipe["training_images"] = m_set.train.size();
        info.recipe = recipe.dump();
        const Figures figures = figuresOf(confusionOf(validation.logits));
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
    Result<void> keepMeasures(Network& network, ModelInfo& info, OutlierModel& outliers) const
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
        OutlierModel known;
        known.projection = toTensor(*projection);
        known.offset = toTensor(*base->tensors.find(outlierOffset));
        known.centres = toTensor(*base->tensors.find(outlierCentres));
        // Within class and source: what was corrected is to have centres apart from what was known.
        const Sample sample = trainingSample(network);
        const auto sources = static_cast<std::int64_t>(m_set.sourceNames.size());
        outliers = withCentres(known, sample.features, sample.labels * sources + sample.sources);
        return {};
    }

    void evaluateHeldOut(Network& network)
    {
        if (m_set.heldOut.labels.empty())
            return;
        const auto outputs = passOver(network, m_set, m_set.heldOut, m_options);
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
            m_report.heldOut.push_back({m_set.sourceNames[static_cast<std::size_t>(source)],
                                      {matrix.counts().begin(), matrix.counts().end()}});
        m_report.heldOutMacroF1 = figuresOf(confusionOf(outputs.logits)).macroF1;
    }

    const TrainOptions& m_options;
    const TrainingSet& m_set;
    torch::Device m_device;
    bool m_bfloat16;
    TrainReport m_report;
};

} // namespace

Result<TrainReport> finishTraining(const TrainOptions& options, const TrainingSet& set, const torch::Device& device,
                                   bool bfloat16, NamedTensors weights, TrainReport soFar)
{
    return Finish(options, set, device, bfloat16, std::move(soFar)).write(std::move(weights));
}

} // namespace ir::nn
