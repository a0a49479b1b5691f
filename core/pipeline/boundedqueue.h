#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>

namespace ir {

/// A queue between threads. push() waits while it is full, pop() while it is empty; both give up when the
/// token asks to stop. After close() pop() hands out what is left, then nothing.
template <typename T>
class BoundedQueue
{
public:
    explicit BoundedQueue(std::size_t capacity) : m_capacity(capacity) {}

    /// False: stopped, the value is dropped.
    bool push(T value, const std::stop_token& stop)
    {
        std::unique_lock lock(m_mutex);
        if (!m_space.wait(lock, stop, [this] { return m_items.size() < m_capacity; }))
            return false;
        m_items.push_back(std::move(value));
        m_filled.notify_one();
        return true;
    }

    /// Nothing: stopped, or closed and empty.
    std::optional<T> pop(const std::stop_token& stop)
    {
        std::unique_lock lock(m_mutex);
        if (!m_filled.wait(lock, stop, [this] { return !m_items.empty() || m_closed; }))
            return std::nullopt;
        return take();
    }

    /// The same, but nothing also when none came in `patience`.
    template <typename Duration>
    std::optional<T> popFor(Duration patience, const std::stop_token& stop)
    {
        std::unique_lock lock(m_mutex);
        m_filled.wait_for(lock, stop, patience, [this] { return !m_items.empty() || m_closed; });
        return take();
    }

    void close()
    {
        const std::lock_guard lock(m_mutex);
        m_closed = true;
        m_filled.notify_all();
    }

    /// Closed and empty: nothing will ever come.
    [[nodiscard]] bool finished() const
    {
        const std::lock_guard lock(m_mutex);
        return m_closed && m_items.empty();
    }

private:
    std::optional<T> take()
    {
        if (m_items.empty())
            return std::nullopt;
        std::optional<T> value(std::move(m_items.front()));
        m_items.pop_front();
        m_space.notify_one();
        return value;
    }

    const std::size_t m_capacity;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_space;
    std::condition_variable_any m_filled;
    std::deque<T> m_items;
    bool m_closed = false;
};

} // namespace ir
