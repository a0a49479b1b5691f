#include "nn/manifest.h"

#include "base/atomicfile.h"
#include "base/csv.h"
#include "base/digest.h"

#include <algorithm>
#include <map>
#include <set>

namespace ir {

Result<Manifest> Manifest::read(const std::filesystem::path& path)
{
    const auto table = CsvTable::read(path);
    if (!table)
        return tl::unexpected(table.error());
    for (const char* column : {"path", "label"})
        if (!table->hasColumn(column))
            return failure("Cannot use the manifest " + path.string() + ": it has no column \"" + column +
                           "\".");
    Manifest manifest;
    std::map<std::string, std::string> splitOfGroup;
    std::map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < table->rows(); ++i) {
        ManifestRow row;
        row.listedPath = table->at(i, "path");
        row.path = path.parent_path() / row.listedPath;
        row.label = table->at(i, "label");
        row.group = table->at(i, "group");
        row.split = table->at(i, "split");
        row.source = table->at(i, "source");
        if (row.group.empty())
            row.group = row.listedPath;
        if (!seen.emplace(row.listedPath, i).second)
            return failure("Cannot use the manifest " + path.string() + ": it lists " + row.listedPath +
                           " twice.");
        const auto [known, isNew] = splitOfGroup.emplace(row.group, row.split);
        if (!isNew && known->second != row.split)
            return failure("Cannot use the manifest " + path.string() + ": the group " + row.group +
                           " is in the splits \"" + known->second + "\" and \"" + row.split +
                           "\"; images of one patient must stay in one.");
        manifest.rows.push_back(std::move(row));
    }
    return manifest;
}

Result<void> Manifest::correct(const std::filesystem::path& corrections)
{
    const auto table = CsvTable::read(corrections);
    if (!table)
        return tl::unexpected(table.error());
    if (!table->hasColumn("path") || !table->hasColumn("label"))
        return failure("Cannot use the corrections " + corrections.string() +
                       ": they need the columns path and label.");
    std::map<std::string, std::string> labels;
    for (std::size_t i = 0; i < table->rows(); ++i) {
        if (table->at(i, "label").empty())
            return failure("Cannot use the corrections " + corrections.string() + ": " +
                           table->at(i, "path") + " has no label; write a class or \"exclude\".");
        labels[table->at(i, "path")] = table->at(i, "label");
    }
    std::vector<ManifestRow> kept;
    for (ManifestRow& row : rows) {
        const auto found = labels.find(row.listedPath);
        if (found == labels.end()) {
            kept.push_back(std::move(row));
            continue;
        }
        if (found->second == "exclude") {
            ++excluded;
        } else {
            if (row.label != found->second)
                ++corrected;
            row.label = found->second;
            kept.push_back(std::move(row));
        }
        labels.erase(found);
    }
    rows = std::move(kept);
    for (const auto& [path, label] : labels)
        notes.push_back("The corrections name " + path + ", which the manifest does not list.");
    return {};
}

Result<std::size_t> addCorrections(const std::filesystem::path& file, const std::vector<Correction>& corrections)
{
    std::vector<std::string> header{"path", "label", "reason"};
    std::vector<std::vector<std::string>> lines;
    std::set<std::string> corrected;
    for (const Correction& correction : corrections)
        corrected.insert(correction.path);
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) {
        const auto table = CsvTable::read(file);
        if (!table)
            return tl::unexpected(table.error());
        if (!table->hasColumn("path") || !table->hasColumn("label"))
            return failure("Cannot add corrections to " + file.string() +
                           ": it has no columns path and label. Choose another file.");
        header = table->header();
        for (std::size_t i = 0; i < table->rows(); ++i) {
            if (corrected.contains(table->at(i, "path")))
                continue;
            std::vector<std::string>& line = lines.emplace_back();
            for (const std::string& column : header)
                line.push_back(table->at(i, column));
        }
    }
    for (const Correction& correction : corrections) {
        if (correction.label.empty())
            continue;
        std::vector<std::string>& line = lines.emplace_back();
        for (const std::string& column : header)
            line.push_back(column == "path"     ? correction.path
                           : column == "label"  ? correction.label
                           : column == "reason" ? correction.reason
                                                : std::string());
    }
    std::string text = csvLine(header);
    for (const auto& line : lines)
        text += csvLine(line);
    if (auto written = writeFileAtomically(file, text); !written)
        return tl::unexpected(written.error());
    return lines.size();
}

std::string Manifest::digest() const
{
    std::vector<const ManifestRow*> sorted;
    for (const ManifestRow& row : rows)
        sorted.push_back(&row);
    std::ranges::sort(sorted, {}, &ManifestRow::listedPath);
    Sha256 digest;
    for (const ManifestRow* row : sorted)
        digest.add(csvLine({row->listedPath, row->label, row->group, row->split, row->source}));
    return digest.finish();
}

} // namespace ir
