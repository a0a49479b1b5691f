#pragma once

#include "nn/metrics.h"

#include <nlohmann/json.hpp>

#include <iomanip>
#include <optional>
#include <sstream>
#include <string>

namespace ir::cli {

/// How figures are written, alike in all commands.

inline std::string decimals(double value, int digits = 3)
{
    std::ostringstream text;
    text << std::fixed << std::setprecision(digits) << value;
    return text.str();
}

inline std::string span(const Interval& interval)
{
    return "[" + decimals(interval.low) + ", " + decimals(interval.high) + "]";
}

inline nlohmann::ordered_json pair(const Interval& interval)
{
    return nlohmann::ordered_json::array({interval.low, interval.high});
}

inline nlohmann::ordered_json maybe(const std::optional<double>& value)
{
    return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
}

} // namespace ir::cli
