#include "browser/imagelistmodel.h"
#include "ui/summaries.h"

#include <QAbstractItemModelTester>
#include <QMimeData>
#include <QSignalSpy>
#include <QtTest>

using namespace ir;
using namespace ir::ui;
using namespace ir::test;

namespace {

const QString kChest = QStringLiteral("adult_chest");
const QString kSpine = QStringLiteral("spine");

RowFilter classFilter(const QString& name)
{
    RowFilter filter;
    filter.classes = {name};
    return filter;
}

QString spoken(const ImageListModel& model, int row)
{
    return model.data(model.index(row), Qt::AccessibleTextRole).toString();
}

} // namespace

class TestImageListModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheRulesOfAModelThroughAllItsChanges()
    {
        ImageListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.addFiles(manyFiles(700));
        model.addFiles(manyFiles(1500));
        model.flush();
        QCOMPARE(model.rowCount(), 1500);
        model.setLabels({{1'000'001, kSpine}, {1'000'700, kChest}});
        model.setFilter(classFilter(kSpine));
        model.setLabels({{1'000'001, kChest}, {1'000'002, kSpine}});
        model.flush();
        model.setOrder({RowSort::Confidence, true, RowGrouping::Folder});
        model.setClasses({kSpine, kChest});
        model.refresh();
        model.setFiles(manyFiles(10));
        model.clear();
        QCOMPARE(model.rowCount(), 0);
    }

    void appendsInBatches()
    {
        ImageListModel model;
        QSignalSpy resets(&model, &ImageListModel::modelReset);
        QSignalSpy inserts(&model, &ImageListModel::rowsInserted);
        const QVector<FileSummary> files = manyFiles(2000);
        model.addFiles(files.mid(0, 20));
        QCOMPARE(model.rowCount(), 20); // names first, at once
        QCOMPARE(resets.size(), 1);
        for (int i = 20; i < 2000; i += 20)
            model.addFiles(files.mid(i, 20));
        QCOMPARE(inserts.size(), 3);
        QTRY_COMPARE(model.rowCount(), 2000); // the rest does not wait for a full batch
        QCOMPARE(inserts.size(), 4);
        QCOMPARE(resets.size(), 1);
    }

    void newStatesChangeRowsInPlace()
    {
        ImageListModel model;
        QVector<FileSummary> files;
        for (FileId id = 1; id <= 10; ++id)
            files.append(pending(id, QStringLiteral("/t/%1").arg(id)));
        model.setFiles(files);
        QSignalSpy changes(&model, &ImageListModel::dataChanged);
        QSignalSpy counts(&model, &ImageListModel::countsChanged);
        model.updateFiles({tagged(3, files[2].path, kChest, 0.93F), tagged(4, files[3].path, kSpine, 0.5F),
                           tagged(8, files[7].path, kChest, 0.2F, true)});
        QCOMPARE(changes.size(), 2);
        QCOMPARE(changes[0][0].toModelIndex().row(), 2);
        QCOMPARE(changes[0][1].toModelIndex().row(), 3);
        QCOMPARE(changes[1][0].toModelIndex().row(), 7);
        QCOMPARE(counts.size(), 1);
        QCOMPARE(model.rows().countOf(RowState::Pending), 7);
        QCOMPARE(model.rows().countOf(RowState::NeedsReview), 1);
        QCOMPARE(model.rows().countOf(kChest), 2);
        QCOMPARE(model.data(model.index(2), ImageListModel::FinalClassRole).toString(), kChest);
        QCOMPARE(model.rowOfFile(8), 7);
        QCOMPARE(model.rowOfFile(99), -1);
    }

    void manyScatteredChangesAreToldAsOne()
    {
        ImageListModel model;
        model.setFiles(manyFiles(10'000));
        QSignalSpy changes(&model, &ImageListModel::dataChanged);
        QHash<qint64, QString> labels;
        for (int i = 1; i < 10'000; i += 2)
            labels.insert(1'000'000 + i, kSpine);
        model.setLabels(labels);
        QCOMPARE(changes.size(), 1);
    }

    void correctedRowsStayFadedUntilTheFilterIsTouched()
    {
        ImageListModel model;
        model.setFiles({tagged(1, QStringLiteral("/t/1"), kChest, 0.9F),
                        tagged(2, QStringLiteral("/t/2"), kChest, 0.8F),
                        tagged(3, QStringLiteral("/t/3"), kSpine, 0.7F)});
        model.setFilter(classFilter(kChest));
        QSignalSpy stale(&model, &ImageListModel::staleChanged);
        QSignalSpy resets(&model, &ImageListModel::modelReset);
        model.setLabels({{1'000'001, kSpine}});
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(resets.size(), 0);
        QVERIFY(model.data(model.index(0), ImageListModel::FadedRole).toBool());
        QVERIFY(!model.data(model.index(1), ImageListModel::FadedRole).toBool());
        QCOMPARE(stale.size(), 1);
        model.setFilter(classFilter(kChest));
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(stale.size(), 2);
        QVERIFY(!model.isStale());
    }

    void tagsThatArriveMoveNothing()
    {
        ImageListModel model;
        model.setFiles(manyFiles(50));
        model.setOrder({RowSort::Confidence, false, RowGrouping::None});
        const FileId first = model.fileAt(0).id;
        QSignalSpy resets(&model, &ImageListModel::modelReset);
        QSignalSpy moves(&model, &ImageListModel::layoutChanged);
        auto file = model.fileAt(0);
        file.confidence = 0.999F;
        model.updateFiles({file});
        QCOMPARE(model.fileAt(0).id, first);
        QCOMPARE(resets.size() + moves.size(), 0);
        QVERIFY(model.isStale());
        model.refresh();
        QCOMPARE(model.fileAt(49).id, first);
    }

    void saysEachRowInWords()
    {
        ImageListModel model;
        auto untagged = tagged(7, QStringLiteral("/t/7"), QString(), 0);
        model.setFiles({tagged(1, QStringLiteral("/t/1"), kChest, 0.934F),
                        labelled(tagged(2, QStringLiteral("/t/2"), kChest, 0.93F), kChest),
                        labelled(tagged(3, QStringLiteral("/t/3"), kChest, 0.93F), kSpine),
                        tagged(4, QStringLiteral("/t/4"), kSpine, 0.4F, true),
                        unreadable(5, QStringLiteral("/t/5"), QStringLiteral("It is cut short.")),
                        pending(6, QStringLiteral("/t/6")), untagged});
        QCOMPARE(spoken(model, 0), QStringLiteral("adult chest, 93 %, not reviewed, 1"));
        QCOMPARE(spoken(model, 1), QStringLiteral("adult chest, 93 %, confirmed, 2"));
        QCOMPARE(spoken(model, 2),
                 QStringLiteral("spine, corrected, the model said adult chest with 93 %, 3"));
        QCOMPARE(spoken(model, 3), QStringLiteral("spine, 40 %, needs review, 4"));
        QCOMPARE(spoken(model, 4), QStringLiteral("unreadable, 5: It is cut short."));
        QCOMPARE(spoken(model, 5), QStringLiteral("not read yet, 6"));
        QCOMPARE(spoken(model, 6), QStringLiteral("not tagged yet, 7"));
    }

    void dragsImagesNotFiles()
    {
        ImageListModel model;
        auto copy = tagged(2, QStringLiteral("/t/2"), kChest, 0.9F);
        copy.imageId = 1'000'001;
        model.setFiles({tagged(1, QStringLiteral("/t/1"), kChest, 0.9F), copy,
                        unreadable(3, QStringLiteral("/t/3"), QStringLiteral("no"))});
        QVERIFY(model.flags(model.index(0)) & Qt::ItemIsDragEnabled);
        QVERIFY(!(model.flags(model.index(2)) & Qt::ItemIsDragEnabled));
        const std::unique_ptr<QMimeData> data(
            model.mimeData({model.index(0), model.index(1), model.index(2)}));
        QVERIFY(data != nullptr);
        QCOMPARE(data->formats(), QStringList{QString::fromLatin1(kImagesMimeType)});
        QCOMPARE(imageIdsOf(data.get()), QVector<ImageId>{1'000'001});
        const std::unique_ptr<QMimeData> none(model.mimeData({model.index(2)}));
        QVERIFY(none == nullptr);
    }

    void foreignOrBrokenDragsAreEmpty()
    {
        QMimeData data;
        QVERIFY(imageIdsOf(nullptr).isEmpty());
        QVERIFY(imageIdsOf(&data).isEmpty());
        data.setData(QString::fromLatin1(kImagesMimeType), QByteArray("\x7f\xff\xff\xff", 4));
        QVERIFY(imageIdsOf(&data).isEmpty());
    }
};

QTEST_MAIN(TestImageListModel)
#include "test_imagelistmodel.moc"
