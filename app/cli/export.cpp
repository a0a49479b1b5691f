#include "commands.h"
#include "commonoptions.h"
#include "json.h"
#include "tagging.h"

#include "base/digest.h"
#include "catalog/catalog.h"
#include "exporting/sortedexport.h"
#include "exporting/trainingset.h"
#include "nn/modelstore.h"
#include "pipeline/imageloader.h"
#include "raster/raster.h"

#include <QFile>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <set>

#include <unistd.h>

namespace ir::cli {

namespace {

namespace fs = std::filesystem;

struct Options
{
    std::vector<std::string> paths;
    std::string destination;
    std::string catalog = "none";
    std::string model = kCurrentModel;
    EngineOptions engine;
    ExportMode mode = ExportMode::Copy;
    std::string pattern = "{name}";
    ExportChoice needsReview = ExportChoice::OwnFolder;
    ExportChoice unreadable = ExportChoice::Skip;
    bool trainingSet = false;
    bool correctedOnly = false;
    bool reviewedOnly = false;
    bool dryRun = false;
    bool json = false;
    bool yes = false;
    bool yesMoveOriginals = false;
};

/// One file with all that an export wants to know of it.
struct Found
{
    ExportItem item;
    std::string studyInstanceUid;
};

std::string bytesOf(const QString& path)
{
    return QFile::encodeName(path).toStdString();
}

Found foundOf(const FileSummary& summary, const FileOrigin& origin)
{
    Found found;
    ExportItem& item = found.item;
    item.source = bytesOf(summary.path);
    item.className = summary.finalClass().toStdString();
    item.decidedBy = summary.isCorrected()   ? DecidedBy::Corrected
                     : summary.isConfirmed() ? DecidedBy::Confirmed
                                             : DecidedBy::Model;
    item.confidence = summary.confidence;
    item.needsReview = summary.isReviewNeeded();
    item.unreadable = summary.status == FileStatus::Unreadable;
    item.reason = summary.reason.toStdString();
    item.sopInstanceUid = summary.sopInstanceUid.toStdString();
    item.digest = origin.digest;
    item.patientId = origin.patientId;
    item.studyDate = summary.studyDate.toStdString();
    found.studyInstanceUid = origin.studyInstanceUid;
    return found;
}

Found foundOf(const FileResult& result)
{
    FileSummary summary;
    summary.path = result.file.path;
    summary.status = result.status;
    summary.reason = result.reason;
    summary.sopInstanceUid = QString::fromStdString(result.facts.sopInstanceUid);
    summary.studyDate = QString::fromStdString(result.facts.studyDate);
    summary.predictedClass = result.predictedClass;
    if (result.prediction) {
        summary.confidence = result.prediction->confidence;
        summary.needsReview = result.prediction->needsReview;
    }
    return foundOf(summary, {.digest = result.digest,
                             .patientId = result.facts.patientId,
                             .studyInstanceUid = result.facts.studyInstanceUid});
}

/// What the catalog holds, people's labels before the model's; only of the paths in `wanted`, if given.
Result<std::vector<Found>> fromCatalog(const Catalog& catalog, const std::set<QString>* wanted = nullptr)
{
    auto files = catalog.files({});
    if (!files)
        return tl::unexpected(files.error());
    files->removeIf([&](const FileSummary& file) {
        return file.status == FileStatus::Pending // not looked at yet
               || (wanted != nullptr && !wanted->contains(file.path));
    });
    QVector<FileId> ids;
    for (const FileSummary& file : *files)
        ids.append(file.id);
    const auto origins = catalog.origins(ids);
    if (!origins)
        return tl::unexpected(origins.error());
    std::vector<Found> found;
    for (const FileSummary& file : *files)
        found.push_back(foundOf(file, origins->value(file.id)));
    return found;
}

/// Tags what lies under the paths; with a catalog, unchanged files are taken from it.
Result<std::vector<Found>> classified(const Options& options, Catalog* catalog,
                                      const std::stop_token& stop)
{
    const auto weights = findModel(options.model);
    if (!weights)
        return tl::unexpected(weights.error());
    std::vector<Found> found;
    std::set<QString> seen;
    const auto outcome = tag({.roots = {options.paths.begin(), options.paths.end()},
                              .weights = *weights,
                              .engine = options.engine,
                              .catalog = catalog},
                             {.found =
                                  [&](const QVector<FileSummary>& files) {
                                      for (const auto& file : files)
                                          seen.insert(file.path);
                                  },
                              .results =
                                  [&](const QVector<FileResult>& results) {
                                      for (const auto& result : results)
                                          found.push_back(foundOf(result));
                                  },
                              .progress =
                                  [](const ClassifyProgress& progress) {
                                      return "Tagging: " +
                                             std::to_string(progress.classified + progress.known) + " of " +
                                             std::to_string(progress.found);
                                  }},
                             stop);
    if (!outcome)
        return tl::unexpected(outcome.error());
    if (outcome->cancelled)
        return failure("Stopped while tagging; nothing was exported.");
    // Labels of people are only in the catalog.
    return catalog != nullptr ? fromCatalog(*catalog, &seen) : found;
}

nlohmann::ordered_json jsonOf(const ExportPlan& plan)
{
    return {{"destination", plan.options.destination.string()},
            {"mode", toString(plan.options.mode)},
            {"files", plan.files.size()},
            {"folders", plan.countByFolder},
            {"bytes_to_write", plan.bytesToWrite},
            {"bytes_free", plan.bytesFree},
            {"already_there", plan.alreadyThere},
            {"collisions", plan.collisions},
            {"skipped", plan.skipped.size()},
            {"missing", plan.missing.size()},
            {"warnings", plan.warnings},
            {"problem", plan.problem}};
}

void printPlan(const ExportPlan& plan)
{
    std::cout << "Export into " << plan.options.destination.string() << " ("
              << toString(plan.options.mode) << ")\n";
    for (const auto& [folder, count] : plan.countByFolder)
        std::cout << "  " << folder << std::string(folder.size() < 18 ? 18 - folder.size() : 1, ' ')
                  << count << (count == 1 ? " file\n" : " files\n");
    std::cout << "  to write          " << plan.bytesToWrite / 1'000'000 << " MB of "
              << plan.bytesFree / 1'000'000 << " MB free\n";
    if (plan.alreadyThere > 0)
        std::cout << "  already there     " << plan.alreadyThere << '\n';
    if (plan.collisions > 0)
        std::cout << "  same names        " << plan.collisions << ", kept apart by (2), (3) …\n";
    if (!plan.skipped.empty())
        std::cout << "  left out          " << plan.skipped.size() << '\n';
    for (const auto& warning : plan.warnings)
        std::cout << "  Note: " << warning << '\n';
    if (!plan.problem.empty())
        std::cout << "  " << plan.problem << '\n';
    std::cout << std::flush;
}

bool isTerminal()
{
    return ::isatty(STDIN_FILENO) != 0 && ::isatty(STDERR_FILENO) != 0;
}

bool confirmed(const std::string& question, const std::string& word)
{
    std::cerr << question << ' ' << std::flush;
    std::string answer;
    return std::getline(std::cin, answer) && answer == word;
}

/// Originals are moved after two confirmations: two options, or two answers at a terminal. 0: go on.
int askBeforeStart(const Options& options, const ExportPlan& plan)
{
    const bool isMove = options.mode == ExportMode::Move;
    if (!options.yes && isTerminal() &&
        !confirmed("Export " + std::to_string(plan.files.size()) + " files? [y/n]", "y"))
        return fail(Failed, "Nothing was exported.");
    if (!isMove || options.yesMoveOriginals)
        return 0;
    if (!isTerminal())
        return fail(WrongUse, "--mode move takes the originals from their place: add "
                              "--yes-move-originals if that is what you want.");
    if (!confirmed("The originals will leave their folders. Type \"move\" to go on:", "move"))
        return fail(Failed, "Nothing was moved.");
    return 0;
}

int report(const Options& options, const ExportReport& result)
{
    if (options.json) {
        nlohmann::ordered_json failures = nlohmann::ordered_json::array();
        for (const auto& outcome : result.outcomes)
            if (outcome.status == ExportStatus::Failed)
                failures.push_back({{"destination", outcome.destination.string()},
                                    {"reason", outcome.reason}});
        std::cout << dump({{"exported", result.exported},
                           {"already_there", result.alreadyThere},
                           {"failed", result.failed},
                           {"failures", failures},
                           {"cancelled", result.cancelled},
                           {"error", result.error},
                           {"manifest_csv", result.manifestCsv.string()},
                           {"manifest_json", result.manifestJson.string()}})
                  << '\n';
    } else {
        for (const auto& outcome : result.outcomes)
            if (outcome.status == ExportStatus::Failed)
                std::cout << "failed: " << outcome.reason << '\n';
        std::cout << result.exported << " exported, " << result.alreadyThere << " already there, "
                  << result.failed << " failed; list: " << result.manifestCsv.string() << '\n';
    }
    if (!result.error.empty())
        return fail(Failed, result.error);
    if (result.cancelled)
        return fail(Failed, "Stopped; the same command completes what is missing.");
    return result.failed > 0 ? SomeUnreadable : AllDone;
}

/// The catalog keeps knowing files that were moved.
Result<void> followMoves(Catalog* catalog, const ExportReport& result)
{
    if (catalog == nullptr || result.moved.empty())
        return {};
    QHash<QString, QString> moved;
    for (const auto& [from, to] : result.moved)
        moved.insert(QFile::decodeName(from.c_str()), QFile::decodeName(to.c_str()));
    return catalog->movePaths(moved);
}

int exportSorted(const Options& options, const std::vector<Found>& found, Catalog* catalog,
                 const std::stop_token& stop)
{
    std::vector<ExportItem> items;
    for (const Found& one : found)
        items.push_back(one.item);
    SortedExportOptions sorted;
    sorted.destination = options.destination;
    sorted.mode = options.mode;
    sorted.pattern = options.pattern;
    sorted.needsReview = options.needsReview;
    sorted.unreadable = options.unreadable;
    for (const auto& path : options.paths)
        sorted.sourceRoots.push_back(fs::absolute(path));
    const auto plan = planSortedExport(std::move(items), sorted, stop);
    if (!plan)
        return fail(Failed, plan.error().message);
    if (options.json && options.dryRun)
        std::cout << dump({{"plan", jsonOf(*plan)}}) << '\n';
    else if (!options.json)
        printPlan(*plan);
    if (!plan->problem.empty())
        return fail(Failed, plan->problem);
    if (options.dryRun)
        return AllDone;
    if (const int refused = askBeforeStart(options, *plan); refused != 0)
        return refused;
    const auto result = executeSortedExport(
        *plan,
        [](const ExportProgress& progress) {
            showProgress("Exporting " + std::to_string(progress.done) + " of " +
                         std::to_string(progress.total));
        },
        stop);
    endProgress();
    if (!result)
        return fail(Failed, result.error().message);
    if (const auto followed = followMoves(catalog, *result); !followed)
        fail(Failed, followed.error().message);
    return report(options, *result);
}

/// Without a catalog nobody asked for the digests of the files: they are taken here, since images of a training
/// set are named by them.
std::vector<TrainingItem> trainingItems(const std::vector<Found>& found)
{
    std::vector<TrainingItem> items;
    for (const Found& one : found) {
        if (one.item.unreadable)
            continue;
        items.push_back({.source = one.item.source,
                         .label = one.item.className,
                         .decidedBy = one.item.decidedBy,
                         .needsReview = one.item.needsReview,
                         .digest = one.item.digest.empty()
                                       ? sha256OfFile(one.item.source).value_or(std::string())
                                       : one.item.digest,
                         .owner = one.item.patientId.empty() ? one.studyInstanceUid
                                                             : one.item.patientId});
    }
    return items;
}

int reportTrainingPlan(const Options& options, const TrainingExportPlan& plan)
{
    if (options.json) {
        std::cout << dump({{"plan",
                            {{"destination", options.destination},
                             {"labels", plan.countByLabel},
                             {"splits", plan.countBySplit},
                             {"already_there", plan.alreadyThere},
                             {"skipped", plan.skipped},
                             {"duplicates", plan.duplicates}}}})
                  << '\n';
        return AllDone;
    }
    const auto line = [](const std::string& name, std::size_t count) {
        std::cout << "  " << name << std::string(name.size() < 18 ? 18 - name.size() : 1, ' ') << count
                  << '\n';
    };
    std::cout << "Training set into " << options.destination << '\n';
    for (const auto& counts : {plan.countByLabel, plan.countBySplit})
        for (const auto& [name, count] : counts)
            line(name, count);
    line("already there", plan.alreadyThere);
    line("other labels", plan.skipped);
    line("equal copies", plan.duplicates);
    return AllDone;
}

int reportTraining(const Options& options, const TrainingExportReport& result)
{
    if (options.json) {
        std::cout << dump({{"labels", result.countByLabel},
                           {"splits", result.countBySplit},
                           {"skipped", result.skipped},
                           {"duplicates", result.duplicates},
                           {"failed", result.failed.size()},
                           {"cancelled", result.cancelled},
                           {"error", result.error},
                           {"manifest", result.manifest.string()}})
                  << '\n';
    } else {
        for (const auto& [label, count] : result.countByLabel)
            std::cout << label << ": " << count << '\n';
        for (const auto& [file, reason] : result.failed)
            std::cout << "failed: " << file.string() << ": " << reason << '\n';
        std::cout << "Manifest: " << result.manifest.string() << '\n';
    }
    if (!result.error.empty())
        return fail(Failed, result.error);
    if (result.cancelled)
        return fail(Failed, "Stopped; the same command completes what is missing.");
    return result.failed.empty() ? AllDone : SomeUnreadable;
}

int exportTraining(const Options& options, const std::vector<Found>& found, const std::stop_token& stop)
{
    const auto items = trainingItems(found);
    TrainingExportOptions training;
    training.destination = options.destination;
    training.labels = options.correctedOnly  ? TrainingLabels::Corrected
                      : options.reviewedOnly ? TrainingLabels::ByPeople
                                             : TrainingLabels::All;
    if (options.dryRun)
        return reportTrainingPlan(options, planTrainingSet(items, training));
    const auto result = exportTrainingSet(
        items, training, decodeWithin, encodePng,
        [](const ExportProgress& progress) {
            showProgress("Training set: " + std::to_string(progress.done) + " of " +
                         std::to_string(progress.total));
        },
        stop);
    endProgress();
    return result ? reportTraining(options, *result) : fail(Failed, result.error().message);
}

int runExport(const Options& options, const std::stop_token& stop)
{
    std::unique_ptr<Catalog> catalog;
    if (options.catalog != "none") {
        auto opened = Catalog::open(QFile::decodeName(options.catalog.c_str()));
        if (!opened)
            return fail(Failed, opened.error().message);
        catalog = std::move(*opened);
    }
    if (options.paths.empty() && !catalog)
        return fail(WrongUse, "Nothing to export: name folders or files, or a catalog (--catalog FILE).");
    const auto found = options.paths.empty() ? fromCatalog(*catalog)
                                             : classified(options, catalog.get(), stop);
    if (!found)
        return fail(Failed, found.error().message);
    const int code = options.trainingSet ? exportTraining(options, *found, stop)
                                         : exportSorted(options, *found, catalog.get(), stop);
    const bool someUnreadable =
        std::any_of(found->begin(), found->end(), [](const Found& one) { return one.item.unreadable; });
    return code == AllDone && someUnreadable ? SomeUnreadable : code;
}

} // namespace

void addExportCommand(CLI::App& app, Invocation& invocation)
{
    const auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand(
        "export", "Copies (links, moves) images into one folder a class, with a manifest");
    command->add_option("PATH", options->paths,
                        "Folders or files to tag and export; none: all files of the catalog");
    command->add_option("--to", options->destination, "Folder to export into")->required();
    command
        ->add_option("--catalog", options->catalog,
                     "Take tags and people's labels from this catalog; 'none': tag anew")
        ->capture_default_str();
    const std::map<std::string, ExportMode> modes{{"copy", ExportMode::Copy},
                                                  {"hardlink", ExportMode::HardLink},
                                                  {"symlink", ExportMode::Symlink},
                                                  {"move", ExportMode::Move}};
    const std::map<std::string, ExportChoice> choices{{"skip", ExportChoice::Skip},
                                                      {"own-folder", ExportChoice::OwnFolder},
                                                      {"as-class", ExportChoice::AsClass}};
    command->add_option("--mode", options->mode, "copy, hardlink, symlink or move (default: copy)")
        ->transform(CLI::CheckedTransformer(modes).description(""));
    command
        ->add_option("--pattern", options->pattern,
                     "File names: {name} {class} {patient_id} {study_date} {sop_uid} {index}; '/' makes "
                     "subfolders")
        ->capture_default_str();
    command
        ->add_option("--needs-review", options->needsReview,
                     "skip, own-folder or as-class (default: own-folder)")
        ->transform(CLI::CheckedTransformer(choices).description(""));
    command
        ->add_option("--unreadable", options->unreadable,
                     "skip, own-folder or as-class (default: skip)")
        ->transform(CLI::CheckedTransformer(choices).description(""));
    auto* training = command->add_flag("--training-set", options->trainingSet,
                                       "Write 512 x 512 PNG files and a manifest for 'train' instead");
    auto* corrected =
        command->add_flag("--corrected-only", options->correctedOnly,
                          "Training set: only images whose tag a person corrected")
            ->needs(training);
    command
        ->add_flag("--reviewed-only", options->reviewedOnly,
                   "Training set: only images that a person corrected or confirmed")
        ->needs(training)
        ->excludes(corrected);
    command->add_option("--model", options->model, "A model's name (see 'models') or weights file")
        ->capture_default_str();
    addEngineOptions(*command, options->engine);
    command->add_flag("--dry-run", options->dryRun, "Say what would be done, and do nothing");
    command->add_flag("--json", options->json, "One JSON object: the plan (--dry-run) or what was done");
    command->add_flag("-y,--yes", options->yes, "Do not ask");
    command->add_flag("--yes-move-originals", options->yesMoveOriginals,
                      "With --mode move: yes, take the originals from their folders");
    command->footer("The same command again completes what is missing; nothing is ever overwritten.\n"
                    "Examples:\n"
                    "  imaging-router-cli export /archive/2024 --to /data/sorted --dry-run\n"
                    "  imaging-router-cli export /archive/2024 --to /data/sorted --mode hardlink --yes\n"
                    "  imaging-router-cli export --catalog catalog.sqlite --to /data/training "
                    "--training-set --corrected-only");
    command->callback([&invocation, options] {
        invocation.run = [&invocation, options] { return runExport(*options, invocation.stop); };
    });
}

} // namespace ir::cli
