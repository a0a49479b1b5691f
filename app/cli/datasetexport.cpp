#include "datasetcommands.h"
#include "json.h"
#include "opencatalog.h"
#include "projectcommands.h"

#include "base/csv.h"
#include "catalog/catalog.h"
#include "dataset/datasetsplit.h"
#include "exporting/datasetexport.h"
#include "pipeline/imageloader.h"
#include "pipeline/projectfiles.h"
#include "raster/raster.h"
#include "review/methods.h"

#include <QFile>

#include <algorithm>
#include <array>
#include <iostream>
#include <map>
#include <memory>
#include <system_error>

namespace ir::cli {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct Options
{
    std::string manifest;
    std::string catalog;
    std::string project;
    std::string readings;
    std::string key;
    std::string retainDates;
    std::string labels = "people";
    std::vector<double> ratios{0.7, 0.15, 0.15};
    SplitOptions split;
    DatasetExportOptions dataset;
    bool json = false;
};

/// What goes into the data set, and what is known of how it was labelled.
struct Input
{
    std::vector<DatasetItem> items;
    std::vector<std::string> labelling;
    std::size_t passedOver = 0; ///< files of the catalog without a label that was asked for
};

Result<Input> fromManifest(const std::string& manifest)
{
    const auto table = CsvTable::read(manifest);
    if (!table)
        return tl::unexpected(table.error());
    for (const char* column : {"path", "label"})
        if (!table->hasColumn(column))
            return failure(manifest + " has no column \"" + column + "\".");
    Input input;
    for (std::size_t row = 0; row < table->rows(); ++row)
        input.items.push_back({fs::path(manifest).parent_path() / table->at(row, "path"),
                               table->at(row, "label"), table->at(row, "group"),
                               table->at(row, "split")});
    return input;
}

/// The latest label of each reader, for agreement. Taken-back labels count as none.
void addReadings(const FileDetails& details, LabelSet& set,
                 std::map<std::string, std::uint32_t>& readers,
                 std::map<std::string, std::uint32_t>& classes)
{
    const auto number = [](std::map<std::string, std::uint32_t>& names, const QString& name) {
        return names.emplace(name.toStdString(), static_cast<std::uint32_t>(names.size()))
            .first->second;
    };
    std::map<std::pair<QString, int>, QString> latest;
    for (const LabelEvent& event : details.history)
        latest[{event.reader, std::max(1, event.round)}] = event.label;
    const auto image = static_cast<std::uint32_t>(set.images.size());
    bool isLabelled = false;
    for (const auto& [key, label] : latest) {
        if (label.isEmpty())
            continue;
        isLabelled = true;
        set.ratings.push_back(
            {image, number(readers, key.first), key.second, number(classes, label)});
        set.rounds.push_back(key.second);
    }
    if (isLabelled)
        set.images.push_back(details.digest);
}

std::vector<std::string> namesOf(const std::map<std::string, std::uint32_t>& numbers)
{
    std::vector<std::string> names(numbers.size());
    for (const auto& [name, number] : numbers)
        names[number] = name;
    return names;
}

Result<Input> fromCatalog(const Options& options, const std::stop_token& stop)
{
    const auto catalog = existingCatalog(options.catalog);
    if (!catalog)
        return tl::unexpected(catalog.error());
    const auto files = (*catalog)->files({});
    if (!files)
        return tl::unexpected(files.error());
    Input input;
    LabelSet set;
    std::map<std::string, std::uint32_t> readers;
    std::map<std::string, std::uint32_t> classes;
    std::set<ImageId> seen;
    for (const FileSummary& file : *files) {
        if (stop.stop_requested())
            return failure("Stopped; nothing was written.");
        const bool isWanted = options.labels == "all"
                                  ? !file.finalClass().isEmpty() && !file.isReviewNeeded()
                                  : !file.label.isEmpty();
        if (file.status != FileStatus::Ok || !isWanted) {
            ++input.passedOver;
            continue;
        }
        const auto details = (*catalog)->details(file.id);
        if (!details)
            return tl::unexpected(details.error());
        if (seen.insert(file.imageId).second)
            addReadings(*details, set, readers, classes);
        input.items.push_back({QFile::encodeName(file.path).toStdString(),
                               file.finalClass().toStdString(),
                               details->facts.patientId.empty() ? details->facts.studyInstanceUid
                                                                : details->facts.patientId,
                               {}});
    }
    set.readers = namesOf(readers);
    set.classes = namesOf(classes);
    std::ranges::sort(set.ratings, {}, [](const Rating& rating) {
        return std::tuple(rating.image, rating.reader, rating.round);
    });
    std::ranges::sort(set.rounds);
    set.rounds.erase(std::unique(set.rounds.begin(), set.rounds.end()), set.rounds.end());
    if (!set.ratings.empty())
        input.labelling = methodsOf(set);
    if (options.labels == "all")
        input.labelling.emplace_back(
            "Images that no person labelled have the class that the network gave them.");
    return input;
}

/// The final labels of an annotation project.
Result<Input> fromProject(const Options& options)
{
    const auto opened = openProject({options.catalog, options.project, false});
    if (!opened)
        return tl::unexpected(opened.error());
    const auto files = filesOf(*opened->catalog, opened->project.plan());
    if (!files)
        return tl::unexpected(files.error());
    Input input;
    for (const ReviewImage& image : opened->project.plan().images) {
        const ReviewFinal found = opened->project.finalLabel(image.id);
        const ProjectFile& file = files->at(image.id);
        if (found.decision == ReviewDecision::None || file.path.empty())
            ++input.passedOver;
        else
            input.items.push_back({file.path, found.label, file.group, {}});
    }
    input.labelling = methodsOf(opened->project);
    return input;
}

Result<Input> inputOf(const Options& options, const std::stop_token& stop)
{
    auto input = !options.manifest.empty()  ? fromManifest(options.manifest)
                 : !options.project.empty() ? fromProject(options)
                                            : fromCatalog(options, stop);
    if (!input || options.readings.empty())
        return input;
    const auto table = CsvTable::read(options.readings);
    if (!table)
        return tl::unexpected(table.error());
    const auto set = labelSetOf(*table);
    if (!set)
        return failure(options.readings + ": " + set.error().message);
    input->labelling = methodsOf(*set);
    return input;
}

/// Items with a split keep it; the others are split by class, groups together.
Result<std::vector<std::string>> splitsOf(const std::vector<DatasetItem>& items,
                                          const SplitOptions& options)
{
    std::vector<DatasetImage> images;
    for (const DatasetItem& item : items)
        images.push_back({item.source.string(), item.label, item.group, item.split, {}});
    auto split = splitDataset(images, {}, options);
    if (!split)
        return tl::unexpected(split.error());
    return std::move(split->splits);
}

Result<PseudonymKey> keyFor(const std::string& path)
{
    if (path.empty())
        return PseudonymKey::random();
    std::error_code error;
    if (fs::exists(path, error))
        return PseudonymKey::read(path);
    auto key = PseudonymKey::create(path);
    if (key)
        std::cerr << "Made the key " << path
                  << ". Whoever has it can link the data set to the originals: keep it here, and "
                     "never beside "
                     "the data set.\n";
    return key;
}

Json pairs(const std::vector<std::pair<fs::path, std::string>>& files)
{
    Json list = Json::array();
    for (const auto& [file, reason] : files)
        list.push_back({{"path", file.string()}, {"reason", reason}});
    return list;
}

void print(const Options& options, const DatasetExportReport& report, const Input& input)
{
    if (options.json) {
        std::cout << dump({{"destination", options.dataset.destination.string()},
                           {"images", report.images},
                           {"made", report.made},
                           {"groups", report.groups},
                           {"counts", report.counts},
                           {"duplicates", report.duplicates},
                           {"passed_over", input.passedOver},
                           {"held_back", pairs(report.heldBack)},
                           {"failed", pairs(report.failed)},
                           {"complete", !report.cancelled}})
                  << '\n';
        return;
    }
    for (const auto& [label, splits] : report.counts) {
        std::cout << label << ':';
        for (const auto& [split, count] : splits)
            std::cout << ' ' << split << ' ' << count;
        std::cout << '\n';
    }
    std::cout << report.images << " images of " << report.groups << " groups, " << report.made
              << " of them made now; " << report.duplicates << " copies, " << report.heldBack.size()
              << " held back, " << report.failed.size() << " failed\n";
    for (const auto& [file, why] : report.heldBack)
        std::cerr << "Held back: " << file.string() << ": " << why << ".\n";
    for (const auto& [file, reason] : report.failed)
        std::cerr << reason << '\n';
}

int exportIt(Options options, const std::stop_token& stop)
{
    if (options.manifest.empty() == options.catalog.empty())
        return fail(WrongUse, "dataset export needs either --manifest CSV or --catalog FILE.");
    if (!options.project.empty() && options.catalog.empty())
        return fail(WrongUse, "--project goes with --catalog FILE.");
    std::error_code error;
    if (options.key.empty() && fs::exists(options.dataset.destination, error) &&
        !fs::is_empty(options.dataset.destination, error))
        return fail(
            WrongUse,
            options.dataset.destination.string() +
                " is not empty, and without --key FILE its images cannot be told from new ones.");
    std::ranges::copy(options.ratios, options.split.ratios.begin());
    auto input = inputOf(options, stop);
    if (!input)
        return fail(Failed, input.error().message);
    if (input->items.empty())
        return fail(Failed, "There is no labelled image to export.");
    const auto key = keyFor(options.key);
    if (!key)
        return fail(Failed, key.error().message);
    options.dataset.labelling = input->labelling;
    options.dataset.profile.shiftDates = options.retainDates == "shifted";
    const auto report = exportDataset(
        input->items, *key, options.dataset, decodeWithin, encodePng,
        [&](const std::vector<DatasetItem>& items) { return splitsOf(items, options.split); },
        [](const ExportProgress& progress) {
            showProgress(std::to_string(progress.done) + " of " + std::to_string(progress.total) +
                         " images");
        },
        stop);
    endProgress();
    if (!report)
        return fail(Failed, report.error().message);
    print(options, *report, *input);
    if (report->cancelled)
        return fail(Failed, options.key.empty()
                                ? "Stopped; without --key FILE, begin again in an empty folder."
                                : "Stopped; the same command completes what is missing.");
    return report->failed.empty() && report->heldBack.empty() ? AllDone : SomeUnreadable;
}

} // namespace

void addDatasetExport(CLI::App& dataset, Invocation& invocation)
{
    const auto options = std::make_shared<Options>();
    auto* command = dataset.add_subcommand(
        "export", "Writes labelled images as a data set that may leave the house: 512 x 512 PNG "
                  "and DICOM without "
                  "what says whose they are, manifest, split, Table 1, datasheet and checksums");
    command->add_option("--to", options->dataset.destination, "Folder to write into")->required();
    command->add_option(
        "--manifest", options->manifest,
        "CSV with columns path (relative to the CSV), label and, where known, group and split");
    command->add_option("--catalog", options->catalog, "Take images and labels from this catalog");
    command
        ->add_option("--labels", options->labels,
                     "From the catalog: 'people' (labelled by a person) or 'all' (else the "
                     "network's class, but "
                     "not where it needs review)")
        ->check(CLI::IsMember({"people", "all"}))
        ->capture_default_str();
    command->add_option("--project", options->project,
                        "The final labels of this annotation project of the catalog");
    command->add_option(
        "--readings", options->readings,
        "CSV with columns image, reader, round, label: agreement for the datasheet");
    const std::map<std::string, DatasetFormat> formats{{"imagefolder", DatasetFormat::ImageFolder},
                                                       {"coco", DatasetFormat::Coco},
                                                       {"labelstudio", DatasetFormat::LabelStudio},
                                                       {"fiftyone", DatasetFormat::FiftyOne}};
    command
        ->add_option_function<std::vector<std::string>>(
            "--format",
            [options, formats](const std::vector<std::string>& names) {
                for (const std::string& name : names)
                    options->dataset.formats.insert(formats.at(name));
            },
            "Beside manifest.csv: imagefolder (the folders are that in any case), coco, "
            "labelstudio, fiftyone")
        ->delimiter(',')
        ->check(CLI::IsMember({"imagefolder", "coco", "labelstudio", "fiftyone"}));
    command->add_flag("--dicom", options->dataset.dicom, "Also the DICOM files, de-identified");
    command
        ->add_option("--retain-dates", options->retainDates,
                     "Of DICOM files: 'shifted' as in 'deidentify'")
        ->check(CLI::IsMember({"shifted"}));
    command->add_option("--key", options->key,
                        "Key file as in 'deidentify'; without it, one that is forgotten");
    command->add_flag(
        "--include-suspected", options->dataset.includeSuspected,
        "Also images that may have writing in their pixels, which are held back else");
    command
        ->add_option("--ratios", options->ratios,
                     "Shares of train, val and test for images without a split")
        ->delimiter(',')
        ->expected(3)
        ->capture_default_str();
    command->add_option("--seed", options->split.seed, "Of the split")->capture_default_str();
    command->add_option("--title", options->dataset.title, "Of the datasheet")
        ->capture_default_str();
    command->add_option("--size", options->dataset.size, "Width and height of the PNG files")
        ->check(CLI::Range(16, 4096))
        ->capture_default_str();
    command->add_option("--threads", options->dataset.threads, "(0: all cores)")
        ->check(CLI::NonNegativeNumber);
    command->add_flag("--json", options->json, "One JSON object");
    command->footer("Examples:\n"
                    "  imaging-router-cli dataset export --catalog catalog.sqlite --to /share/set "
                    "--key ~/set.key "
                    "--dicom --format coco,labelstudio\n"
                    "  imaging-router-cli dataset export --manifest manifest.csv --to /share/set");
    command->callback([&invocation, options] {
        invocation.run = [&invocation, options] { return exportIt(*options, invocation.stop); };
    });
}

} // namespace ir::cli
