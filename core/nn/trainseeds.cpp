#include "nn/trainseeds.h"

#include "base/atomicfile.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ir {

namespace {

void summarise(SeedsReport& report)
{
    const auto rank = [](const SeedsReport::Run& run) {
        return std::pair(run.report.validationMacroF1, -run.report.validationLoss);
    };
    const auto count = static_cast<double>(report.runs.size());
    report.best = static_cast<std::size_t>(std::ranges::max_element(report.runs, {}, rank) -
                                           report.runs.begin());
    for (const auto& run : report.runs)
        report.meanMacroF1 += run.report.validationMacroF1 / count;
    double squares = 0;
    for (const auto& run : report.runs)
        squares += std::pow(run.report.validationMacroF1 - report.meanMacroF1, 2);
    report.deviationOfMacroF1 = count > 1 ? std::sqrt(squares / (count - 1)) : 0;
}

Result<ModelInfo> copyModel(const std::filesystem::path& from, const std::filesystem::path& to)
{
    const auto bytes = readFile(from);
    if (!bytes)
        return tl::unexpected(bytes.error());
    if (auto written = writeFileAtomically(to, *bytes); !written)
        return tl::unexpected(written.error());
    return readModelInfo(to);
}

} // namespace

std::filesystem::path outputOfSeed(const std::filesystem::path& output, std::uint64_t seed)
{
    std::filesystem::path name = output.stem();
    name += "-seed" + std::to_string(seed);
    name += output.extension();
    return output.parent_path() / name;
}

Result<SeedsReport> trainSeeds(const TrainOptions& options, int seeds, const ImageLoader& loader,
                               const std::function<void(const TrainProgress&)>& report,
                               std::stop_token stop)
{
    if (seeds < 1)
        return failure("Training needs at least one seed.");
    SeedsReport result;
    for (int i = 0; i < seeds; ++i) {
        TrainOptions one = options;
        one.seed += static_cast<std::uint64_t>(i);
        one.output = outputOfSeed(options.output, one.seed);
        one.resume = options.resume && std::filesystem::exists(trainingStateOf(one.output));
        TrainProgress begun;
        begun.message = "Run " + std::to_string(i + 1) + " of " + std::to_string(seeds) +
                        ", seed " + std::to_string(one.seed) + ".";
        report(begun);
        auto trained = train(one, loader, report, stop);
        if (!trained)
            return tl::unexpected(trained.error());
        result.runs.push_back({one.seed, std::move(*trained)});
        if (result.runs.back().report.interrupted) {
            result.interrupted = true;
            return result;
        }
    }
    summarise(result);
    auto model = copyModel(result.runs[result.best].report.model.path, options.output);
    if (!model)
        return tl::unexpected(model.error());
    result.model = std::move(*model);
    return result;
}

} // namespace ir
