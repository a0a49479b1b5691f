#include "unfoldednetwork.h"

#include "nn/architectures/network_p.h"
#include "nn/modelinfo.h"
#include "nn/preprocess.h"

namespace ir::test {

std::vector<double> unfoldedProbabilities(const std::filesystem::path& weights, const GrayImage& image)
{
    const ModelFile file = readModelFile(weights).value();
    const torch::NoGradGuard noGrad;
    const auto network =
        nn::makeNetwork(file.info.architecture, static_cast<int>(file.info.classes.size()));
    nn::loadWeights(*network, file.tensors);
    network->eval();
    const std::int64_t side = file.info.input.size;
    const auto plane = torch::empty({1, 1, side, side});
    normalise(fitToInput(image, file.info.input), file.info.input,
              std::span(plane.data_ptr<float>(), static_cast<std::size_t>(side * side)));
    const auto logits = network->forward(plane.expand({1, 3, side, side}).contiguous());
    const auto probabilities =
        torch::softmax(logits.to(torch::kFloat64) / file.info.temperature, 1).contiguous();
    const double* values = probabilities.data_ptr<double>();
    return {values, values + probabilities.numel()};
}

} // namespace ir::test
