#include "catalog/databaseerror_p.h"

#include <QDir>
#include <QSqlError>

namespace ir::catalog {

namespace {

// SQLite's primary result codes (https://www.sqlite.org/rescode.html); Qt hands on extended ones.
enum Code {
    Busy = 5,
    Locked = 6,
    ReadOnly = 8,
    IoError = 10,
    Corrupt = 11,
    Full = 13,
    CannotOpen = 14,
    NotADatabase = 26
};

std::string sqliteSentence(int code, const QString& path)
{
    const std::string file = QDir::toNativeSeparators(path).toStdString();
    switch (code) {
    case Busy:
    case Locked:
        return "The catalog " + file +
               " is in use by another program that does not let go of it: close that one, then try "
               "again.";
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

// SQLSTATEs are those of PostgreSQL's manual, appendix A; empty where the client library itself
// gave up.

/// Broken off, shut down, or idle for too long in the middle of something.
bool isLost(const QString& state)
{
    return state.isEmpty() || state.startsWith(QLatin1String("08")) ||
           state.startsWith(QLatin1String("57P")) || state == QLatin1String("25P03");
}

std::string postgreSqlSentence(const QString& state, bool isOpening, const QString& url)
{
    const std::string catalog = "The catalog " + url.toStdString();
    if (state.isEmpty() && isOpening)
        return catalog + " cannot be reached, or does not let you in: check its address, the "
                         "network, your login "
                         "and its password (~/.pgpass).";
    if (isLost(state))
        return catalog + " is no longer reached: check the network and the server, then try again.";
    if (state == QLatin1String("42501"))
        return catalog +
               " does not allow your login to do this: ask its administrator for the right role.";
    if (state.startsWith(QLatin1String("53")))
        return catalog + " has no room left for this (disk, memory or connections): ask the "
                         "server's administrator.";
    if (state == QLatin1String("25006"))
        return catalog + " is a copy for reading only: open the server that it is copied from.";
    if (state == QLatin1String("55P03") || state == QLatin1String("40P01") ||
        state == QLatin1String("40001"))
        return catalog + " is busy with the work of others: try again.";
    return catalog + " could not do what was asked.";
}

} // namespace

DatabaseError describe(const Place& place, const QSqlError& error)
{
    DatabaseError described;
    described.error.detail = error.text().toStdString();
    if (place.dialect == Dialect::Sqlite) {
        described.code = error.nativeErrorCode().toInt() & 0xff;
        described.error.message = sqliteSentence(described.code, place.name);
        return described;
    }
    const QString state = error.nativeErrorCode();
    described.error.message =
        postgreSqlSentence(state, error.type() == QSqlError::ConnectionError, place.name);
    if (state == QLatin1String("42501") && error.text().contains(QLatin1String("row-level security")))
        described.error.message = "The catalog " + place.name.toStdString() +
                                  " takes this only under the name of your login: choose that name as reader, or "
                                  "ask its administrator.";
    described.isWorthRetrying = state == QLatin1String("40P01") || state == QLatin1String("40001");
    described.isConnectionLost = isLost(state);
    return described;
}

} // namespace ir::catalog
