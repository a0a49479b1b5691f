#include "dataset/fingerprint.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

namespace ir {

namespace {

constexpr int side = ImageFingerprint::side;
constexpr int frequencies = 8;

/// Rows of the DCT-II, unnormalised: only the signs of comparisons count.
const std::array<std::array<double, side>, frequencies>& cosines()
{
    static const auto table = [] {
        std::array<std::array<double, side>, frequencies> rows{};
        for (int k = 0; k < frequencies; ++k)
            for (int x = 0; x < side; ++x)
                rows[std::size_t(k)][std::size_t(x)] =
                    std::cos(3.141592653589793 * (2 * x + 1) * k / (2.0 * side));
        return rows;
    }();
    return table;
}

std::uint64_t hashOf(const GrayImage& small)
{
    std::array<std::array<double, side>, frequencies> byRow{}; // [v][x]
    for (std::size_t v = 0; v < frequencies; ++v)
        for (int y = 0; y < side; ++y)
            for (int x = 0; x < side; ++x)
                byRow[v][std::size_t(x)] += cosines()[v][std::size_t(y)] * small.row(y)[x];
    std::array<double, frequencies * frequencies> coefficients{};
    for (std::size_t v = 0; v < frequencies; ++v)
        for (std::size_t u = 0; u < frequencies; ++u)
            for (std::size_t x = 0; x < side; ++x)
                coefficients[v * frequencies + u] += cosines()[u][x] * byRow[v][x];
    auto sorted = coefficients;
    const auto middle = sorted.begin() + 1 + (sorted.size() - 1) / 2;
    std::nth_element(sorted.begin() + 1, middle, sorted.end());
    std::uint64_t hash = 0;
    for (std::size_t i = 1; i < coefficients.size(); ++i)
        if (coefficients[i] > *middle)
            hash |= std::uint64_t{1} << i;
    return hash;
}

} // namespace

ImageFingerprint fingerprintOf(const GrayImage& image)
{
    assert(!image.empty());
    const GrayImage small = resampleArea(image, {side, side});
    ImageFingerprint fingerprint;
    fingerprint.hash = hashOf(small);
    double mean = 0;
    for (const std::uint8_t grey : small.pixels)
        mean += grey;
    mean /= side * side;
    double squares = 0;
    for (const std::uint8_t grey : small.pixels)
        squares += (grey - mean) * (grey - mean);
    const double length = std::sqrt(squares);
    for (std::size_t i = 0; i < small.pixels.size() && length > 0; ++i)
        fingerprint.picture[i] = static_cast<float>((small.pixels[i] - mean) / length);
    return fingerprint;
}

double similarity(const ImageFingerprint& a, const ImageFingerprint& b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.picture.size(); ++i)
        sum += static_cast<double>(a.picture[i]) * static_cast<double>(b.picture[i]);
    return sum;
}

std::vector<DuplicatePair> nearDuplicates(std::span<const std::optional<ImageFingerprint>> images,
                                          const DuplicateRule& rule)
{
    std::vector<std::uint64_t> hashes; // side by side: the search is bound by memory
    std::vector<std::size_t> owners;
    for (std::size_t i = 0; i < images.size(); ++i)
        if (images[i]) {
            hashes.push_back(images[i]->hash);
            owners.push_back(i);
        }
    std::vector<DuplicatePair> pairs;
    for (std::size_t i = 0; i < hashes.size(); ++i)
        for (std::size_t j = i + 1; j < hashes.size(); ++j) {
            const int distance = std::popcount(hashes[i] ^ hashes[j]);
            if (distance > rule.maxDistance)
                continue;
            const double alike = similarity(*images[owners[i]], *images[owners[j]]);
            if (alike >= rule.minSimilarity)
                pairs.push_back(
                    {.first = owners[i], .second = owners[j], .distance = distance, .similarity = alike});
        }
    return pairs;
}

} // namespace ir
