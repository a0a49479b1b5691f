#pragma once

// Private to core/nn; free of torch.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ir::nn {

/// Threads that share out the items of one job at a time. The calling thread is the first lane.
class Lanes
{
public:
    /// `prepare` runs once in every lane, the caller's included, before its first item.
    Lanes(int count, std::function<void()> prepare) : m_prepare(std::move(prepare))
    {
        m_prepare();
        for (int i = 1; i < count; ++i)
            m_threads.emplace_back([this](const std::stop_token& stop) { serve(stop); });
    }
    Lanes(const Lanes&) = delete;
    Lanes& operator=(const Lanes&) = delete;

    [[nodiscard]] int count() const { return static_cast<int>(m_threads.size()) + 1; }

    /// Calls work(0) … work(items − 1), each once, and returns when all are done. `work` must not throw.
    void run(std::size_t items, const std::function<void(std::size_t)>& work)
    {
        {
            const std::scoped_lock lock(m_mutex);
            m_work = &work;
            m_items = items;
            m_next = 0;
            ++m_job;
        }
        if (items > 1)
            m_wake.notify_all();
        takeItems(work, items);
        std::unique_lock lock(m_mutex);
        m_done.wait(lock, [this] { return m_busy == 0; });
        m_work = nullptr;
    }

private:
    void takeItems(const std::function<void(std::size_t)>& work, std::size_t items)
    {
        for (std::size_t i = m_next++; i < items; i = m_next++)
            work(i);
    }

    void serve(const std::stop_token& stop)
    {
        m_prepare();
        std::uint64_t seen = 0;
        std::unique_lock lock(m_mutex);
        while (m_wake.wait(lock, stop, [&] { return m_work && m_job != seen; })) {
            seen = m_job;
            const auto& work = *m_work;
            const std::size_t items = m_items;
            ++m_busy;
            lock.unlock();
            takeItems(work, items);
            lock.lock();
            if (--m_busy == 0)
                m_done.notify_all();
        }
    }

    std::function<void()> m_prepare;
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::condition_variable m_done;
    const std::function<void(std::size_t)>* m_work = nullptr; ///< null between jobs
    std::size_t m_items = 0;
    std::atomic<std::size_t> m_next = 0;
    std::uint64_t m_job = 0;
    int m_busy = 0; ///< helper lanes inside a job
    std::vector<std::jthread> m_threads; ///< last: they end before what they use
};

} // namespace ir::nn
