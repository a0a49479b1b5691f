#include "nn/batchqueue_p.h"

#include "nn/preprocess.h"
#include "nn/schedule.h"

#include <algorithm>
#include <span>

namespace ir::nn {

namespace {

constexpr std::size_t batchesAhead = 6;
constexpr std::uint64_t augmentStream = 0xA6;

std::size_t drawsOf(const TrainingSet& set, const TrainOptions& options)
{
    const std::size_t wanted =
        options.epochImages > 0 ? static_cast<std::size_t>(options.epochImages) : set.train.size();
    // Whole batches: BatchNorm's statistics over a rest of one or two images would be noise.
    const auto batch = static_cast<std::size_t>(options.batch);
    return std::max<std::size_t>(1, wanted / batch) * batch;
}

InputContract inputAt(const TrainOptions& options, int epoch)
{
    InputContract input = options.input;
    input.size = sideAt(options, epoch);
    return input;
}

} // namespace

BatchQueue::BatchQueue(const TrainingSet& set, const TrainOptions& options, int epoch,
                       const std::vector<float>& lossOf)
    : m_set(set), m_options(options), m_epoch(epoch), m_input(inputAt(options, epoch)),
      m_drawn(drawEpoch(set.train.labels, set.train.sources, drawsOf(set, options), options, epoch,
                        lossOf)),
      m_augmentation(AugmentOptions::named(options.augmentation).value_or(AugmentOptions{})),
      m_batches(static_cast<int>(m_drawn.size()) / options.batch),
      m_thread([this](const std::stop_token& stop) { produce(stop); })
{}

Batch BatchQueue::take()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_ready.empty(); });
    Batch batch = std::move(m_ready.front());
    m_ready.pop_front();
    m_changed.notify_all();
    return batch;
}

void BatchQueue::produce(const std::stop_token& stop)
{
    for (int i = 0; i < m_batches && !stop.stop_requested(); ++i) {
        Batch batch = make(i);
        std::unique_lock lock(m_mutex);
        if (!m_changed.wait(lock, stop, [this] { return m_ready.size() < batchesAhead; }))
            return;
        m_ready.push_back(std::move(batch));
        m_changed.notify_all();
    }
}

Batch BatchQueue::make(int index) const
{
    const auto size = static_cast<std::size_t>(m_options.batch);
    const auto side = static_cast<std::size_t>(m_input.size);
    Batch batch;
    batch.side = m_input.size;
    batch.planes.resize(size * side * side);
    for (std::size_t k = 0; k < size; ++k) {
        const std::size_t draw = static_cast<std::size_t>(index) * size + k;
        const std::size_t image = m_drawn[draw];
        Rng rng{m_options.seed, augmentStream, static_cast<std::uint64_t>(m_epoch), draw};
        const GrayImage changed = augment(m_set.forAugmentation(m_set.train, image, m_input), m_augmentation, rng);
        normalise(fitToInput(changed, m_input), m_input,
                  std::span(batch.planes).subspan(k * side * side, side * side));
        batch.images.push_back(image);
        batch.labels.push_back(m_set.train.imitates[image] ? -1 : m_set.train.labels[image]);
    }
    return batch;
}

} // namespace ir::nn
