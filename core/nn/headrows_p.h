#pragma once

#include "base/result.h"
#include "nn/architectures/network_p.h"

#include <filesystem>
#include <string>
#include <vector>

namespace ir::nn {

/// Where the weights file `path` is one of this program's and its class list is another than `classes`: gives the
/// classifier of `network`, whose outputs are `classes`, the rows of the classes that both have, by name, and small
/// random ones for the others. Returns a sentence on it; empty where there was nothing to do.
[[nodiscard]] Result<std::string> adoptClassRows(Network& network, const std::filesystem::path& path,
                                                 const std::vector<std::string>& classes);

} // namespace ir::nn
