#include "review/project.h"

#include "base/csv.h"
#include "review/reviewplan_p.h"

#include <algorithm>
#include <utility>

namespace ir {

namespace {

constexpr std::size_t repeatSlot = 2;

constexpr std::int64_t msOfMinutes(int minutes)
{
    return std::int64_t(minutes) * 60 * 1000;
}

} // namespace

Result<ReviewProject> ReviewProject::create(ReviewPlan plan)
{
    if (const auto fit = review::checkPlan(plan); !fit)
        return tl::unexpected(fit.error());
    ReviewProject project;
    project.m_plan = std::move(plan);
    project.m_work.resize(project.m_plan.images.size());
    const auto second = review::chosenForSecond(project.m_plan);
    const auto repeat = review::chosenForRepeat(project.m_plan, second);
    for (std::size_t i = 0; i < project.m_work.size(); ++i) {
        project.m_work[i].hasSecond = second[i];
        project.m_work[i].repeatOf = repeat[i];
        project.m_indexOf.emplace(project.m_plan.images[i].id, i);
    }
    for (const std::string& reader : project.m_plan.readers)
        project.m_orders.push_back(review::orderOf(project.m_plan, reader));
    project.m_front.resize(project.m_plan.readers.size());
    project.m_taken.resize(project.m_plan.readers.size());
    project.m_lastActMs.resize(project.m_plan.readers.size());
    return project;
}

std::optional<std::uint32_t> ReviewProject::readerNumber(const std::string& name) const
{
    const auto found = std::ranges::find(m_plan.readers, name);
    if (found == m_plan.readers.end())
        return std::nullopt;
    return static_cast<std::uint32_t>(found - m_plan.readers.begin());
}

std::optional<std::size_t> ReviewProject::slotOf(int round)
{
    switch (round) {
    case 1:
        return 0;
    case 2:
        return 1;
    case repeatRound:
        return repeatSlot;
    default:
        return std::nullopt;
    }
}

bool ReviewProject::isFree(const Reading& reading, std::uint32_t reader, std::int64_t nowMs) const
{
    if (reading.stand == Stand::Free)
        return true;
    const std::int64_t lease = msOfMinutes(m_plan.rules.leaseMinutes);
    return reading.stand == Stand::Taken && reading.reader != reader && lease > 0 &&
           nowMs - m_lastActMs[reading.reader] >= lease;
}

bool ReviewProject::isOpen(const Work& work, std::size_t slot, std::uint32_t reader,
                           std::int64_t nowMs) const
{
    if (!isFree(work.readings[slot], reader, nowMs))
        return false;
    const auto isReaders = [&](const Reading& reading) {
        return reading.stand != Stand::Free && reading.reader == reader;
    };
    const auto& [first, second, repeat] = work.readings;
    if (slot == 0)
        return !isReaders(second); // a first label may be handed back after the second was given
    if (slot == 1)
        return work.hasSecond && first.isDone() && !isReaders(first);
    if (work.repeatOf == 0)
        return false;
    const Reading& own = work.readings[static_cast<std::size_t>(work.repeatOf - 1)];
    return own.stand == Stand::Labelled && isReaders(own) &&
           nowMs - own.timeMs >= msOfMinutes(60 * m_plan.rules.repeatAfterHours);
}

std::string ReviewProject::whyNotOpen(const Work& work, std::size_t slot,
                                      std::uint32_t reader) const
{
    if (slot == 0)
        return "Whoever reads an image in round 2 does not read it in round 1.";
    if (slot == 1) {
        const Reading& first = work.readings[0];
        return !work.hasSecond ? "This image has no second round."
               : first.stand != Stand::Free && first.reader == reader
                   ? "Whoever reads an image in round 1 does not read it in round 2."
                   : "Round 1 of this image is not done yet.";
    }
    if (work.repeatOf == 0)
        return "This image is none of those that are repeated.";
    const Reading& own = work.readings[static_cast<std::size_t>(work.repeatOf - 1)];
    return own.stand == Stand::Labelled && own.reader == reader
               ? "It is too early to repeat this image."
               : "Readers repeat images that they labelled.";
}

bool ReviewProject::isClosedForGood(const Work& work, std::size_t slot, std::uint32_t reader)
{
    const Reading& reading = work.readings[slot];
    if (reading.isDone() || reading.skippedBy.contains(reader))
        return true;
    const Reading& first = work.readings[0];
    if (slot == 1)
        return !work.hasSecond || (first.isDone() && first.reader == reader);
    if (slot == 0)
        return false;
    if (work.repeatOf == 0)
        return true;
    const Reading& own = work.readings[static_cast<std::size_t>(work.repeatOf - 1)];
    return own.isDone() && own.reader != reader;
}

bool ReviewProject::isConflict(const Work& work)
{
    const auto& [first, second, repeat] = work.readings;
    if (!first.isDone())
        return false;
    if (!work.hasSecond)
        return first.stand == Stand::Unsure;
    return second.isDone() && (first.stand == Stand::Unsure || second.stand == Stand::Unsure ||
                               first.label != second.label);
}

bool ReviewProject::isRepeated(const Work& work)
{
    const Reading& repeat = work.readings[repeatSlot];
    if (work.repeatOf == 0 || repeat.stand != Stand::Labelled)
        return false;
    const Reading& own = work.readings[static_cast<std::size_t>(work.repeatOf - 1)];
    return own.stand == Stand::Labelled && own.reader == repeat.reader;
}

void ReviewProject::handBack(std::size_t slot)
{
    for (auto& fronts : m_front)
        for (std::size_t s = slot; s < slots; ++s) // what comes later hangs on what came first
            fronts[s] = 0;
}

/// The reading is nobody's any more; a repeat of it is of no use then.
void ReviewProject::loseReader(std::size_t index, std::size_t slot)
{
    Work& work = m_work[index];
    Reading& reading = work.readings[slot];
    m_taken[reading.reader][slot].erase(index);
    reading.stand = Stand::Free;
    if (static_cast<int>(slot) + 1 == work.repeatOf) {
        Reading& repeat = work.readings[repeatSlot];
        m_taken[repeat.reader][repeatSlot].erase(index);
        repeat = {};
    }
    handBack(slot);
}

Result<void> ReviewProject::apply(const ReviewEvent& event)
{
    const auto found = m_indexOf.find(event.image);
    if (found == m_indexOf.end())
        return failure("This image is not in the project " + m_plan.name + ".");
    const auto reader = readerNumber(event.reader);
    const bool adjudicates =
        std::ranges::find(m_plan.adjudicators, event.reader) != m_plan.adjudicators.end();
    if (!reader && !adjudicates)
        return failure(event.reader + " is no reader of the project " + m_plan.name + ".");
    const bool hasLabel = event.act == ReviewAct::Label || event.act == ReviewAct::Adjudicate;
    if (hasLabel && std::ranges::find(m_plan.classes, event.label) == m_plan.classes.end())
        return failure("\"" + event.label + "\" is no class of the project " + m_plan.name + ".");
    const auto slot = slotOf(event.round);
    Result<void> done;
    switch (event.act) {
    case ReviewAct::Comment:
    case ReviewAct::Flag:
        break;
    case ReviewAct::Adjudicate:
        if (!adjudicates)
            return failure(event.reader + " does not adjudicate in the project " + m_plan.name +
                           ".");
        done = adjudicate(event, m_work[found->second]);
        break;
    default:
        if (!reader)
            return failure(event.reader + " adjudicates in the project " + m_plan.name +
                           " but does not read.");
        if (!slot)
            return failure("There are rounds 1 and 2 only.");
        done = applyReading(event, *reader, found->second, *slot);
    }
    if (!done)
        return done;
    if (reader)
        m_lastActMs[*reader] = std::max(m_lastActMs[*reader], event.timeMs);
    m_log.push_back(event);
    return {};
}

Result<void> ReviewProject::applyReading(const ReviewEvent& event, std::uint32_t reader,
                                         std::size_t index, std::size_t slot)
{
    Work& work = m_work[index];
    Reading& reading = work.readings[slot];
    const bool isOwn = reading.stand != Stand::Free && reading.reader == reader;
    if (!isOwn && !isFree(reading, reader, event.timeMs))
        return failure("This image is " + m_plan.readers[reading.reader] + "'s in round " +
                       std::to_string(event.round) + ".");
    if (slot != repeatSlot && !work.adjudicated.empty())
        return failure("This image was adjudicated: its labels stay as they are.");
    if (event.act == ReviewAct::Take)
        return take(event, reader, index, slot);
    if (!isOwn)
        return failure("This image was not taken by " + event.reader + ".");
    switch (event.act) {
    case ReviewAct::Label:
    case ReviewAct::Unsure:
        if (auto done = finish(event, reading); !done)
            return done;
        m_taken[reader][slot].erase(index);
        return {};
    case ReviewAct::Skip:
        if (reading.stand != Stand::Taken)
            return failure("Only an image in hand can be skipped.");
        reading.skippedBy.insert(reader);
        loseReader(index, slot);
        return {};
    default: // TakeBack
        if (reading.stand == Stand::Taken)
            return failure("This image has no label to take back.");
        reading.stand = Stand::Taken;
        reading.label.clear();
        m_taken[reader][slot].insert(index);
        handBack(slot);
        return {};
    }
}

Result<void> ReviewProject::take(const ReviewEvent& event, std::uint32_t reader, std::size_t index,
                                 std::size_t slot)
{
    Work& work = m_work[index];
    Reading& reading = work.readings[slot];
    if (reading.stand != Stand::Free && reading.reader == reader)
        return failure(reading.stand == Stand::Taken
                           ? "This image is in hand already."
                           : "This image is done; take the label back first.");
    if (!isOpen(work, slot, reader, event.timeMs))
        return failure(whyNotOpen(work, slot, reader));
    if (reading.stand == Stand::Taken) // by one whose lease ran out
        loseReader(index, slot);
    reading.stand = Stand::Taken;
    reading.reader = reader;
    m_taken[reader][slot].insert(index);
    return {};
}

Result<void> ReviewProject::finish(const ReviewEvent& event, Reading& reading) const
{
    if (event.sawModel && m_plan.rules.blindToModel)
        return failure("Readers of the project " + m_plan.name + " must not see the model's tag.");
    if (event.sawLabels && m_plan.rules.blindToFirst)
        return failure("Readers of the project " + m_plan.name +
                       " must not see the labels of others.");
    reading.stand = event.act == ReviewAct::Label ? Stand::Labelled : Stand::Unsure;
    reading.label = event.act == ReviewAct::Label ? event.label : std::string();
    reading.seconds = event.seconds;
    reading.timeMs = event.timeMs;
    return {};
}

Result<void> ReviewProject::adjudicate(const ReviewEvent& event, Work& work) const
{
    if (!isConflict(work))
        return failure("There is no conflict about this image.");
    if (m_plan.rules.thirdAdjudicates)
        for (const std::size_t slot : {0U, 1U})
            if (const Reading& reading = work.readings[slot];
                reading.stand != Stand::Free && m_plan.readers[reading.reader] == event.reader)
                return failure("Whoever labelled an image does not decide its conflict.");
    work.adjudicated = event.label;
    return {};
}

std::optional<std::int64_t> ReviewProject::next(const std::string& reader, int round,
                                                std::int64_t nowMs) const
{
    const auto found = ahead(reader, round, 1, nowMs);
    return found.empty() ? std::nullopt : std::optional(found.front());
}

std::vector<std::int64_t> ReviewProject::ahead(const std::string& reader, int round,
                                               std::size_t count, std::int64_t nowMs) const
{
    std::vector<std::int64_t> images;
    const auto number = readerNumber(reader);
    const auto slot = slotOf(round);
    if (!number || !slot)
        return images;
    const auto add = [&](std::size_t index) { images.push_back(m_plan.images[index].id); };
    for (const std::size_t index : m_taken[*number][*slot])
        if (images.size() < count)
            add(index);
    const auto& order = m_orders[*number];
    const auto isSkipped = [&](std::size_t i) {
        return m_work[order[i]].readings[*slot].skippedBy.contains(*number);
    };
    std::size_t& front = m_front[*number][*slot];
    while (front < order.size() && isClosedForGood(m_work[order[front]], *slot, *number))
        ++front;
    for (std::size_t i = front; i < order.size() && images.size() < count; ++i)
        if (isOpen(m_work[order[i]], *slot, *number, nowMs) && !isSkipped(i))
            add(order[i]);
    // What the reader skipped comes last; few enough to look for anew.
    for (std::size_t i = 0; i < order.size() && images.size() < count; ++i)
        if (isSkipped(i) && isOpen(m_work[order[i]], *slot, *number, nowMs))
            add(order[i]);
    return images;
}

std::vector<ReviewConflict> ReviewProject::conflicts() const
{
    std::vector<ReviewConflict> conflicts;
    for (std::size_t i = 0; i < m_work.size(); ++i) {
        const Work& work = m_work[i];
        if (!isConflict(work) || !work.adjudicated.empty())
            continue;
        ReviewConflict conflict;
        conflict.image = m_plan.images[i].id;
        for (std::size_t r = 0; r < 2; ++r)
            if (work.readings[r].stand != Stand::Free) {
                conflict.readers[r] = m_plan.readers[work.readings[r].reader];
                conflict.labels[r] = work.readings[r].label;
            }
        conflicts.push_back(std::move(conflict));
    }
    return conflicts;
}

ReviewFinal ReviewProject::finalLabel(std::int64_t image) const
{
    const auto found = m_indexOf.find(image);
    if (found == m_indexOf.end())
        return {};
    const Work& work = m_work[found->second];
    const auto& [first, second, repeat] = work.readings;
    if (!work.adjudicated.empty())
        return {work.adjudicated, ReviewDecision::Adjudicated};
    if (isConflict(work) || first.stand != Stand::Labelled)
        return {};
    return {first.label,
            second.stand == Stand::Labelled ? ReviewDecision::Agreed : ReviewDecision::Single};
}

ReviewReading ReviewProject::reading(std::int64_t image, int round) const
{
    const auto found = m_indexOf.find(image);
    const auto slot = slotOf(round);
    if (found == m_indexOf.end() || !slot)
        return {};
    const Reading& reading = m_work[found->second].readings[*slot];
    if (reading.stand == Stand::Free)
        return {};
    return {reading.stand, m_plan.readers[reading.reader], reading.label};
}

ReviewProgress ReviewProject::progress() const
{
    ReviewProgress progress;
    for (const Work& work : m_work) {
        progress.wanted[0] += 1;
        progress.wanted[1] += work.hasSecond ? 1 : 0;
        progress.conflicts += isConflict(work) && work.adjudicated.empty() ? 1 : 0;
        progress.adjudicated += work.adjudicated.empty() ? 0 : 1;
        for (std::size_t r = 0; r < 2; ++r) {
            const Reading& reading = work.readings[r];
            if (!reading.isDone())
                continue;
            ++progress.done[r];
            ++progress.doneBy[m_plan.readers[reading.reader]];
            progress.secondsBy[m_plan.readers[reading.reader]] += reading.seconds;
        }
        if (work.repeatOf == 0)
            continue;
        const Reading& own = work.readings[static_cast<std::size_t>(work.repeatOf - 1)];
        progress.repeatsWanted +=
            own.stand == Stand::Unsure ? 0 : 1; // a doubt has no label to compare
        progress.repeatsDone += work.readings[repeatSlot].isDone() ? 1 : 0;
    }
    return progress;
}

Result<LabelSet> ReviewProject::labels() const
{
    std::string rows = csvLine({"image", "reader", "round", "label"});
    const auto add = [&](std::size_t index, int round, const Reading& reading) {
        rows += csvLine({std::to_string(m_plan.images[index].id), m_plan.readers[reading.reader],
                         std::to_string(round), reading.label});
    };
    for (std::size_t i = 0; i < m_work.size(); ++i) {
        const auto& [first, second, repeat] = m_work[i].readings;
        if (first.stand == Stand::Labelled)
            add(i, 1, first);
        if (second.stand == Stand::Labelled)
            add(i, 2, second);
        if (isRepeated(m_work[i]))
            add(i, repeatRound, repeat);
    }
    const auto table = CsvTable::parse(rows);
    return table ? labelSetOf(*table) : Result<LabelSet>(tl::unexpected(table.error()));
}

std::vector<TimedPair> ReviewProject::timedPairs() const
{
    const auto classOf = [&](const Reading& reading) {
        return static_cast<std::uint32_t>(std::ranges::find(m_plan.classes, reading.label) -
                                          m_plan.classes.begin());
    };
    std::vector<TimedPair> pairs;
    for (const Work& work : m_work) {
        const auto& [first, second, repeat] = work.readings;
        if (first.stand == Stand::Labelled && second.stand == Stand::Labelled)
            pairs.push_back({std::max(first.timeMs, second.timeMs),
                             {first.reader, second.reader},
                             {classOf(first), classOf(second)}});
    }
    std::ranges::stable_sort(pairs, {}, &TimedPair::timeMs);
    return pairs;
}

} // namespace ir
