#include "nn/trainpasses_p.h"

#include "nn/preprocess.h"

#include <algorithm>

namespace ir::nn {

namespace {

constexpr std::int64_t evaluationBatch = 16;

} // namespace

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

PassOutputs passOver(Network& network, const TrainingSet& set, const TrainingSet::Part& part,
                     const TrainOptions& options)
{
    torch::NoGradGuard noGrad;
    const torch::Device device = network.parameters().front().device();
    network.eval();
    PassOutputs outputs;
    outputs.logits.classes = static_cast<int>(options.classes.size());
    outputs.logits.labels = part.labels;
    std::vector<torch::Tensor> features;
    for (std::size_t i = 0; i < part.size(); i += evaluationBatch) {
        std::vector<GrayImage> images;
        for (std::size_t k = i; k < std::min(part.size(), i + evaluationBatch); ++k)
            images.push_back(set.fitted(part, k, options.input));
        const auto pooled =
            network.features(fittedInput(images, options.input).to(device), options.input.mirror);
        const auto logits = network.classify(pooled).to(torch::kCPU).contiguous();
        features.push_back(pooled.to(torch::kCPU));
        outputs.logits.logits.insert(outputs.logits.logits.end(), logits.data_ptr<float>(),
                                     logits.data_ptr<float>() + logits.numel());
    }
    if (!features.empty())
        outputs.features = torch::cat(features);
    return outputs;
}

ConfusionMatrix confusionOf(const LabelledLogits& data)
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

} // namespace ir::nn
