#include "review/drift.h"

#include <algorithm>
#include <chrono>

namespace ir {

namespace {

/// One point for each run of pairs for which `groupOf(pair, its place)` is the same.
template <typename Group>
std::vector<DriftPoint> driftBy(std::vector<TimedPair> pairs, std::size_t classes, double level,
                                const Group& groupOf)
{
    std::ranges::stable_sort(pairs, {}, &TimedPair::timeMs);
    std::vector<DriftPoint> points;
    for (std::size_t first = 0; first < pairs.size();) {
        PairTable table(classes);
        std::size_t end = first;
        for (; end < pairs.size() && groupOf(pairs[end], end) == groupOf(pairs[first], first);
             ++end)
            table.add(pairs[end].labels[0], pairs[end].labels[1]);
        points.push_back({pairs[first].timeMs, pairs[end - 1].timeMs, table.total(), table.agreed(),
                          cohensKappa(table, level)});
        first = end;
    }
    return points;
}

/// Weeks since the Monday before 1970 began, which was a Thursday.
std::int64_t weekOf(std::int64_t timeMs)
{
    using namespace std::chrono;
    const auto day = floor<days>(milliseconds(timeMs));
    return floor<weeks>(day + days(3)).count();
}

} // namespace

std::vector<DriftPoint> driftPerImages(std::vector<TimedPair> pairs, std::size_t classes,
                                       std::size_t images, double level)
{
    const std::size_t each = std::max<std::size_t>(1, images);
    return driftBy(std::move(pairs), classes, level,
                   [each](const TimedPair&, std::size_t place) { return place / each; });
}

std::vector<DriftPoint> driftPerWeek(std::vector<TimedPair> pairs, std::size_t classes,
                                     double level)
{
    return driftBy(std::move(pairs), classes, level,
                   [](const TimedPair& pair, std::size_t) { return weekOf(pair.timeMs); });
}

} // namespace ir
