#pragma once

#include "base/csv.h"
#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ir {

/// One reader's label of one image in one round. All but the round are indices into a LabelSet's
/// names.
struct Rating
{
    std::uint32_t image = 0;
    std::uint32_t reader = 0;
    int round = 1; ///< from 1
    std::uint32_t label = 0;
};

/// What readers said of images, as plain numbers. There is at most one rating for an image, reader
/// and round.
struct LabelSet
{
    std::vector<std::string> images;  ///< in the order of the table
    std::vector<std::string> readers; ///< sorted
    std::vector<std::string> classes; ///< sorted
    std::vector<int> rounds;          ///< sorted
    std::vector<Rating> ratings;      ///< by image, reader, round
    std::size_t withoutLabel = 0;     ///< rows whose label is empty: not labelled, left out
    std::vector<std::string> notices; ///< sentences on what looks like a slip of the pen

    static constexpr std::size_t mostReaders = 100;
    static constexpr std::size_t mostClasses = 100;
};

/// Reads the columns image, reader, round, label; others are ignored, blanks around a field too.
/// Rows with an empty label are missing data. Errors, each naming its row: a missing column; no
/// rows; an empty image or reader; a round that is no number from 1; two rows for the same image,
/// reader and round; more readers or classes than LabelSet allows (a sign of columns mixed up).
[[nodiscard]] Result<LabelSet> labelSetOf(const CsvTable& table);

} // namespace ir
