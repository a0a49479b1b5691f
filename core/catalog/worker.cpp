#include "catalog/worker_p.h"

#include <optional>

namespace ir::catalog {

namespace {

// Which worker's thread this is, and its connection: a call from inside a task must not wait for itself.
thread_local const Worker* currentWorker = nullptr;
thread_local Connection* currentConnection = nullptr;

} // namespace

Worker::Worker(Place place, int threads) : m_place(std::move(place))
{
    for (int i = 0; i < threads; ++i)
        m_threads.emplace_back([this] { serve(); });
}

Worker::~Worker()
{
    {
        const std::lock_guard lock(m_mutex);
        m_closing = true;
    }
    m_wake.notify_all();
    for (auto& thread : m_threads)
        thread.join();
}

Result<void> Worker::start(const Task& prepare)
{
    return call([&](Connection& connection) {
        if (prepare)
            prepare(connection);
    });
}

void Worker::post(Task task, std::function<void(const Error&)> failed)
{
    ++m_posted;
    auto run = [this, task = std::move(task), failed](Connection& connection) {
        if (const auto done = attempt(task, connection); !done)
            failed(done.error());
        --m_posted;
    };
    enqueue(std::move(run), [this, failed = std::move(failed)](const Error& error) {
        failed(error);
        --m_posted;
    });
}

void Worker::settle()
{
    if (m_posted > 0 && !ownConnection())
        (void)call([](Connection&) {});
}

void Worker::enqueue(Task run, std::function<void(const Error&)> cannotOpen)
{
    {
        const std::lock_guard lock(m_mutex);
        m_jobs.push_back({std::move(run), std::move(cannotOpen)});
    }
    m_wake.notify_one();
}

Connection* Worker::ownConnection() const
{
    return currentWorker == this ? currentConnection : nullptr;
}

void Worker::serve()
{
    std::optional<Connection> connection;
    currentWorker = this;
    for (;;) {
        Job job;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_closing || !m_jobs.empty(); });
            if (m_jobs.empty())
                break;
            job = std::move(m_jobs.front());
            m_jobs.pop_front();
        }
        if (!connection) {
            try {
                connection.emplace(m_place);
                currentConnection = &*connection;
            } catch (const DatabaseError& error) {
                job.cannotOpen(error.error);
                continue;
            }
        }
        job.run(*connection);
        if (connection->isLost()) {
            currentConnection = nullptr;
            connection.reset();
        }
    }
}

} // namespace ir::catalog
