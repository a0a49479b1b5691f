#pragma once

#include "catalog/place_p.h"

#include <QHash>
#include <QThread>

#include <functional>

namespace ir::catalog {

class Connection;

using TellLabels = std::function<void(const QHash<qint64, QString>& labelOfImage, const QString& reader)>;

/// Hears from a PostgreSQL server what other desks do, on a thread and a connection of its own. Where that is lost, it
/// tries again every few seconds.
class Listener
{
public:
    /// Called in the listener's thread.
    struct Callbacks
    {
        TellLabels labels;
        std::function<void(qint64 review)> review;
        /// Nothing was heard for a while: what is shown may be old.
        std::function<void()> missed;
    };

    Listener(const Place& place, Callbacks callbacks);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

private:
    class Ear;
    QThread m_thread;
    Ear* m_ear; ///< lives in m_thread, and ends with it
};

/// Reads which labels a step of another desk left, and tells them, if there are any.
void hearStep(Connection& connection, qint64 step, const TellLabels& tell);

} // namespace ir::catalog
