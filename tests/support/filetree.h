#pragma once

// Needs ir_base.

#include "base/atomicfile.h"

#include <filesystem>
#include <map>
#include <string>

namespace ir::test {

/// Every file below a folder: relative path with slashes → content.
inline std::map<std::string, std::string> tree(const std::filesystem::path& folder)
{
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            files[entry.path().lexically_relative(folder).generic_string()] =
                readFile(entry.path()).value();
    return files;
}

} // namespace ir::test
