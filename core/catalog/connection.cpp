#include "catalog/connection_p.h"

#include <QSqlError>

#include <atomic>

namespace ir::catalog {

namespace {

constexpr int lockSpace =
    0x49524341; // "IRCA": of our advisory locks, among those of other programs

} // namespace

bool Query::next()
{
    if (m_query.next())
        return true;
    if (m_query.lastError().isValid())
        m_connection.fail(m_query.lastError());
    return false;
}

Connection::Connection(const Place& place) : m_place(place)
{
    static std::atomic<int> count = 0;
    m_connectionName = QStringLiteral("imaging-router-catalog-%1").arg(++count);
    try {
        isPostgreSql() ? openPostgreSql() : openSqlite();
    } catch (const DatabaseError&) {
        m_database = QSqlDatabase();
        QSqlDatabase::removeDatabase(m_connectionName);
        throw;
    }
}

Connection::~Connection()
{
    m_statements.clear();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_connectionName);
}

void Connection::openSqlite()
{
    m_database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_connectionName);
    if (!m_database.isValid())
        throw DatabaseError{
            {"Qt's SQLite driver is missing: install the package libqt6sql6-sqlite.",
             QSqlDatabase::drivers().join(u' ').toStdString()}};
    m_database.setDatabaseName(m_place.name);
    m_database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=15000"));
    if (!m_database.open())
        fail(m_database.lastError());
    executeOnce(QStringLiteral("PRAGMA foreign_keys = ON"));
    // Cascades of our own triggers and REPLACE must not get around the triggers that keep the log.
    executeOnce(QStringLiteral("PRAGMA recursive_triggers = ON"));
}

void Connection::openPostgreSql()
{
    m_database = QSqlDatabase::addDatabase(QStringLiteral("QPSQL"), m_connectionName);
    if (!m_database.isValid())
        throw DatabaseError{
            {"Qt's PostgreSQL driver is missing: install the package libqt6sql6-psql.",
             QSqlDatabase::drivers().join(u' ').toStdString()}};
    m_database.setHostName(m_place.host);
    if (m_place.port != 0)
        m_database.setPort(m_place.port);
    m_database.setDatabaseName(m_place.database);
    m_database.setUserName(m_place.user);
    m_database.setConnectOptions(m_place.options);
    if (!m_database.open())
        fail(m_database.lastError());
    // Our tables are in a schema of their own, so that a database may serve other programs too. A desk that hangs in
    // the middle of something must not hold up the others for ever.
    executeOnce(QStringLiteral("SET search_path TO imaging_router; SET standard_conforming_strings TO on; "
                               "SET idle_in_transaction_session_timeout TO '120s'; "
                               "SET client_min_messages TO warning; " // libpq prints notices to stderr
                               "SET imaging_router.desk TO '%1'")
                    .arg(m_place.desk));
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

QSqlQuery Connection::once(const QString& sql)
{
    QSqlQuery rows(m_database);
    rows.setForwardOnly(true);
    if (!rows.exec(sql))
        fail(rows.lastError());
    return rows;
}

QSqlQuery Connection::prepared(const QString& sql)
{
    QSqlQuery statement(m_database);
    if (!statement.prepare(sql))
        fail(statement.lastError());
    return statement;
}

void Connection::execute(QSqlQuery& statement, const QVariantList& values)
{
    for (int i = 0; i < values.size(); ++i)
        statement.bindValue(i, values[i]);
    if (!statement.exec())
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

QVariant Connection::toVariant(const QString& value)
{
    // Qt binds a null string as NULL; ours are never NULL. PostgreSQL's texts cannot hold the
    // character NUL.
    QString text = value.isNull() ? QStringLiteral("") : value;
    if (text.contains(QChar::Null))
        text.remove(QChar::Null);
    return text;
}

void Connection::fail(const QSqlError& error)
{
    const DatabaseError described = describe(m_place, error);
    m_isLost |= described.isConnectionLost;
    throw described;
}

Transaction::Transaction(Connection& connection, Safety safety) : m_connection(connection)
{
    if (connection.isPostgreSql()) {
        connection.executeOnce(QStringLiteral("BEGIN"));
        if (safety == Safety::SurvivesKill)
            connection.executeOnce(QStringLiteral("SET LOCAL synchronous_commit TO off"));
        return;
    }
    connection.setDurable(safety == Safety::SurvivesPowerLoss);
    connection.executeOnce(QStringLiteral("BEGIN IMMEDIATE"));
}

Transaction::~Transaction()
{
    if (!m_open)
        return;
    try {
        m_connection.executeOnce(QStringLiteral("ROLLBACK"));
    } catch (const DatabaseError&) {
        // The database has rolled back by itself (disk full, connection lost); the first error is
        // the one to tell.
    }
}

void Transaction::waitForTurn(Turn turn, qint64 number)
{
    if (!m_connection.isPostgreSql())
        return;
    Query row = m_connection.query("SELECT pg_advisory_xact_lock(?, ?)",
                                   lockSpace + static_cast<int>(turn), static_cast<int>(number));
    [[maybe_unused]] const bool done = row.next();
}

void Transaction::commit()
{
    m_connection.executeOnce(QStringLiteral("COMMIT"));
    m_open = false;
}

} // namespace ir::catalog
