#include "nn/schedule.h"

#include "nn/rng.h"
#include "nn/trainer.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace ir {

namespace {
constexpr double lowestRate = 0.01; ///< of the full rate, at the end of a cosine
constexpr std::uint64_t samplerStream = 0x5A;
constexpr double hardest = 3; ///< a loss counts for no more, in means of class and source
constexpr int growthStep = 32; ///< pixels: what the nets shrink an image by

using ClassAndSource = std::pair<int, int>;

/// How often each image is to be drawn for its loss, 1 on average over its class and source.
std::vector<double> hardness(const std::vector<ClassAndSource>& groups, const std::vector<float>& lossOf)
{
    struct Sum
    {
        double total = 0;
        double count = 0;
        [[nodiscard]] double mean() const { return total / count; }
    };
    std::map<ClassAndSource, Sum> losses; // of what was seen
    for (std::size_t i = 0; i < groups.size(); ++i)
        if (lossOf[i] >= 0) {
            losses[groups[i]].total += lossOf[i];
            ++losses[groups[i]].count;
        }
    std::vector<double> result(groups.size(), 1);
    std::map<ClassAndSource, Sum> capped;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (lossOf[i] >= 0 && losses[groups[i]].total > 0)
            result[i] = std::min(hardest, lossOf[i] / losses[groups[i]].mean());
        capped[groups[i]].total += result[i];
        ++capped[groups[i]].count;
    }
    for (std::size_t i = 0; i < groups.size(); ++i)
        result[i] += 1 - capped[groups[i]].mean(); // what the cap took off goes to all alike
    return result;
}

} // namespace

double learningRateAt(const TrainOptions& options, double epoch)
{
    if (epoch < options.headEpochs)
        return options.headOnlyRate;
    double start = options.headEpochs + options.warmupEpochs;
    if (epoch < start)
        return options.learningRate *
               std::max(lowestRate, (epoch - options.headEpochs) / options.warmupEpochs);
    double length = options.restartEpochs > 0 ? options.restartEpochs : options.epochs - start;
    while (epoch >= start + length && start + length < options.epochs) {
        start += length;
        length *= std::max(1.0, options.restartFactor);
    }
    length = std::max(1e-9, std::min(length, options.epochs - start));
    const double phase = std::clamp((epoch - start) / length, 0.0, 1.0);
    const double cosine = 0.5 * (1 + std::cos(3.141592653589793 * phase));
    return options.learningRate * (lowestRate + (1 - lowestRate) * cosine);
}

int sideAt(const TrainOptions& options, int epoch)
{
    const int full = options.input.size;
    const int growing = options.epochs * 3 / 5;
    if (options.startSize <= 0 || options.startSize >= full || epoch > growing)
        return full;
    const int sides = (full - options.startSize + growthStep - 1) / growthStep; // smaller than the whole
    return options.startSize + (epoch - 1) * sides / growing * growthStep;
}

std::vector<std::size_t> drawEpoch(const std::vector<int>& labels, const std::vector<int>& sources,
                                   std::size_t draws, const TrainOptions& options, int epoch,
                                   const std::vector<float>& lossOf)
{
    std::map<int, double> perClass;
    std::vector<ClassAndSource> groups;
    std::map<ClassAndSource, double> perSource;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        groups.emplace_back(labels[i], sources[i]);
        ++perClass[labels[i]];
        ++perSource[groups[i]];
    }
    std::map<int, double> sourceMass; // of a class, before it is scaled to the class's mass
    for (const auto& [key, count] : perSource)
        sourceMass[key.first] += std::pow(count, 1 - options.sourceBalance);
    const std::vector<double> hard =
        lossOf.empty() ? std::vector<double>(labels.size(), 1) : hardness(groups, lossOf);

    std::vector<double> cumulated(labels.size());
    double total = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const double inClass = std::pow(perClass[labels[i]], 1 - options.classBalance);
        const double count = perSource[groups[i]];
        const double inSource = std::pow(count, 1 - options.sourceBalance) / sourceMass[labels[i]];
        total += inClass * inSource / count * (1 + options.hardExamples * (hard[i] - 1));
        cumulated[i] = total;
    }

    Rng rng{options.seed, samplerStream, static_cast<std::uint64_t>(epoch)};
    std::vector<std::size_t> drawn;
    drawn.reserve(draws);
    const double step = total / static_cast<double>(draws);
    double at = rng.uniform() * step;
    std::size_t i = 0;
    while (drawn.size() < draws) {
        while (i + 1 < cumulated.size() && cumulated[i] <= at)
            ++i;
        drawn.push_back(i);
        at += step;
    }
    for (std::size_t k = drawn.size(); k > 1; --k) // Fisher–Yates
        std::swap(drawn[k - 1], drawn[static_cast<std::size_t>(rng.below(static_cast<int>(k)))]);
    return drawn;
}

} // namespace ir
