#include "agreementreport.h"

#include "commonoptions.h"
#include "json.h"

#include <QDateTime>

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <sstream>

namespace ir::cli {

namespace {

using Json = nlohmann::ordered_json;

Json maybe(const std::optional<double>& value)
{
    return value ? Json(*value) : Json();
}

/// Adds "<name>", "<name>_interval" and "<name>_reason".
void put(Json& json, const std::string& name, const Coefficient& coefficient)
{
    const auto& interval = coefficient.interval;
    json[name] = maybe(coefficient.value);
    json[name + "_interval"] = interval ? Json::array({interval->low, interval->high}) : Json();
    json[name + "_reason"] = coefficient.reason.empty() ? Json() : Json(coefficient.reason);
}

void put(Json& json, const PairAgreement& pair, const LabelSet& set)
{
    const PairTable& table = pair.confusion;
    json["images"] = table.total();
    json["agreement"] = maybe(pair.raw);
    put(json, "kappa", pair.kappa);
    Json& classes = json["per_class"] = Json::object();
    for (std::size_t c = 0; c < pair.perClass.size(); ++c) {
        const ClassAgreement& of = pair.perClass[c];
        Json& one = classes[set.classes[c]];
        one = {{"images", of.images},
               {"agreement", of.raw},
               {"specific_agreement", maybe(of.specific)}};
        put(one, "kappa", of.kappa);
    }
    Json& confusion = json["confusion_matrix"] = Json::array();
    for (std::size_t i = 0; i < table.classes(); ++i) {
        Json row = Json::array();
        for (std::size_t j = 0; j < table.classes(); ++j)
            row.push_back(table.at(i, j));
        confusion.push_back(std::move(row));
    }
    Json& disagreements = json["disagreements"] = Json::array();
    for (const Disagreement& one : pair.disagreements)
        disagreements.push_back({{"image", set.images[one.image]},
                                 {"labels", {set.classes[one.first], set.classes[one.second]}}});
}

Json fleissJson(const FleissAgreement& fleiss, const LabelSet& set)
{
    Json json{{"images", fleiss.images},
              {"labels_per_image", fleiss.labelsPerImage},
              {"images_left_out", fleiss.leftOut}};
    put(json, "kappa", fleiss.kappa);
    Json& classes = json["per_class"] = Json::object();
    for (std::size_t c = 0; c < fleiss.perClass.size(); ++c)
        put(classes[set.classes[c]], "kappa", fleiss.perClass[c]);
    return json;
}

std::string decimals(const std::optional<double>& value)
{
    if (!value)
        return "-";
    std::ostringstream text;
    text << std::fixed << std::setprecision(3) << *value;
    return text.str();
}

std::string span(const std::optional<Interval>& interval)
{
    return interval ? "[" + decimals(interval->low) + ", " + decimals(interval->high) + "]" : "-";
}

/// "0.676 [0.505, 0.848]", or why there is none.
std::string words(const Coefficient& coefficient)
{
    if (!coefficient.value)
        return "undefined: " + coefficient.reason;
    if (!coefficient.interval)
        return decimals(coefficient.value) + " (no interval: " + coefficient.reason + ")";
    return decimals(coefficient.value) + " " + span(coefficient.interval);
}

/// Characters of UTF-8, near enough to columns of a terminal for names.
int width(const std::string& text)
{
    return static_cast<int>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string left(const std::string& text, int columns)
{
    return text + std::string(static_cast<std::size_t>(std::max(1, columns - width(text))), ' ');
}

std::string right(const std::string& text, int columns)
{
    return std::string(static_cast<std::size_t>(std::max(1, columns - width(text))), ' ') + text;
}

int nameColumns(const LabelSet& set)
{
    int columns = 16;
    for (const std::string& name : set.classes)
        columns = std::max(columns, width(name) + 2);
    return columns;
}

std::string percent(double level)
{
    std::ostringstream text;
    text << level * 100 << " %";
    return text.str();
}

void printPair(const std::string& title, const std::string& first, const std::string& second,
               const PairAgreement& pair, const AgreementReport& report)
{
    const LabelSet& set = report.labels;
    const PairTable& table = pair.confusion;
    std::cout << '\n' << title << ": " << table.total() << " images, ";
    if (table.total() == 0) {
        std::cout << "nothing to compare\n";
        return;
    }
    std::cout << "agreement " << decimals(pair.raw) << ", Cohen's kappa " << words(pair.kappa)
              << "\n\n";
    const int columns = nameColumns(set);
    std::cout << left("class", columns) << right("images", 8) << right("agreement", 11)
              << right("specific", 10) << right("kappa", 8)
              << right(percent(report.options.level) + " of kappa", 20) << '\n';
    for (std::size_t c = 0; c < pair.perClass.size(); ++c) {
        const ClassAgreement& of = pair.perClass[c];
        std::cout << left(set.classes[c], columns) << right(std::to_string(of.images), 8)
                  << right(decimals(of.raw), 11) << right(decimals(of.specific), 10)
                  << right(decimals(of.kappa.value), 8) << right(span(of.kappa.interval), 20)
                  << '\n';
    }
    std::cout << '\n' << first << " in rows, " << second << " in columns\n" << left("", columns);
    for (const std::string& name : set.classes)
        std::cout << right(name, columns);
    std::cout << '\n';
    for (std::size_t i = 0; i < table.classes(); ++i) {
        std::cout << left(set.classes[i], columns);
        for (std::size_t j = 0; j < table.classes(); ++j)
            std::cout << right(std::to_string(table.at(i, j)), columns);
        std::cout << '\n';
    }
}

std::string isoTime(std::int64_t timeMs)
{
    return QDateTime::fromMSecsSinceEpoch(timeMs).toUTC().toString(Qt::ISODate).toStdString();
}

Json driftJson(const std::vector<DriftPoint>& drift)
{
    Json points = Json::array();
    for (const DriftPoint& point : drift) {
        Json one{{"from", isoTime(point.fromMs)},
                 {"to", isoTime(point.toMs)},
                 {"images", point.images},
                 {"agreement", point.raw()}};
        put(one, "kappa", point.kappa);
        points.push_back(std::move(one));
    }
    return points;
}

void printDrift(const std::vector<DriftPoint>& drift)
{
    if (drift.size() < 2)
        return;
    std::cout << "\nover time\n";
    for (const DriftPoint& point : drift)
        std::cout << left(isoTime(point.fromMs).substr(0, 10), 12)
                  << left(isoTime(point.toMs).substr(0, 10), 12)
                  << right(std::to_string(point.images), 8) << " images, agreement "
                  << decimals(point.raw()) << ", kappa " << words(point.kappa) << '\n';
}

} // namespace

void addAgreementOptions(CLI::App& command, BootstrapOptions& options)
{
    command.add_option("--level", options.level, "Of the intervals")
        ->check(CLI::Range(0.5, 0.999))
        ->capture_default_str();
    addBootstrapOptions(command, options);
}

void printJson(const AgreementReport& report)
{
    const LabelSet& set = report.labels;
    Json json{{"source", report.source},      {"images", set.images.size()},
              {"labels", set.ratings.size()}, {"rows_without_label", set.withoutLabel},
              {"readers", set.readers},       {"rounds", set.rounds},
              {"classes", set.classes},       {"level", report.options.level}};
    Json& pairs = json["pairs"] = Json::array();
    for (const ReaderPair& pair : report.agreement.pairs) {
        Json one{{"readers", {set.readers[pair.readers[0]], set.readers[pair.readers[1]]}}};
        put(one, pair.agreement, set);
        pairs.push_back(std::move(one));
    }
    Json& repeats = json["repeats"] = Json::array();
    for (const RepeatPair& repeat : report.agreement.repeats) {
        Json one{{"reader", set.readers[repeat.reader]}, {"rounds", repeat.rounds}};
        put(one, repeat.agreement, set);
        repeats.push_back(std::move(one));
    }
    json["fleiss"] = fleissJson(report.agreement.fleiss, set);
    const KrippendorffAgreement& krippendorff = report.agreement.krippendorff;
    Json& alpha =
        json["krippendorff"] = {{"images", krippendorff.images}, {"labels", krippendorff.labels}};
    put(alpha, "alpha", krippendorff.alpha);
    if (!report.drift.empty())
        json["drift"] = driftJson(report.drift);
    json["bootstrap"] = {{"resamples", report.options.resamples}, {"seed", report.options.seed}};
    json["notices"] = set.notices;
    std::cout << dump(json) << '\n';
}

void printText(const AgreementReport& report)
{
    const LabelSet& set = report.labels;
    const Agreement& agreement = report.agreement;
    std::cout << set.images.size() << " images, " << set.ratings.size() << " labels by "
              << set.readers.size() << (set.readers.size() == 1 ? " reader, " : " readers, ")
              << set.classes.size() << (set.classes.size() == 1 ? " class\n" : " classes\n");
    for (const ReaderPair& pair : agreement.pairs) {
        const std::string& first = set.readers[pair.readers[0]];
        const std::string& second = set.readers[pair.readers[1]];
        printPair(first + " and " + second, first, second, pair.agreement, report);
    }
    for (const RepeatPair& repeat : agreement.repeats) {
        const std::string first = "round " + std::to_string(repeat.rounds[0]);
        const std::string second = "round " + std::to_string(repeat.rounds[1]);
        printPair(set.readers[repeat.reader] + ", " + first + " and " + second, first, second,
                  repeat.agreement, report);
    }
    const FleissAgreement& fleiss = agreement.fleiss;
    std::cout << "\nall readers\nFleiss' kappa        " << words(fleiss.kappa);
    if (fleiss.images > 0)
        std::cout << "; " << fleiss.images << " images with " << fleiss.labelsPerImage
                  << " labels, " << fleiss.leftOut << " left out";
    std::cout << "\nKrippendorff's alpha " << words(agreement.krippendorff.alpha) << "; "
              << agreement.krippendorff.images << " images, " << agreement.krippendorff.labels
              << " labels\n";
    printDrift(report.drift);
    std::cout.flush();
    for (const std::string& notice : set.notices)
        std::cerr << notice << '\n';
}

} // namespace ir::cli
