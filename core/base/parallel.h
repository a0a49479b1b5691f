#pragma once

#include <atomic>
#include <cstddef>
#include <stop_token>
#include <thread>
#include <vector>

namespace ir {

/// `wanted` threads, or as many as the machine has where that is 0.
[[nodiscard]] inline int threadsOrAll(int wanted)
{
    return wanted > 0 ? wanted : static_cast<int>(std::thread::hardware_concurrency());
}

/// Calls work(i) once for each i in 0 … count − 1, from so many threads (the caller's is one of them), in
/// no order; returns when all have ended. After a request to stop no further call begins. `work` must not
/// throw.
template <typename Work>
void parallelFor(std::size_t count, int threads, const std::stop_token& stop, const Work& work)
{
    std::atomic<std::size_t> next = 0;
    const auto run = [&] {
        for (std::size_t i = next++; i < count && !stop.stop_requested(); i = next++)
            work(i);
    };
    std::vector<std::jthread> others;
    for (int i = 1; i < threads && static_cast<std::size_t>(i) < count; ++i)
        others.emplace_back(run);
    run();
}

} // namespace ir
