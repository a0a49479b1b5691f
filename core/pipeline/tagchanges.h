#pragma once

#include "catalog/catalog.h"

#include <map>

namespace ir {

/// An image that two models tag otherwise.
struct TagChange
{
    FileId file = 0;
    QString path;
    QString before;
    QString after;
    QString label; ///< of people; empty: nobody's
};

/// What another model changes in an archive.
struct TagChanges
{
    qint64 compared = 0; ///< files that both models tagged
    QVector<TagChange> images;

    /// How many went from which class to which.
    [[nodiscard]] std::map<std::pair<QString, QString>, qint64> counts() const;
};

/// Compares what the catalog remembers of two models (SHA-256 of their weights files) under a folder, or in
/// all of it. Blocks; reads only.
[[nodiscard]] Result<TagChanges> tagChanges(const Catalog& catalog, const QString& folder,
                                            const std::string& before, const std::string& after);

} // namespace ir
