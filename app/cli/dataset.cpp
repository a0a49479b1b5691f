#include "datasetcommands.h"
#include "json.h"

#include "base/parallel.h"
#include "dataset/datasetsplit.h"
#include "dataset/datasettable.h"
#include "nn/engine.h"
#include "pipeline/imageloader.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <sstream>

namespace ir::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr int fingerprintSide = 256; ///< longest side that images are decoded at to be compared

struct Options
{
    std::string manifest;
    bool json = false;
};

struct SplitCommand
{
    std::string manifest;
    std::string output;
    std::vector<double> ratios{0.7, 0.15, 0.15};
    SplitOptions split;
    bool duplicatesCheck = true;
    bool json = false;
};

double share(std::size_t part, std::size_t whole)
{
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

std::string shown(const std::string& split)
{
    return split.empty() ? "(none)" : split;
}

std::string percent(double value)
{
    std::ostringstream text;
    text << std::fixed << std::setprecision(1) << 100 * value << " %";
    return text.str();
}

/// Images of one class (or of all) by split; a share is that of the split in the row.
Json rowJson(const DatasetTable& table, const std::function<std::size_t(std::size_t split)>& count)
{
    std::size_t total = 0;
    for (std::size_t s = 0; s < table.splits.size(); ++s)
        total += count(s);
    Json splits = Json::object();
    for (std::size_t s = 0; s < table.splits.size(); ++s)
        splits[table.splits[s]] = {{"images", count(s)}, {"share", share(count(s), total)}};
    return {{"images", total}, {"splits", splits}};
}

Json tableJson(const DatasetTable& table)
{
    Json classes = Json::object();
    for (std::size_t c = 0; c < table.classes.size(); ++c) {
        Json row = rowJson(table, [&](std::size_t s) { return table.counts[c][s]; });
        row["share"] = share(table.ofClass(c), table.total());
        classes[table.classes[c]] = row;
    }
    Json json = rowJson(table, [&](std::size_t s) { return table.ofSplit(s); });
    json["classes"] = classes;
    return json;
}

void printTable(const DatasetTable& table)
{
    std::size_t widest = 5;
    for (const std::string& name : table.classes)
        widest = std::max(widest, name.size());
    const auto name = [&](const std::string& text) {
        std::cout << std::left << std::setw(static_cast<int>(widest) + 2) << text << std::right;
    };
    const auto cell = [](std::size_t count, double part) {
        std::cout << std::setw(8) << count << std::setw(8) << percent(part);
    };
    name("");
    for (const std::string& split : table.splits)
        std::cout << std::setw(16) << shown(split);
    std::cout << std::setw(16) << "total" << '\n';
    for (std::size_t c = 0; c < table.classes.size(); ++c) {
        name(shown(table.classes[c]));
        for (std::size_t s = 0; s < table.splits.size(); ++s)
            cell(table.counts[c][s], share(table.counts[c][s], table.ofClass(c)));
        cell(table.ofClass(c), share(table.ofClass(c), table.total()));
        std::cout << '\n';
    }
    name("total");
    for (std::size_t s = 0; s < table.splits.size(); ++s)
        cell(table.ofSplit(s), share(table.ofSplit(s), table.total()));
    cell(table.total(), share(table.total(), table.total()));
    std::cout << '\n';
}

/// Groups with images in more than one of the splits train, val and test.
std::vector<std::string> straddlingGroups(const std::vector<DatasetImage>& images)
{
    std::map<std::string, std::string> splitOfGroup;
    std::vector<std::string> straddling;
    for (const DatasetImage& image : images) {
        if (std::ranges::find(splitNames, image.split) == splitNames.end())
            continue;
        const auto [known, isNew] = splitOfGroup.emplace(image.group, image.split);
        if (!isNew && known->second != image.split)
            straddling.push_back(image.group);
    }
    std::ranges::sort(straddling);
    straddling.erase(std::unique(straddling.begin(), straddling.end()), straddling.end());
    return straddling;
}

std::size_t groupsOf(const std::vector<DatasetImage>& images)
{
    std::vector<std::string> groups;
    for (const DatasetImage& image : images)
        groups.push_back(image.group);
    std::ranges::sort(groups);
    return static_cast<std::size_t>(std::unique(groups.begin(), groups.end()) - groups.begin());
}

int summarise(const Options& options)
{
    const auto dataset = Dataset::read(options.manifest);
    if (!dataset)
        return fail(Failed, dataset.error().message);
    const DatasetTable table = tabulate(dataset->images);
    const auto straddling = straddlingGroups(dataset->images);
    if (!options.json) {
        printTable(table);
        std::cout << groupsOf(dataset->images) << " groups";
        if (!straddling.empty())
            std::cout << "; " << straddling.size()
                      << " of them are in more than one of train, val and test: "
                      << "'dataset split --force' brings them together";
        std::cout << '\n';
        return AllDone;
    }
    Json json{{"manifest", options.manifest}};
    json.update(tableJson(table));
    json["groups"] = groupsOf(dataset->images);
    json["groups_in_several_splits"] = straddling;
    std::map<std::string, std::vector<DatasetImage>> bySource;
    for (const DatasetImage& image : dataset->images)
        bySource[image.source].push_back(image);
    Json& sources = json["by_source"] = Json::object();
    if (dataset->table.hasColumn("source"))
        for (const auto& [source, images] : bySource)
            sources[source] = tableJson(tabulate(images));
    std::cout << dump(json) << '\n';
    return AllDone;
}

/// The images of a data set as they look, for the search for duplicates.
struct Looks
{
    std::vector<std::optional<ImageFingerprint>> fingerprints; ///< one an image; none: unreadable
    std::vector<std::string> problems;                         ///< one an image; empty: none
};

Looks lookAt(const Dataset& dataset, const std::stop_token& stop)
{
    Looks looks;
    looks.fingerprints.resize(dataset.images.size());
    looks.problems.resize(dataset.images.size());
    std::atomic<std::size_t> done = 0;
    std::mutex terminal;
    parallelFor(dataset.images.size(), usableCores(), stop, [&](std::size_t i) {
        const auto decoded =
            decodeImage(dataset.fileOf(dataset.images[i]), {.longestSide = fingerprintSide});
        if (decoded)
            looks.fingerprints[i] = fingerprintOf(decoded->image);
        else
            looks.problems[i] = decoded.error().message;
        const std::size_t count = ++done;
        if (count % 50 == 0) {
            const std::lock_guard lock(terminal);
            showProgress("compared " + std::to_string(count) + " of " +
                         std::to_string(dataset.images.size()) + " images");
        }
    });
    endProgress();
    return looks;
}

/// All that a split found.
struct SplitReport
{
    const SplitCommand& command;
    DatasetSplit split;
    std::vector<DuplicatePair> pairs;
    std::size_t unreadable = 0;
    std::vector<DatasetImage> images; ///< with their new splits
    DatasetTable table;               ///< of `images`
};

/// Sentences on what the split could not do, or found.
std::vector<std::string> warningsOf(const SplitReport& report)
{
    std::vector<std::string> warnings;
    if (report.split.assigned == 0)
        warnings.emplace_back("Every image has a split already and keeps it; --force splits anew.");
    for (std::size_t c = 0; c < report.table.classes.size(); ++c) {
        const auto in = [&](const char* split) { return report.table.at(c, split); };
        if (std::ranges::all_of(splitNames, [&](const char* split) { return in(split) == 0; }))
            continue; // only in splits that are left alone
        for (std::size_t i = 0; i < splitNames.size(); ++i)
            if (report.command.split.ratios[i] > 0 && in(splitNames[i]) == 0)
                warnings.push_back("The class " + shown(report.table.classes[c]) + " has no image in " +
                                   splitNames[i] + ".");
    }
    std::size_t apart = 0;
    std::size_t differing = 0;
    for (const DuplicatePair& pair : report.pairs) {
        apart += report.images[pair.first].split != report.images[pair.second].split ? 1 : 0;
        differing += report.images[pair.first].label != report.images[pair.second].label ? 1 : 0;
    }
    if (apart > 0)
        warnings.push_back(
            std::to_string(apart) +
            " pairs of near-duplicates lie in different splits that had to stay as they were.");
    if (differing > 0)
        warnings.push_back(std::to_string(differing) +
                           " pairs of near-duplicates have different labels: look at them.");
    return warnings;
}

Json duplicatesJson(const SplitReport& report)
{
    const DuplicateRule rule;
    Json pairs = Json::array();
    for (const DuplicatePair& pair : report.pairs) {
        const DatasetImage& first = report.images[pair.first];
        const DatasetImage& second = report.images[pair.second];
        pairs.push_back({{"paths", {first.path, second.path}},
                         {"distance", pair.distance},
                         {"similarity", pair.similarity},
                         {"labels", {first.label, second.label}},
                         {"groups", {first.group, second.group}},
                         {"splits", {first.split, second.split}}});
    }
    return {{"checked", report.command.duplicatesCheck},
            {"max_distance", rule.maxDistance},
            {"min_similarity", rule.minSimilarity},
            {"pairs", pairs}};
}

/// Share of each of the three splits among the images that are in one of them.
std::array<double, splitNames.size()> sharesReached(const SplitReport& report)
{
    std::array<double, splitNames.size()> shares{};
    for (std::size_t i = 0; i < splitNames.size(); ++i) {
        const auto images = std::ranges::count(report.images, splitNames[i], &DatasetImage::split);
        shares[i] = share(static_cast<std::size_t>(images), report.split.assigned + report.split.kept);
    }
    return shares;
}

void printJson(const SplitReport& report)
{
    const SplitCommand& command = report.command;
    const auto shares = sharesReached(report);
    Json ratios = Json::object();
    Json reached = Json::object();
    for (std::size_t i = 0; i < splitNames.size(); ++i) {
        ratios[splitNames[i]] = command.split.ratios[i];
        reached[splitNames[i]] = shares[i];
    }
    Json json{
        {"manifest", command.manifest}, {"out", command.output.empty() ? Json() : Json(command.output)},
        {"seed", command.split.seed},   {"ratios", ratios},
        {"ratios_reached", reached},    {"assigned", report.split.assigned},
        {"kept", report.split.kept},    {"apart", report.split.apart},
        {"units", report.split.units},  {"unreadable", report.unreadable}};
    json.update(tableJson(report.table));
    json["duplicates"] = duplicatesJson(report);
    json["warnings"] = warningsOf(report);
    Json& assignment = json["assignment"] = Json::object();
    for (const DatasetImage& image : report.images)
        assignment[image.path] = image.split;
    std::cout << dump(json) << '\n';
}

void printText(const SplitReport& report)
{
    printTable(report.table);
    const auto shares = sharesReached(report);
    std::cout << "reached:";
    for (std::size_t i = 0; i < splitNames.size(); ++i)
        std::cout << ' ' << splitNames[i] << ' ' << percent(shares[i]);
    std::cout << '\n'
              << report.split.assigned << " images were given a split, " << report.split.kept
              << " keep theirs, " << report.split.apart << " of other splits were not touched.\n";
    if (report.command.duplicatesCheck)
        std::cout << report.pairs.size() << " pairs of near-duplicates (--json lists them), "
                  << report.unreadable << " images unreadable.\n";
    for (const std::string& warning : warningsOf(report))
        std::cout << warning << '\n';
    if (report.command.output.empty())
        std::cout << "Nothing was written: --out FILE writes the manifest.\n";
}

int split(const SplitCommand& command, const std::stop_token& stop)
{
    const auto dataset = Dataset::read(command.manifest);
    if (!dataset)
        return fail(Failed, dataset.error().message);
    // What makes the split impossible is told before the images are read.
    if (const auto possible = splitDataset(dataset->images, {}, command.split); !possible)
        return fail(WrongUse, possible.error().message);
    SplitReport report{
        .command = command, .split = {}, .pairs = {}, .images = dataset->images, .table = {}};
    if (command.duplicatesCheck) {
        const Looks looks = lookAt(*dataset, stop);
        if (stop.stop_requested())
            return fail(Failed, "Stopped; nothing was written.");
        for (const std::string& problem : looks.problems)
            if (!problem.empty()) {
                ++report.unreadable;
                std::cerr << "unreadable: " << problem << '\n';
            }
        report.pairs = nearDuplicates(looks.fingerprints);
    }
    auto result = splitDataset(dataset->images, report.pairs, command.split);
    if (!result)
        return fail(Failed, result.error().message);
    report.split = std::move(*result);
    if (!command.output.empty())
        if (auto written = writeManifest(*dataset, report.split.splits, command.output); !written)
            return fail(Failed, written.error().message);
    for (std::size_t i = 0; i < report.images.size(); ++i)
        report.images[i].split = report.split.splits[i];
    report.table = tabulate(report.images);
    if (command.json)
        printJson(report);
    else
        printText(report);
    return report.unreadable > 0 ? SomeUnreadable : AllDone;
}

void addSummary(CLI::App& parent, Invocation& invocation)
{
    const auto options = std::make_shared<Options>();
    auto* command =
        parent.add_subcommand("summary", "Images of each class in each split, and their shares");
    command->add_option("--manifest", options->manifest, "CSV with columns path, label, split, source")
        ->required();
    command->add_flag("--json", options->json, "One JSON object, also by source");
    command->footer("Example: imaging-router-cli dataset summary --manifest xray/manifest.csv");
    command->callback(
        [&invocation, options] { invocation.run = [options] { return summarise(*options); }; });
}

void addSplit(CLI::App& parent, Invocation& invocation)
{
    const auto options = std::make_shared<SplitCommand>();
    auto* command = parent.add_subcommand(
        "split", "Splits a data set into train, val and test by class; images of one group (patient) and "
                 "near-duplicates stay together");
    command
        ->add_option("--manifest", options->manifest,
                     "CSV with columns path, label and, where known, group, split")
        ->required();
    command->add_option("--out", options->output, "Write the manifest with its splits to this CSV file");
    command->add_option("--ratios", options->ratios, "Shares of train, val and test")
        ->delimiter(',')
        ->expected(3)
        ->capture_default_str();
    command->add_option("--seed", options->split.seed, "The same seed gives the same split")
        ->capture_default_str();
    command->add_flag("--force", options->split.force,
                      "Split anew what is in train, val or test; without it, only images without a split");
    command->add_flag("!--no-duplicates-check", options->duplicatesCheck,
                      "Do not read the images to look for near-duplicates");
    command->add_flag("--json", options->json, "One JSON object, with each pair of near-duplicates");
    command->footer("Examples:\n"
                    "  imaging-router-cli dataset split --manifest labels.csv --out manifest.csv\n"
                    "  imaging-router-cli dataset split --manifest manifest.csv --out manifest.csv --force "
                    "--ratios 0.8,0.1,0.1 --seed 7");
    command->callback([&invocation, options] {
        std::ranges::copy(options->ratios, options->split.ratios.begin());
        invocation.run = [&invocation, options] { return split(*options, invocation.stop); };
    });
}

} // namespace

void addDatasetCommand(CLI::App& app, Invocation& invocation)
{
    auto* command = app.add_subcommand("dataset", "Counts, splits, exports and imports labelled images");
    command->require_subcommand(1);
    command->footer("Example: imaging-router-cli dataset summary --manifest xray/manifest.csv");
    addSummary(*command, invocation);
    addSplit(*command, invocation);
    addDatasetExport(*command, invocation);
    addDatasetImport(*command, invocation);
}

} // namespace ir::cli
