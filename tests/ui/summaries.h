#pragma once

#include "catalog/records.h"

#include <QVector>

namespace ir::test {

/// A readable file with the model's word; ids count up from `id`.
inline FileSummary tagged(FileId id, const QString& path, const QString& predicted, float confidence,
                          bool needsReview = false)
{
    FileSummary file;
    file.id = id;
    file.imageId = id + 1'000'000;
    file.path = path;
    file.size = 1000 + id;
    file.mtimeNs = id;
    file.status = FileStatus::Ok;
    file.predictedClass = predicted;
    file.confidence = confidence;
    file.needsReview = needsReview;
    return file;
}

inline FileSummary labelled(FileSummary file, const QString& label)
{
    file.label = label;
    return file;
}

inline FileSummary unreadable(FileId id, const QString& path, const QString& reason)
{
    FileSummary file;
    file.id = id;
    file.path = path;
    file.status = FileStatus::Unreadable;
    file.reason = reason;
    return file;
}

inline FileSummary pending(FileId id, const QString& path)
{
    FileSummary file;
    file.id = id;
    file.path = path;
    return file;
}

/// `count` tagged files /archive/<hundred>/<number>.dcm, ids from 1, classes in turn.
inline QVector<FileSummary> manyFiles(int count)
{
    const QStringList classes{QStringLiteral("abdominal"), QStringLiteral("adult_chest"),
                              QStringLiteral("pediatric_chest"), QStringLiteral("spine"),
                              QStringLiteral("others")};
    QVector<FileSummary> files;
    files.reserve(count);
    for (int i = 0; i < count; ++i) {
        files.append(tagged(i + 1, QStringLiteral("/archive/%1/%2.dcm").arg(i / 100).arg(i),
                            classes[i % 5], 0.5F + 0.499F * static_cast<float>(i % 97) / 97));
    }
    return files;
}

} // namespace ir::test
