#include "dataset/dataset.h"

#include "base/atomicfile.h"

#include <set>

namespace ir {

namespace fs = std::filesystem;

Result<Dataset> Dataset::read(const fs::path& manifest)
{
    auto table = CsvTable::read(manifest);
    if (!table)
        return tl::unexpected(table.error());
    for (const char* column : {"path", "label"})
        if (!table->hasColumn(column))
            return failure("Cannot use the manifest " + manifest.string() + ": it has no column \"" +
                           column + "\".");
    Dataset dataset;
    std::set<std::string> seen;
    for (std::size_t row = 0; row < table->rows(); ++row) {
        DatasetImage image{.path = table->at(row, "path"),
                           .label = table->at(row, "label"),
                           .group = table->at(row, "group"),
                           .split = table->at(row, "split"),
                           .source = table->at(row, "source")};
        if (!seen.insert(image.path).second)
            return failure("Cannot use the manifest " + manifest.string() + ": it lists " + image.path +
                           " twice.");
        if (image.group.empty())
            image.group = image.path;
        dataset.images.push_back(std::move(image));
    }
    if (dataset.images.empty())
        return failure("The manifest " + manifest.string() + " lists no image.");
    dataset.table = std::move(*table);
    dataset.manifest = manifest;
    return dataset;
}

fs::path Dataset::fileOf(const DatasetImage& image) const
{
    return manifest.parent_path() / image.path;
}

Result<void> writeManifest(const Dataset& dataset, const std::vector<std::string>& splits,
                           const fs::path& destination)
{
    const fs::path from = fs::absolute(dataset.manifest).lexically_normal().parent_path();
    const fs::path to = fs::absolute(destination).lexically_normal().parent_path();
    std::vector<std::string> header = dataset.table.header();
    if (!dataset.table.hasColumn("split"))
        header.emplace_back("split");
    std::string text = csvLine(header);
    for (std::size_t row = 0; row < dataset.images.size(); ++row) {
        std::vector<std::string> fields;
        for (const std::string& column : header) {
            if (column == "split")
                fields.push_back(splits[row]);
            else if (column == "path" && from != to && fs::path(dataset.images[row].path).is_relative())
                fields.push_back(
                    (from / dataset.images[row].path).lexically_normal().lexically_relative(to).string());
            else
                fields.push_back(dataset.table.at(row, column));
        }
        text += csvLine(fields);
    }
    return writeFileAtomically(destination, text);
}

} // namespace ir
