#pragma once

#include "base/result.h"

#include <string>
#include <vector>

namespace ir {

/// Refuses what no net can have as its classes: fewer than 2 or more than 1000 names, an empty one, one twice.
[[nodiscard]] Result<void> checkClassNames(const std::vector<std::string>& classes);

} // namespace ir
