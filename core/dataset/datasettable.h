#pragma once

#include "dataset/dataset.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ir {

/// Images of each class in each split, as Table 1 of the paper lists its data.
struct DatasetTable
{
    std::vector<std::string> classes; ///< the paper's five first, in its order, then others by name
    std::vector<std::string> splits;  ///< train, val, test first, then others by name; "": no split
    std::vector<std::vector<std::size_t>> counts; ///< [class][split]

    /// 0 for a split that does not occur.
    [[nodiscard]] std::size_t at(std::size_t c, std::string_view split) const;
    [[nodiscard]] std::size_t ofClass(std::size_t c) const;
    [[nodiscard]] std::size_t ofSplit(std::size_t s) const;
    [[nodiscard]] std::size_t total() const;
};

/// Only classes and splits that occur.
[[nodiscard]] DatasetTable tabulate(std::span<const DatasetImage> images);

} // namespace ir
