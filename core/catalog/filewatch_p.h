#pragma once

#include "catalog/listener_p.h"
#include "catalog/worker_p.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace ir::catalog {

/// Looks every second whether other programs of this machine changed the catalog's file, and tells of labels and
/// projects. On the writer's connection: SQLite says of each whether another one committed something, and what is told
/// comes in one order with what the writer tells itself.
class FileWatch
{
public:
    /// `writer` outlives it. The callbacks come in the writer's thread.
    FileWatch(Worker& writer, Listener::Callbacks callbacks);
    FileWatch(const FileWatch&) = delete;
    FileWatch& operator=(const FileWatch&) = delete;

private:
    void look(Connection& connection);
    void hearSteps(Connection& connection);
    void hearReviews(Connection& connection);

    Worker& m_writer;
    const Listener::Callbacks m_callbacks;
    // The writer's thread alone sees these.
    std::optional<qint64> m_version;        ///< what SQLite counts others' commits with; none: not looked yet
    qint64 m_step = 0;                      ///< the last one that is known
    std::map<qint64, qint64> m_sequences;   ///< the last known event of each project
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::jthread m_clock; ///< last: ends first
};

} // namespace ir::catalog
