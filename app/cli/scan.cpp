#include "commands.h"
#include "json.h"

#include "base/csv.h"
#include "dicom/dicomfile.h"
#include "pipeline/filescanner.h"
#include "pipeline/imageloader.h"
#include "raster/raster.h"

#include <QFile>

#include <iostream>
#include <memory>

namespace ir::cli {

namespace {

struct Options
{
    std::vector<std::string> paths;
    bool json = false;
    bool csv = false;
};

using Column = std::pair<const char*, std::string>;

std::vector<Column> columnsOf(const std::string& path, const Result<ImageFacts>& facts)
{
    const ImageFacts f = facts ? *facts : ImageFacts{};
    return {{"path", path},
            {"status", facts ? "ok" : "unreadable"},
            {"reason", facts ? "" : facts.error().message},
            {"sop_instance_uid", f.sopInstanceUid},
            {"series_instance_uid", f.seriesInstanceUid},
            {"study_instance_uid", f.studyInstanceUid},
            {"modality", f.modality},
            {"body_part_examined", f.bodyPartExamined},
            {"view_position", f.viewPosition},
            {"patient_age", f.patientAge},
            {"study_date", f.studyDate},
            {"manufacturer", f.manufacturer},
            {"photometric_interpretation", f.photometricInterpretation},
            {"transfer_syntax", f.transferSyntax},
            {"rows", std::to_string(f.rows)},
            {"columns", std::to_string(f.columns)},
            {"frames", std::to_string(f.frames)}};
}

Result<ImageFacts> factsOf(const std::filesystem::path& path)
{
    if (probeFile(path) == FileKind::Dicom)
        return readFacts(path);
    auto decoded = decodeRaster(path, {.longestSide = 1});
    if (!decoded)
        return tl::unexpected(decoded.error());
    return std::move(decoded->facts);
}

void print(const Options& options, const std::vector<Column>& columns)
{
    if (options.json) {
        nlohmann::ordered_json line;
        for (const auto& [name, value] : columns)
            line[name] = value;
        for (const char* number : {"rows", "columns", "frames"})
            line[number] = std::stoi(line[number].get<std::string>());
        std::cout << dump(line) << '\n';
        return;
    }
    std::vector<std::string> fields;
    for (const auto& column : columns)
        fields.push_back(column.second);
    std::cout << csvLine(fields);
}

int scan(const Options& options, const std::stop_token& stop)
{
    std::int64_t files = 0;
    std::int64_t unreadable = 0;
    std::int64_t leftOut = 0;
    if (!options.json) {
        std::vector<std::string> names;
        for (const auto& column : columnsOf({}, ImageFacts{}))
            names.emplace_back(column.first);
        std::cout << csvLine(names);
    }
    const auto report = [&](const std::string& path, const Result<ImageFacts>& facts) {
        ++files;
        unreadable += facts ? 0 : 1;
        print(options, columnsOf(path, facts));
        showProgress(std::to_string(files) + " files read");
    };
    const ScanCallbacks callbacks{
        .found =
            [&](const ScannedFile& file) {
                const std::string path = QFile::encodeName(file.path).toStdString();
                report(path, factsOf(path));
            },
        .notice =
            [&](const std::string& message) {
                ++leftOut;
                fail(SomeUnreadable, message);
            },
        .unusableRoot = [&](const std::filesystem::path& path,
                            const std::string& reason) { report(path, failure(reason)); }};
    const bool complete =
        scanFiles({options.paths.begin(), options.paths.end()}, callbacks, stop);
    endProgress();
    if (options.json)
        std::cout << dump({{"summary", {{"files", files}, {"unreadable", unreadable}}}}) << '\n';
    if (!complete)
        return fail(Failed, "Stopped after " + std::to_string(files) + " files.");
    return unreadable > 0 || leftOut > 0 ? SomeUnreadable : AllDone;
}

} // namespace

void addScanCommand(CLI::App& app, Invocation& invocation)
{
    const auto options = std::make_shared<Options>();
    auto* command =
        app.add_subcommand("scan", "Lists the DICOM and image files under folders with what their headers "
                                   "say; no pixel is decoded");
    command->add_option("PATH", options->paths, "Folders, files or a DICOMDIR")->required();
    auto* json = command->add_flag("--json", options->json, "One JSON object a line, then a summary");
    command->add_flag("--csv", options->csv, "CSV with a header line (the default)")->excludes(json);
    command->footer("Example: imaging-router-cli scan /archive/2024 > files.csv");
    command->callback([&invocation, options] {
        invocation.run = [&invocation, options] { return scan(*options, invocation.stop); };
    });
}

} // namespace ir::cli
