#include "catalog/labellog_p.h"

#include "catalog/connection_p.h"

#include <QDateTime>

namespace ir::catalog {

namespace {

/// The row of a reader; 0: never labelled anything.
qint64 readerRow(Connection& connection, const QString& reader)
{
    Query row = connection.query("SELECT id FROM reader WHERE name = ?", reader);
    return row.next() ? row.integer(0) : 0;
}

qint64 rememberedReader(Connection& connection, const QString& reader)
{
    if (const qint64 known = readerRow(connection, reader))
        return known;
    return connection.insert("INSERT INTO reader (name) VALUES (?) RETURNING id", reader);
}

qint64 appendStep(Connection& connection, qint64 reader, const char* kind, const QString& label,
                  qint64 target = 0)
{
    return connection.insert("INSERT INTO step (time_ms, reader_id, kind, label, target_id) "
                             "VALUES (?, ?, ?, ?, nullif(CAST(? AS BIGINT), 0)) RETURNING id",
                             QDateTime::currentMSecsSinceEpoch(), reader, QString::fromLatin1(kind),
                             label, target);
}

/// "14 images → spine"
QString describe(Connection& connection, qint64 step)
{
    Query row = connection.query("SELECT kind, label, (SELECT count(*) FROM label_event WHERE step_id = "
                                 "step.id) FROM step WHERE id = ?",
                                 step);
    if (!row.next())
        return {};
    const qint64 count = row.integer(2);
    const QString images =
        count == 1 ? QStringLiteral("1 image") : QStringLiteral("%L1 images").arg(count);
    QString label = row.text(1);
    label.replace(QLatin1Char('_'), QLatin1Char(' ')); // as the windows show class names
    if (row.text(0) == QLatin1String("accept"))
        return images + QStringLiteral(" accepted");
    return images + QStringLiteral(" → ") + (label.isEmpty() ? QStringLiteral("no label") : label);
}

qint64 stepToUndo(Connection& connection, qint64 reader)
{
    Query row = connection.query(
        "SELECT max(step_id) FROM step_state WHERE reader_id = ? AND undone = 0", reader);
    return row.next() ? row.integer(0) : 0;
}

qint64 stepToRedo(Connection& connection, qint64 reader)
{
    Query row = connection.query(
        "SELECT min(step_id) FROM step_state WHERE reader_id = ? AND undone = 1", reader);
    return row.next() ? row.integer(0) : 0;
}

UndoState undoStateOf(Connection& connection, qint64 reader)
{
    UndoState state;
    if (const qint64 step = stepToUndo(connection, reader))
        state.undoText = describe(connection, step);
    if (const qint64 step = stepToRedo(connection, reader))
        state.redoText = describe(connection, step);
    return state;
}

/// The present labels of those of the images that are known.
QHash<qint64, QString> labelsOf(Connection& connection, const QVector<ImageId>& images)
{
    QHash<qint64, QString> labels;
    labels.reserve(images.size());
    for (const ImageId image : images) {
        Query row = connection.query("SELECT coalesce(s.label, '') FROM image i LEFT JOIN label_state s "
                                     "ON s.image_id = i.id WHERE i.id = ?",
                                     image);
        if (row.next())
            labels.insert(image, row.text(0));
    }
    return labels;
}

QHash<qint64, QString> labelsOfStep(Connection& connection, qint64 step)
{
    QHash<qint64, QString> labels;
    Query row = connection.query("SELECT image_id, label FROM label_event WHERE step_id = ?", step);
    while (row.next())
        labels.insert(row.integer(0), row.text(1));
    return labels;
}

qint64 modelRow(Connection& connection, const std::string& modelId)
{
    Query row = connection.query("SELECT id FROM model WHERE digest = ?", modelId);
    return row.next() ? row.integer(0) : -1;
}

// Which prediction was looked at: that of the model asked for, or (0) the latest. Two values: the model twice.
#define IR_JOIN_PREDICTION                                                                         \
    "FROM image i LEFT JOIN label_state s ON s.image_id = i.id LEFT JOIN prediction p ON "         \
    "p.image_id = i.id AND CASE WHEN CAST(? AS BIGINT) = 0 THEN p.id = i.latest_prediction_id "                    \
    "ELSE p.model_id = ? END "
#define IR_INSERT_EVENT                                                                            \
    "INSERT INTO label_event (step_id, image_id, label, previous_label, predicted_class, model_id) "

int labelOne(Connection& connection, qint64 step, ImageId image, qint64 model, const QString& label)
{
    return connection.execute(IR_INSERT_EVENT
                              "SELECT CAST(? AS BIGINT), i.id, CAST(? AS TEXT), coalesce(s.label, ''), coalesce(p.class_name, ''), "
                              "p.model_id " IR_JOIN_PREDICTION
                              "WHERE i.id = ? AND coalesce(s.label, '') <> ?",
                              step, label, model, model, image, label);
}

int acceptOne(Connection& connection, qint64 step, ImageId image, qint64 model)
{
    return connection.execute(IR_INSERT_EVENT
                              "SELECT CAST(? AS BIGINT), i.id, p.class_name, coalesce(s.label, ''), p.class_name, "
                              "p.model_id " IR_JOIN_PREDICTION
                              "WHERE i.id = ? AND p.class_name <> '' "
                              "AND coalesce(s.label, '') <> p.class_name",
                              step, model, model, image);
}

/// A new step of a reader: `labelImage(step, image)` appends the event of one image and returns how many it
/// appended (0: it has that label already).
template <typename LabelImage>
LabelChange takeStep(Connection& connection, const QVector<ImageId>& images, const QString& reader,
                     const char* kind, const QString& label, const LabelImage& labelImage)
{
    LabelChange change;
    {
        Transaction transaction(connection, Transaction::Safety::SurvivesPowerLoss);
        transaction.waitForTurn(Transaction::Turn::Labels);
        const qint64 readerId = rememberedReader(connection, reader);
        const qint64 step = appendStep(connection, readerId, kind, label);
        int changed = 0;
        for (const ImageId image : images)
            changed += labelImage(step, image);
        if (changed > 0) {
            connection.execute("DELETE FROM step_state WHERE reader_id = ? AND undone = 1", readerId);
            connection.execute("INSERT INTO step_state (step_id, reader_id, undone) VALUES (?, ?, 0)",
                               step, readerId);
            change.message = describe(connection, step);
            transaction.commit();
        }
    }
    change.labelOfImage = labelsOf(connection, images);
    change.undoState = undoState(connection, reader);
    return change;
}

/// Appends the opposite of a step (or the step again) where the images still are as it left them.
LabelChange reverse(Connection& connection, const QString& reader, bool isUndo)
{
    LabelChange change;
    Transaction transaction(connection, Transaction::Safety::SurvivesPowerLoss);
    transaction.waitForTurn(Transaction::Turn::Labels);
    const qint64 readerId = readerRow(connection, reader);
    const qint64 target =
        isUndo ? stepToUndo(connection, readerId) : stepToRedo(connection, readerId);
    if (target != 0) {
        const QString what = describe(connection, target);
        const qint64 step = appendStep(connection, readerId, isUndo ? "undo" : "redo", {}, target);
        if (isUndo)
            connection.execute(IR_INSERT_EVENT
                               "SELECT CAST(? AS BIGINT), e.image_id, e.previous_label, e.label, e.predicted_class, "
                               "e.model_id FROM label_event e JOIN label_state s ON s.image_id = "
                               "e.image_id AND s.label = e.label WHERE e.step_id = ?",
                               step, target);
        else
            connection.execute(IR_INSERT_EVENT
                               "SELECT CAST(? AS BIGINT), e.image_id, e.label, e.previous_label, e.predicted_class, "
                               "e.model_id FROM label_event e JOIN label_state s ON s.image_id = "
                               "e.image_id AND s.label = e.previous_label WHERE e.step_id = ?",
                               step, target);
        connection.execute("UPDATE step_state SET undone = ? WHERE step_id = ?", isUndo ? 1 : 0, target);
        change.labelOfImage = labelsOfStep(connection, step);
        change.message = (isUndo ? QStringLiteral("Undid: ") : QStringLiteral("Redid: ")) + what;
        if (change.labelOfImage.isEmpty())
            change.message += QStringLiteral(" (nothing to change: labelled anew since)");
    }
    change.undoState = undoStateOf(connection, readerId);
    transaction.commit();
    return change;
}

} // namespace

LabelChange setLabel(Connection& connection, const QVector<ImageId>& images, const QString& label,
                     const QString& reader, const std::string& modelId)
{
    const qint64 model = modelId.empty() ? 0 : modelRow(connection, modelId);
    return takeStep(connection, images, reader, "label", label, [&](qint64 step, ImageId image) {
        return labelOne(connection, step, image, model, label);
    });
}

LabelChange acceptPredictions(Connection& connection, const QVector<ImageId>& images,
                              const QString& reader, const std::string& modelId)
{
    const qint64 model = modelId.empty() ? 0 : modelRow(connection, modelId);
    return takeStep(connection, images, reader, "accept", {}, [&](qint64 step, ImageId image) {
        return acceptOne(connection, step, image, model);
    });
}

LabelChange undo(Connection& connection, const QString& reader)
{
    return reverse(connection, reader, true);
}

LabelChange redo(Connection& connection, const QString& reader)
{
    return reverse(connection, reader, false);
}

UndoState undoState(Connection& connection, const QString& reader)
{
    if (!reader.isEmpty())
        return undoStateOf(connection, readerRow(connection, reader));
    qint64 latest = 0;
    {
        Query row = connection.query("SELECT reader_id FROM step ORDER BY id DESC LIMIT 1");
        latest = row.next() ? row.integer(0) : 0;
    }
    return undoStateOf(connection, latest);
}

QVector<LabelEvent> labelHistory(Connection& connection, ImageId image)
{
    QVector<LabelEvent> history;
    Query row = connection.query("SELECT t.time_ms, r.name, e.round, e.label, e.previous_label, "
                                 "e.predicted_class, t.kind IN ('undo', 'redo') FROM label_event e "
                                 "JOIN step t ON t.id = e.step_id JOIN reader r ON r.id = t.reader_id "
                                 "WHERE e.image_id = ? ORDER BY e.id",
                                 image);
    while (row.next()) {
        LabelEvent event;
        event.time = QDateTime::fromMSecsSinceEpoch(row.integer(0)).toUTC();
        event.reader = row.text(1);
        event.round = static_cast<int>(row.integer(2));
        event.label = row.text(3);
        event.previousLabel = row.text(4);
        event.predictedClass = row.text(5);
        event.isUndo = row.integer(6) != 0;
        history.append(event);
    }
    return history;
}

} // namespace ir::catalog
