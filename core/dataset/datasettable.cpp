#include "dataset/datasettable.h"

#include "base/prediction.h"

#include <algorithm>
#include <numeric>

namespace ir {

namespace {

/// The names, those in `first` before the others.
std::vector<std::string> ordered(std::vector<std::string> names, const std::vector<std::string>& first)
{
    std::ranges::sort(names, {}, [&](const std::string& name) {
        return std::pair(std::ranges::find(first, name) - first.begin(), name);
    });
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

std::size_t indexOf(const std::vector<std::string>& names, const std::string& name)
{
    return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}

} // namespace

std::size_t DatasetTable::at(std::size_t c, std::string_view split) const
{
    const auto found = std::ranges::find(splits, split);
    return found == splits.end() ? 0 : counts[c][static_cast<std::size_t>(found - splits.begin())];
}

std::size_t DatasetTable::ofClass(std::size_t c) const
{
    return std::accumulate(counts[c].begin(), counts[c].end(), std::size_t{0});
}

std::size_t DatasetTable::ofSplit(std::size_t s) const
{
    std::size_t sum = 0;
    for (const auto& row : counts)
        sum += row[s];
    return sum;
}

std::size_t DatasetTable::total() const
{
    std::size_t sum = 0;
    for (std::size_t c = 0; c < counts.size(); ++c)
        sum += ofClass(c);
    return sum;
}

DatasetTable tabulate(std::span<const DatasetImage> images)
{
    std::vector<std::string> labels;
    std::vector<std::string> splits;
    for (const DatasetImage& image : images) {
        labels.push_back(image.label);
        splits.push_back(image.split);
    }
    DatasetTable table{.classes = ordered(std::move(labels), defaultClasses()),
                       .splits = ordered(std::move(splits), {"train", "val", "test"}),
                       .counts = {}};
    table.counts.assign(table.classes.size(), std::vector<std::size_t>(table.splits.size()));
    for (const DatasetImage& image : images)
        ++table.counts[indexOf(table.classes, image.label)][indexOf(table.splits, image.split)];
    return table;
}

} // namespace ir
