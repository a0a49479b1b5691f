#pragma once

#include "review/labelset.h"
#include "review/project.h"

#include <string>
#include <vector>

namespace ir {

/// What a methods section or a datasheet says of how the labels came about, as sentences: images,
/// readers and rounds, what was hidden, agreement, conflicts and who decided them. Readers are
/// numbered: a data set does not name people. Takes a second or so: agreement is computed anew.
[[nodiscard]] std::vector<std::string> methodsOf(const ReviewProject& project);

/// The same of labels that came as a table: only readers, rounds and agreement are known.
[[nodiscard]] std::vector<std::string> methodsOf(const LabelSet& set);

} // namespace ir
