#pragma once

namespace ir::catalog {

class Connection;

/// Makes the database a catalog of this version: sets up a new one, migrates an older one, refuses
/// a foreign or newer one (DatabaseError) without touching it. Two processes may do so at the same
/// time.
void bringUpToDate(Connection& connection);

/// The newest one, which bringUpToDate() leaves behind.
[[nodiscard]] int schemaVersion();

} // namespace ir::catalog
