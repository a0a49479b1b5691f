#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <stop_token>
#include <thread>
#include <vector>

namespace ir::exporting {

/// Calls work(i) for 0 … count − 1 on `threads` threads (0: as many as the machine has), none after
/// a stop.
inline void forEachIndex(std::size_t count, int threads, const std::stop_token& stop,
                         const std::function<void(std::size_t)>& work)
{
    std::atomic<std::size_t> next = 0;
    const auto take = [&] {
        for (std::size_t i = next++; i < count && !stop.stop_requested(); i = next++)
            work(i);
    };
    const auto wanted = threads > 0 ? static_cast<std::size_t>(threads)
                                    : std::max<std::size_t>(1, std::thread::hardware_concurrency());
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < std::min(wanted, count); ++i)
        others.emplace_back(take);
    take();
}

} // namespace ir::exporting
