#pragma once

// Private to core/nn; free of torch.

#include <algorithm>
#include <cstddef>
#include <functional>

namespace ir::nn {

enum class BatchOutcome { Done, OutOfMemory, Failed };

/// Works through `items` in batches of at most `batch`; where the device's memory is full the batch is
/// halved, for good, and the same items tried again. Returns how it ended and how many items are done:
/// OutOfMemory only when a batch of one did not fit.
struct BatchRun
{
    BatchOutcome outcome = BatchOutcome::Done;
    std::size_t done = 0;
};

inline BatchRun runInBatches(std::size_t items, int& batch,
                             const std::function<BatchOutcome(std::size_t first, std::size_t count)>& run)
{
    BatchRun state;
    while (state.done < items) {
        const std::size_t count = std::min(items - state.done, static_cast<std::size_t>(batch));
        state.outcome = run(state.done, count);
        if (state.outcome == BatchOutcome::Done)
            state.done += count;
        else if (state.outcome == BatchOutcome::OutOfMemory && batch > 1)
            batch /= 2;
        else
            return state;
    }
    return state;
}

} // namespace ir::nn
