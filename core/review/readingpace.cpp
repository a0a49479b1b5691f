#include "review/readingpace.h"

#include <algorithm>

namespace ir {

namespace {

constexpr std::size_t latest = 25; // images: today's pace, not last week's

} // namespace

ReadingPace paceOf(const ReviewProject& project, const std::string& reader, int round,
                   std::int64_t nowMs)
{
    ReadingPace pace;
    const ReviewProgress progress = project.progress();
    if (round == repeatRound) {
        pace.wanted = progress.repeatsWanted;
        pace.done = progress.repeatsDone;
    } else {
        pace.wanted = progress.wanted.at(static_cast<std::size_t>(round - 1));
        pace.done = progress.done.at(static_cast<std::size_t>(round - 1));
    }
    pace.left = project.ahead(reader, round, project.plan().images.size(), nowMs).size();
    std::vector<double> seconds;
    const auto& log = project.log();
    for (auto it = log.rbegin(); it != log.rend() && seconds.size() < latest; ++it)
        if (it->reader == reader && it->round == round && it->seconds > 0 &&
            (it->act == ReviewAct::Label || it->act == ReviewAct::Unsure))
            seconds.push_back(it->seconds);
    if (!seconds.empty()) {
        const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
        std::ranges::nth_element(seconds, middle);
        pace.secondsEach = *middle;
    }
    return pace;
}

} // namespace ir
