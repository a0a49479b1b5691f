#pragma once

#include "base/prediction.h"
#include "image/imagefacts.h"

#include <QDateTime>
#include <QMetaType>
#include <QString>
#include <QVector>

#include <optional>

namespace ir {

using FileId = qint64;  ///< one path in the catalog
using ImageId = qint64; ///< one image (SOP Instance UID + content digest), whatever its paths; 0: not read yet

/// What is known of one path's readability.
enum class FileStatus {
    Pending,    ///< found, not decoded yet
    Ok,         ///< decoded
    Unreadable, ///< cannot be shown; the reason says why
};

/// A file as a scan finds it.
struct ScannedFile
{
    QString path;       ///< absolute
    qint64 size = 0;    ///< bytes
    qint64 mtimeNs = 0; ///< modification time, nanoseconds since 1970
};

/// What reading and classifying one file gave.
struct FileResult
{
    ScannedFile file;
    FileStatus status = FileStatus::Pending;
    QString reason;        ///< one sentence, where unreadable
    std::string digest;    ///< SHA-256 of the file's bytes, hex; empty where unreadable
    ImageFacts facts;
    std::optional<Prediction> prediction;
    QString predictedClass; ///< name of prediction->classIndex
};

/// The present state of one file: a row of the grid. Small, since 100,000 of them are held in memory; the
/// repeated strings share their data.
struct FileSummary
{
    FileId id = 0;
    ImageId imageId = 0;
    QString path;
    qint64 size = 0;
    qint64 mtimeNs = 0;
    FileStatus status = FileStatus::Pending;
    QString reason;
    QString sopInstanceUid;
    QString modality;
    QString bodyPartExamined;
    QString studyDate;      ///< YYYYMMDD
    QString predictedClass; ///< empty: not classified
    float confidence = 0;
    bool needsReview = false; ///< the model abstains; only counts while there is no label
    QString label;            ///< what a person decided; empty: nobody did

    [[nodiscard]] bool isCorrected() const { return !label.isEmpty() && label != predictedClass; }
    [[nodiscard]] bool isConfirmed() const { return !label.isEmpty() && label == predictedClass; }
    [[nodiscard]] bool isReviewNeeded() const { return label.isEmpty() && needsReview; }
    /// By its header no radiograph (image/modality.h): the model was not asked, people are.
    [[nodiscard]] bool isLeftUntagged() const { return needsReview && predictedClass.isEmpty(); }
    /// A person's word before the model's.
    [[nodiscard]] const QString& finalClass() const { return label.isEmpty() ? predictedClass : label; }
};

/// Which bytes a file holds and whose image it is: what an export asks of thousands of files.
struct FileOrigin
{
    std::string digest; ///< SHA-256 of the file's bytes, hex; empty: not read yet, or unreadable
    std::string patientId;
    std::string studyInstanceUid;
};

/// One entry of the append-only log of what people decided.
struct LabelEvent
{
    QDateTime time; ///< UTC
    QString reader;
    int round = 0;          ///< 0: outside an annotation project
    QString label;          ///< empty: the label was taken back
    QString previousLabel;
    QString predictedClass; ///< what the model said when it was decided
    bool isUndo = false;    ///< written by undo or redo
};

/// Everything about one file, for the side panel.
struct FileDetails
{
    FileSummary summary;
    ImageFacts facts;
    std::string digest;
    std::optional<Prediction> prediction;
    std::vector<std::string> classes; ///< of the model that made the prediction
    QString modelName;
    QVector<LabelEvent> history;      ///< oldest first
};

} // namespace ir

Q_DECLARE_METATYPE(ir::FileSummary)
