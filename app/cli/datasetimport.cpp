#include "datasetcommands.h"
#include "json.h"
#include "opencatalog.h"

#include "base/atomicfile.h"
#include "base/csv.h"
#include "base/digest.h"
#include "catalog/catalog.h"
#include "dicom/deidentify/pseudonym.h"
#include "dicom/dicomfile.h"
#include "dicom/dicomprobe.h"
#include "exporting/labelmatch.h"

#include <QCoreApplication>
#include <QFile>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <system_error>

namespace ir::cli {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct Options
{
    std::string labels;
    std::string catalog;
    std::string manifest;
    std::string out;
    std::string key;
    std::string reader;
    bool dryRun = false;
    bool json = false;
};

Result<std::optional<PseudonymKey>> keyOf(const Options& options)
{
    if (options.key.empty())
        return std::nullopt;
    auto key = PseudonymKey::read(options.key);
    if (!key)
        return tl::unexpected(key.error());
    return std::optional(std::move(*key));
}

/// The images of a manifest, looked at where the labels name UIDs or digests.
Result<std::vector<LabelTarget>> targetsOf(const CsvTable& table, const Options& options,
                                           const std::vector<ImportedLabel>& labels,
                                           const std::optional<PseudonymKey>& key,
                                           const std::stop_token& stop)
{
    const bool needsUid =
        std::ranges::any_of(labels, [](const auto& one) { return !one.sopInstanceUid.empty(); });
    const bool needsDigest =
        key || std::ranges::any_of(labels, [](const auto& one) { return !one.digest.empty(); });
    std::vector<LabelTarget> targets;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (stop.stop_requested())
            return failure("Stopped; nothing was written.");
        LabelTarget target{
            table.at(row, "path"), table.at(row, "sop_instance_uid"), table.at(row, "digest"), {}};
        const fs::path file = fs::path(options.manifest).parent_path() / target.path;
        if (needsUid && target.sopInstanceUid.empty() && probeDicom(file) == DicomKind::File)
            if (const auto facts = readFacts(file))
                target.sopInstanceUid = facts->sopInstanceUid;
        if (needsDigest && target.digest.empty())
            target.digest = sha256OfFile(file).value_or(std::string());
        if (key && !target.digest.empty())
            target.standIn = key->uid(target.digest);
        targets.push_back(std::move(target));
    }
    return targets;
}

Result<void> writeManifest(const CsvTable& table, const Options& options,
                           const std::vector<ImportedLabel>& labels, const LabelMatches& matches)
{
    std::vector<std::string> header = table.header();
    if (!table.hasColumn("label"))
        header.emplace_back("label");
    std::map<std::size_t, std::string> labelOfRow;
    for (const auto& match : matches.matches)
        labelOfRow[match.target] = labels[match.label].label;
    std::string text = csvLine(header);
    for (std::size_t row = 0; row < table.rows(); ++row) {
        std::vector<std::string> fields;
        for (const std::string& column : header) {
            const auto label = labelOfRow.find(row);
            fields.push_back(column == "label" && label != labelOfRow.end()
                                 ? label->second
                                 : table.at(row, column));
        }
        text += csvLine(fields);
    }
    return writeFileAtomically(options.out.empty() ? options.manifest : options.out, text);
}

struct CatalogImages
{
    std::unique_ptr<Catalog> catalog;
    std::vector<LabelTarget> targets;
    std::vector<ImageId> images;  ///< of each target
    std::vector<QString> present; ///< its label now
};

Result<CatalogImages> imagesOf(const Options& options, const std::optional<PseudonymKey>& key,
                               const std::stop_token& stop)
{
    auto opened = existingCatalog(options.catalog);
    if (!opened)
        return tl::unexpected(opened.error());
    CatalogImages result;
    result.catalog = std::move(*opened);
    const auto files = result.catalog->files({});
    if (!files)
        return tl::unexpected(files.error());
    for (const FileSummary& file : *files) {
        if (stop.stop_requested())
            return failure("Stopped; nothing was stored.");
        if (file.imageId == 0)
            continue; // not read yet: there is nothing a label could be stored with
        const auto details = result.catalog->details(file.id);
        if (!details)
            return tl::unexpected(details.error());
        result.targets.push_back({QFile::encodeName(file.path).toStdString(),
                                  file.sopInstanceUid.toStdString(), details->digest,
                                  key ? key->uid(details->digest) : std::string()});
        result.images.push_back(file.imageId);
        result.present.push_back(file.label);
    }
    return result;
}

/// One step of undo for each reader and class.
Result<std::size_t> store(CatalogImages& images, const Options& options,
                          const std::vector<ImportedLabel>& labels, const LabelMatches& matches)
{
    std::map<std::pair<std::string, std::string>, QVector<ImageId>> steps; // reader, label
    std::size_t changed = 0;
    for (const auto& match : matches.matches) {
        const ImportedLabel& label = labels[match.label];
        if (images.present[match.target].toStdString() == label.label)
            continue;
        ++changed;
        const std::string reader = !options.reader.empty() ? options.reader : label.reader;
        steps[{reader.empty() ? "import" : reader, label.label}].push_back(
            images.images[match.target]);
    }
    std::size_t waiting = steps.size();
    QString problem;
    QObject::connect(images.catalog.get(), &Catalog::labelsChanged, images.catalog.get(), [&] {
        if (--waiting == 0)
            QCoreApplication::quit();
    });
    QObject::connect(images.catalog.get(), &Catalog::failed, images.catalog.get(),
                     [&](const QString& message) {
                         problem = message;
                         QCoreApplication::quit();
                     });
    for (const auto& [step, of] : steps)
        images.catalog->setLabel(of, QString::fromStdString(step.second),
                                 QString::fromStdString(step.first));
    if (waiting > 0)
        QCoreApplication::exec();
    if (!problem.isEmpty())
        return failure(problem.toStdString());
    return changed;
}

void print(const Options& options, const ImportedLabels& labels, const LabelMatches& matches,
           std::size_t changed)
{
    std::map<std::string, std::size_t> by;
    for (const auto& match : matches.matches)
        ++by[match.by];
    if (options.json) {
        Json misses = Json::array();
        for (const auto& miss : matches.misses) {
            const ImportedLabel& label = labels.labels[miss.label];
            misses.push_back({{"place", label.place},
                              {"path", label.path},
                              {"sop_instance_uid", label.sopInstanceUid},
                              {"digest", label.digest},
                              {"label", label.label},
                              {"reason", miss.reason}});
        }
        std::cout << dump({{"format", toString(labels.format)},
                           {"labels", labels.labels.size()},
                           {"matched", matches.matches.size()},
                           {"matched_by", by},
                           {"changed", changed},
                           {"stored", !options.dryRun},
                           {"images_without_label", matches.withoutLabel},
                           {"not_matched", misses},
                           {"skipped", labels.skipped}})
                  << '\n';
        return;
    }
    std::cout << labels.labels.size() << " labels (" << toString(labels.format) << "), "
              << matches.matches.size() << " images found";
    for (const auto& [how, count] : by)
        std::cout << ", " << count << " by " << how;
    std::cout << "; " << changed << (options.dryRun ? " would change" : " changed") << "; "
              << matches.withoutLabel << " images have none of them\n";
    for (const auto& miss : matches.misses)
        std::cerr << "Not matched: " << labels.labels[miss.label].place << ' '
                  << labels.labels[miss.label].path << ": " << miss.reason << '\n';
    for (const std::string& sentence : labels.skipped)
        std::cerr << sentence << '\n';
}

int importLabels(const Options& options, const std::stop_token& stop)
{
    if (options.catalog.empty() == options.manifest.empty())
        return fail(
            WrongUse,
            "dataset import needs either --catalog FILE or --manifest CSV to match labels with.");
    if (!options.out.empty() && options.manifest.empty())
        return fail(WrongUse, "--out goes with --manifest.");
    const auto labels = readLabels(options.labels);
    if (!labels)
        return fail(Failed, labels.error().message);
    const auto key = keyOf(options);
    if (!key)
        return fail(Failed, key.error().message);
    LabelMatches matches;
    std::size_t changed = 0;
    if (!options.catalog.empty()) {
        auto images = imagesOf(options, *key, stop);
        if (!images)
            return fail(Failed, images.error().message);
        matches = matchLabels(labels->labels, images->targets);
        if (options.dryRun) {
            changed = static_cast<std::size_t>(
                std::ranges::count_if(matches.matches, [&](const auto& match) {
                    return images->present[match.target].toStdString() !=
                           labels->labels[match.label].label;
                }));
        } else {
            const auto stored = store(*images, options, labels->labels, matches);
            if (!stored)
                return fail(Failed, stored.error().message);
            changed = *stored;
        }
    } else {
        const auto table = CsvTable::read(options.manifest);
        if (!table)
            return fail(Failed, table.error().message);
        if (!table->hasColumn("path"))
            return fail(Failed, options.manifest + " has no column \"path\".");
        const auto targets = targetsOf(*table, options, labels->labels, *key, stop);
        if (!targets)
            return fail(Failed, targets.error().message);
        matches = matchLabels(labels->labels, *targets);
        changed =
            static_cast<std::size_t>(std::ranges::count_if(matches.matches, [&](const auto& match) {
                return table->at(match.target, "label") != labels->labels[match.label].label;
            }));
        if (!options.dryRun)
            if (auto written = writeManifest(*table, options, labels->labels, matches); !written)
                return fail(Failed, written.error().message);
    }
    print(options, *labels, matches, changed);
    return matches.misses.empty() && labels->skipped.empty() ? AllDone : SomeUnreadable;
}

} // namespace

void addDatasetImport(CLI::App& dataset, Invocation& invocation)
{
    const auto options = std::make_shared<Options>();
    auto* command = dataset.add_subcommand(
        "import", "Takes labels from CSV, Label Studio (JSON) or CVAT (XML for images), finds "
                  "their images by SOP "
                  "Instance UID, digest or path, and reports what did not match");
    command
        ->add_option("LABELS", options->labels,
                     "The file with the labels; its format is told by its content")
        ->required();
    command->add_option("--catalog", options->catalog,
                        "Store them in this catalog (can be undone)");
    command->add_option("--manifest", options->manifest,
                        "Write them into the column label of this CSV …");
    command->add_option("--out", options->out, "… or of a copy of it");
    command->add_option(
        "--reader", options->reader,
        "Whose labels they are in the catalog (default: as the file says, else 'import')");
    command->add_option(
        "--key", options->key,
        "The key of 'dataset export': labels of exported images find their originals");
    command->add_flag("--dry-run", options->dryRun, "Only report");
    command->add_flag("--json", options->json, "One JSON object");
    command->footer("Examples:\n"
                    "  imaging-router-cli dataset import project-3.json --catalog catalog.sqlite "
                    "--key ~/set.key\n"
                    "  imaging-router-cli dataset import annotations.xml --manifest manifest.csv "
                    "--dry-run --json");
    command->callback([&invocation, options] {
        invocation.run = [&invocation, options] { return importLabels(*options, invocation.stop); };
    });
}

} // namespace ir::cli
