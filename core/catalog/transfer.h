#pragma once

#include "base/result.h"

#include <QString>
#include <QStringList>
#include <QVector>

#include <string>

namespace ir {

/// What a catalog holds, to tell whether two hold the same.
struct CatalogContent
{
    struct Table
    {
        QString name;
        qint64 rows = 0;
    };
    QVector<Table> tables;
    std::string digest; ///< SHA-256 over every value of every row: the same whichever database keeps them
};

/// Whether a catalog is as it should be.
struct CatalogCheck
{
    CatalogContent content;
    int version = 0;       ///< of the schema
    QStringList problems; ///< sentences; none: it is sound
};

// Each works on one state of the catalog, whatever desks do meanwhile, and blocks until it is done; any thread. Places
// are as for Catalog::open(). A catalog of an older version is brought up to date first.

/// Copies a catalog into an empty place (made where there is none), which may be of the other database, and reads both
/// again to compare: all of it is there when this returns, or nothing. Desks' leases on work are left out.
/// Errors: no catalog at `from`; `to` holds something already.
[[nodiscard]] Result<CatalogContent> copyCatalog(const QString& from, const QString& to);

/// Writes a catalog to a new SQLite file that its owner alone can read, and checks it. The catalog may be in use.
/// Errors: there is such a file already.
[[nodiscard]] Result<CatalogContent> backUpCatalog(const QString& from, const QString& file);

/// Looks for damage: the database's own checks, the protection of the logs, what must follow from what (labels from
/// their events, each event from the one before, projects from their plans).
[[nodiscard]] Result<CatalogCheck> checkCatalog(const QString& place);

} // namespace ir
