#pragma once

#include <span>

namespace ir::catalog {

/// The statements that bring a catalog from one version to the next.
using Migration = std::span<const char* const>;

// Migrations only go forward: a published list is never edited, a new one is appended, and to both:
// version n means the same tables and columns in either dialect (tests/catalog compares them), so
// that a catalog can be copied between them. `exportedTables` in tables_p.h names what a copy takes
// along.

[[nodiscard]] std::span<const Migration> sqliteMigrations();
/// They run with the schema imaging_router, which exists, as the search path.
[[nodiscard]] std::span<const Migration> postgreSqlMigrations();

} // namespace ir::catalog
