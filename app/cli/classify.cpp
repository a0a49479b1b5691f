#include "commands.h"
#include "commonoptions.h"
#include "json.h"
#include "tagging.h"

#include "base/csv.h"
#include "catalog/catalog.h"
#include "image/modality.h"
#include "nn/modelstore.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QRandomGenerator>
#include <QSysInfo>

#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>

namespace ir::cli {

namespace {

struct Options
{
    std::vector<std::string> paths;
    std::string model = kCurrentModel;
    std::string catalog = "none";
    EngineOptions engine;
    std::vector<std::string> mounts;
    SharedWork shared;
    bool isWorker = false;
    bool noScan = false;
    bool json = false;
    bool csv = false;
};

/// What was found of each file, in whatever way it is printed.
struct Line
{
    std::string path;
    FileStatus status = FileStatus::Pending;
    std::string reason;
    std::string sopInstanceUid;
    std::string modality;
    std::string className;
    float confidence = 0;
    std::vector<float> probabilities;
    bool needsReview = false;
};

class Printer
{
public:
    Printer(const Options& options, std::vector<std::string> classes)
        : m_options(options), m_classes(std::move(classes))
    {
        if (m_options.csv) {
            std::vector<std::string> names{"path",     "status", "reason",     "sop_instance_uid",
                                           "modality", "class",  "confidence", "needs_review"};
            names.insert(names.end(), m_classes.begin(), m_classes.end());
            std::cout << csvLine(names);
        }
    }

    void print(const Line& line)
    {
        ++files;
        (line.status == FileStatus::Ok ? ok : unreadable) += 1;
        untagged += line.status == FileStatus::Ok && line.className.empty() ? 1 : 0;
        if (m_options.json)
            printJson(line);
        else if (m_options.csv)
            printCsv(line);
        else
            printText(line);
    }

    std::int64_t files = 0;
    std::int64_t ok = 0;
    std::int64_t untagged = 0; ///< of those: no radiographs by their headers
    std::int64_t unreadable = 0;

private:
    void printJson(const Line& line) const
    {
        nlohmann::ordered_json json{{"path", line.path}};
        const bool isOk = line.status == FileStatus::Ok;
        const bool isTagged = isOk && !line.className.empty();
        json["status"] = isOk ? "ok" : "unreadable";
        json["reason"] = isTagged ? nlohmann::ordered_json() : nlohmann::ordered_json(line.reason);
        json["sop_instance_uid"] = line.sopInstanceUid;
        json["modality"] = line.modality;
        if (isTagged) {
            json["class"] = line.className;
            json["confidence"] = line.confidence;
            auto& probabilities = json["probabilities"] = nlohmann::ordered_json::object();
            for (std::size_t i = 0; i < line.probabilities.size(); ++i)
                probabilities[m_classes[i]] = line.probabilities[i];
            json["needs_review"] = line.needsReview;
        } else {
            for (const char* name : {"class", "confidence", "probabilities", "needs_review"})
                json[name] = nullptr;
            if (isOk)
                json["needs_review"] = true;
        }
        std::cout << dump(json) << '\n' << std::flush;
    }

    void printCsv(const Line& line) const
    {
        const bool isOk = line.status == FileStatus::Ok;
        std::vector<std::string> fields{line.path,
                                        isOk ? "ok" : "unreadable",
                                        line.reason,
                                        line.sopInstanceUid,
                                        line.modality,
                                        line.className,
                                        line.className.empty() ? "" : std::to_string(line.confidence),
                                        isOk ? (line.needsReview ? "true" : "false") : ""};
        for (std::size_t i = 0; i < m_classes.size(); ++i)
            fields.push_back(i < line.probabilities.size() ? std::to_string(line.probabilities[i])
                                                           : "");
        std::cout << csvLine(fields) << std::flush;
    }

    static void printText(const Line& line)
    {
        std::ostringstream text;
        if (line.status == FileStatus::Ok && line.className.empty())
            text << std::left << std::setw(24) << "not tagged" << "review  " << line.path << ": " << line.reason;
        else if (line.status == FileStatus::Ok)
            text << std::left << std::setw(16) << line.className << std::right << std::setw(4)
                 << static_cast<int>(100 * line.confidence) << " %  "
                 << (line.needsReview ? "review  " : "        ") << line.path;
        else
            text << std::left << std::setw(32) << "unreadable" << line.path << ": " << line.reason;
        endProgress();
        std::cout << text.str() << '\n';
    }

    const Options& m_options;
    const std::vector<std::string> m_classes;
};

/// With the reason why an image that could be read has no class.
Line explained(Line line)
{
    if (line.status == FileStatus::Ok && line.className.empty())
        line.reason = foreignModalityReason(line.modality);
    return line;
}

Line lineOf(const FileResult& result)
{
    Line line{.path = QFile::encodeName(result.file.path).toStdString(),
              .status = result.status,
              .reason = result.reason.toStdString(),
              .sopInstanceUid = result.facts.sopInstanceUid,
              .modality = result.facts.modality,
              .className = result.predictedClass.toStdString(),
              .probabilities = {}};
    if (result.prediction) {
        line.confidence = result.prediction->confidence;
        line.probabilities = result.prediction->probabilities;
        line.needsReview = result.prediction->needsReview;
    }
    return explained(std::move(line));
}

/// A file that the catalog knows already; its probabilities are there too.
Line lineOf(const FileSummary& summary, const Catalog& catalog)
{
    Line line{.path = QFile::encodeName(summary.path).toStdString(),
              .status = summary.status,
              .reason = summary.reason.toStdString(),
              .sopInstanceUid = summary.sopInstanceUid.toStdString(),
              .modality = summary.modality.toStdString(),
              .className = summary.predictedClass.toStdString(),
              .confidence = summary.confidence,
              .probabilities = {},
              .needsReview = summary.needsReview};
    if (const auto details = catalog.details(summary.id); details && details->prediction)
        line.probabilities = details->prediction->probabilities;
    return explained(std::move(line));
}

std::string progressLine(const ClassifyProgress& progress)
{
    std::ostringstream line;
    line << progress.found << (progress.scanFinished ? " files" : " files so far") << ", "
         << progress.classified + progress.known << " tagged, " << progress.unreadable
         << " unreadable, " << std::fixed << std::setprecision(1) << progress.imagesPerSecond << "/s";
    if (progress.secondsLeft >= 0)
        line << ", " << std::setprecision(0) << progress.secondsLeft << " s left";
    line << ", " << progress.device.toStdString();
    return line.str();
}

void printSummary(const Options& options, const Printer& printer, const std::string& model, double seconds,
                  const ClassifyProgress& progress)
{
    const double rate = seconds > 0 ? static_cast<double>(printer.ok) / seconds : 0;
    if (options.json) {
        std::cout << dump({{"summary",
                            {{"files", printer.files},
                             {"ok", printer.ok},
                             {"unreadable", printer.unreadable},
                             {"seconds", seconds},
                             {"images_per_second", rate},
                             {"device", progress.device.toStdString()},
                             {"model", model}}}})
                  << '\n';
    } else if (!options.csv) {
        std::cout << printer.files << " files, " << printer.ok - printer.untagged << " tagged, "
                  << printer.untagged << " not tagged, " << printer.unreadable
                  << " unreadable, " << std::fixed << std::setprecision(1) << seconds << " s, " << rate
                  << " images/s on " << progress.device.toStdString() << '\n';
    }
}

/// No two running workers share it: machine, process, and a number of chance for machines of one name.
QString ownWorkerName()
{
    return QStringLiteral("%1:%2:%3")
        .arg(QSysInfo::machineHostName())
        .arg(QCoreApplication::applicationPid())
        .arg(QRandomGenerator::system()->generate(), 8, 16, QLatin1Char('0'));
}

Result<std::unique_ptr<Catalog>> openCatalog(const Options& options)
{
    const QString place = QFile::decodeName(options.catalog.c_str());
    if (options.mounts.empty())
        return Catalog::open(place);
    QStringList lines;
    for (const std::string& line : options.mounts)
        lines.append(QFile::decodeName(line.c_str()));
    const auto mounts = PathMap::parse(lines);
    return mounts ? Catalog::open(place, *mounts) : tl::unexpected(mounts.error());
}

int classify(const Options& options, const std::stop_token& stop)
{
    if (options.isWorker && options.catalog == "none")
        return fail(WrongUse, "A worker needs the catalog that it shares with others: --catalog URL.");
    const auto weights = findModel(options.model);
    if (!weights)
        return fail(Failed, weights.error().message);
    const auto model = readModelInfo(*weights);
    if (!model)
        return fail(Failed, model.error().message);
    std::unique_ptr<Catalog> catalog;
    if (options.catalog != "none") {
        auto opened = openCatalog(options);
        if (!opened)
            return fail(Failed, opened.error().message);
        catalog = std::move(*opened);
    }

    std::optional<SharedWork> shared;
    if (options.isWorker) {
        shared = options.shared;
        shared->worker = ownWorkerName();
        shared->scan = !options.noScan;
    }

    QElapsedTimer clock;
    clock.start();
    Printer printer(options, model->classes);
    const auto outcome = tag(
        {.roots = {options.paths.begin(), options.paths.end()},
         .weights = *weights,
         .engine = options.engine,
         .catalog = catalog.get(),
         .shared = shared},
        {.found =
             [&](const QVector<FileSummary>& files) {
                 if (!catalog || shared) // a worker tells of what it does itself
                     return;
                 for (const auto& file : files)
                     if (file.status == FileStatus::Unreadable || !file.predictedClass.isEmpty())
                         printer.print(lineOf(file, *catalog));
             },
         .results =
             [&](const QVector<FileResult>& results) {
                 for (const auto& result : results)
                     printer.print(lineOf(result));
             },
         .progress = progressLine},
        stop);
    if (!outcome)
        return fail(Failed, outcome.error().message);
    printSummary(options, printer, weights->stem().string(), static_cast<double>(clock.elapsed()) / 1000,
                 outcome->last);
    if (outcome->cancelled)
        return fail(Failed, "Stopped after " + std::to_string(printer.files) + " files.");
    return printer.unreadable > 0 || outcome->last.leftOut > 0 ? SomeUnreadable : AllDone;
}

} // namespace

void addClassifyCommand(CLI::App& app, Invocation& invocation)
{
    const auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand(
        "classify", "Tags every DICOM and image file under folders, a line each as results come");
    command->add_option("PATH", options->paths, "Folders, files or a DICOMDIR")->required();
    auto* json = command->add_flag("--json", options->json, "One JSON object a line, then a summary");
    command->add_flag("--csv", options->csv, "CSV with a header line")->excludes(json);
    command->add_option("--model", options->model, "A model's name (see 'models') or weights file")
        ->capture_default_str();
    addEngineOptions(*command, options->engine);
    command
        ->add_option("--catalog", options->catalog,
                     "Remember results in this catalog and take unchanged files from it; 'none': do not")
        ->capture_default_str();
    auto* worker = command->add_flag(
        "--worker", options->isWorker,
        "Share the work with others that run the same command: each file is tagged by one of them, and who dies "
        "is stood in for");
    command
        ->add_option("--lease", options->shared.leaseSeconds,
                     "Seconds after which others take over what a dead worker held")
        ->needs(worker)
        ->check(CLI::Range(5, 86'400))
        ->capture_default_str();
    command
        ->add_flag("--no-scan", options->noScan,
                   "Look for no files: do what other workers found under the folders")
        ->needs(worker);
    command->add_option("--map", options->mounts,
                        "LOCAL=ARCHIVE: this machine has the catalog's folder ARCHIVE at LOCAL; may be "
                        "repeated (default: the table imaging-router/mounts, on servers)");
    command->footer("Examples:\n"
                    "  imaging-router-cli classify /archive/2024 --json > tags.jsonl\n"
                    "  imaging-router-cli classify IM0001 IM0002 --device cpu --threads 2");
    command->callback([&invocation, options] {
        invocation.run = [&invocation, options] { return classify(*options, invocation.stop); };
    });
}

} // namespace ir::cli
