#include "review/adjudicationdesk.h"

#include <algorithm>
#include <utility>

namespace ir {

namespace {

/// Whether both rounds are done.
bool isRead(const ReviewProject& project)
{
    const ReviewProgress progress = project.progress();
    return progress.done == progress.wanted;
}

} // namespace

AdjudicationDesk::AdjudicationDesk(const ReviewProject& project, ReviewDoer act, ReviewClock now,
                                   std::string adjudicator)
    : m_project(project), m_act(std::move(act)), m_now(std::move(now)),
      m_adjudicator(std::move(adjudicator))
{}

bool AdjudicationDesk::mayDecide(const ReviewConflict& conflict) const
{
    return !m_project.plan().rules.thirdAdjudicates ||
           std::ranges::find(conflict.readers, m_adjudicator) == conflict.readers.end();
}

std::vector<ReviewConflict> AdjudicationDesk::open() const
{
    std::vector<ReviewConflict> mine;
    const auto& adjudicators = m_project.plan().adjudicators;
    if (std::ranges::find(adjudicators, m_adjudicator) == adjudicators.end())
        return mine;
    for (ReviewConflict& conflict : m_project.conflicts())
        if (mayDecide(conflict))
            mine.push_back(std::move(conflict));
    return mine;
}

std::optional<ReviewConflict> AdjudicationDesk::current() const
{
    if (!m_current)
        return std::nullopt;
    ReviewConflict conflict;
    conflict.image = *m_current;
    for (std::size_t r = 0; r < 2; ++r) {
        const ReviewReading reading = m_project.reading(*m_current, static_cast<int>(r) + 1);
        conflict.readers[r] = reading.reader;
        conflict.labels[r] = reading.label;
    }
    return conflict;
}

void AdjudicationDesk::advance()
{
    const auto conflicts = open();
    if (m_current && m_project.finalLabel(*m_current).decision == ReviewDecision::None &&
        std::ranges::find(conflicts, *m_current, &ReviewConflict::image) != conflicts.end())
        return;
    m_current.reset();
    if (!conflicts.empty())
        m_current = conflicts.front().image;
}

void AdjudicationDesk::step(int by)
{
    const auto conflicts = open();
    if (conflicts.empty())
        return;
    const auto count = static_cast<int>(conflicts.size());
    const auto found = m_current ? std::ranges::find(conflicts, *m_current, &ReviewConflict::image)
                                 : conflicts.end();
    const int place = found == conflicts.end() ? (by > 0 ? -1 : 0)
                                               : static_cast<int>(found - conflicts.begin());
    m_current = conflicts[static_cast<std::size_t>(((place + by) % count + count) % count)].image;
    m_goneBackTo.clear();
}

bool AdjudicationDesk::back()
{
    const auto& log = m_project.log();
    for (auto it = log.rbegin(); it != log.rend(); ++it) {
        if (it->act != ReviewAct::Adjudicate || it->reader != m_adjudicator ||
            std::ranges::find(m_goneBackTo, it->image) != m_goneBackTo.end())
            continue;
        m_goneBackTo.push_back(it->image);
        m_current = it->image;
        return true;
    }
    return false;
}

Result<void> AdjudicationDesk::act(ReviewAct act, std::string label, std::string comment,
                                   double seconds) const
{
    if (!m_current)
        return failure("There is no conflict to decide.");
    ReviewEvent event;
    event.timeMs = m_now();
    event.reader = m_adjudicator;
    event.act = act;
    event.image = *m_current;
    event.round = adjudicationRound;
    event.label = std::move(label);
    event.comment = std::move(comment);
    event.seconds = seconds;
    event.sawModel = m_sight.model;
    event.sawLabels = m_sight.labels;
    return m_act(event);
}

Result<void> AdjudicationDesk::decide(const std::string& label, double seconds)
{
    auto done = act(ReviewAct::Adjudicate, label, {}, seconds);
    if (done) {
        m_current.reset();
        m_goneBackTo.clear();
    }
    return done;
}

Result<void> AdjudicationDesk::comment(const std::string& text)
{
    return act(ReviewAct::Comment, {}, text, 0);
}

std::vector<ReviewEvent> remarksOn(const ReviewProject& project, std::int64_t image)
{
    std::vector<ReviewEvent> remarks;
    for (const ReviewEvent& event : project.log())
        if (event.image == image && (event.act == ReviewAct::Flag || !event.comment.empty()))
            remarks.push_back(event);
    return remarks;
}

std::vector<ReviewEvent> historyFor(const std::string& person, const ReviewProject& project,
                                    std::int64_t image)
{
    const bool maySeeAll = !project.plan().rules.blindToFirst || isRead(project);
    std::vector<ReviewEvent> history;
    for (const ReviewEvent& event : project.log())
        if (event.image == image && event.act != ReviewAct::Take && event.act != ReviewAct::Skip &&
            (maySeeAll || event.reader == person))
            history.push_back(event);
    return history;
}

bool maySeeAllLabels(const ReviewProject& project, const std::string& person)
{
    const ReviewPlan& plan = project.plan();
    if (!plan.rules.blindToFirst ||
        std::ranges::find(plan.readers, person) == plan.readers.end())
        return true;
    return isRead(project);
}

} // namespace ir
