#include "catalog/filewatch_p.h"

#include <chrono>

namespace ir::catalog {

namespace {

constexpr auto interval = std::chrono::seconds(1);

} // namespace

FileWatch::FileWatch(Worker& writer, Listener::Callbacks callbacks)
    : m_writer(writer), m_callbacks(std::move(callbacks))
{
    const auto lookOnce = [this] {
        // What cannot be read now is at the next look.
        (void)m_writer.call([this](Connection& connection) { look(connection); });
    };
    lookOnce();
    m_clock = std::jthread([this, lookOnce](const std::stop_token& stop) {
        std::unique_lock lock(m_mutex);
        while (!m_wake.wait_for(lock, stop, interval, [] { return false; }) && !stop.stop_requested())
            lookOnce();
    });
}

void FileWatch::look(Connection& connection)
{
    // First the step: no other program's can be below it where the version, read after it, is the old one.
    const qint64 step = connection.integerOf(QStringLiteral("SELECT max(id) FROM step"));
    const qint64 version = connection.integerOf(QStringLiteral("PRAGMA data_version"));
    if (m_version == version) {
        m_step = step;
        return;
    }
    if (m_version)
        hearSteps(connection);
    m_step = std::max(m_step, step);
    hearReviews(connection);
    m_version = version;
}

void FileWatch::hearSteps(Connection& connection)
{
    QVector<qint64> steps;
    {
        Query row = connection.query("SELECT id FROM step WHERE id > ? ORDER BY id", m_step);
        while (row.next())
            steps.append(row.integer(0));
    }
    for (const qint64 step : steps) {
        hearStep(connection, step, m_callbacks.labels);
        m_step = step;
    }
}

void FileWatch::hearReviews(Connection& connection)
{
    QVector<qint64> changed;
    {
        Query row = connection.query("SELECT p.id, coalesce(max(e.sequence), -1) FROM review_project p "
                                     "LEFT JOIN review_event e ON e.project_id = p.id GROUP BY p.id");
        while (row.next()) {
            const qint64 sequence = row.integer(1);
            const auto known = m_sequences.find(row.integer(0));
            if (known == m_sequences.end() || known->second != sequence)
                changed.append(row.integer(0));
            m_sequences[row.integer(0)] = sequence;
        }
    }
    if (m_version)
        for (const qint64 review : std::as_const(changed))
            m_callbacks.review(review);
}

} // namespace ir::catalog
