#pragma once

#include "catalog/catalog.h"

#include <QString>
#include <QVector>

namespace ir::catalog {

class Connection;

// Who labels, and the hashes of their PINs. Every function runs in a Worker's thread and throws
// DatabaseError; those that write do so in one transaction.

[[nodiscard]] QVector<ReaderAccount> readers(Connection& connection);
/// Nothing happens where the name is known. Refuses one that cannot be told from a known one by
/// ear.
void addReader(Connection& connection, const QString& name);

/// Empty: none is set. Refuses an unknown reader.
[[nodiscard]] QString pinHash(Connection& connection, const QString& reader);
/// `before` and `after` may be empty: none. Refuses where `before` is not what is kept (another
/// program was quicker).
void replacePinHash(Connection& connection, const QString& reader, const QString& before,
                    const QString& after);

} // namespace ir::catalog
