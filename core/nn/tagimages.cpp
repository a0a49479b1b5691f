#include "nn/tagimages.h"

#include <algorithm>
#include <atomic>
#include <thread>

namespace ir {

namespace {

constexpr std::size_t imagesAtOnce = 32;

/// Empty where an image cannot be read.
std::vector<GrayImage> load(std::span<const std::filesystem::path> images, const ImageLoader& loader)
{
    std::vector<GrayImage> loaded(images.size());
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (std::size_t i = next++; i < images.size(); i = next++)
            if (auto image = loader(images[i]))
                loaded[i] = std::move(*image);
    };
    std::vector<std::jthread> threads;
    for (int i = 1; i < usableCores(); ++i)
        threads.emplace_back(work);
    work();
    threads.clear();
    return loaded;
}

} // namespace

Result<std::vector<std::optional<Prediction>>>
tagImages(Engine& engine, std::span<const std::filesystem::path> images, const ImageLoader& loader,
          const std::stop_token& stop)
{
    std::vector<std::optional<Prediction>> tags(images.size());
    for (std::size_t first = 0; first < images.size(); first += imagesAtOnce) {
        if (stop.stop_requested())
            return failure("Stopped.");
        auto loaded = load(images.subspan(first, std::min(imagesAtOnce, images.size() - first)), loader);
        std::vector<GrayImage> readable;
        std::vector<std::size_t> owners;
        for (std::size_t i = 0; i < loaded.size(); ++i) {
            if (loaded[i].empty())
                continue;
            readable.push_back(std::move(loaded[i]));
            owners.push_back(first + i);
        }
        auto predictions = engine.classify(readable);
        if (!predictions)
            return tl::unexpected(predictions.error());
        for (std::size_t i = 0; i < owners.size(); ++i)
            tags[owners[i]] = std::move((*predictions)[i]);
    }
    return tags;
}

} // namespace ir
