#pragma once

#include "base/result.h"

#include <QString>

namespace ir::catalog {

/// Which database keeps a catalog. The statements of this room are written so that both understand
/// them; what only one of them can (schema, locks, settings) asks for the dialect.
enum class Dialect { Sqlite, PostgreSql };

/// Where a catalog is kept: an SQLite file, or a database of a PostgreSQL server.
struct Place
{
    Dialect dialect = Dialect::Sqlite;
    QString name; ///< the file, or the URL as it was given: for people
    // PostgreSQL only; empty or 0: as libpq finds it (PGHOST, service files …).
    QString host;
    int port = 0;
    QString database;
    QString user;
    QString desk;    ///< of this Catalog alone, by which it knows what it did itself
    QString options; ///< libpq's own keywords, quoted for a connection string

    [[nodiscard]] bool isInMemory() const { return name == QLatin1String(":memory:"); }
};

/// Whether the text is a URL of a PostgreSQL server rather than a file.
[[nodiscard]] bool isServerUrl(const QString& text);

/// Takes "postgresql://[user@][host][:port]/database[?keyword=value&…]" or a path apart. The
/// keywords are libpq's (sslmode, service, passfile …). Errors: a URL with a password in it, which
/// lists of processes, histories and logs would show; one that names neither database nor service;
/// a fragment or a keyword that is none.
[[nodiscard]] Result<Place> placeOf(const QString& text);

} // namespace ir::catalog
