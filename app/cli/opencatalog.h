#pragma once

#include "catalog/catalog.h"

#include <memory>
#include <string>

namespace ir::cli {

/// Opens a catalog that must be there already; empty: the user's own. `catalog` is as typed on the
/// command line.
[[nodiscard]] Result<std::unique_ptr<Catalog>> existingCatalog(const std::string& catalog);

} // namespace ir::cli
