#pragma once

#include "base/result.h"
#include "dataset/dataset.h"
#include "dataset/fingerprint.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ir {

inline constexpr std::array splitNames{"train", "val", "test"};

struct SplitOptions
{
    std::array<double, 3> ratios{0.7, 0.15, 0.15}; ///< of splitNames; they sum to 1
    std::uint64_t seed = 1;
    /// Images that are in one of the three splits already are split anew; else they stay where they are.
    bool force = false;
};

struct DatasetSplit
{
    std::vector<std::string> splits; ///< one an image
    std::size_t assigned = 0;        ///< images that were given a split by this
    std::size_t kept = 0;            ///< images that had one of the three and stay there
    std::size_t apart = 0;           ///< images of other splits, such as "external": never touched
    std::size_t units = 0;           ///< groups and duplicates that had to stay together, of the assigned
};

/// Splits a data set by class, keeping what belongs together (images of one group, near-duplicates) on one
/// side.
///
/// Units are placed from the largest, each where the squared distance of all classes' shares from the
/// ratios becomes least, and then moved while that helps. Units of equal size come in an order that depends
/// on the seed and their content alone: the same images and seed give the same split whatever the order of
/// rows. A unit with an image that stays where it is goes there.
///
/// Errors: ratios that are negative or do not sum to 1; without force, a group that is in several of the
/// three splits already.
[[nodiscard]] Result<DatasetSplit> splitDataset(std::span<const DatasetImage> images,
                                                std::span<const DuplicatePair> duplicates,
                                                const SplitOptions& options = {});

} // namespace ir
