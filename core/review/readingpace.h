#pragma once

#include "review/project.h"

namespace ir {

/// How far a round (1, 2 or repeatRound) is, and how fast one reader.
struct ReadingPace
{
    std::size_t wanted = 0; ///< images of the round
    std::size_t done = 0;   ///< of those, by all readers
    std::size_t left = 0;   ///< that this reader would be offered now
    double secondsEach = 0; ///< of the reader's latest images, the median; 0: not known yet
};

[[nodiscard]] ReadingPace paceOf(const ReviewProject& project, const std::string& reader,
                                 int round, std::int64_t nowMs);

} // namespace ir
