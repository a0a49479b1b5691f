#include "nn/trainstate_p.h"

#include "nn/precision_p.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <utility>

namespace ir::nn {

namespace {

// Kingma & Ba 2015, Loshchilov & Hutter 2019; the usual constants.
constexpr double firstDecay = 0.9;
constexpr double secondDecay = 0.999;
constexpr double adamEpsilon = 1e-8;

void copyWeights(Network& source, Network& target)
{
    torch::NoGradGuard noGrad;
    auto from = namedTensors(source);
    auto to = namedTensors(target);
    for (std::size_t i = 0; i < to.size(); ++i)
        to[i].second.copy_(from[i].second);
}

} // namespace

NamedTensors copiesOf(Network& network)
{
    NamedTensors result;
    for (const auto& [name, tensor] : namedTensors(network))
        result.emplace_back(name, tensor.detach().to(torch::kCPU, tensor.scalar_type(), false, true).contiguous());
    return result;
}

TrainState::TrainState(const TrainOptions& options, std::shared_ptr<Network> network,
                       const torch::Device& device, bool bfloat16)
    : m_options(options), m_device(device), m_bfloat16(bfloat16), m_network(std::move(network)),
      m_teachers(device, bfloat16)
{
    m_network->to(m_device);
    makeChannelsLast(*m_network);
    for (auto& parameter : m_network->parametersOfFirstUnits(static_cast<std::size_t>(options.freezeUnits)))
        parameter.set_requires_grad(false);
    for (const auto& item : m_network->named_parameters())
        if (item.value().requires_grad())
            m_parameters.push_back({item.key(), item.value(), torch::zeros_like(item.value()),
                                    torch::zeros_like(item.value()),
                                    item.key().starts_with("classifier.")});
    if (options.averageDecay > 0) {
        m_average = anotherNetwork();
        resetAverage();
    }
}

std::shared_ptr<Network> TrainState::anotherNetwork() const
{
    auto network = makeNetwork(m_options.architecture, static_cast<int>(m_options.classes.size()));
    network->to(m_device);
    makeChannelsLast(*network);
    network->eval();
    return network;
}

void TrainState::resetAverage()
{
    if (m_average)
        copyWeights(*m_network, *m_average);
}

void TrainState::imitateItself(const std::vector<bool>& known)
{
    auto guide = anotherNetwork();
    copyWeights(*m_network, *guide);
    m_teachers.add(std::move(guide), known);
}

void TrainState::learnFrom(Teachers teachers)
{
    m_teachers = std::move(teachers);
    if (m_options.teacherFeatures <= 0)
        return;
    for (const std::int64_t count : m_teachers.featureCounts()) {
        torch::nn::Linear projection(m_network->featureCount(), count);
        projection->to(m_device);
        for (const auto& item : projection->named_parameters())
            m_parameters.push_back({"projection" + std::to_string(m_projections.size()) + "." + item.key(), item.value(),
                                    torch::zeros_like(item.value()), torch::zeros_like(item.value())});
        m_projections.push_back(projection);
    }
}

torch::Tensor TrainState::taught(const torch::Tensor& labels, const torch::Tensor& said) const
{
    const double smoothing = m_options.labelSmoothing;
    auto aims = torch::one_hot(labels.clamp_min(0), said.size(1)).to(torch::kFloat32);
    aims = aims * (1 - smoothing) + smoothing / static_cast<double>(said.size(1));
    if (m_options.teachers.empty()) // the net itself, for some of the images
        return torch::where((labels < 0).unsqueeze(1), said, aims);
    return torch::lerp(aims, said, m_options.teacherWeight);
}

torch::Tensor TrainState::distance(const torch::Tensor& features, const Teachers::Answer& said)
{
    auto sum = torch::zeros({}, features.options());
    for (std::size_t i = 0; i < m_projections.size(); ++i)
        sum = sum + (1 - torch::cosine_similarity(m_projections[i]->forward(features), said.features[i])).mean();
    return sum / static_cast<double>(m_projections.size());
}

void TrainState::updateAverage()
{
    // Early on a short memory, else the average would be of the untrained net.
    const auto steps = static_cast<double>(m_steps);
    const double decay = std::min(m_options.averageDecay, (1 + steps) / (10 + steps));
    auto from = namedTensors(*m_network);
    auto to = namedTensors(*m_average);
    for (std::size_t i = 0; i < to.size(); ++i)
        to[i].second.lerp_(from[i].second, 1 - decay);
}

void TrainState::noteLosses(const torch::Tensor& logits, const torch::Tensor& aims, double smoothing,
                            std::span<const std::size_t> drawn)
{
    torch::NoGradGuard noGrad;
    const auto losses = torch::nn::functional::cross_entropy(
                            logits, aims,
                            torch::nn::functional::CrossEntropyFuncOptions()
                                .label_smoothing(smoothing)
                                .reduction(torch::kNone))
                            .to(torch::kCPU, torch::kFloat32)
                            .contiguous();
    for (std::size_t i = 0; i < drawn.size(); ++i)
        lossOf[drawn[i]] = losses.data_ptr<float>()[i];
}

double TrainState::step(const torch::Tensor& images, const torch::Tensor& labels, std::span<const std::size_t> drawn,
                        double learningRate, bool headOnly)
{
    m_network->train();
    auto units = m_network->units();
    const auto still = headOnly || m_options.fineTune
                           ? units.size()
                           : std::min(units.size(), static_cast<std::size_t>(m_options.freezeUnits));
    for (std::size_t i = 0; i < still; ++i)
        units[i]->eval();
    for (Parameter& parameter : m_parameters)
        parameter.tensor.mutable_grad().reset();
    torch::Tensor features;
    {
        const torch::AutoGradMode recorded(!headOnly);
        const MixedPrecision precision(m_bfloat16, m_device);
        features = m_network->features(images);
    }
    const auto logits = m_network->classify(features);
    torch::Tensor aims = labels;
    double smoothing = m_options.labelSmoothing;
    Teachers::Answer said;
    if (!m_teachers.empty()) {
        said = m_teachers.ask(images);
        aims = taught(labels, said.probabilities);
        smoothing = 0; // is in them
    }
    auto loss = torch::nn::functional::cross_entropy(
        logits, aims, torch::nn::functional::CrossEntropyFuncOptions().label_smoothing(smoothing));
    if (!m_projections.empty())
        loss = loss + m_options.teacherFeatures * distance(features, said);
    loss.backward();
    const double value = loss.item<double>();
    if (!std::isfinite(value))
        return value;
    if (!lossOf.empty())
        noteLosses(logits, aims, smoothing, drawn);

    torch::NoGradGuard noGrad;
    if (m_options.clipNorm > 0)
        torch::nn::utils::clip_grad_norm_(m_network->parameters(), m_options.clipNorm);
    ++m_steps;
    for (Parameter& parameter : m_parameters)
        if (!headOnly || parameter.head)
            update(parameter, learningRate * (parameter.head && !headOnly ? m_options.headRate : 1));
    if (m_average)
        updateAverage();
    return value;
}

void TrainState::update(Parameter& parameter, double learningRate) const
{
    const auto steps = static_cast<double>(m_steps);
    const double firstBias = 1 - std::pow(firstDecay, steps);
    const double secondBias = std::sqrt(1 - std::pow(secondDecay, steps));
    const torch::Tensor& gradient = parameter.tensor.grad();
    // Decay pulls on kernels only: on BatchNorm and biases it does harm and no good.
    if (m_options.weightDecay > 0 && parameter.tensor.dim() > 1)
        parameter.tensor.mul_(1 - learningRate * m_options.weightDecay);
    parameter.first.lerp_(gradient, 1 - firstDecay);
    parameter.second.mul_(secondDecay).addcmul_(gradient, gradient, 1 - secondDecay);
    parameter.tensor.addcdiv_(parameter.first,
                              (parameter.second.sqrt() / secondBias).add_(adamEpsilon),
                              -learningRate / firstBias);
}

void TrainState::adopt(const NamedTensors& weights)
{
    torch::NoGradGuard noGrad;
    auto own = namedTensors(*m_network);
    for (std::size_t i = 0; i < own.size(); ++i)
        own[i].second.copy_(weights[i].second);
    resetAverage();
}

void TrainState::rememberBest()
{
    m_best = copiesOf(averaged());
}

void TrainState::rememberStart()
{
    m_start = copiesOf(averaged());
}

NamedTensors TrainState::shipped()
{
    torch::NoGradGuard noGrad;
    NamedTensors result = m_options.keepLast || m_best.empty() ? copiesOf(averaged()) : m_best;
    if (m_options.blend < 1)
        for (std::size_t i = 0; i < result.size(); ++i)
            result[i].second = torch::lerp(m_start[i].second, result[i].second, m_options.blend);
    return result;
}

NamedTensors TrainState::everything()
{
    NamedTensors all;
    for (const auto& [name, tensor] : namedTensors(*m_network))
        all.emplace_back("net." + name, tensor.detach());
    if (m_average)
        for (const auto& [name, tensor] : namedTensors(*m_average))
            all.emplace_back("average." + name, tensor.detach());
    for (const auto& [name, tensor] : m_best)
        all.emplace_back("best." + name, tensor);
    for (const auto& [name, tensor] : m_start)
        all.emplace_back("start." + name, tensor);
    for (std::size_t i = 0; i < m_projections.size(); ++i)
        for (const auto& item : m_projections[i]->named_parameters())
            all.emplace_back("projection" + std::to_string(i) + "." + item.key(), item.value().detach());
    for (const Parameter& parameter : m_parameters) {
        all.emplace_back("first." + parameter.name, parameter.first);
        all.emplace_back("second." + parameter.name, parameter.second);
    }
    if (!lossOf.empty())
        all.emplace_back("losses", torch::from_blob(lossOf.data(), {static_cast<std::int64_t>(lossOf.size())}));
    return all;
}

Result<void> TrainState::save(const std::filesystem::path& path, const std::string& fingerprint)
{
    std::vector<torch::Tensor> held;
    std::vector<Safetensors::Entry> entries;
    for (const auto& [name, tensor] : everything()) {
        held.push_back(tensor.to(torch::kCPU).contiguous());
        entries.push_back(toEntry(name, held.back()));
    }
    const nlohmann::json counters{{"epochs_done", epochsDone},   {"steps", m_steps},
                                  {"best_epoch", bestEpoch},     {"best_macro_f1", bestMacroF1},
                                  {"best_loss", bestLoss}};
    return Safetensors::write(path, entries,
                              {{"format", "imaging-router-training-1"},
                               {"counters", counters.dump()},
                               {"fingerprint", fingerprint}});
}

Result<void> TrainState::load(const std::filesystem::path& path, const std::string& fingerprint)
{
    const auto file = Safetensors::read(path);
    if (!file)
        return tl::unexpected(file.error());
    const auto text = [&](const char* key) {
        const auto found = file->metadata().find(key);
        return found == file->metadata().end() ? std::string() : found->second;
    };
    if (text("fingerprint") != fingerprint)
        return failure("Cannot resume from " + path.string() +
                       ": it was made with other options or other data; start anew instead of resuming.");
    const auto counters = nlohmann::json::parse(text("counters"), nullptr, false);
    const auto broken = [&] {
        return failure("Cannot resume from " + path.string() + ": it is damaged; start anew.");
    };
    if (!counters.is_object())
        return broken();
    try {
        epochsDone = counters.at("epochs_done").get<int>();
        m_steps = counters.at("steps").get<std::int64_t>();
        bestEpoch = counters.at("best_epoch").get<int>();
        bestMacroF1 = counters.at("best_macro_f1").get<double>();
        bestLoss = counters.at("best_loss").get<double>();
    } catch (const nlohmann::json::exception&) {
        return broken();
    }
    torch::NoGradGuard noGrad;
    if (bestEpoch > 0)
        rememberBest(); // shapes; the values come now
    if (m_options.headEpochs > 0 && epochsDone >= m_options.headEpochs)
        rememberStart();
    for (auto& [name, tensor] : everything()) {
        const Safetensors::Entry* entry = file->find(name);
        if (!entry || tensor.sizes() != entry->shape)
            return broken();
        tensor.copy_(toTensor(*entry));
    }
    return {};
}

} // namespace ir::nn
