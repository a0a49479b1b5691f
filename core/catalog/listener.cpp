#include "catalog/listener_p.h"

#include "catalog/connection_p.h"

#include <QSemaphore>
#include <QSqlDriver>
#include <QTimer>

#include <optional>

namespace ir::catalog {

namespace {

constexpr int pulseMs = 3000; ///< between looks whether the server is there

QString channel()
{
    return QStringLiteral("imaging_router"); // of the triggers in postgresqlschema.cpp
}

} // namespace

/// All of it happens in the listener's thread.
class Listener::Ear : public QObject
{
public:
    Ear(Place place, Callbacks callbacks)
        : m_place(std::move(place)), m_callbacks(std::move(callbacks))
    {}

    void begin()
    {
        m_pulse = new QTimer(this);
        connect(m_pulse, &QTimer::timeout, this, [this] { lookAfterConnection(); });
        m_pulse->start(pulseMs);
        lookAfterConnection();
    }

private:
    void lookAfterConnection()
    {
        try {
            // A socket whose peer is gone would wake the driver without end: ask, and let go of it.
            if (m_connection)
                (void)m_connection->integerOf(QStringLiteral("SELECT 1"));
            else
                open();
        } catch (const DatabaseError&) {
            m_connection.reset();
        }
    }

    void open()
    {
        m_connection.emplace(m_place);
        QSqlDriver* const driver = m_connection->driver();
        connect(driver, &QSqlDriver::notification, this,
                [this](const QString&, QSqlDriver::NotificationSource, const QVariant& payload) {
                    hear(payload.toString());
                });
        if (!driver->subscribeToNotification(channel())) {
            m_connection.reset();
            return;
        }
        if (m_wasOpen)
            m_callbacks.missed();
        m_wasOpen = true;
    }

    /// "<table> <number> <desk>"
    void hear(const QString& text)
    {
        const QStringList words = text.split(u' ');
        if (words.size() != 3 || words[2] == m_place.desk)
            return;
        const qint64 number = words[1].toLongLong();
        if (words[0] == QLatin1String("review_event") || words[0] == QLatin1String("review_project"))
            m_callbacks.review(number);
        else if (words[0] == QLatin1String("step"))
            tellOf(number);
    }

    void tellOf(qint64 step)
    {
        try {
            hearStep(*m_connection, step, m_callbacks.labels);
        } catch (const DatabaseError&) {
            m_callbacks.missed();
        }
    }

    const Place m_place;
    const Callbacks m_callbacks;
    std::optional<Connection> m_connection;
    QTimer* m_pulse = nullptr;
    bool m_wasOpen = false;
};

Listener::Listener(const Place& place, Callbacks callbacks)
    : m_ear(new Ear(place, std::move(callbacks)))
{
    m_thread.setObjectName(QStringLiteral("catalog listener"));
    m_ear->moveToThread(&m_thread);
    QSemaphore hears; // from now on nothing is missed
    QObject::connect(&m_thread, &QThread::started, m_ear, [ear = m_ear, &hears] {
        ear->begin();
        hears.release();
    });
    QObject::connect(&m_thread, &QThread::finished, m_ear, &QObject::deleteLater);
    m_thread.start();
    hears.acquire();
}

Listener::~Listener()
{
    m_thread.quit();
    m_thread.wait();
}

void hearStep(Connection& connection, qint64 step, const TellLabels& tell)
{
    QHash<qint64, QString> labels;
    QString reader;
    {
        Query row = connection.query(
            "SELECT e.image_id, s.label, r.name FROM label_event e JOIN step t ON t.id = e.step_id "
            "JOIN reader r ON r.id = t.reader_id JOIN label_state s ON s.image_id = e.image_id "
            "WHERE e.step_id = ? AND e.round = 0",
            step);
        while (row.next()) {
            labels.insert(row.integer(0), row.text(1));
            reader = row.text(2);
        }
    }
    if (!labels.isEmpty())
        tell(labels, reader);
}

} // namespace ir::catalog
