#pragma once

#include "base/result.h"
#include "catalog/place_p.h"

class QSqlError;

namespace ir::catalog {

/// What the database refused, already put into words; thrown inside this room only and turned into
/// a Result by Worker, so that a transaction is left by unwinding.
struct DatabaseError
{
    Error error;
    int code = 0; ///< SQLite's primary result code
    /// The transaction was undone since it stood in the way of another one: begun again, it will
    /// do.
    bool isWorthRetrying = false;
    bool isConnectionLost = false;
};

/// Puts a refusal into words.
[[nodiscard]] DatabaseError describe(const Place& place, const QSqlError& error);

} // namespace ir::catalog
