#include "catalog/schema_p.h"

#include "catalog/connection_p.h"
#include "catalog/migrations_p.h"

#include <QThread>

namespace ir::catalog {

namespace {

constexpr qint64 applicationId = 0x49524341; // "IRCA" in the file's header

qint64 newestVersion()
{
    return schemaVersion();
}

void migrate(Connection& connection, std::span<const Migration> migrations, qint64 version)
{
    for (const Migration& migration : migrations.subspan(static_cast<std::size_t>(version)))
        for (const char* sql : migration)
            connection.executeOnce(QString::fromUtf8(sql));
}

// --- SQLite
// -----------------------------------------------------------------------------------------

[[noreturn]] void refuse(const Connection& connection, const char* why)
{
    throw DatabaseError{{"The file " + connection.name().toStdString() + why, {}}};
}

/// The file's version; refuses what is not ours before anything is written to it.
qint64 checkedVersion(Connection& connection)
{
    const qint64 id = connection.integerOf(QStringLiteral("PRAGMA application_id"));
    const qint64 version = connection.integerOf(QStringLiteral("PRAGMA user_version"));
    const bool isNew =
        id == 0 && version == 0 &&
        connection.integerOf(QStringLiteral("SELECT count(*) FROM sqlite_schema")) == 0;
    if (!isNew && id != applicationId)
        refuse(connection,
               " is a database of another program, not a catalog of Imaging Router: choose "
               "another file for the catalog.");
    if (version > newestVersion())
        refuse(connection,
               " is a catalog of a newer version of Imaging Router: update this program to "
               "open it.");
    return version;
}

/// The same where no transaction is open. The reads belong together: between two of them another
/// program could set up the file, which would then look like a stranger's.
qint64 checkedVersionAtOnce(Connection& connection)
{
    connection.executeOnce(QStringLiteral("BEGIN"));
    const qint64 version =
        checkedVersion(connection); // one refused is closed, which ends the transaction too
    connection.executeOnce(QStringLiteral("COMMIT"));
    return version;
}

/// Write-ahead log: readers go on while the writer writes. Changing over needs the file alone for a
/// moment, and SQLite does not wait for that by itself.
void switchToWriteAheadLog(Connection& connection)
{
    if (connection.isInMemory())
        return;
    for (int attempt = 0;; ++attempt) {
        try {
            connection.executeOnce(QStringLiteral("PRAGMA journal_mode = WAL"));
            return;
        } catch (const DatabaseError& error) {
            constexpr int busy = 5;
            if (error.code != busy || attempt == 100)
                throw;
            QThread::msleep(50);
        }
    }
}

void bringFileUpToDate(Connection& connection)
{
    qint64 version = checkedVersionAtOnce(connection);
    switchToWriteAheadLog(connection);
    if (version == newestVersion())
        return;
    Transaction transaction(connection, Transaction::Safety::SurvivesPowerLoss);
    version = checkedVersion(connection); // another process may have been quicker
    migrate(connection, sqliteMigrations(), version);
    connection.executeOnce(QStringLiteral("PRAGMA application_id = %1").arg(applicationId));
    connection.executeOnce(QStringLiteral("PRAGMA user_version = %1").arg(newestVersion()));
    transaction.commit();
}

// --- PostgreSQL
// -------------------------------------------------------------------------------------

[[noreturn]] void refuseServer(const Connection& connection, const char* why)
{
    throw DatabaseError{{"The catalog " + connection.name().toStdString() + why, {}}};
}

/// 0: the database has no catalog yet.
qint64 serverVersion(Connection& connection)
{
    // The table may be there and hidden from us: that is asked of it, and refused with a sentence.
    if (connection.integerOf(QStringLiteral(
            "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = 'imaging_router' AND "
            "tablename = 'catalog_version'")) == 0)
        return 0;
    const qint64 version =
        connection.integerOf(QStringLiteral("SELECT version FROM catalog_version"));
    if (version > newestVersion())
        refuseServer(
            connection,
            " is one of a newer version of Imaging Router: update this program to open it.");
    return version;
}

void checkServer(Connection& connection)
{
    if (connection.integerOf(
            QStringLiteral("SELECT current_setting('server_version_num')::bigint")) < 150'000)
        refuseServer(connection,
                     " is on a server older than PostgreSQL 15, which is needed: have it updated.");
    if (connection.integerOf(
            QStringLiteral("SELECT (current_setting('server_encoding') = 'UTF8')::int")) == 0)
        refuseServer(
            connection,
            " is in a database that cannot hold every letter: make one with the encoding UTF8.");
}

void bringServerUpToDate(Connection& connection)
{
    checkServer(connection);
    if (serverVersion(connection) == newestVersion())
        return;
    Transaction transaction(connection, Transaction::Safety::SurvivesPowerLoss);
    transaction.waitForTurn(Transaction::Turn::Schema);
    const qint64 version = serverVersion(connection); // another desk may have been quicker
    if (version == newestVersion())
        return;
    try {
        if (version == 0) {
            connection.executeOnce(QStringLiteral("CREATE SCHEMA IF NOT EXISTS imaging_router"));
            connection.executeOnce(
                QStringLiteral("CREATE TABLE catalog_version (version BIGINT NOT NULL)"));
            connection.executeOnce(QStringLiteral("INSERT INTO catalog_version VALUES (0)"));
        }
        migrate(connection, postgreSqlMigrations(), version);
    } catch (DatabaseError& error) {
        error.error.message =
            "The catalog " + connection.name().toStdString() +
            (version == 0 ? " does not exist yet" : " is one of an older version") +
            ", and your login cannot set it up: have the database's owner run "
            "\"imaging-router-cli catalog init\" on it.";
        throw;
    }
    connection.executeOnce(
        QStringLiteral("UPDATE catalog_version SET version = %1").arg(newestVersion()));
    transaction.commit();
}

} // namespace

int schemaVersion()
{
    return static_cast<int>(sqliteMigrations().size());
}

void bringUpToDate(Connection& connection)
{
    if (connection.isPostgreSql())
        bringServerUpToDate(connection);
    else
        bringFileUpToDate(connection);
}

} // namespace ir::catalog
