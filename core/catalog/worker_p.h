#pragma once

#include "base/result.h"
#include "catalog/connection_p.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

namespace ir::catalog {

/// Threads that serve one queue of tasks, each with a connection of its own (a QSqlDatabase belongs
/// to one thread) that is opened and removed in that thread. One thread: tasks run in the order of
/// asking. A task whose transaction was undone since it stood in the way of another desk's is run
/// again, so it must begin anew with nothing kept; a connection that was lost is opened again for
/// the next task. Destruction does what is queued, then closes the connections.
class Worker
{
public:
    using Task = std::function<void(Connection&)>;
    static constexpr int mostAttempts = 10;

    Worker(Place place, int threads);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Waits until the first connection is open and `prepare` (may be empty) has run on it.
    [[nodiscard]] Result<void> start(const Task& prepare);

    /// Queues a task whose failure is handed to `failed`, in the worker's thread.
    void post(Task task, std::function<void(const Error&)> failed);
    /// Waits until what was posted before has run. For a worker of one thread; from its own it returns at once.
    void settle();

    /// Runs `function` on a connection and waits for its value. From a thread of this worker (a
    /// slot that is called directly), it runs at once.
    template <typename Function>
    [[nodiscard]] auto call(Function&& function)
        -> Result<std::invoke_result_t<Function, Connection&>>
    {
        using Value = Result<std::invoke_result_t<Function, Connection&>>;
        if (Connection* own = ownConnection())
            return attempt(function, *own);
        std::promise<Value> promise;
        enqueue([&](Connection& connection) { promise.set_value(attempt(function, connection)); },
                [&](const Error& error) { promise.set_value(tl::unexpected(error)); });
        return promise.get_future().get();
    }

private:
    struct Job
    {
        Task run;
        std::function<void(const Error&)> cannotOpen;
    };

    template <typename Function>
    static auto attempt(Function& function, Connection& connection)
        -> Result<std::invoke_result_t<Function, Connection&>>
    {
        for (int attempts = 1;; ++attempts) {
            try {
                if constexpr (std::is_void_v<std::invoke_result_t<Function, Connection&>>) {
                    function(connection);
                    return {};
                } else {
                    return function(connection);
                }
            } catch (const DatabaseError& error) {
                if (error.isWorthRetrying && attempts < mostAttempts)
                    continue;
                return tl::unexpected(error.error);
            } catch (const std::exception& error) {
                return failure("The catalog could not do what was asked.", error.what());
            }
        }
    }

    void enqueue(Task run, std::function<void(const Error&)> cannotOpen);
    void serve();
    [[nodiscard]] Connection* ownConnection() const;

    Place m_place;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Job> m_jobs;
    bool m_closing = false;
    std::atomic<int> m_posted = 0; ///< tasks of post() that have not run
    std::vector<std::thread> m_threads;
};

} // namespace ir::catalog
