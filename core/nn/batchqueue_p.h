#pragma once

#include "nn/augment.h"
#include "nn/trainingset.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace ir::nn {

/// A batch ready for the net: one plane an image, float [N, S, S], and the labels, -1 where the image imitates
/// (ManifestRow::imitates).
struct Batch
{
    std::vector<std::size_t> images; ///< index into the training part, [N]
    int side = 0; ///< S
    std::vector<float> planes;
    std::vector<std::int64_t> labels;
};

/// Makes an epoch's augmented batches on a thread of its own, a few ahead of the net. What is in a batch
/// depends on options, epoch, position and, with hard examples, on `lossOf` (see drawEpoch) alone.
class BatchQueue
{
public:
    BatchQueue(const TrainingSet& set, const TrainOptions& options, int epoch,
               const std::vector<float>& lossOf = {});
    /// How many batches the epoch has; all full.
    [[nodiscard]] int batches() const { return m_batches; }
    /// Waits for the next one; to be called batches() times.
    [[nodiscard]] Batch take();

private:
    void produce(const std::stop_token& stop);
    [[nodiscard]] Batch make(int index) const;

    const TrainingSet& m_set;
    const TrainOptions& m_options;
    int m_epoch;
    InputContract m_input; ///< at the epoch's side
    std::vector<std::size_t> m_drawn;
    AugmentOptions m_augmentation;
    int m_batches;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<Batch> m_ready;
    std::jthread m_thread; ///< last: stops and joins before the rest goes
};

} // namespace ir::nn
