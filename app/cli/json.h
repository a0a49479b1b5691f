#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace ir::cli {

/// One line of JSON. Bytes that are not UTF-8 (file names may hold any) become U+FFFD: output never fails.
inline std::string dump(const nlohmann::ordered_json& value)
{
    return value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace ir::cli
