#pragma once

#include "review/project.h"

namespace ir::review {

// What follows from a plan alone, the same every time.

/// Errors: as ReviewProject::create().
[[nodiscard]] Result<void> checkPlan(const ReviewPlan& plan);

/// Of each image whether it gets a second round.
[[nodiscard]] std::vector<bool> chosenForSecond(const ReviewPlan& plan);

/// Of each image the round whose reader reads it again; 0: none.
[[nodiscard]] std::vector<int> chosenForRepeat(const ReviewPlan& plan,
                                               const std::vector<bool>& hasSecond);

/// Indices of the plan's images in the order in which they are offered to a reader.
[[nodiscard]] std::vector<std::uint32_t> orderOf(const ReviewPlan& plan, const std::string& reader);

} // namespace ir::review
