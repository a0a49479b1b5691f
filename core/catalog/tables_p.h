#pragma once

#include "catalog/transfer.h"

#include <array>

namespace ir::catalog {

class Connection;

struct Table
{
    const char* name;
    const char* order;      ///< its key
    bool isDerived = false; ///< filled by a trigger of another one
};

/// What a copy takes along, in the order in which rows may be inserted. All tables but `lease`, whose rows last minutes
/// (tests/catalog compares with the schema).
inline constexpr std::array exportedTables{
    Table{"model", "id"},
    Table{"image", "id"},
    Table{"file", "id"},
    Table{"prediction", "id"},
    Table{"reader", "id"},
    Table{"reader_pin", "reader_id"},
    Table{"step", "id"},
    Table{"label_event", "id"},
    Table{"label_state", "image_id", true},
    Table{"step_state", "step_id"},
    Table{"review_project", "id"},
    Table{"review_event", "project_id, sequence"},
};

/// One state of the database for several statements; nothing can be written meanwhile by this connection.
class Snapshot
{
public:
    explicit Snapshot(Connection& connection);
    ~Snapshot();
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

private:
    Connection& m_connection;
};

/// Reads all of it; in a Snapshot or Transaction.
[[nodiscard]] CatalogContent contentOf(Connection& connection);
/// Copies all rows into empty tables; both in a Snapshot or Transaction.
void copyTables(Connection& from, Connection& to);

} // namespace ir::catalog
