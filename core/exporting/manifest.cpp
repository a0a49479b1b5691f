#include "exporting/manifest_p.h"

#include "exporting/names_p.h"

#include "base/atomicfile.h"
#include "base/csv.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <map>

namespace ir::exporting {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

const std::string csvHeader =
    csvLine({"source", "destination", "digest", "size", "class", "decided_by", "confidence",
             "needs_review", "status", "reason", "sop_instance_uid", "mode"});
const std::string jsonStart = "{\"imaging_router_export\":1,";

std::string dump(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// `name`, or with the next number while that is somebody else's file.
fs::path ownFile(const fs::path& folder, const char* name, const std::string& start)
{
    for (int n = 1;; ++n) {
        fs::path file = folder / (n == 1 ? fs::path(name) : numbered(name, n));
        std::error_code error;
        if (!fs::exists(fs::symlink_status(file, error)))
            return file;
        std::string found(start.size(), '\0');
        std::ifstream stream(file, std::ios::binary);
        stream.read(found.data(), static_cast<std::streamsize>(found.size()));
        if (found == start && fs::is_regular_file(fs::symlink_status(file, error)))
            return file;
    }
}

std::string csvOf(const ManifestLine& line)
{
    const JournalEntry& entry = line.entry;
    return csvLine({entry.source, entry.destination, entry.digest, std::to_string(entry.size),
                    entry.className, entry.decidedBy, std::to_string(entry.confidence),
                    entry.needsReview ? "true" : "false", line.status, entry.reason,
                    entry.sopInstanceUid, entry.mode});
}

std::string jsonOf(const ManifestLine& line)
{
    const JournalEntry& entry = line.entry;
    return dump({{"source", entry.source},
                 {"destination", entry.destination},
                 {"digest", entry.digest},
                 {"size", entry.size},
                 {"class", entry.className},
                 {"decided_by", entry.decidedBy},
                 {"confidence", entry.confidence},
                 {"needs_review", entry.needsReview},
                 {"status", line.status},
                 {"reason", entry.reason},
                 {"sop_instance_uid", entry.sopInstanceUid},
                 {"mode", entry.mode}});
}

std::string jsonHead(const SortedExportOptions& options, const std::vector<ManifestLine>& lines,
                     bool isComplete)
{
    std::map<std::string, std::size_t> counts;
    for (const auto& line : lines)
        ++counts[line.status];
    const std::string rest = dump({{"complete", isComplete},
                                   {"mode", toString(options.mode)},
                                   {"pattern", options.pattern},
                                   {"counts", counts}});
    return jsonStart + rest.substr(1, rest.size() - 2) + ",\"files\":[";
}

} // namespace

Result<ManifestPaths> writeManifests(const SortedExportOptions& options,
                                     const std::vector<ManifestLine>& lines, bool isComplete)
{
    const ManifestPaths paths{ownFile(options.destination, "manifest.csv", csvHeader),
                              ownFile(options.destination, "manifest.json", jsonStart)};
    const auto csv = writeFileAtomically(paths.csv, [&](const ByteSink& sink) {
        auto written = sink(csvHeader);
        for (std::size_t i = 0; written && i < lines.size(); ++i)
            written = sink(csvOf(lines[i]));
        return written;
    });
    if (!csv)
        return tl::unexpected(csv.error());
    const auto json = writeFileAtomically(paths.json, [&](const ByteSink& sink) {
        auto written = sink(jsonHead(options, lines, isComplete));
        for (std::size_t i = 0; written && i < lines.size(); ++i)
            written = sink((i == 0 ? "\n" : ",\n") + jsonOf(lines[i]));
        return written ? sink("\n]}\n") : written;
    });
    if (!json)
        return tl::unexpected(json.error());
    return paths;
}

} // namespace ir::exporting
