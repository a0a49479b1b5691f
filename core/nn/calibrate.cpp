#include "nn/calibrate.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ir {

namespace {

std::span<const float> row(const LabelledLogits& data, std::size_t i)
{
    const auto classes = static_cast<std::size_t>(data.classes);
    return std::span(data.logits).subspan(i * classes, classes);
}

} // namespace

std::vector<double> softmax(std::span<const float> logits, double temperature)
{
    const double largest = *std::ranges::max_element(logits);
    std::vector<double> result;
    double sum = 0;
    for (const float logit : logits) {
        result.push_back(std::exp((logit - largest) / temperature));
        sum += result.back();
    }
    for (double& value : result)
        value /= sum;
    return result;
}

double crossEntropy(const LabelledLogits& data, double temperature)
{
    double sum = 0;
    for (std::size_t i = 0; i < data.labels.size(); ++i) {
        const auto probabilities = softmax(row(data, i), temperature);
        sum -= std::log(std::max(1e-12, probabilities[static_cast<std::size_t>(data.labels[i])]));
    }
    return data.labels.empty() ? 0 : sum / static_cast<double>(data.labels.size());
}

double fitTemperature(const LabelledLogits& data)
{
    if (data.labels.empty())
        return 1;
    // Golden section on the logarithm: the loss is convex in 1/T.
    const double ratio = (std::sqrt(5.0) - 1) / 2;
    double low = std::log(0.05);
    double high = std::log(20.0);
    for (int i = 0; i < 60; ++i) {
        const double a = high - ratio * (high - low);
        const double b = low + ratio * (high - low);
        if (crossEntropy(data, std::exp(a)) < crossEntropy(data, std::exp(b)))
            high = b;
        else
            low = a;
    }
    return std::exp((low + high) / 2);
}

std::vector<double> fitClassBias(const LabelledLogits& data, double temperature)
{
    const auto classes = static_cast<std::size_t>(data.classes);
    const auto images = static_cast<double>(data.labels.size());
    std::vector<double> bias(classes, 0);
    if (data.labels.empty())
        return bias;
    // Gradient descent: the loss is convex and its second derivative under 1/2 + 1/images.
    constexpr int steps = 2000;
    LabelledLogits shifted = data;
    for (int step = 0; step < steps; ++step) {
        std::vector<double> gradient(classes, 0);
        for (std::size_t i = 0; i < data.labels.size(); ++i) {
            const auto probabilities = softmax(row(shifted, i), temperature);
            for (std::size_t c = 0; c < classes; ++c)
                gradient[c] += probabilities[c];
            gradient[static_cast<std::size_t>(data.labels[i])] -= 1;
        }
        for (std::size_t c = 0; c < classes; ++c)
            bias[c] -= 2 / (1 + 2 / images) * (gradient[c] + bias[c]) / images;
        for (std::size_t i = 0; i < data.logits.size(); ++i)
            shifted.logits[i] = data.logits[i] + static_cast<float>(temperature * bias[i % classes]);
    }
    for (double& shift : bias)
        shift *= temperature;
    return bias;
}

double chooseReviewThreshold(const LabelledLogits& data, double temperature, double precision,
                             double floor)
{
    std::vector<std::pair<double, bool>> judged; // confidence, right
    for (std::size_t i = 0; i < data.labels.size(); ++i) {
        const auto probabilities = softmax(row(data, i), temperature);
        const auto best = std::ranges::max_element(probabilities);
        judged.emplace_back(*best, best - probabilities.begin() == data.labels[i]);
    }
    std::ranges::sort(judged, std::greater<>{});
    double threshold = 1;
    std::size_t right = 0;
    for (std::size_t i = 0; i < judged.size(); ++i) {
        right += judged[i].second ? 1 : 0;
        if (static_cast<double>(right) >= precision * static_cast<double>(i + 1))
            threshold = judged[i].first;
    }
    return judged.empty() ? floor : std::max(floor, threshold);
}

} // namespace ir
