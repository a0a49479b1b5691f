#include "image/grayimage.h"

#include <algorithm>
#include <cmath>

namespace ir {

namespace {

/// Which source pixels make one target pixel along one axis, and with what weights.
struct Taps
{
    std::vector<int> first;
    std::vector<int> count;
    std::vector<float> weights; ///< `stride` for each target pixel
    int stride = 0;
};

Taps tapsFor(int source, int target)
{
    Taps taps;
    const double scale = static_cast<double>(source) / target;
    taps.stride = scale > 1 ? static_cast<int>(std::ceil(scale)) + 1 : 2;
    taps.first.resize(static_cast<std::size_t>(target));
    taps.count.resize(static_cast<std::size_t>(target));
    taps.weights.assign(static_cast<std::size_t>(target) * static_cast<std::size_t>(taps.stride), 0);
    for (int i = 0; i < target; ++i) {
        const auto at = static_cast<std::size_t>(i);
        float* weights = taps.weights.data() + at * static_cast<std::size_t>(taps.stride);
        if (scale > 1) {
            const double from = i * scale;
            const double to = std::min<double>(source, (i + 1) * scale);
            const int first = std::min(source - 1, static_cast<int>(from));
            const int last = std::min(source - 1, static_cast<int>(std::ceil(to)) - 1);
            taps.first[at] = first;
            taps.count[at] = std::min(taps.stride, last - first + 1);
            for (int k = 0; k < taps.count[at]; ++k) {
                const double covered =
                    std::min<double>(first + k + 1, to) - std::max<double>(first + k, from);
                weights[k] = static_cast<float>(covered / (to - from));
            }
        } else {
            const double centre = std::clamp((i + 0.5) * scale - 0.5, 0.0, source - 1.0);
            const int first = std::min(static_cast<int>(centre), source - 1);
            taps.first[at] = first;
            taps.count[at] = first + 1 < source ? 2 : 1;
            const auto fraction = static_cast<float>(centre - first);
            weights[0] = taps.count[at] == 2 ? 1 - fraction : 1;
            weights[1] = taps.count[at] == 2 ? fraction : 0;
        }
    }
    return taps;
}

} // namespace

Size fitWithin(Size source, int longestSide)
{
    const int longest = std::max(source.width, source.height);
    if (longest <= longestSide)
        return source;
    const double scale = static_cast<double>(longestSide) / longest;
    return {std::max(1, static_cast<int>(std::lround(source.width * scale))),
            std::max(1, static_cast<int>(std::lround(source.height * scale)))};
}

GrayImage resampleArea(const GrayImage& source, Size target)
{
    if (source.size() == target || source.empty() || target.width < 1 || target.height < 1)
        return source;
    const Taps columns = tapsFor(source.width, target.width);
    const Taps rows = tapsFor(source.height, target.height);

    GrayImage result(target.width, target.height);
    const auto width = static_cast<std::size_t>(source.width);
    std::vector<float> line(width);
    for (int y = 0; y < target.height; ++y) {
        const auto at = static_cast<std::size_t>(y);
        // Rows first: the inner loop runs along memory and vectorises.
        std::fill(line.begin(), line.end(), 0.0F);
        for (int k = 0; k < rows.count[at]; ++k) {
            const float weight = rows.weights[at * static_cast<std::size_t>(rows.stride) +
                                              static_cast<std::size_t>(k)];
            const std::uint8_t* pixels = source.row(rows.first[at] + k);
            for (std::size_t x = 0; x < width; ++x)
                line[x] += weight * pixels[x];
        }
        std::uint8_t* out = result.row(y);
        for (int x = 0; x < target.width; ++x) {
            const auto column = static_cast<std::size_t>(x);
            const float* weights =
                columns.weights.data() + column * static_cast<std::size_t>(columns.stride);
            const float* pixels = line.data() + columns.first[column];
            float sum = 0;
            for (int k = 0; k < columns.count[column]; ++k)
                sum += weights[k] * pixels[k];
            out[x] = static_cast<std::uint8_t>(std::clamp(sum + 0.5F, 0.0F, 255.0F));
        }
    }
    return result;
}

} // namespace ir
