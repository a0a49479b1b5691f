#include "evaluation/labelledset.h"

#include "base/csv.h"
#include "catalog/catalog.h"

#include <QFile>

#include <algorithm>
#include <set>

namespace ir {

Result<LabelledSet> LabelledSet::fromManifest(const std::filesystem::path& manifest,
                                              const std::string& split,
                                              const std::vector<std::string>& columns)
{
    const auto table = CsvTable::read(manifest);
    if (!table)
        return tl::unexpected(table.error());
    for (const char* column : {"path", "label"})
        if (!table->hasColumn(column))
            return failure(manifest.string() + " has no column \"" + column + "\".");
    if (!split.empty() && !table->hasColumn("split"))
        return failure(manifest.string() + " has no column \"split\": leave out --split.");

    LabelledSet set{.name = manifest.string(), .split = split, .columns = {}, .images = {}};
    std::vector<std::string> wanted = columns;
    wanted.insert(wanted.end(), {"source", "manufacturer"});
    for (const std::string& column : wanted)
        if (table->hasColumn(column) && std::ranges::find(set.columns, column) == set.columns.end())
            set.columns.push_back(column);
    std::set<std::string> seen;
    for (std::size_t row = 0; row < table->rows(); ++row) {
        if (!split.empty() && table->at(row, "split") != split)
            continue;
        if (!seen.insert(table->at(row, "path")).second)
            return failure(manifest.string() + " lists " + table->at(row, "path") +
                           " twice: it would count twice. Take one of the rows out.");
        LabelledImage image{.path = table->at(row, "path"),
                            .file = manifest.parent_path() / table->at(row, "path"),
                            .label = table->at(row, "label"),
                            .values = {}};
        for (const std::string& column : set.columns)
            image.values.push_back(table->at(row, column));
        set.images.push_back(std::move(image));
    }
    if (set.images.empty())
        return failure(manifest.string() + " has no image" +
                       (split.empty() ? "." : " of split \"" + split + "\"."));
    return set;
}

Result<LabelledSet> LabelledSet::fromCatalog(const std::filesystem::path& catalog)
{
    if (!Catalog::mayExist(QFile::decodeName(catalog.c_str()))) // opening would make one
        return failure("There is no catalog at " + catalog.string() + ".");
    const auto opened = Catalog::open(QFile::decodeName(catalog.c_str()));
    if (!opened)
        return tl::unexpected(opened.error());
    return fromCatalog(**opened);
}

Result<LabelledSet> LabelledSet::fromCatalog(const Catalog& catalog)
{
    const auto files = catalog.files({});
    if (!files)
        return tl::unexpected(files.error());
    LabelledSet set{.name = QFile::encodeName(catalog.path()).toStdString(), .split = {}, .columns = {}, .images = {}};
    std::set<ImageId> seen;
    for (const FileSummary& file : *files) {
        if (file.label.isEmpty() || !seen.insert(file.imageId).second)
            continue;
        const std::string path = QFile::encodeName(file.path).toStdString();
        set.images.push_back({.path = path, .file = path, .label = file.label.toStdString(), .values = {}});
    }
    if (set.images.empty())
        return failure("The catalog " + set.name +
                       " has no image that a person labelled: there is nothing to compare with.");
    return set;
}

} // namespace ir
