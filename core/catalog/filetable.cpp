#include "catalog/filetable_p.h"

#include "catalog/connection_p.h"
#include "catalog/labellog_p.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace ir::catalog {

namespace {

// One row of a grid, as `readSummary` reads it. Two ways to join the prediction: the latest of any model
// (0 rows to search), or that of one model.
#define IR_SUMMARY_COLUMNS                                                                         \
    "SELECT f.id, coalesce(f.image_id, 0), f.path, f.size, f.mtime_ns, f.status, f.reason, "       \
    "i.sop_instance_uid, i.modality, i.body_part_examined, i.study_date, p.class_name, "           \
    "p.confidence, p.needs_review, s.label FROM file f LEFT JOIN image i ON i.id = f.image_id "    \
    "LEFT JOIN label_state s ON s.image_id = f.image_id LEFT JOIN prediction p ON "
#define IR_SUMMARY_LATEST IR_SUMMARY_COLUMNS "p.id = i.latest_prediction_id "
#define IR_SUMMARY_OF_MODEL IR_SUMMARY_COLUMNS "p.image_id = f.image_id AND p.model_id = ? "

/// Equal strings share their data: of 100,000 rows, most texts occur thousands of times.
class StringPool
{
public:
    QString operator()(const QString& text)
    {
        return text.isEmpty() ? QString() : *m_strings.insert(text);
    }

private:
    QSet<QString> m_strings;
};

FileSummary readSummary(const Query& row, StringPool& shared)
{
    FileSummary summary;
    summary.id = row.integer(0);
    summary.imageId = row.integer(1);
    summary.path = row.text(2);
    summary.size = row.integer(3);
    summary.mtimeNs = row.integer(4);
    summary.status = static_cast<FileStatus>(row.integer(5));
    summary.reason = shared(row.text(6));
    if (summary.imageId == 0)
        return summary;
    summary.sopInstanceUid = row.text(7);
    summary.modality = shared(row.text(8));
    summary.bodyPartExamined = shared(row.text(9));
    summary.studyDate = shared(row.text(10));
    summary.predictedClass = shared(row.text(11));
    summary.confidence = static_cast<float>(row.real(12));
    summary.needsReview = row.integer(13) != 0;
    summary.label = shared(row.text(14));
    return summary;
}

/// The rows of some paths, one by one.
class SummaryByPath
{
public:
    explicit SummaryByPath(Connection& connection) : m_connection(connection) {}

    /// With the latest prediction; id 0: not known.
    [[nodiscard]] FileSummary of(const QString& path)
    {
        return read(m_connection.query(IR_SUMMARY_LATEST "WHERE f.path = ?", path));
    }
    /// With that of one model (a row of `model`).
    [[nodiscard]] FileSummary of(const QString& path, qint64 model)
    {
        return read(m_connection.query(IR_SUMMARY_OF_MODEL "WHERE f.path = ?", model, path));
    }

private:
    FileSummary read(Query&& row)
    {
        return row.next() ? readSummary(row, m_shared) : FileSummary();
    }
    Connection& m_connection;
    StringPool m_shared;
};

/// Rows of models, made where they are missing; asks the database once each.
class ModelRows
{
public:
    explicit ModelRows(Connection& connection) : m_connection(connection) {}

    [[nodiscard]] qint64 of(const std::string& modelId)
    {
        qint64& row = m_rows[modelId];
        if (row == 0)
            row = modelRow(m_connection, modelId);
        if (row == 0) // or another desk's by now
            row = m_connection.insert("INSERT INTO model (digest) VALUES (?) ON CONFLICT (digest) "
                                      "DO UPDATE SET digest = excluded.digest RETURNING id",
                                      modelId);
        return row;
    }

private:
    Connection& m_connection;
    std::unordered_map<std::string, qint64> m_rows;
};

/// The indices of some rows in the order of a key: desks that write the same rows at once lock them in the same
/// order, and so never wait for each other in a circle.
template <typename Row, typename Key>
std::vector<qsizetype> orderBy(const QVector<Row>& rows, const Key& key)
{
    std::vector<qsizetype> order(static_cast<std::size_t>(rows.size()));
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, {}, [&](qsizetype i) { return key(rows[i]); });
    return order;
}

qint64 storeImage(Connection& connection, const FileResult& result)
{
    const ImageFacts& facts = result.facts;
    {
        Query row = connection.query("SELECT id FROM image WHERE digest = ? AND sop_instance_uid = ?",
                                     result.digest, facts.sopInstanceUid);
        if (row.next())
            return row.integer(0);
    }
    return connection.insert(
        "INSERT INTO image (sop_instance_uid, digest, modality, body_part_examined, study_date, facts) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (digest, sop_instance_uid) "
        "DO UPDATE SET digest = excluded.digest RETURNING id",
        facts.sopInstanceUid, result.digest, facts.modality, facts.bodyPartExamined, facts.studyDate,
        factsToJson(facts));
}

void storePrediction(Connection& connection, qint64 image, qint64 model,
                     const Prediction& prediction, const QString& className)
{
    QJsonArray probabilities;
    for (const float probability : prediction.probabilities)
        probabilities.append(static_cast<double>(probability));
    const qint64 stored = connection.insert(
        "INSERT INTO prediction (image_id, model_id, class_name, class_index, confidence, margin, "
        "outlier_score, needs_review, probabilities) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (image_id, model_id) DO UPDATE SET class_name = excluded.class_name, "
        "class_index = excluded.class_index, confidence = excluded.confidence, "
        "margin = excluded.margin, outlier_score = excluded.outlier_score, "
        "needs_review = excluded.needs_review, probabilities = excluded.probabilities RETURNING id",
        image, model, className, prediction.classIndex,
        static_cast<double>(prediction.confidence), static_cast<double>(prediction.margin),
        static_cast<double>(prediction.outlierScore), prediction.needsReview ? 1 : 0,
        QString::fromUtf8(QJsonDocument(probabilities).toJson(QJsonDocument::Compact)));
    connection.execute("UPDATE image SET latest_prediction_id = ? WHERE id = ?", stored, image);
}

/// As not read yet; another worker may have registered, or even read it, since it was looked up.
void registerFile(Connection& connection, const ScannedFile& file)
{
    connection.execute("INSERT INTO file (path, size, mtime_ns, status) VALUES (?, ?, ?, ?) "
                       "ON CONFLICT (path) DO UPDATE SET size = excluded.size, "
                       "mtime_ns = excluded.mtime_ns, status = excluded.status, reason = '', "
                       "image_id = NULL WHERE file.size <> excluded.size "
                       "OR file.mtime_ns <> excluded.mtime_ns",
                       file.path, file.size, file.mtimeNs, static_cast<int>(FileStatus::Pending));
}

void storeFile(Connection& connection, const FileResult& result, qint64 image)
{
    connection.execute("INSERT INTO file (path, size, mtime_ns, status, reason, image_id) "
                       "VALUES (?, ?, ?, ?, ?, nullif(CAST(? AS BIGINT), 0)) "
                       "ON CONFLICT (path) DO UPDATE SET size = excluded.size, "
                       "mtime_ns = excluded.mtime_ns, status = excluded.status, "
                       "reason = excluded.reason, image_id = excluded.image_id",
                       result.file.path, result.file.size, result.file.mtimeNs,
                       static_cast<int>(result.status), result.reason, image);
}

std::vector<float> probabilitiesFromJson(const QString& json)
{
    std::vector<float> probabilities;
    for (const auto& value : QJsonDocument::fromJson(json.toUtf8()).array())
        probabilities.push_back(static_cast<float>(value.toDouble()));
    return probabilities;
}

std::vector<std::string> classesFromJson(const QString& json)
{
    std::vector<std::string> classes;
    for (const auto& name : QJsonDocument::fromJson(json.toUtf8()).array())
        classes.push_back(name.toString().toStdString());
    return classes;
}

/// Adds what one model (0: the latest) said of the image.
void readPrediction(Connection& connection, qint64 model, FileDetails& details)
{
    Query row = connection.query(
        "SELECT p.class_index, p.confidence, p.margin, p.outlier_score, p.needs_review, "
        "p.probabilities, m.digest, m.name, m.classes FROM prediction p JOIN model m ON m.id = p.model_id "
        "JOIN image i ON i.id = p.image_id WHERE p.image_id = ? AND "
        "CASE WHEN CAST(? AS BIGINT) = 0 THEN p.id = i.latest_prediction_id ELSE p.model_id = ? END",
        details.summary.imageId, model, model);
    if (!row.next())
        return;
    Prediction prediction;
    prediction.classIndex = static_cast<int>(row.integer(0));
    prediction.confidence = static_cast<float>(row.real(1));
    prediction.margin = static_cast<float>(row.real(2));
    prediction.outlierScore = static_cast<float>(row.real(3));
    prediction.needsReview = row.integer(4) != 0;
    prediction.probabilities = probabilitiesFromJson(row.text(5));
    prediction.modelId = row.text(6).toStdString();
    details.prediction = std::move(prediction);
    details.modelName = row.text(7);
    details.classes = classesFromJson(row.text(8));
}

constexpr int kFilesPerQuestion = 256;

/// "… WHERE f.id IN (?, ?, …)", once and for all: its address is the key of the prepared statement.
const char* originsQuery()
{
    static const std::string sql =
        "SELECT f.id, coalesce(i.digest, ''), coalesce(i.facts, '') FROM file f "
        "LEFT JOIN image i ON i.id = f.image_id WHERE f.id IN (" +
        questionMarks(kFilesPerQuestion) + ')';
    return sql.c_str();
}

} // namespace

FolderRange::FolderRange(const QString& folder)
    : exact(QDir::cleanPath(folder)), inside(exact.endsWith(u'/') ? exact : exact + u'/'),
      end(inside.chopped(1) + QChar(u'/' + 1))
{}

qint64 modelRow(Connection& connection, const std::string& modelId)
{
    Query row = connection.query("SELECT id FROM model WHERE digest = ?", modelId);
    return row.next() ? row.integer(0) : 0;
}

std::string questionMarks(int count)
{
    std::string marks = "?";
    for (int i = 1; i < count; ++i)
        marks += ",?";
    return marks;
}

QVector<FileSummary> registerFiles(Connection& connection, const QVector<ScannedFile>& files,
                                   const std::string& modelId)
{
    QVector<FileSummary> known;
    known.reserve(files.size());
    SummaryByPath summaries(connection);
    const qint64 model = modelId.empty() ? 0 : modelRow(connection, modelId);
    QVector<qsizetype> stale;
    for (const ScannedFile& file : files) {
        FileSummary summary =
            modelId.empty() ? summaries.of(file.path) : summaries.of(file.path, model);
        if (summary.id == 0 || summary.size != file.size || summary.mtimeNs != file.mtimeNs)
            stale.append(known.size());
        known.append(std::move(summary));
    }
    if (stale.isEmpty())
        return known; // an unchanged folder is opened without a write
    std::ranges::stable_sort(stale, {}, [&](qsizetype i) { return files[i].path; }); // see orderBy()
    Transaction transaction(connection, Transaction::Safety::SurvivesKill);
    for (const qsizetype i : stale)
        registerFile(connection, files[i]);
    for (const qsizetype i : stale)
        known[i] = summaries.of(files[i].path);
    transaction.commit();
    return known;
}

void rememberModel(Connection& connection, const ModelRecord& model)
{
    QJsonArray classes;
    for (const std::string& name : model.classes)
        classes.append(QString::fromStdString(name));
    const QString json = QString::fromUtf8(QJsonDocument(classes).toJson(QJsonDocument::Compact));
    {
        Query row = connection.query("SELECT id FROM model WHERE digest = ? AND name = ? AND classes = ?",
                                     model.id, model.name, json);
        if (row.next())
            return; // who may only read opens what others tagged
    }
    Transaction transaction(connection, Transaction::Safety::SurvivesKill);
    connection.execute("INSERT INTO model (digest, name, classes) VALUES (?, ?, ?) ON CONFLICT (digest) "
                       "DO UPDATE SET name = excluded.name, classes = excluded.classes",
                       model.id, model.name, json);
    transaction.commit();
}

std::vector<std::string> latestClasses(Connection& connection)
{
    Query row = connection.query("SELECT m.classes FROM prediction p JOIN model m ON m.id = p.model_id "
                                 "ORDER BY p.id DESC LIMIT 1");
    return row.next() ? classesFromJson(row.text(0)) : std::vector<std::string>();
}

QVector<FileSummary> storeResults(Connection& connection, const QVector<FileResult>& results)
{
    Transaction transaction(connection, Transaction::Safety::SurvivesKill);
    const QVector<FileSummary> stored = storeRows(connection, results);
    transaction.commit();
    return stored;
}

QVector<FileSummary> storeRows(Connection& connection, const QVector<FileResult>& results)
{
    ModelRows models(connection);
    QVector<qint64> images(results.size(), 0);
    for (const qsizetype i : orderBy(results, [](const FileResult& one) { return one.digest; })) {
        const FileResult& result = results[i];
        if (result.status != FileStatus::Ok)
            continue;
        if (result.digest.empty())
            throw DatabaseError{{"The result of " + result.file.path.toStdString() +
                                     " cannot be stored: the digest of its bytes is missing.",
                                 {}}};
        images[i] = storeImage(connection, result);
        if (result.prediction)
            storePrediction(connection, images[i], models.of(result.prediction->modelId),
                            *result.prediction, result.predictedClass);
    }
    for (const qsizetype i : orderBy(results, [](const FileResult& one) { return one.file.path; }))
        storeFile(connection, results[i], images[i]);
    // What was stored just now is the latest prediction, if there was one.
    QVector<FileSummary> stored;
    stored.reserve(results.size());
    SummaryByPath summaries(connection);
    for (const FileResult& result : results)
        stored.append(summaries.of(result.file.path));
    return stored;
}

int forgetMissing(Connection& connection, const QString& folder, const QVector<QString>& present)
{
    const FolderRange range(folder);
    const QSet<QString> kept(present.cbegin(), present.cend());
    QVector<qint64> missing;
    {
        Query row = connection.query("SELECT id, path FROM file WHERE path >= ? AND path < ? ORDER BY path",
                                     range.exact, range.end);
        while (row.next()) {
            const QString path = row.text(1);
            if (range.contains(path) && !kept.contains(path))
                missing.append(row.integer(0));
        }
    }
    if (missing.isEmpty())
        return 0;
    Transaction transaction(connection, Transaction::Safety::SurvivesKill);
    for (const qint64 id : missing)
        connection.execute("DELETE FROM file WHERE id = ?", id);
    transaction.commit();
    return static_cast<int>(missing.size());
}

void movePaths(Connection& connection, const QHash<QString, QString>& moved)
{
    Transaction transaction(connection, Transaction::Safety::SurvivesPowerLoss);
    // In two passes, so that files may change places. No path begins with a tab.
    QHash<QString, QString> waiting;
    for (auto it = moved.cbegin(); it != moved.cend(); ++it) {
        const QString between = u'\t' + it.key();
        if (connection.execute("UPDATE file SET path = ? WHERE path = ?", between, it.key()) > 0)
            waiting.insert(between, it.value());
    }
    for (auto it = waiting.cbegin(); it != waiting.cend(); ++it) {
        connection.execute("DELETE FROM file WHERE path = ?", it.value());
        connection.execute("UPDATE file SET path = ? WHERE path = ?", it.value(), it.key());
    }
    transaction.commit();
}

QVector<FileSummary> filesUnder(Connection& connection, const QString& folder,
                                const std::string& modelId)
{
    const bool all = folder.isEmpty();
    const FolderRange range(all ? QStringLiteral("/") : folder);
    const bool anyModel = modelId.empty();
    const qint64 model = anyModel ? 0 : modelRow(connection, modelId);
    Query row = anyModel ? connection.query(IR_SUMMARY_LATEST
                                            "WHERE f.path >= ? AND f.path < ? ORDER BY f.path",
                                            range.exact, range.end)
                         : connection.query(IR_SUMMARY_OF_MODEL
                                            "WHERE f.path >= ? AND f.path < ? ORDER BY f.path",
                                            model, range.exact, range.end);
    QVector<FileSummary> files;
    StringPool shared;
    while (row.next()) {
        FileSummary summary = readSummary(row, shared);
        if (all || range.contains(summary.path))
            files.append(std::move(summary));
    }
    return files;
}

QHash<FileId, FileOrigin> fileOrigins(Connection& connection, const QVector<FileId>& files)
{
    QHash<FileId, FileOrigin> origins;
    origins.reserve(files.size());
    for (qsizetype first = 0; first < files.size(); first += kFilesPerQuestion) {
        QVariantList ids;
        for (qsizetype i = first; i < first + kFilesPerQuestion; ++i)
            ids.append(i < files.size() ? files[i] : FileId(0)); // no file has that id
        Query row = connection.query(originsQuery(), ids);
        while (row.next()) {
            const ImageFacts facts = factsFromJson(row.text(2));
            origins.insert(row.integer(0), {row.text(1).toStdString(), facts.patientId,
                                            facts.studyInstanceUid});
        }
    }
    return origins;
}

FileDetails fileDetails(Connection& connection, FileId file, const std::string& modelId)
{
    FileDetails details;
    StringPool shared;
    const qint64 model = modelId.empty() ? 0 : modelRow(connection, modelId);
    {
        Query row = modelId.empty()
                        ? connection.query(IR_SUMMARY_LATEST "WHERE f.id = ?", file)
                        : connection.query(IR_SUMMARY_OF_MODEL "WHERE f.id = ?", model, file);
        if (!row.next())
            throw DatabaseError{{"The file is no longer in the catalog: open its folder again.", {}}};
        details.summary = readSummary(row, shared);
    }
    if (details.summary.imageId == 0)
        return details;
    {
        Query row = connection.query("SELECT digest, facts FROM image WHERE id = ?",
                                     details.summary.imageId);
        if (row.next()) {
            details.digest = row.text(0).toStdString();
            details.facts = factsFromJson(row.text(1));
        }
    }
    if (modelId.empty() || model != 0)
        readPrediction(connection, model, details);
    details.history = labelHistory(connection, details.summary.imageId);
    return details;
}

} // namespace ir::catalog
