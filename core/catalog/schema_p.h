#pragma once

namespace ir::catalog {

class Connection;

/// Makes the file a catalog of this version: sets up a new file, migrates an older one, refuses a foreign or
/// newer one (DatabaseError) without touching it. Two processes may do so at the same time.
void bringUpToDate(Connection& connection);

} // namespace ir::catalog
