#pragma once

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QUrl>
#include <QUrlQuery>
#include <QVariant>

namespace ir::test {

/// The catalog's file, or its tables on a server, as any other program sees them.
class RawDatabase
{
public:
    explicit RawDatabase(const QString& place)
    {
        const bool isFile = !place.startsWith(QLatin1String("postgresql:"));
        m_database = QSqlDatabase::addDatabase(
            isFile ? QStringLiteral("QSQLITE") : QStringLiteral("QPSQL"), QStringLiteral("raw"));
        if (isFile) {
            m_database.setDatabaseName(place);
        } else { // as PostgresServer::url() makes them
            const QUrl url(place);
            m_database.setDatabaseName(url.path().mid(1));
            m_database.setUserName(QUrlQuery(url).queryItemValue(QStringLiteral("user")));
            m_database.setHostName(QUrlQuery(url).queryItemValue(QStringLiteral("host")));
        }
        m_isOpen = m_database.open();
        if (m_isOpen && !isFile)
            m_isOpen = execute(QStringLiteral("SET search_path TO imaging_router")).isEmpty();
    }
    ~RawDatabase()
    {
        m_database = QSqlDatabase();
        QSqlDatabase::removeDatabase(QStringLiteral("raw"));
    }
    RawDatabase(const RawDatabase&) = delete;
    RawDatabase& operator=(const RawDatabase&) = delete;

    [[nodiscard]] bool isOpen() const { return m_isOpen; }
    /// Empty: done.
    [[nodiscard]] QString execute(const QString& sql)
    {
        QSqlQuery query(m_database);
        return query.exec(sql) ? QString() : query.lastError().text();
    }
    /// Makes the catalog say that it is of this version.
    [[nodiscard]] QString setVersion(int version)
    {
        return execute((m_database.driverName() == QLatin1String("QSQLITE")
                            ? QStringLiteral("PRAGMA user_version = %1")
                            : QStringLiteral("UPDATE catalog_version SET version = %1"))
                           .arg(version));
    }
    /// Makes the catalog what it was at an older version; empty: done.
    [[nodiscard]] QString goBackTo(int version)
    {
        const bool isFile = m_database.driverName() == QLatin1String("QSQLITE");
        QStringList undoing;
        if (version < 4) {
            undoing << QStringLiteral("DROP TABLE lease") << QStringLiteral("DROP INDEX file_new");
            if (!isFile)
                undoing << QStringLiteral("DROP FUNCTION tell_desks CASCADE");
        }
        if (version < 3)
            undoing << QStringLiteral("DROP TABLE reader_pin");
        if (version < 2)
            undoing << QStringLiteral("DROP TABLE review_event")
                    << QStringLiteral("DROP TABLE review_project");
        for (const QString& sql : std::as_const(undoing))
            if (const QString error = execute(sql); !error.isEmpty())
                return error;
        return setVersion(version);
    }
    [[nodiscard]] QVariant value(const QString& sql)
    {
        QSqlQuery query(m_database);
        return query.exec(sql) && query.next() ? query.value(0) : QVariant();
    }

private:
    QSqlDatabase m_database;
    bool m_isOpen = false;
};

} // namespace ir::test
