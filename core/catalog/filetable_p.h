#pragma once

#include "catalog/catalog.h"
#include "catalog/records.h"

#include <QHash>
#include <QVector>

namespace ir::catalog {

class Connection;

/// A folder and all under it, as a half-open range of paths. `exact` … `end` holds some neighbours too ("dir-2"), which
/// `contains` tells apart.
struct FolderRange
{
    explicit FolderRange(const QString& folder);
    [[nodiscard]] bool contains(const QString& path) const
    {
        return path == exact || path.startsWith(inside);
    }
    QString exact;
    QString inside;
    QString end;
};

/// The row of a model; 0: not known.
[[nodiscard]] qint64 modelRow(Connection& connection, const std::string& modelId);
/// "?,?,…"
[[nodiscard]] std::string questionMarks(int count);

// What the catalog knows of files, images and predictions. Every function runs in a Worker's thread and
// throws DatabaseError; those that write do so in one transaction.

[[nodiscard]] QVector<FileSummary> registerFiles(Connection& connection,
                                                 const QVector<ScannedFile>& files,
                                                 const std::string& modelId);
void rememberModel(Connection& connection, const ModelRecord& model);
[[nodiscard]] std::vector<std::string> latestClasses(Connection& connection);
[[nodiscard]] QVector<FileSummary> storeResults(Connection& connection,
                                                const QVector<FileResult>& results);
/// The same in a transaction of the caller's.
[[nodiscard]] QVector<FileSummary> storeRows(Connection& connection,
                                             const QVector<FileResult>& results);
[[nodiscard]] int forgetMissing(Connection& connection, const QString& folder,
                                const QVector<QString>& present);
void movePaths(Connection& connection, const QHash<QString, QString>& moved);

[[nodiscard]] QVector<FileSummary> filesUnder(Connection& connection, const QString& folder,
                                              const std::string& modelId);
[[nodiscard]] FileDetails fileDetails(Connection& connection, FileId file,
                                      const std::string& modelId);

[[nodiscard]] QHash<FileId, FileOrigin> fileOrigins(Connection& connection,
                                                    const QVector<FileId>& files);

/// The facts as a JSON object of their non-empty members, as stored; and back.
[[nodiscard]] QString factsToJson(const ImageFacts& facts);
[[nodiscard]] ImageFacts factsFromJson(const QString& json);

} // namespace ir::catalog
