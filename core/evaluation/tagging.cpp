#include "evaluation/tagging.h"

#include "base/parallel.h"
#include "pipeline/imageloader.h"

#include <algorithm>
#include <chrono>
#include <future>

namespace ir {

namespace {

using Clock = std::chrono::steady_clock;

double millisecondsSince(Clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// Decodes images [first, last) on all cores.
std::vector<Result<DecodedImage>> decodeAll(const LabelledSet& set, std::size_t first, std::size_t last)
{
    std::vector<Result<DecodedImage>> decoded(last - first);
    parallelFor(decoded.size(), usableCores(), {}, [&](std::size_t i) {
        decoded[i] = decodeImage(set.images[first + i].file, {.longestSide = workingSide});
    });
    return decoded;
}

/// The readable ones of a chunk through every engine.
Result<void> classifyChunk(std::vector<Result<DecodedImage>> decoded, std::span<TaggedImage> tagged,
                           std::span<Engine* const> engines, std::vector<std::string>& notices)
{
    std::vector<GrayImage> images;
    std::vector<TaggedImage*> owners;
    for (std::size_t i = 0; i < decoded.size(); ++i) {
        if (!decoded[i]) {
            tagged[i].reason = decoded[i].error().message;
            continue;
        }
        tagged[i].manufacturer = decoded[i]->facts.manufacturer;
        images.push_back(std::move(decoded[i]->image));
        owners.push_back(&tagged[i]);
    }
    for (Engine* engine : engines) {
        auto predictions = engine->classify(images);
        for (std::string& notice : engine->takeNotices())
            notices.push_back(std::move(notice));
        if (!predictions)
            return tl::unexpected(predictions.error());
        for (std::size_t i = 0; i < owners.size(); ++i)
            owners[i]->predictions.push_back(std::move((*predictions)[i]));
    }
    return {};
}

} // namespace

Result<Tagging> tagImages(const LabelledSet& set, std::span<Engine* const> engines,
                          const std::function<void(std::size_t done)>& progress,
                          const std::stop_token& stop)
{
    const auto start = Clock::now();
    const std::size_t count = set.images.size();
    std::size_t chunk = 8;
    for (const Engine* engine : engines)
        chunk = std::max(chunk, static_cast<std::size_t>(engine->preferredBatch()));
    const auto decodeFrom = [&](std::size_t first) {
        return std::async(std::launch::async, decodeAll, std::cref(set), first,
                          std::min(count, first + chunk));
    };
    Tagging tagging;
    tagging.images.resize(count);
    // A few images ahead, so that neither decoding nor the nets wait long.
    auto ahead = decodeFrom(0);
    for (std::size_t first = 0; first < count; first += chunk) {
        auto decoded = ahead.get();
        const std::size_t done = first + decoded.size();
        if (done < count)
            ahead = decodeFrom(done);
        if (auto classified =
                classifyChunk(std::move(decoded), std::span(tagging.images).subspan(first, done - first),
                              engines, tagging.notices);
            !classified)
            return tl::unexpected(classified.error());
        if (progress)
            progress(done);
        if (stop.stop_requested() && done < count)
            return failure("Stopped after " + std::to_string(done) + " images.");
    }
    if (std::ranges::none_of(tagging.images, [](const TaggedImage& image) { return image.reason.empty(); }))
        return failure("None of the " + std::to_string(count) + " images of " + set.name +
                       " can be read; the first: " + tagging.images.front().reason);
    tagging.seconds = millisecondsSince(start) / 1000;
    return tagging;
}

TimingImages timingImages(const LabelledSet& set, const Tagging& tagging, std::size_t count)
{
    std::vector<std::size_t> readable;
    for (std::size_t i = 0; i < tagging.images.size(); ++i)
        if (tagging.images[i].reason.empty())
            readable.push_back(i);
    const std::size_t wanted = std::min(count, readable.size());
    TimingImages result;
    for (std::size_t i = 0; i < wanted; ++i) {
        const auto& file = set.images[readable[i * readable.size() / wanted]].file;
        const auto start = Clock::now();
        auto decoded = decodeImage(file, {.longestSide = workingSide});
        if (!decoded)
            continue; // it was readable a moment ago
        result.decodeMs += millisecondsSince(start);
        result.images.push_back(std::move(decoded->image));
    }
    if (!result.images.empty())
        result.decodeMs /= static_cast<double>(result.images.size());
    return result;
}

Result<InferenceTime> timeInference(Engine& engine, std::span<const GrayImage> images)
{
    InferenceTime time{.images = images.size()};
    if (images.empty())
        return time;
    // The first calls find memory and kernels cold.
    const auto batch = static_cast<std::size_t>(std::max(1, engine.preferredBatch()));
    for (const std::size_t size : {std::size_t{1}, std::min(images.size(), 2 * batch)})
        if (auto warm = engine.classify(images.first(size)); !warm)
            return tl::unexpected(warm.error());
    auto start = Clock::now();
    for (std::size_t i = 0; i < images.size(); ++i)
        if (auto said = engine.classify(images.subspan(i, 1)); !said)
            return tl::unexpected(said.error());
    time.singleMs = millisecondsSince(start) / static_cast<double>(images.size());
    start = Clock::now();
    if (auto said = engine.classify(images); !said)
        return tl::unexpected(said.error());
    time.batchedMs = millisecondsSince(start) / static_cast<double>(images.size());
    return time;
}

} // namespace ir
