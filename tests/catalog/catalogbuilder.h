#pragma once

#include "catalog/catalog.h"

#include <QSignalSpy>
#include <QtTest>

namespace ir::test {

inline const std::string modelA(64, 'a');
inline const std::string modelB(64, 'b');

inline ScannedFile scanned(const QString& path, qint64 size = 1000, qint64 mtimeNs = 5)
{
    ScannedFile file;
    file.path = path;
    file.size = size;
    file.mtimeNs = mtimeNs;
    return file;
}

/// A readable file that `model` took for class `classIndex` of the default ones; the content is named.
inline FileResult classified(const QString& path, const std::string& content, int classIndex = 1,
                             const std::string& model = modelA)
{
    FileResult result;
    result.file = scanned(path);
    result.status = FileStatus::Ok;
    result.digest = "digest of " + content;
    result.facts.sopInstanceUid = "1.2." + content;
    result.facts.modality = "DX";
    result.facts.bodyPartExamined = "CHEST";
    result.facts.studyDate = "20240229";
    result.facts.patientName = "Müller, Åse";
    result.facts.rows = 2000;
    Prediction prediction;
    prediction.probabilities.assign(5, 0.02f);
    prediction.probabilities[static_cast<std::size_t>(classIndex)] = 0.92f;
    prediction.classIndex = classIndex;
    prediction.confidence = 0.92f;
    prediction.margin = 0.9f;
    prediction.modelId = model;
    result.prediction = prediction;
    result.predictedClass =
        QString::fromStdString(defaultClasses()[static_cast<std::size_t>(classIndex)]);
    return result;
}

inline FileResult unreadable(const QString& path, const QString& reason)
{
    FileResult result;
    result.file = scanned(path);
    result.status = FileStatus::Unreadable;
    result.reason = reason;
    return result;
}

/// `count` classified images /archive/0000.dcm …, and their ids.
inline QVector<ImageId> fill(Catalog& catalog, int count)
{
    QVector<FileResult> results;
    for (int i = 0; i < count; ++i)
        results.append(classified(QStringLiteral("/archive/%1.dcm").arg(i, 6, 10, QLatin1Char('0')),
                                  std::to_string(i), i % 5));
    QVector<ImageId> images;
    const auto stored = catalog.storeResults(results);
    if (!stored)
        return images;
    for (const auto& summary : *stored)
        images.append(summary.imageId);
    return images;
}

/// Waits for the answer of one labelling call.
class LabelAnswer
{
public:
    explicit LabelAnswer(Catalog& catalog)
        : m_changed(&catalog, &Catalog::labelsChanged), m_failed(&catalog, &Catalog::failed)
    {}
    [[nodiscard]] bool wait()
    {
        const bool answered = QTest::qWaitFor(
            [this] { return !m_changed.isEmpty() || !m_failed.isEmpty(); }, 20'000);
        if (!m_failed.isEmpty())
            qWarning("failed: %s", qPrintable(m_failed.first().at(0).toString()));
        return answered && m_failed.isEmpty();
    }
    [[nodiscard]] QHash<qint64, QString> labels() const
    {
        return m_changed.last().at(0).value<QHash<qint64, QString>>();
    }
    [[nodiscard]] QString message() const { return m_changed.last().at(1).toString(); }
    [[nodiscard]] UndoState undoState() const { return m_changed.last().at(2).value<UndoState>(); }

private:
    QSignalSpy m_changed;
    QSignalSpy m_failed;
};

inline QString labelOf(const Catalog& catalog, const QString& path)
{
    const auto files = catalog.files(path);
    return files && files->size() == 1 ? files->first().label : QStringLiteral("no such file");
}

} // namespace ir::test

/// Runs a labelling call on `catalog` and declares `answer`, its stored result.
#define IR_ANSWER(answer, catalog, call)                                                           \
    ir::test::LabelAnswer answer(*catalog);                                                        \
    catalog->call;                                                                                 \
    QVERIFY(answer.wait())
