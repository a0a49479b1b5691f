#pragma once

#include "catalog/place_p.h"

namespace ir::catalog {

/// The place, ready to be opened: a file's path is made absolute, and the file and its folder are made where they are
/// missing.
[[nodiscard]] Result<Place> preparedPlace(const QString& text);

} // namespace ir::catalog
