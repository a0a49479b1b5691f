#pragma once

#include "review/kappa.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace ir {

/// One image labelled in two rounds. Readers and labels are indices into a project's.
struct TimedPair
{
    std::int64_t timeMs = 0; ///< of the later label, since 1970, UTC
    std::array<std::uint32_t, 2> readers{};
    std::array<std::uint32_t, 2> labels{};
};

/// How the two rounds agreed for a while.
struct DriftPoint
{
    std::int64_t fromMs = 0; ///< of the first and last image, since 1970, UTC
    std::int64_t toMs = 0;
    std::uint64_t images = 0;
    std::uint64_t agreed = 0;
    Coefficient kappa; ///< Cohen's, of round 1 and round 2

    /// The share of images with equal labels; there is one image at least.
    [[nodiscard]] double raw() const
    {
        return static_cast<double>(agreed) / static_cast<double>(images);
    }
};

/// Agreement of every `images` pairs in the order of their time; the last point may have fewer.
/// `images` 0 counts as
/// 1. `classes`: how many there are. Pure.
[[nodiscard]] std::vector<DriftPoint> driftPerImages(std::vector<TimedPair> pairs,
                                                     std::size_t classes, std::size_t images,
                                                     double level = 0.95);
/// Agreement of every calendar week (Monday to Sunday, UTC) in which an image was done.
[[nodiscard]] std::vector<DriftPoint> driftPerWeek(std::vector<TimedPair> pairs,
                                                   std::size_t classes, double level = 0.95);

} // namespace ir
