#include "review/readingdesk.h"

#include <algorithm>
#include <set>
#include <utility>

namespace ir {

ReadingDesk::ReadingDesk(const ReviewProject& project, ReviewDoer act, ReviewClock now,
                         std::string reader, int round)
    : m_project(project), m_act(std::move(act)), m_now(std::move(now)),
      m_reader(std::move(reader)), m_round(round)
{}

bool ReadingDesk::isInHand(std::int64_t image) const
{
    const ReviewReading reading = m_project.reading(image, m_round);
    return reading.stand == ReviewReading::Stand::Taken && reading.reader == m_reader;
}

Result<void> ReadingDesk::act(ReviewAct act, std::int64_t image, std::string label,
                              std::string comment, double seconds) const
{
    ReviewEvent event;
    event.timeMs = m_now();
    event.reader = m_reader;
    event.act = act;
    event.image = image;
    event.round = m_round;
    event.label = std::move(label);
    event.comment = std::move(comment);
    event.seconds = seconds;
    event.sawModel = m_sight.model;
    event.sawLabels = m_sight.labels;
    return m_act(event);
}

Result<void> ReadingDesk::advance()
{
    if (m_current && isInHand(*m_current))
        return {};
    m_current.reset();
    while (!m_aside.empty() && !m_current) {
        const std::int64_t image = m_aside.back();
        m_aside.pop_back();
        if (isInHand(image))
            m_current = image;
    }
    if (!m_current)
        m_current = m_project.next(m_reader, m_round, m_now());
    if (!m_current || isInHand(*m_current))
        return {};
    if (auto taken = act(ReviewAct::Take, *m_current); !taken) {
        m_current.reset();
        return taken;
    }
    return {};
}

std::vector<std::int64_t> ReadingDesk::ahead(std::size_t count) const
{
    std::vector<std::int64_t> images;
    if (m_current)
        images.push_back(*m_current);
    for (auto it = m_aside.rbegin(); it != m_aside.rend(); ++it)
        if (std::ranges::find(images, *it) == images.end())
            images.push_back(*it);
    for (const std::int64_t image : m_project.ahead(m_reader, m_round, count, m_now()))
        if (std::ranges::find(images, image) == images.end())
            images.push_back(image);
    if (images.size() > count)
        images.resize(count);
    return images;
}

Result<std::vector<std::int64_t>>
ReadingDesk::takeSheet(std::size_t count, const std::function<bool(std::int64_t)>& wanted)
{
    const std::size_t offered = wanted ? m_project.plan().images.size() : count;
    std::vector<std::int64_t> images = m_project.ahead(m_reader, m_round, offered, m_now());
    if (wanted)
        std::erase_if(images, [&](std::int64_t image) { return !wanted(image); });
    if (images.size() > count)
        images.resize(count);
    for (const std::int64_t image : images)
        if (!isInHand(image))
            if (auto taken = act(ReviewAct::Take, image); !taken)
                return tl::unexpected(taken.error());
    return images;
}

Result<void> ReadingDesk::label(std::int64_t image, const std::string& label, double seconds)
{
    return act(ReviewAct::Label, image, label, {}, seconds);
}

Result<void> ReadingDesk::unsure(std::int64_t image, double seconds)
{
    return act(ReviewAct::Unsure, image, {}, {}, seconds);
}

Result<void> ReadingDesk::skip(std::int64_t image, double seconds)
{
    return act(ReviewAct::Skip, image, {}, {}, seconds);
}

Result<void> ReadingDesk::comment(std::int64_t image, const std::string& text)
{
    return act(ReviewAct::Comment, image, {}, text);
}

Result<void> ReadingDesk::flag(std::int64_t image) { return act(ReviewAct::Flag, image); }

std::optional<ReadingDesk::Undone> ReadingDesk::undoable() const
{
    // What is in hand was skipped, labelled and taken back, or never done: nothing there to undo.
    std::set<std::int64_t> passed;
    const auto& log = m_project.log();
    for (auto it = log.rbegin(); it != log.rend(); ++it) {
        if (it->reader != m_reader || it->round != m_round)
            continue;
        const bool ends = it->act == ReviewAct::Label || it->act == ReviewAct::Unsure ||
                          it->act == ReviewAct::Skip;
        if (!ends || !passed.insert(it->image).second || isInHand(it->image))
            continue;
        return Undone{it->image, it->act, it->label};
    }
    return std::nullopt;
}

Result<void> ReadingDesk::undo()
{
    const auto last = undoable();
    if (!last)
        return failure("There is nothing to take back.");
    const ReviewAct way = last->act == ReviewAct::Skip ? ReviewAct::Take : ReviewAct::TakeBack;
    if (auto done = act(way, last->image); !done)
        return done;
    if (m_current && isInHand(*m_current))
        m_aside.push_back(*m_current);
    m_current = last->image;
    return {};
}

} // namespace ir
