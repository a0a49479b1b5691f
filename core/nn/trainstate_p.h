#pragma once

#include "nn/architectures/network_p.h"
#include "nn/teachers_p.h"
#include "nn/trainer.h"

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace ir::nn {

using NamedTensors = std::vector<std::pair<std::string, torch::Tensor>>;

/// Contiguous copies on the CPU of all that a weights file holds of the network.
[[nodiscard]] NamedTensors copiesOf(Network& network);

/// Everything an interrupted run needs to go on exactly: weights, their moving average, the best so far,
/// Adam's moments, counters, the images' losses where draws go by them. Randomness needs no state: it is a
/// function of seed, epoch and position.
class TrainState
{
public:
    /// `bfloat16`: see MixedPrecision.
    TrainState(const TrainOptions& options, std::shared_ptr<Network> network, const torch::Device& device,
               bool bfloat16);

    /// Keeps the net as it is now, to be imitated where labels are -1. `known`: see Teachers::add().
    void imitateItself(const std::vector<bool>& known);
    /// Learns from others beside the labels, as the options say.
    void learnFrom(Teachers teachers);

    /// One step on a batch, of all that is trained or of the classifier alone; returns its loss. `labels` [N], -1
    /// where the net that the run began with is imitated. `drawn` are the images' places in `lossOf`. The caller checks that the
    /// loss is finite.
    double step(const torch::Tensor& images, const torch::Tensor& labels, std::span<const std::size_t> drawn,
                double learningRate, bool headOnly);

    /// The net to evaluate and ship: the moving average where there is one.
    [[nodiscard]] Network& averaged() { return m_average ? *m_average : *m_network; }
    /// Takes over weights by name, for averageOf.
    void adopt(const NamedTensors& weights);
    /// Starts the moving average afresh from the weights.
    void resetAverage();

    void rememberBest();
    /// Keeps the weights as they are after the head epochs, to blend with.
    void rememberStart();
    /// The tensors to ship, contiguous: best on "val", or the averaged net as it stands; blended as the
    /// options say (BatchNorm statistics are to be taken afresh then).
    [[nodiscard]] NamedTensors shipped();

    /// `fingerprint`: what must be the same for a resume, see train().
    [[nodiscard]] Result<void> save(const std::filesystem::path& path, const std::string& fingerprint);
    [[nodiscard]] Result<void> load(const std::filesystem::path& path, const std::string& fingerprint);

    int epochsDone = 0;
    int bestEpoch = 0;
    double bestMacroF1 = -1;
    double bestLoss = 0;
    /// The last loss of each training image, negative: not seen yet; empty: nobody asks (options.hardExamples).
    std::vector<float> lossOf;

private:
    /// A second net beside the first, in eval mode; its weights are still to be copied.
    [[nodiscard]] std::shared_ptr<Network> anotherNetwork() const;
    /// What to aim at, [N, C]: labels with label smoothing, and what the teachers say.
    [[nodiscard]] torch::Tensor taught(const torch::Tensor& labels, const torch::Tensor& said) const;
    /// How far the teachers' features are from what a linear map makes of the net's.
    [[nodiscard]] torch::Tensor distance(const torch::Tensor& features, const Teachers::Answer& said);
    void noteLosses(const torch::Tensor& logits, const torch::Tensor& aims, double smoothing,
                    std::span<const std::size_t> drawn);
    void updateAverage();
    NamedTensors everything();

    const TrainOptions& m_options;
    torch::Device m_device;
    bool m_bfloat16;
    std::shared_ptr<Network> m_network;
    std::shared_ptr<Network> m_average; ///< null without averaging
    Teachers m_teachers;
    std::vector<torch::nn::Linear> m_projections; ///< the net's features to each teacher's; empty: nobody asks
    NamedTensors m_best;
    NamedTensors m_start;
    struct Parameter
    {
        std::string name;
        torch::Tensor tensor;
        torch::Tensor first; ///< Adam's moments
        torch::Tensor second;
        bool head = false; ///< of the classifier
    };
    void update(Parameter& parameter, double learningRate) const;
    std::vector<Parameter> m_parameters; ///< those that are trained
    std::int64_t m_steps = 0;
};

} // namespace ir::nn
