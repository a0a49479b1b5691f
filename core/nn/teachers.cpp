#include "nn/teachers_p.h"

#include "nn/precision_p.h"
#include "nn/pretrained_p.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace ir::nn {

namespace {

constexpr std::int64_t sampleBatch = 16;
/// Of the mean deviation of all features: what hardly ever moves must not count as much as what does.
constexpr double leastDeviation = 0.1;

} // namespace

Result<void> Teachers::load(const std::filesystem::path& file, const TrainOptions& options, const torch::Tensor& sample)
{
    const auto model = readModelFile(file);
    if (!model)
        return tl::unexpected(model.error());
    const ModelInfo& info = model->info;
    const auto refused = [&](const std::string& why) {
        return failure(file.string() + " cannot be the teacher: " + why);
    };
    if (info.classes != options.classes)
        return refused("its classes are others than those to be learnt.");
    if (info.input.fit != options.input.fit || info.input.cropMargins != options.input.cropMargins ||
        info.input.stretchGreys != options.input.stretchGreys)
        return refused("it sees images prepared in another way (fit, margins, greys) than the net that is trained; "
                       "choose those options after the teacher.");
    auto network = makeNetwork(info.architecture, static_cast<int>(info.classes.size()));
    loadWeights(*network, model->tensors);
    Normalisation own;
    own.mean.fill(info.input.mean);
    own.deviation.fill(info.input.stddev);
    adaptInput(*network, own, options.input);
    network->fold();
    network->to(m_device);
    makeChannelsLast(*network);
    add(std::move(network), std::vector<bool>(info.classes.size(), true));

    torch::NoGradGuard noGrad;
    Teacher& teacher = m_teachers.back();
    teacher.temperature = info.temperature;
    std::vector<torch::Tensor> features;
    for (std::int64_t i = 0; i < sample.size(0); i += sampleBatch)
        features.push_back(featuresOf(teacher, sample.narrow(0, i, std::min(sampleBatch, sample.size(0) - i)).to(m_device)));
    const auto all = torch::cat(features);
    teacher.mean = all.mean(0);
    const auto deviation = all.std(0, /*unbiased=*/false);
    teacher.deviation = deviation.clamp_min(leastDeviation * deviation.mean().item<double>());
    return {};
}

void Teachers::add(std::shared_ptr<Network> network, const std::vector<bool>& known)
{
    network->eval();
    auto unknown = torch::zeros({static_cast<std::int64_t>(known.size())}, torch::kBool);
    for (std::size_t c = 0; c < known.size(); ++c)
        unknown[static_cast<std::int64_t>(c)] = !known[c];
    m_teachers.push_back({.network = std::move(network), .unknown = unknown.to(m_device), .temperature = 1});
}

torch::Tensor Teachers::featuresOf(const Teacher& teacher, const torch::Tensor& images) const
{
    const MixedPrecision precision(m_bfloat16, m_device);
    return teacher.network->features(images);
}

Teachers::Answer Teachers::ask(const torch::Tensor& images) const
{
    torch::NoGradGuard noGrad;
    Answer answer;
    for (const Teacher& teacher : m_teachers) {
        auto features = featuresOf(teacher, images);
        const auto logits = teacher.network->classify(features).div(teacher.temperature);
        const auto probabilities =
            torch::softmax(logits.masked_fill(teacher.unknown, -std::numeric_limits<float>::infinity()), 1);
        answer.probabilities =
            answer.probabilities.defined() ? answer.probabilities + probabilities : probabilities;
        if (teacher.mean.defined())
            features = (features - teacher.mean) / teacher.deviation;
        answer.features.push_back(std::move(features));
    }
    answer.probabilities = answer.probabilities / static_cast<double>(m_teachers.size());
    return answer;
}

std::vector<std::int64_t> Teachers::featureCounts() const
{
    std::vector<std::int64_t> counts;
    for (const Teacher& teacher : m_teachers)
        counts.push_back(teacher.network->featureCount());
    return counts;
}

} // namespace ir::nn
