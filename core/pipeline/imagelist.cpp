#include "pipeline/imagelist.h"

#include "exporting/labelmatch.h"

#include <QFile>

#include <algorithm>

namespace ir {

namespace {

const char* pathColumn(const CsvTable& table)
{
    return table.hasColumn("path") ? "path" : "image";
}

/// The digests of files cost a question of their own: asked only where a row has one.
Result<QHash<FileId, FileOrigin>> originsOf(const Catalog& catalog,
                                            const QVector<FileSummary>& files,
                                            const std::vector<ImportedLabel>& rows)
{
    if (std::ranges::all_of(rows, [](const ImportedLabel& row) { return row.digest.empty(); }))
        return {};
    QVector<FileId> ids;
    for (const FileSummary& file : files)
        ids.append(file.id);
    return catalog.origins(ids);
}

} // namespace

std::string rowName(std::size_t row)
{
    return "row " + std::to_string(row + 2);
}

std::string imageNamed(const CsvTable& table, std::size_t row)
{
    for (const char* column : {pathColumn(table), "sop_instance_uid", "digest"})
        if (!table.at(row, column).empty())
            return table.at(row, column);
    return {};
}

Result<ImageList> readImageList(const Catalog& catalog, const QVector<FileSummary>& files,
                                const std::filesystem::path& csv)
{
    auto table = CsvTable::read(csv);
    if (!table)
        return tl::unexpected(table.error());
    if (!table->hasColumn(pathColumn(*table)) && !table->hasColumn("sop_instance_uid") &&
        !table->hasColumn("digest"))
        return failure(csv.string() + " has no column to find images by: name one path (or image), "
                                      "sop_instance_uid or digest.");
    std::vector<ImportedLabel> rows;
    for (std::size_t row = 0; row < table->rows(); ++row) {
        ImportedLabel one;
        one.path = table->at(row, pathColumn(*table));
        one.sopInstanceUid = table->at(row, "sop_instance_uid");
        one.digest = table->at(row, "digest");
        rows.push_back(std::move(one));
    }
    const auto origins = originsOf(catalog, files, rows);
    if (!origins)
        return tl::unexpected(origins.error());
    std::vector<LabelTarget> targets;
    for (const FileSummary& file : files)
        targets.push_back({QFile::encodeName(file.path).toStdString(),
                           file.sopInstanceUid.toStdString(),
                           origins->value(file.id).digest,
                           {}});
    ImageList list;
    for (LabelPlace& place : findTargets(rows, targets)) {
        const std::size_t row = list.images.size();
        list.images.push_back(0);
        if (place.target) {
            const FileSummary& file = files[static_cast<qsizetype>(*place.target)];
            if (file.status == FileStatus::Ok)
                list.images.back() = file.imageId;
            else
                place.reason = "This file could not be read, or is not read yet.";
        }
        if (list.images.back() == 0)
            list.missed.push_back({rowName(row), imageNamed(*table, row), std::move(place.reason)});
    }
    list.table = std::move(*table);
    return list;
}

} // namespace ir
