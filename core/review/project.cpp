#include "review/project.h"

#include "base/csv.h"
#include "base/mixing.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <utility>

namespace ir {

namespace {

constexpr std::array<std::pair<ReviewAct, const char*>, 8> actNames{
    {{ReviewAct::Take, "take"},
     {ReviewAct::Label, "label"},
     {ReviewAct::Unsure, "unsure"},
     {ReviewAct::Skip, "skip"},
     {ReviewAct::Comment, "comment"},
     {ReviewAct::Flag, "flag"},
     {ReviewAct::TakeBack, "take_back"},
     {ReviewAct::Adjudicate, "adjudicate"}}};

/// Which images get a second round: those whose hash is lowest, so that the share is met to the
/// image.
std::vector<bool> chosenForSecond(const ReviewPlan& plan)
{
    std::vector<std::size_t> order(plan.images.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, {}, [&](std::size_t i) {
        const auto id = static_cast<std::uint64_t>(plan.images[i].id);
        return std::pair(mixed(mixed(plan.rules.seed) ^ id), id);
    });
    const auto count = static_cast<std::size_t>(
        std::llround(plan.rules.overlap * static_cast<double>(order.size())));
    std::vector<bool> chosen(order.size());
    for (std::size_t i = 0; i < std::min(count, order.size()); ++i)
        chosen[order[i]] = true;
    return chosen;
}

std::vector<std::uint32_t> orderOf(const ReviewPlan& plan, const std::string& reader)
{
    std::vector<std::uint32_t> order(plan.images.size());
    std::iota(order.begin(), order.end(), 0U);
    const auto image = [&](std::uint32_t i) -> const ReviewImage& { return plan.images[i]; };
    switch (plan.rules.order) {
    case ReviewOrder::Random: {
        const std::uint64_t own = mixed(plan.rules.seed) ^ hashOf(reader);
        std::ranges::sort(order, {}, [&](std::uint32_t i) {
            return std::pair(mixed(own ^ mixed(static_cast<std::uint64_t>(image(i).id))), i);
        });
        break;
    }
    case ReviewOrder::Uncertainty:
        std::ranges::sort(order, {},
                          [&](std::uint32_t i) { return std::pair(-image(i).uncertainty, i); });
        break;
    case ReviewOrder::Date:
        std::ranges::sort(order, {}, [&](std::uint32_t i) { return std::pair(image(i).date, i); });
        break;
    }
    return order;
}

template <typename T> bool hasTwice(std::vector<T> values)
{
    std::ranges::sort(values);
    return std::ranges::adjacent_find(values) != values.end();
}

std::string isoTime(std::int64_t timeMs)
{
    using namespace std::chrono;
    const sys_time<milliseconds> time{milliseconds(timeMs)};
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    char text[40];
    std::snprintf(
        text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return text;
}

} // namespace

Result<ReviewProject> ReviewProject::create(ReviewPlan plan)
{
    if (plan.name.empty())
        return failure("A project needs a name.");
    if (plan.images.empty() || plan.classes.empty() || plan.readers.empty())
        return failure("The project " + plan.name + " needs images, classes and readers.");
    std::vector<std::int64_t> ids;
    for (const ReviewImage& image : plan.images)
        ids.push_back(image.id);
    if (hasTwice(ids) || hasTwice(plan.classes) || hasTwice(plan.readers) ||
        hasTwice(plan.adjudicators))
        return failure("The project " + plan.name + " names an image, class or reader twice.");
    if (std::ranges::find(plan.classes, std::string()) != plan.classes.end() ||
        std::ranges::find(plan.readers, std::string()) != plan.readers.end())
        return failure("A class and a reader of the project " + plan.name + " need names.");
    for (const ReviewExample& example : plan.examples)
        if (!example.label.empty() &&
            std::ranges::find(plan.classes, example.label) == plan.classes.end())
            return failure("An example of the project " + plan.name + " is of the class \"" +
                           example.label + "\", which it does not have.");
    if (!(plan.rules.overlap >= 0 && plan.rules.overlap <= 1))
        return failure("The share of images with a second round must be from 0 to 1.");
    if (plan.rules.overlap > 0 && plan.readers.size() < 2)
        return failure("A second round needs a second reader.");
    ReviewProject project;
    project.m_plan = std::move(plan);
    project.m_work.resize(project.m_plan.images.size());
    const auto second = chosenForSecond(project.m_plan);
    for (std::size_t i = 0; i < project.m_work.size(); ++i) {
        project.m_work[i].hasSecond = second[i];
        project.m_indexOf.emplace(project.m_plan.images[i].id, i);
    }
    for (const std::string& reader : project.m_plan.readers)
        project.m_orders.push_back(orderOf(project.m_plan, reader));
    project.m_front.resize(project.m_plan.readers.size());
    project.m_taken.resize(project.m_plan.readers.size());
    return project;
}

std::optional<std::uint32_t> ReviewProject::readerNumber(const std::string& name) const
{
    const auto found = std::ranges::find(m_plan.readers, name);
    if (found == m_plan.readers.end())
        return std::nullopt;
    return static_cast<std::uint32_t>(found - m_plan.readers.begin());
}

bool ReviewProject::isOpen(const Work& work, int round, std::uint32_t reader) const
{
    if (work.rounds[static_cast<std::size_t>(round - 1)].stand != Stand::Free)
        return false;
    if (round == 1)
        return true;
    const Reading& first = work.rounds[0];
    const bool isFirstDone = first.stand == Stand::Labelled || first.stand == Stand::Unsure;
    return work.hasSecond && isFirstDone && first.reader != reader;
}

bool ReviewProject::isClosedForGood(const Work& work, int round, std::uint32_t reader) const
{
    const Reading& reading = work.rounds[static_cast<std::size_t>(round - 1)];
    const Reading& first = work.rounds[0];
    if (reading.stand == Stand::Labelled || reading.stand == Stand::Unsure ||
        reading.skippedBy.contains(reader))
        return true;
    return round == 2 &&
           (!work.hasSecond ||
            (first.stand != Stand::Free && first.stand != Stand::Taken && first.reader == reader));
}

bool ReviewProject::isConflict(const Work& work)
{
    const auto& [first, second] = work.rounds;
    const auto isDone = [](const Reading& reading) {
        return reading.stand == Stand::Labelled || reading.stand == Stand::Unsure;
    };
    if (!isDone(first))
        return false;
    if (!work.hasSecond)
        return first.stand == Stand::Unsure;
    return isDone(second) && (first.stand == Stand::Unsure || second.stand == Stand::Unsure ||
                              first.label != second.label);
}

void ReviewProject::handBack(int round)
{
    for (auto& fronts : m_front)
        for (int r = round; r <= 2; ++r) // round 2 hangs on round 1
            fronts[static_cast<std::size_t>(r - 1)] = 0;
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
        if (event.round != 1 && event.round != 2)
            return failure("There are rounds 1 and 2 only.");
        done = applyReading(event, *reader, found->second);
    }
    if (done)
        m_log.push_back(event);
    return done;
}

Result<void> ReviewProject::applyReading(const ReviewEvent& event, std::uint32_t reader,
                                         std::size_t index)
{
    Work& work = m_work[index];
    Reading& reading = work.rounds[static_cast<std::size_t>(event.round - 1)];
    auto& inHand = m_taken[reader][static_cast<std::size_t>(event.round - 1)];
    const bool isOwn = reading.stand != Stand::Free && reading.reader == reader;
    if (reading.stand != Stand::Free && !isOwn)
        return failure("This image is " + m_plan.readers[reading.reader] + "'s in round " +
                       std::to_string(event.round) + ".");
    if (!work.adjudicated.empty())
        return failure("This image was adjudicated: its labels stay as they are.");
    if (event.act == ReviewAct::Take) {
        if (isOwn && reading.stand == Stand::Taken)
            return failure("This image is in hand already.");
        if (isOwn)
            return failure("This image is done; take the label back first.");
        if (!isOpen(work, event.round, reader))
            return failure(!work.hasSecond ? "This image has no second round."
                           : work.rounds[0].reader == reader && work.rounds[0].stand != Stand::Free
                               ? "Whoever reads an image in round 1 does not read it in round 2."
                               : "Round 1 of this image is not done yet.");
        reading.stand = Stand::Taken;
        reading.reader = reader;
        inHand.insert(index);
        return {};
    }
    if (!isOwn)
        return failure("This image was not taken by " + event.reader + ".");
    switch (event.act) {
    case ReviewAct::Label:
    case ReviewAct::Unsure:
        if (event.sawModel && m_plan.rules.blindToModel)
            return failure("Readers of the project " + m_plan.name +
                           " must not see the model's tag.");
        if (event.sawLabels && m_plan.rules.blindToFirst)
            return failure("Readers of the project " + m_plan.name +
                           " must not see the labels of others.");
        reading.stand = event.act == ReviewAct::Label ? Stand::Labelled : Stand::Unsure;
        reading.label = event.act == ReviewAct::Label ? event.label : std::string();
        reading.seconds = event.seconds;
        inHand.erase(index);
        return {};
    case ReviewAct::Skip:
        if (reading.stand != Stand::Taken)
            return failure("Only an image in hand can be skipped.");
        reading.stand = Stand::Free;
        reading.skippedBy.insert(reader);
        inHand.erase(index);
        handBack(event.round);
        return {};
    default: // TakeBack
        if (reading.stand == Stand::Taken)
            return failure("This image has no label to take back.");
        reading.stand = Stand::Taken;
        reading.label.clear();
        inHand.insert(index);
        handBack(event.round);
        return {};
    }
}

Result<void> ReviewProject::adjudicate(const ReviewEvent& event, Work& work) const
{
    if (!isConflict(work))
        return failure("There is no conflict about this image.");
    if (m_plan.rules.thirdAdjudicates)
        for (const Reading& reading : work.rounds)
            if (reading.stand != Stand::Free && m_plan.readers[reading.reader] == event.reader)
                return failure("Whoever labelled an image does not decide its conflict.");
    work.adjudicated = event.label;
    return {};
}

std::optional<std::int64_t> ReviewProject::next(const std::string& reader, int round) const
{
    const auto found = ahead(reader, round, 1);
    return found.empty() ? std::nullopt : std::optional(found.front());
}

std::vector<std::int64_t> ReviewProject::ahead(const std::string& reader, int round,
                                               std::size_t count) const
{
    std::vector<std::int64_t> images;
    const auto number = readerNumber(reader);
    if (!number || (round != 1 && round != 2))
        return images;
    const auto r = static_cast<std::size_t>(round - 1);
    const auto add = [&](std::size_t index) { images.push_back(m_plan.images[index].id); };
    for (const std::size_t index : m_taken[*number][r])
        if (images.size() < count)
            add(index);
    const auto& order = m_orders[*number];
    std::size_t& front = m_front[*number][r];
    while (front < order.size() && isClosedForGood(m_work[order[front]], round, *number))
        ++front;
    for (std::size_t i = front; i < order.size() && images.size() < count; ++i)
        if (isOpen(m_work[order[i]], round, *number) &&
            !m_work[order[i]].rounds[r].skippedBy.contains(*number))
            add(order[i]);
    // What the reader skipped comes last; few enough to look for anew.
    for (std::size_t i = 0; i < order.size() && images.size() < count; ++i)
        if (m_work[order[i]].rounds[r].skippedBy.contains(*number) &&
            isOpen(m_work[order[i]], round, *number))
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
            if (work.rounds[r].stand != Stand::Free) {
                conflict.readers[r] = m_plan.readers[work.rounds[r].reader];
                conflict.labels[r] = work.rounds[r].label;
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
    const auto& [first, second] = work.rounds;
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
    if (found == m_indexOf.end() || round < 1 || round > 2)
        return {};
    const Reading& reading = m_work[found->second].rounds[static_cast<std::size_t>(round - 1)];
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
            const Reading& reading = work.rounds[r];
            if (reading.stand != Stand::Labelled && reading.stand != Stand::Unsure)
                continue;
            ++progress.done[r];
            ++progress.doneBy[m_plan.readers[reading.reader]];
            progress.secondsBy[m_plan.readers[reading.reader]] += reading.seconds;
        }
    }
    return progress;
}

Result<LabelSet> ReviewProject::labels() const
{
    std::string rows = csvLine({"image", "reader", "round", "label"});
    for (std::size_t i = 0; i < m_work.size(); ++i)
        for (std::size_t r = 0; r < 2; ++r)
            if (const Reading& reading = m_work[i].rounds[r]; reading.stand == Stand::Labelled)
                rows +=
                    csvLine({std::to_string(m_plan.images[i].id), m_plan.readers[reading.reader],
                             std::to_string(r + 1), reading.label});
    const auto table = CsvTable::parse(rows);
    return table ? labelSetOf(*table) : Result<LabelSet>(tl::unexpected(table.error()));
}

std::string auditTrail(const ReviewProject& project)
{
    std::string text = csvLine({"time", "reader", "round", "image", "act", "label", "comment",
                                "seconds", "saw_model", "saw_labels"});
    for (const ReviewEvent& event : project.log()) {
        char seconds[32];
        std::snprintf(seconds, sizeof seconds, "%.1f", event.seconds);
        text += csvLine({isoTime(event.timeMs), event.reader,
                         std::to_string(event.act == ReviewAct::Adjudicate ? 3 : event.round),
                         std::to_string(event.image), toString(event.act), event.label,
                         event.comment, seconds, event.sawModel ? "true" : "false",
                         event.sawLabels ? "true" : "false"});
    }
    return text;
}

const char* toString(ReviewAct act)
{
    for (const auto& [known, name] : actNames)
        if (known == act)
            return name;
    return "";
}

std::optional<ReviewAct> reviewActOf(std::string_view name)
{
    for (const auto& [act, known] : actNames)
        if (known == name)
            return act;
    return std::nullopt;
}

} // namespace ir
