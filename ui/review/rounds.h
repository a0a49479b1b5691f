#pragma once

#include <QString>

namespace ir::ui {

/// "Round 1", "Repeats".
[[nodiscard]] QString roundTitle(int round);
/// Why images of a round that are not done are not offered now.
[[nodiscard]] QString whatIsLeft(int round);

} // namespace ir::ui
