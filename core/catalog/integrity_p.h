#pragma once

#include <QStringList>

namespace ir::catalog {

class Connection;

/// What is wrong with a catalog, as sentences; in a Snapshot.
[[nodiscard]] QStringList problemsOf(Connection& connection);

} // namespace ir::catalog
