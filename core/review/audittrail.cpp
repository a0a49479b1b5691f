#include "review/project.h"

#include "base/csv.h"

#include <chrono>
#include <cstdio>
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

std::string auditTrail(const ReviewProject& project,
                       const std::function<ReviewImageName(std::int64_t image)>& nameOf)
{
    std::vector<std::string> header{"time",  "reader",  "round",   "image",     "act",
                                    "label", "comment", "seconds", "saw_model", "saw_labels"};
    if (nameOf)
        header.insert(header.end(), {"path", "sop_instance_uid"});
    std::string text = csvLine(header);
    for (const ReviewEvent& event : project.log()) {
        char seconds[32];
        std::snprintf(seconds, sizeof seconds, "%.1f", event.seconds);
        const int round = event.act == ReviewAct::Adjudicate ? adjudicationRound : event.round;
        std::vector<std::string> fields{isoTime(event.timeMs),
                                        event.reader,
                                        std::to_string(round),
                                        std::to_string(event.image),
                                        toString(event.act),
                                        event.label,
                                        event.comment,
                                        seconds,
                                        event.sawModel ? "true" : "false",
                                        event.sawLabels ? "true" : "false"};
        if (nameOf) {
            ReviewImageName name = nameOf(event.image);
            fields.insert(fields.end(), {std::move(name.path), std::move(name.sopInstanceUid)});
        }
        text += csvLine(fields);
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
