#include "browser/imagegridview.h"
#include "browser/imagelistmodel.h"
#include "browser/largeview.h"
#include "browser/thumbnailprovider.h"
#include "ui/summaries.h"

#include <QAccessible>
#include <QImage>
#include <QMutex>
#include <QScrollBar>
#include <QSemaphore>
#include <QSignalSpy>
#include <QtTest>

#include <atomic>

using namespace ir;
using namespace ir::ui;
using namespace ir::test;

namespace {

const QString kSpine = QStringLiteral("spine");

/// The grid over a model, with thumbnails that need no files: grey of the path's length.
struct Bench
{
    std::atomic<int> loads{0};
    std::atomic<int> loadsInGuiThread{0};
    ThumbnailProvider thumbnails;
    ImageListModel model;
    ImageGridView grid;

    explicit Bench(int files = 0)
        : thumbnails([this](const ThumbnailKey& key) { return load(key); }), grid(&thumbnails)
    {
        model.setFiles(manyFiles(files));
        grid.setModel(&model);
        grid.resize(900, 700);
        grid.show();
        grid.setFocus();
    }

    Result<GrayImage> load(const ThumbnailKey& key)
    {
        ++loads;
        if (QThread::currentThread() == qApp->thread())
            ++loadsInGuiThread;
        if (key.path.contains(QStringLiteral("bad")))
            return failure("The file " + key.path.toStdString() + " is cut short.");
        return GrayImage(320, 200, 200);
    }

    QModelIndex row(int number) const { return model.index(number); }
    int selectedRanges() const { return static_cast<int>(grid.selectionModel()->selection().size()); }
};

void press(QWidget* widget, Qt::Key key, Qt::KeyboardModifiers modifiers = {})
{
    QTest::keyClick(widget, key, modifiers);
}

} // namespace

class TestImageGridView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyTileIsFoundWhereItIs()
    {
        Bench bench(1234);
        QVERIFY(QTest::qWaitForWindowExposed(&bench.grid));
        for (const RowGrouping grouping : {RowGrouping::None, RowGrouping::Folder}) {
            bench.model.setOrder({RowSort::Path, false, grouping});
            for (const int row : {0, 1, 4, 5, 99, 100, 101, 777, 1233}) {
                bench.grid.scrollTo(bench.row(row));
                const QRect tile = bench.grid.visualRect(bench.row(row));
                QVERIFY(bench.grid.viewport()->rect().contains(tile));
                QCOMPARE(bench.grid.indexAt(tile.topLeft()), bench.row(row));
                QCOMPARE(bench.grid.indexAt(tile.bottomRight()), bench.row(row));
                QVERIFY(!bench.grid.indexAt(tile.topLeft() - QPoint(2, 2)).isValid());
                const auto [first, last] = bench.grid.visibleRows();
                QVERIFY(first <= row && row <= last && last - first < 40);
            }
            for (int row = 1; row < 1234; ++row)
                QVERIFY(!bench.grid.visualRect(bench.row(row)).intersects(
                    bench.grid.visualRect(bench.row(row - 1))));
        }
    }

    void keysSayWhatTheUserWants()
    {
        Bench bench(20);
        QSignalSpy classKey(&bench.grid, &ImageGridView::classKeyPressed);
        QSignalSpy accept(&bench.grid, &ImageGridView::acceptRequested);
        QSignalSpy clear(&bench.grid, &ImageGridView::clearLabelRequested);
        QSignalSpy undo(&bench.grid, &ImageGridView::undoRequested);
        QSignalSpy redo(&bench.grid, &ImageGridView::redoRequested);
        QSignalSpy open(&bench.grid, &ImageGridView::openRequested);
        press(&bench.grid, Qt::Key_Home);
        press(&bench.grid, Qt::Key_Right);
        QCOMPARE(bench.grid.selectedImageIds(), QVector<ImageId>{1'000'002});
        press(&bench.grid, Qt::Key_3);
        press(&bench.grid, Qt::Key_9);
        QCOMPARE(classKey.size(), 2);
        QCOMPARE(classKey[0][0].toInt(), 3);
        QCOMPARE(classKey[1][0].toInt(), 9);
        press(&bench.grid, Qt::Key_Return);
        QTest::keyClick(&bench.grid, Qt::Key_Enter, Qt::KeypadModifier);
        press(&bench.grid, Qt::Key_0);
        press(&bench.grid, Qt::Key_U);
        press(&bench.grid, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        press(&bench.grid, Qt::Key_Space);
        QCOMPARE(accept.size(), 2);
        QCOMPARE(clear.size(), 1);
        QCOMPARE(undo.size(), 1);
        QCOMPARE(redo.size(), 1);
        QCOMPARE(open.size(), 1);
        QCOMPARE(open[0][0].toLongLong(), 2);
        press(&bench.grid, Qt::Key_1, Qt::ControlModifier);
        QCOMPARE(classKey.size(), 2);
        QCOMPARE(bench.grid.currentFileId(), 2);
    }

    void arrowsMoveInTheGrid()
    {
        Bench bench(50);
        QVERIFY(QTest::qWaitForWindowExposed(&bench.grid));
        press(&bench.grid, Qt::Key_Home);
        const int columns = bench.grid.visualRect(bench.row(0)).top()
                                    == bench.grid.visualRect(bench.row(4)).top()
                                ? 5
                                : 0;
        QCOMPARE(columns, 5);
        press(&bench.grid, Qt::Key_Down);
        QCOMPARE(bench.grid.currentIndex().row(), 5);
        press(&bench.grid, Qt::Key_Up);
        press(&bench.grid, Qt::Key_Up);
        press(&bench.grid, Qt::Key_Left);
        QCOMPARE(bench.grid.currentIndex().row(), 0);
        press(&bench.grid, Qt::Key_Right, Qt::ShiftModifier);
        press(&bench.grid, Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(bench.grid.currentIndex().row(), 6);
        QCOMPARE(bench.grid.selectedCount(), 7);
        QCOMPARE(bench.selectedRanges(), 1);
        press(&bench.grid, Qt::Key_End, Qt::ShiftModifier);
        QCOMPARE(bench.grid.selectedCount(), 50);
        QVERIFY(bench.grid.viewport()->rect().contains(bench.grid.visualRect(bench.row(49))));
        press(&bench.grid, Qt::Key_Home);
        QCOMPARE(bench.grid.selectedFileIds(), QVector<FileId>{1});
        press(&bench.grid, Qt::Key_PageDown);
        QVERIFY(bench.grid.currentIndex().row() >= 15);
        QCOMPARE(bench.grid.currentIndex().row() % 5, 0);
    }

    void onlyWhatIsVisibleIsPaintedAndLoaded()
    {
        Bench bench(100'000);
        QVERIFY(QTest::qWaitForWindowExposed(&bench.grid));
        const auto [first, last] = bench.grid.visibleRows();
        const int visible = last - first + 1;
        QVERIFY(visible >= 15 && visible <= 30);
        const qint64 before = bench.grid.tilesPainted();
        bench.grid.viewport()->grab();
        QCOMPARE(bench.grid.tilesPainted() - before, visible);
        // The screen, and one more below it.
        QTRY_VERIFY(bench.loads >= visible);
        const FileSummary& lastFile = bench.model.fileAt(last);
        const ThumbnailKey key{lastFile.path, lastFile.size, lastFile.mtimeNs};
        QTRY_COMPARE(bench.thumbnails.find(key).image.width(), 158); // the tile less its frame
        QTest::qWait(200);
        QVERIFY(bench.loads <= 3 * visible);
        QCOMPARE(bench.loadsInGuiThread, 0);

        // Through all of it with the End key: what is passed is neither painted nor loaded.
        const int loaded = bench.loads;
        const qint64 painted = bench.grid.tilesPainted();
        press(&bench.grid, Qt::Key_End);
        QCOMPARE(bench.grid.currentFileId(), 100'000);
        QTest::qWait(200);
        QVERIFY(bench.loads - loaded <= 3 * visible);
        QVERIFY(bench.grid.tilesPainted() - painted <= 10 * visible);
    }

    void selectingAHundredThousandIsOneRange()
    {
        Bench bench(100'000);
        QVERIFY(QTest::qWaitForWindowExposed(&bench.grid));
        QElapsedTimer timer;
        timer.start();
        press(&bench.grid, Qt::Key_A, Qt::ControlModifier);
        qInfo("select all: %lld ms", timer.restart());
        QCOMPARE(bench.selectedRanges(), 1);
        QCOMPARE(bench.grid.selectedCount(), 100'000);
        const QVector<ImageId> images = bench.grid.selectedImageIds();
        qInfo("its images: %lld ms", timer.restart());
        QCOMPARE(images.size(), 100'000);
        QCOMPARE(images.last(), 1'100'000);
        QHash<qint64, QString> labels;
        for (const ImageId image : images)
            labels.insert(image, kSpine);
        timer.restart();
        bench.model.setLabels(labels);
        qInfo("label all: %lld ms", timer.restart());
        QCOMPARE(bench.model.rows().countOf(kSpine), 100'000);
        QCOMPARE(bench.selectedRanges(), 1);
    }

    void selectionAndCurrentImageOutliveFiltersAndOrders()
    {
        Bench bench(500);
        QVERIFY(QTest::qWaitForWindowExposed(&bench.grid));
        bench.grid.setCurrentFile(4); // spine
        bench.grid.selectionModel()->select(QItemSelection(bench.row(3), bench.row(8)),
                                            QItemSelectionModel::ClearAndSelect);
        QSignalSpy moved(&bench.grid, &ImageGridView::selectionMoved);
        RowFilter filter;
        filter.classes = {kSpine};
        bench.model.setFilter(filter);
        QCOMPARE(bench.grid.selectedFileIds(), (QVector<FileId>{4, 9}));
        QCOMPARE(bench.grid.currentFileId(), 4);
        QTRY_VERIFY(moved.size() >= 1);
        bench.model.setOrder({RowSort::Path, true, RowGrouping::None});
        QCOMPARE(bench.grid.selectedFileIds(), (QVector<FileId>{9, 4}));
        QCOMPARE(bench.grid.currentFileId(), 4);
        QVERIFY(bench.grid.viewport()->rect().contains(
            bench.grid.visualRect(bench.grid.currentIndex())));
        bench.model.setFiles(manyFiles(3));
        QVERIFY(bench.grid.selectedFileIds().isEmpty());
        QCOMPARE(bench.grid.verticalScrollBar()->value(), 0);
    }

    void theKeyboardGoesOnWhereAHiddenImageWas()
    {
        Bench bench(50);
        RowFilter filter;
        filter.classes = {kSpine}; // ids 4, 9, 14 …
        bench.model.setFilter(filter);
        bench.grid.setCurrentFile(9);
        bench.model.setLabels({{1'000'009, QStringLiteral("others")}});
        QCOMPARE(bench.grid.currentFileId(), 9); // kept, faded
        bench.model.refresh();
        QCOMPARE(bench.grid.currentFileId(), 14);
        QCOMPARE(bench.grid.selectedCount(), 0);
    }

    void arrivingFilesLeaveTheScreenAsItIs()
    {
        Bench bench(200);
        QVERIFY(QTest::qWaitForWindowExposed(&bench.grid));
        bench.grid.verticalScrollBar()->setValue(333);
        const auto visible = bench.grid.visibleRows();
        const FileId top = bench.model.fileAt(visible.first).id;
        bench.model.addFiles(manyFiles(5000));
        QCOMPARE(bench.model.rowCount(), 5000);
        QCOMPARE(bench.grid.verticalScrollBar()->value(), 333);
        QCOMPARE(bench.model.fileAt(bench.grid.visibleRows().first).id, top);
        QVERIFY(bench.grid.verticalScrollBar()->maximum() > 100'000);
    }

    void theWheelWithControlSizesTheTiles()
    {
        Bench bench(300);
        QVERIFY(QTest::qWaitForWindowExposed(&bench.grid));
        bench.grid.setCurrentFile(150);
        QSignalSpy sizes(&bench.grid, &ImageGridView::tileSizeChanged);
        const auto wheel = [&bench](int delta) {
            QWheelEvent event({50, 50}, bench.grid.viewport()->mapToGlobal(QPointF(50, 50)), {}, {0, delta},
                              Qt::NoButton, Qt::ControlModifier, Qt::NoScrollPhase, false);
            QApplication::sendEvent(bench.grid.viewport(), &event);
        };
        wheel(120);
        QCOMPARE(bench.grid.tileSize(), 176);
        wheel(-60);
        QCOMPARE(bench.grid.tileSize(), 176);
        wheel(-60);
        QCOMPARE(bench.grid.tileSize(), 160);
        for (int i = 0; i < 30; ++i)
            wheel(120);
        QCOMPARE(bench.grid.tileSize(), 320);
        QVERIFY(bench.grid.viewport()->rect().contains(
            bench.grid.visualRect(bench.grid.currentIndex())));
        bench.grid.setTileSize(1);
        QCOMPARE(bench.grid.tileSize(), 96);
        QCOMPARE(sizes.last()[0].toInt(), 96);
        QVERIFY(bench.grid.viewport()->rect().intersects(
            bench.grid.visualRect(bench.grid.currentIndex())));
    }

    void theMouseSelects()
    {
        Bench bench(50);
        QVERIFY(QTest::qWaitForWindowExposed(&bench.grid));
        QWidget* area = bench.grid.viewport();
        const auto centre = [&bench](int row) { return bench.grid.visualRect(bench.row(row)).center(); };
        QTest::mouseClick(area, Qt::LeftButton, {}, centre(1));
        QTest::mouseClick(area, Qt::LeftButton, Qt::ShiftModifier, centre(6));
        QCOMPARE(bench.grid.selectedCount(), 6);
        QTest::mouseClick(area, Qt::LeftButton, Qt::ControlModifier, centre(3));
        QCOMPARE(bench.grid.selectedCount(), 5);
        QTest::mouseClick(area, Qt::LeftButton, {}, centre(2));
        QCOMPARE(bench.grid.selectedFileIds(), QVector<FileId>{3});

        // A rubber band from the gap above tile 1 down into tile 7: two columns, two lines.
        QTest::mousePress(area, Qt::LeftButton, {},
                          bench.grid.visualRect(bench.row(1)).topLeft() - QPoint(4, 4));
        QTest::mouseMove(area, centre(6));
        QTest::mouseMove(area, centre(7));
        QCOMPARE(bench.grid.selectedFileIds(), (QVector<FileId>{2, 3, 7, 8}));
        QTest::mouseRelease(area, Qt::LeftButton, {}, centre(7));
        QCOMPARE(bench.grid.selectedCount(), 4);
        QSignalSpy open(&bench.grid, &ImageGridView::openRequested);
        QTest::mouseDClick(area, Qt::LeftButton, {}, centre(7));
        QCOMPARE(open.size(), 1);
        QCOMPARE(open[0][0].toLongLong(), 8);
    }

    void screenReadersHearClassAndState()
    {
        Bench bench(30);
        bench.model.setLabels({{1'000'002, QStringLiteral("adult_chest")}});
        QAccessibleInterface* list = QAccessible::queryAccessibleInterface(&bench.grid);
        QVERIFY(list != nullptr);
        QCOMPARE(list->text(QAccessible::Name), QStringLiteral("Images"));
        QCOMPARE(list->childCount(), 30);
        QAccessibleInterface* tile = list->child(1);
        QVERIFY(tile != nullptr);
        QCOMPARE(tile->text(QAccessible::Name), QStringLiteral("adult chest, 51 %, confirmed, 1.dcm"));
        QCOMPARE(tile->rect().size(), bench.grid.visualRect(bench.row(1)).size());
    }

    void tilesShowCertaintyWithoutColour()
    {
        // The same class, confidence and image: guess, review and confirmed must differ in shape, which a
        // picture without hue shows.
        Bench bench;
        const QString chest = QStringLiteral("adult_chest");
        bench.model.setFiles({tagged(1, QStringLiteral("/t/1"), chest, 0.5F),
                              tagged(2, QStringLiteral("/t/2"), chest, 0.5F, true),
                              labelled(tagged(3, QStringLiteral("/t/3"), chest, 0.5F), chest)});
        QVERIFY(QTest::qWaitForWindowExposed(&bench.grid));
        QTRY_VERIFY(bench.loads == 3);
        QVector<QImage> chips;
        for (int row = 0; row < 3; ++row) {
            const QRect tile = bench.grid.visualRect(bench.row(row));
            const QRect chip(tile.left() + 2, tile.bottom() - 22, 26, 20);
            chips.append(bench.grid.viewport()->grab(chip).toImage().convertToFormat(
                QImage::Format_Grayscale8));
        }
        QVERIFY(chips[0] != chips[1]);
        QVERIFY(chips[1] != chips[2]);
        QVERIFY(chips[0] != chips[2]);
    }

    void failedThumbnailsAreNotAskedForAgain()
    {
        Bench bench;
        bench.model.setFiles({pending(1, QStringLiteral("/t/bad"))});
        QTRY_COMPARE(bench.loads, 1);
        const ThumbnailKey key{QStringLiteral("/t/bad"), 0, 0};
        QTRY_COMPARE(bench.thumbnails.find(key).reason, QStringLiteral("The file /t/bad is cut short."));
        bench.thumbnails.want({key});
        QTest::qWait(50);
        QCOMPARE(bench.loads, 1);
        bench.thumbnails.want({{QStringLiteral("/t/bad"), 5, 5}}); // the file has changed
        QTRY_COMPARE(bench.loads, 2);
    }

    void newWishesComeFirstAndOldOnesAreDropped()
    {
        QSemaphore gate;
        QMutex mutex;
        QStringList order;
        ThumbnailProvider provider([&](const ThumbnailKey& key) -> Result<GrayImage> {
            gate.acquire();
            const QMutexLocker lock(&mutex);
            order.append(key.path);
            return GrayImage(4, 4, 9);
        });
        const auto keys = [](const QString& letter) {
            QVector<ThumbnailKey> list;
            for (int i = 0; i < 50; ++i)
                list.append({letter + QString::number(i), 0, 0});
            return list;
        };
        provider.want(keys(QStringLiteral("a")));
        const qint64 started = provider.loadsStarted();
        QVERIFY(started >= 1 && started <= QThread::idealThreadCount());
        provider.want(keys(QStringLiteral("b")).mid(0, 2), keys(QStringLiteral("c")).mid(0, 1));
        gate.release(1000);
        QTRY_COMPARE(provider.loadsStarted(), started + 3);
        QTRY_VERIFY(!provider.find({QStringLiteral("c0"), 0, 0}).image.isNull());
        const QMutexLocker lock(&mutex);
        QCOMPARE(order.size(), started + 3);
        QVERIFY(order.indexOf(QStringLiteral("b0")) < order.indexOf(QStringLiteral("c0")));
        QVERIFY(order.mid(0, static_cast<int>(started)).filter(QStringLiteral("a")).size() == started);
    }

    void clearDropsWhatIsStillOnItsWay()
    {
        QSemaphore gate;
        ThumbnailProvider provider([&](const ThumbnailKey&) -> Result<GrayImage> {
            gate.acquire();
            return GrayImage(4, 4, 9);
        });
        const ThumbnailKey key{QStringLiteral("a"), 0, 0};
        provider.want({key});
        provider.clear();
        gate.release(2);
        QTest::qWait(50);
        QVERIFY(provider.find(key).image.isNull());
        provider.want({key});
        QTRY_VERIFY(!provider.find(key).image.isNull());
    }

    void memoryIsBounded()
    {
        ThumbnailProvider provider(
            [](const ThumbnailKey&) -> Result<GrayImage> { return GrayImage(100, 100, 9); }, nullptr,
            50'000);
        QVector<ThumbnailKey> keys;
        for (int i = 0; i < 40; ++i)
            keys.append({QString::number(i), 0, 0});
        provider.want(keys);
        QTRY_VERIFY(!provider.find(keys.last()).image.isNull());
        QCOMPARE(provider.loadsStarted(), 40);
        QVERIFY(provider.bytesHeld() <= 50'000);
        QVERIFY(provider.find(keys.first()).image.isNull());
    }

    void largeViewGoesThroughTheGridsOrder()
    {
        Bench bench(10);
        std::atomic<int> decoded{0};
        LargeView large(&bench.model, &bench.thumbnails,
                        [&decoded](const QString& path, int) -> Result<GrayImage> {
                            ++decoded;
                            if (path.endsWith(QStringLiteral("/2.dcm")))
                                return failure("The file is cut short.");
                            return GrayImage(600, 400, 120);
                        });
        large.resize(640, 480);
        large.show();
        QVERIFY(QTest::qWaitForWindowExposed(&large));
        QSignalSpy changed(&large, &LargeView::fileChanged);
        QSignalSpy classKey(&large, &LargeView::classKeyPressed);
        QSignalSpy closed(&large, &LargeView::closed);
        large.open(1);
        QCOMPARE(large.imageId(), 1'000'001);
        QTRY_VERIFY(large.isSharp());
        QTRY_COMPARE(decoded, 2); // it, and the next one ahead
        press(&large, Qt::Key_Right);
        QCOMPARE(large.fileId(), 2);
        QVERIFY(large.isSharp());
        QTRY_COMPARE(decoded, 3);
        press(&large, Qt::Key_Right); // cannot be shown: no image, no crash, no second try
        QCOMPARE(large.fileId(), 3);
        QVERIFY(!large.isSharp());
        large.grab();
        press(&large, Qt::Key_4);
        QCOMPARE(classKey.size(), 1);
        QCOMPARE(classKey[0][0].toInt(), 4);
        press(&large, Qt::Key_End);
        press(&large, Qt::Key_Right);
        QCOMPARE(large.fileId(), 10);
        press(&large, Qt::Key_Home);
        press(&large, Qt::Key_Left);
        QCOMPARE(large.fileId(), 1);
        QCOMPARE(changed.size(), 5);
        press(&large, Qt::Key_Escape);
        press(&large, Qt::Key_Space);
        QCOMPARE(closed.size(), 2);
        QCOMPARE(closed[0][0].toLongLong(), 1);
    }

    void largeViewGoesOnWhereAHiddenImageWas()
    {
        Bench bench(50);
        LargeView large(&bench.model, nullptr,
                        [](const QString&, int) -> Result<GrayImage> { return GrayImage(6, 4, 120); });
        RowFilter filter;
        filter.classes = {kSpine}; // ids 4, 9, 14 …
        bench.model.setFilter(filter);
        large.open(9);
        bench.model.setLabels({{1'000'009, QStringLiteral("others")}});
        bench.model.refresh();
        QCOMPARE(large.fileId(), 9);
        press(&large, Qt::Key_Right);
        QCOMPARE(large.fileId(), 14);
        press(&large, Qt::Key_Left);
        QCOMPARE(large.fileId(), 4);
    }
};

QTEST_MAIN(TestImageGridView)
#include "test_imagegridview.moc"
