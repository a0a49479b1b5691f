#include "review/cellimages.h"

#include <optional>

namespace ir {

std::vector<std::uint32_t> imagesOfCell(const LabelSet& set, const LabelSide& first,
                                        const LabelSide& second, std::uint32_t firstLabel,
                                        std::uint32_t secondLabel)
{
    std::vector<std::uint32_t> images;
    const auto isOf = [](const Rating& rating, const LabelSide& side) {
        return rating.reader == side.reader && (side.round == 0 || rating.round == side.round);
    };
    for (std::size_t begin = 0, end = 0; begin < set.ratings.size(); begin = end) {
        // Ratings are in the order of images, then readers, then rounds: the first that fits counts.
        std::optional<std::uint32_t> one;
        std::optional<std::uint32_t> other;
        for (end = begin;
             end < set.ratings.size() && set.ratings[end].image == set.ratings[begin].image; ++end) {
            if (!one && isOf(set.ratings[end], first))
                one = set.ratings[end].label;
            if (!other && isOf(set.ratings[end], second))
                other = set.ratings[end].label;
        }
        if (one == firstLabel && other == secondLabel)
            images.push_back(set.ratings[begin].image);
    }
    return images;
}

} // namespace ir
