#pragma once

#include "catalog/catalog.h"
#include "catalog/records.h"

#include <QHash>
#include <QVector>

namespace ir::catalog {

class Connection;

// The append-only log of what readers decided. A step is what one action of a reader did to any number of
// images; undo and redo append steps that name the one they take back or do again. Every function runs in
// a Worker's thread and throws DatabaseError; a step is on the disk when it returns.

/// What a step did.
struct LabelChange
{
    QHash<qint64, QString> labelOfImage; ///< of the images asked for (undo: changed), as now stored
    QString message;                     ///< for people
    UndoState undoState;                 ///< of the reader
};

[[nodiscard]] LabelChange setLabel(Connection& connection, const QVector<ImageId>& images,
                                   const QString& label, const QString& reader,
                                   const std::string& modelId);
[[nodiscard]] LabelChange acceptPredictions(Connection& connection, const QVector<ImageId>& images,
                                            const QString& reader, const std::string& modelId);

/// Takes back the reader's latest step that stands. An image that somebody else labelled since keeps
/// that label.
[[nodiscard]] LabelChange undo(Connection& connection, const QString& reader);
/// Does again what undo took back last; nothing once the reader has set another label.
[[nodiscard]] LabelChange redo(Connection& connection, const QString& reader);

/// `reader` empty: whoever took the latest step.
[[nodiscard]] UndoState undoState(Connection& connection, const QString& reader);
[[nodiscard]] QVector<LabelEvent> labelHistory(Connection& connection, ImageId image);

} // namespace ir::catalog
