#pragma once

#include <string>
#include <string_view>

namespace ir::html {

/// As the content of an element or of a quoted attribute. File names may hold any bytes: those that are not
/// UTF-8 and control characters become U+FFFD.
[[nodiscard]] std::string text(std::string_view bytes);

/// A number with so many decimals, "–" where it is none.
[[nodiscard]] std::string number(double value, int decimals = 3);
/// "98.5 %", which does not break.
[[nodiscard]] std::string percent(double share, int decimals = 1);
/// "12,030"
[[nodiscard]] std::string count(std::size_t value);

[[nodiscard]] std::string base64(std::string_view bytes);

} // namespace ir::html
