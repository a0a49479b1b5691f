#pragma once

#include "catalog/catalog.h"
#include "catalog/records.h"

#include <QVector>

namespace ir::catalog {

class Connection;

// Work that machines share: files that a model has not seen, held for a while by whoever claimed them. Every function
// runs in a Worker's thread and throws DatabaseError; those that write do so in one transaction. Time is the server's.

/// Renews what the worker holds, and claims up to `claim.most` more of what nobody does.
[[nodiscard]] QVector<ScannedFile> claimWork(Connection& connection, const WorkClaim& claim);
/// Stores the results of files that the worker still holds, and lets go of them. In the order of the results; id 0:
/// another worker took over, and nothing was stored.
[[nodiscard]] QVector<FileSummary> storeWork(Connection& connection, const QString& worker,
                                             const QVector<FileResult>& results);
void releaseWork(Connection& connection, const QString& worker);
[[nodiscard]] bool isWorkLeft(Connection& connection, const WorkClaim& claim);

} // namespace ir::catalog
