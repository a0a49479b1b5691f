#include "catalog/connection_p.h"

#include <QDir>
#include <QSqlError>

#include <atomic>

namespace ir::catalog {

namespace {

// SQLite's primary result codes (https://www.sqlite.org/rescode.html); Qt hands on extended ones.
enum Code { Busy = 5, Locked = 6, ReadOnly = 8, IoError = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26 };

std::string sentence(int code, const QString& path)
{
    const std::string file = QDir::toNativeSeparators(path).toStdString();
    switch (code) {
    case Busy:
    case Locked:
        return "The catalog " + file +
               " is in use by another program that does not let go of it: close that one, then try again.";
    case ReadOnly:
    case CannotOpen:
        return "The catalog " + file +
               " cannot be written: keep it in a folder in which you may write.";
    case Corrupt:
        return "The catalog " + file +
               " is damaged: bring it back from a backup, or move it away to begin a new one.";
    case NotADatabase:
        return "The file " + file +
               " is not a catalog of Imaging Router: choose another file for the catalog.";
    case Full:
        return "The disk that holds the catalog " + file +
               " is full: free some space, then try again.";
    case IoError:
        return "The disk that holds the catalog " + file +
               " cannot be read or written: check that it is connected and has space.";
    default:
        return "The catalog " + file + " could not do what was asked.";
    }
}

} // namespace

Connection::Connection(const QString& path) : m_path(path)
{
    static std::atomic<int> count = 0;
    m_name = QStringLiteral("imaging-router-catalog-%1").arg(++count);
    m_database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_name);
    if (!m_database.isValid())
        throw DatabaseError{{"Qt's SQLite driver is missing: install the package libqt6sql6-sqlite.",
                             QSqlDatabase::drivers().join(u' ').toStdString()}};
    m_database.setDatabaseName(path);
    m_database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=15000"));
    if (!m_database.open())
        fail(m_database.lastError());
    executeOnce(QStringLiteral("PRAGMA foreign_keys = ON"));
    // Cascades of our own triggers and REPLACE must not get around the triggers that keep the log.
    executeOnce(QStringLiteral("PRAGMA recursive_triggers = ON"));
}

Connection::~Connection()
{
    m_statements.clear();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_name);
}

QSqlQuery& Connection::run(const char* sql, const QVariantList& values)
{
    auto& statement = m_statements[sql];
    if (!statement) {
        auto prepared = std::make_unique<QSqlQuery>(m_database);
        prepared->setForwardOnly(true);
        if (!prepared->prepare(QString::fromUtf8(sql))) {
            const QSqlError error = prepared->lastError();
            m_statements.erase(sql);
            fail(error);
        }
        statement = std::move(prepared);
    }
    for (int i = 0; i < values.size(); ++i)
        statement->bindValue(i, values[i]);
    if (!statement->exec()) {
        const QSqlError error = statement->lastError();
        statement->finish();
        fail(error);
    }
    return *statement;
}

void Connection::executeOnce(const QString& sql)
{
    QSqlQuery statement(m_database);
    if (!statement.exec(sql))
        fail(statement.lastError());
}

qint64 Connection::integerOf(const QString& sql)
{
    QSqlQuery statement(m_database);
    if (!statement.exec(sql))
        fail(statement.lastError());
    return statement.next() ? statement.value(0).toLongLong() : 0;
}

void Connection::setDurable(bool durable)
{
    if (durable == m_durable)
        return;
    executeOnce(durable ? QStringLiteral("PRAGMA synchronous = FULL")
                        : QStringLiteral("PRAGMA synchronous = NORMAL"));
    m_durable = durable;
}

void Connection::fail(const QSqlError& error) const
{
    const int code = error.nativeErrorCode().toInt() & 0xff;
    throw DatabaseError{{sentence(code, m_path), error.text().toStdString()}, code};
}

Transaction::Transaction(Connection& connection, Safety safety) : m_connection(connection)
{
    connection.setDurable(safety == Safety::SurvivesPowerLoss);
    connection.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction()
{
    if (!m_open)
        return;
    try {
        m_connection.execute("ROLLBACK");
    } catch (const DatabaseError&) {
        // SQLite has rolled back by itself (disk full, I/O error); the first error is the one to tell.
    }
}

void Transaction::commit()
{
    m_connection.execute("COMMIT");
    m_open = false;
}

} // namespace ir::catalog
