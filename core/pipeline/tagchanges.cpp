#include "pipeline/tagchanges.h"

#include <QHash>

namespace ir {

std::map<std::pair<QString, QString>, qint64> TagChanges::counts() const
{
    std::map<std::pair<QString, QString>, qint64> counts;
    for (const TagChange& change : images)
        ++counts[{change.before, change.after}];
    return counts;
}

Result<TagChanges> tagChanges(const Catalog& catalog, const QString& folder, const std::string& before,
                              const std::string& after)
{
    const auto old = catalog.files(folder, before);
    if (!old)
        return tl::unexpected(old.error());
    const auto fresh = catalog.files(folder, after);
    if (!fresh)
        return tl::unexpected(fresh.error());
    QHash<FileId, QString> tagBefore;
    for (const FileSummary& file : *old)
        if (!file.predictedClass.isEmpty())
            tagBefore.insert(file.id, file.predictedClass);
    TagChanges changes;
    for (const FileSummary& file : *fresh) {
        const auto known = tagBefore.constFind(file.id);
        if (file.predictedClass.isEmpty() || known == tagBefore.cend())
            continue;
        ++changes.compared;
        if (*known != file.predictedClass)
            changes.images.push_back({file.id, file.path, *known, file.predictedClass, file.label});
    }
    return changes;
}

} // namespace ir
