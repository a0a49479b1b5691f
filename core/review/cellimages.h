#pragma once

#include "review/labelset.h"

namespace ir {

/// One side of a comparison: a reader's labels.
struct LabelSide
{
    std::uint32_t reader = 0; ///< index into the set
    int round = 0;            ///< 0: of each image the reader's lowest, as between two readers
};

/// The images of a cell of the sides' confusion table: those that one side called `firstLabel` and
/// the other `secondLabel`. All indices into the set; in its order. Pure.
[[nodiscard]] std::vector<std::uint32_t> imagesOfCell(const LabelSet& set, const LabelSide& first,
                                                      const LabelSide& second,
                                                      std::uint32_t firstLabel,
                                                      std::uint32_t secondLabel);

} // namespace ir
