#include "browser/classsidebar.h"
#include "browser/filterbar.h"
#include "browser/foldertree.h"
#include "browser/imagelistmodel.h"
#include "browser/noticebar.h"
#include "browser/samplecontroller.h"
#include "browser/statusstrip.h"
#include "dicom/dicomlibrary.h"
#include "settings/settings.h"
#include "settings/settingsdialog.h"
#include "style/theme.h"
#include "support/formatting.h"
#include "ui/summaries.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

using namespace ir;
using namespace ir::ui;

namespace {

const QStringList kClasses{QStringLiteral("abdominal"), QStringLiteral("spine")};

} // namespace

/// The parts around the grid, each alone.
class TestShell : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersAreWrittenForPeople()
    {
        QCOMPARE(formatCount(16804), QStringLiteral("16,804"));
        QCOMPARE(formatRate(41.2), QStringLiteral("41/s"));
        QCOMPARE(formatRate(0.44), QStringLiteral("0.4/s"));
        QCOMPARE(formatRate(0), QString());
        QCOMPARE(formatPercent(0.984), QStringLiteral("98 %"));
        QCOMPARE(formatDicomDate(QStringLiteral("20240131")), QStringLiteral("2024-01-31"));
        QCOMPARE(formatDicomDate(QStringLiteral("unknown!")), QStringLiteral("unknown!"));
    }

    void timeLeftIsRounded_data()
    {
        QTest::addColumn<double>("seconds");
        QTest::addColumn<QString>("text");
        QTest::newRow("unknown") << -1.0 << QString();
        QTest::newRow("nearly done") << 4.0 << QStringLiteral("a few seconds left");
        QTest::newRow("seconds") << 33.0 << QStringLiteral("about 40 seconds left");
        QTest::newRow("a minute") << 70.0 << QStringLiteral("about 1 minute left");
        QTest::newRow("minutes") << 116.0 << QStringLiteral("about 2 minutes left");
        QTest::newRow("many minutes") << 43.4 * 60 << QStringLiteral("about 45 minutes left");
        QTest::newRow("hours") << 2.9 * 3600 << QStringLiteral("about 3 hours left");
    }
    void timeLeftIsRounded()
    {
        QFETCH(double, seconds);
        QFETCH(QString, text);
        QCOMPARE(formatTimeLeft(seconds), text);
    }

    void settingsComeBackAndNonsenseIsTheDefault()
    {
        QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("settings.ini"));
        {
            Settings settings(path);
            QCOMPARE(settings.theme(), ThemeChoice::System);
            QCOMPARE(settings.device(), QStringLiteral("auto"));
            QVERIFY(!settings.readerName().isEmpty());
            settings.setTheme(ThemeChoice::Light);
            settings.setReaderName(QStringLiteral("  maria "));
            settings.setThreads(3);
            settings.setOrder({RowSort::Confidence, true, RowGrouping::Class});
            settings.sync();
            QVERIFY(settings.isWritable());
        }
        {
            const Settings settings(path);
            QCOMPARE(settings.theme(), ThemeChoice::Light);
            QCOMPARE(settings.readerName(), QStringLiteral("maria"));
            QCOMPARE(settings.threads(), 3);
            QVERIFY((settings.order() == RowOrder{RowSort::Confidence, true, RowGrouping::Class}));
        }
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("[look]\ntheme=77\n[model]\nthreads=-9\n[grid]\nsort=x\ntile=9999999\n");
        file.close();
        const Settings settings(path);
        QCOMPARE(settings.theme(), ThemeChoice::System);
        QCOMPARE(settings.threads(), 0);
        QCOMPARE(settings.order().sort, RowSort::Path);
        QVERIFY(settings.tileSize() <= 1024);
    }

    void recentFoldersAreUniqueAndFew()
    {
        QTemporaryDir dir;
        Settings settings(dir.filePath(QStringLiteral("settings.ini")));
        for (int i = 0; i < 12; ++i)
            settings.addRecentFolder(QStringLiteral("/archive/%1").arg(i));
        settings.addRecentFolder(QStringLiteral("/archive/9"));
        QCOMPARE(settings.recentFolders().size(), 8);
        QCOMPARE(settings.recentFolders().constFirst(), QStringLiteral("/archive/9"));
        QCOMPARE(settings.recentFolders().count(QStringLiteral("/archive/9")), 1);
        settings.removeRecentFolder(QStringLiteral("/archive/9"));
        QVERIFY(!settings.recentFolders().contains(QStringLiteral("/archive/9")));
    }

    void informationDoesNotCoverAnError()
    {
        NoticeBar bar;
        bool acted = false;
        bar.showNotice(NoticeBar::Severity::Error, QStringLiteral("The disk is full."),
                       QStringLiteral("Try again"), [&] { acted = true; });
        bar.showNotice(NoticeBar::Severity::Info, QStringLiteral("One folder was left out."));
        QCOMPARE(bar.message(), QStringLiteral("The disk is full."));
        QTest::mouseClick(bar.findChild<QPushButton*>(QStringLiteral("noticeAction")), Qt::LeftButton);
        QVERIFY(acted);
        QCOMPARE(bar.message(), QString());
        bar.showNotice(NoticeBar::Severity::Info, QStringLiteral("One folder was left out."));
        QCOMPARE(bar.message(), QStringLiteral("One folder was left out."));
    }

    void theStatusLineSaysWhatIsDoneAndHowLongStill()
    {
        StatusStrip strip;
        strip.resize(1200, 30);
        strip.show();
        ClassifyProgress progress;
        progress.found = 16804;
        progress.known = 12000;
        progress.classified = 30;
        progress.decoded = 40;
        progress.unreadable = 3;
        progress.scanFinished = true;
        progress.imagesPerSecond = 41;
        progress.secondsLeft = 116;
        progress.device = QStringLiteral("CPU, 2 threads");
        strip.showProgress(progress, 12030);
        QVERIFY(strip.text().contains(QStringLiteral("16,804 images")));
        QVERIFY(strip.text().contains(QStringLiteral("12,030 tagged")));
        QVERIFY(strip.text().contains(QStringLiteral("3 unreadable")));
        const QString speed = strip.findChild<QLabel*>(QStringLiteral("statusSpeed"))->text();
        QVERIFY(speed.contains(QStringLiteral("41/s")));
        QVERIFY(speed.contains(QStringLiteral("about 2 minutes left")));

        QSignalSpy paused(&strip, &StatusStrip::pauseToggled);
        auto* button = strip.findChild<QToolButton*>(QStringLiteral("pauseButton"));
        button->click();
        QCOMPARE(paused.takeFirst().at(0).toBool(), true);
        progress.paused = true;
        strip.showProgress(progress, 12030);
        button->click();
        QCOMPARE(paused.takeFirst().at(0).toBool(), false);
        strip.showFinished(false);
        QVERIFY(!button->isVisible());
    }

    void settingsThatAreCancelledLeaveTheThemeAlone()
    {
        QTemporaryDir dir;
        Settings settings(dir.filePath(QStringLiteral("settings.ini")));
        settings.setTheme(ThemeChoice::Dark);
        Theme theme(ThemeChoice::Light); // as the command line had it
        SettingsDialog dialog(settings, &theme, {});
        auto* box = dialog.findChild<QComboBox*>(QStringLiteral("themeBox"));
        Q_EMIT box->activated(box->currentIndex());
        QVERIFY(theme.choice() == ThemeChoice::Dark);
        dialog.reject();
        QVERIFY(theme.choice() == ThemeChoice::Light);
    }

    void foldersCountWhatIsInAndUnderThem()
    {
        FolderTree tree;
        tree.setRoot(QStringLiteral("/archive"));
        const QVector<FileSummary> files{test::tagged(1, QStringLiteral("/archive/a.dcm"), {}, 0),
                                         test::tagged(2, QStringLiteral("/archive/2024/p1/b.dcm"), {}, 0),
                                         test::tagged(3, QStringLiteral("/archive/2024/p2/c.dcm"), {}, 0),
                                         test::tagged(4, QStringLiteral("/elsewhere/d.dcm"), {}, 0)};
        tree.addFiles(files);
        tree.addFiles(files); // known already
        const QModelIndex root = tree.model()->index(0, 0);
        const auto spoken = [](const QModelIndex& index) {
            return index.data(Qt::AccessibleTextRole).toString();
        };
        QCOMPARE(spoken(root), QStringLiteral("archive, 4 images"));
        const QModelIndex year = tree.model()->index(0, 0, root);
        QCOMPARE(spoken(year), QStringLiteral("2024, 2 images"));
        QCOMPARE(tree.model()->rowCount(year), 2);

        QSignalSpy chosen(&tree, &FolderTree::folderChosen);
        tree.setCurrentIndex(year);
        QCOMPARE(chosen.takeLast().at(0).toString(), QStringLiteral("/archive/2024"));
        tree.setCurrentIndex(root);
        QCOMPARE(chosen.takeLast().at(0).toString(), QString());
        tree.showFolder(QStringLiteral("/archive/2024"));
        QVERIFY(chosen.isEmpty()); // set from elsewhere
        QCOMPARE(tree.currentIndex(), year);
    }

    void aClassIsShownAloneAddedOrGivenUp()
    {
        ImageListModel model;
        model.setClasses(kClasses);
        model.addFiles({test::tagged(1, QStringLiteral("/a"), kClasses.at(0), 0.9F),
                        test::tagged(2, QStringLiteral("/b"), kClasses.at(1), 0.9F),
                        test::tagged(3, QStringLiteral("/c"), kClasses.at(1), 0.9F)});
        model.flush();
        ClassSidebar sidebar(&model);
        sidebar.resize(220, 400);
        sidebar.show();
        QCOMPARE(sidebar.indexOfClass(kClasses.at(1)).data(Qt::AccessibleTextRole).toString(),
                 QStringLiteral("spine, 2 images"));
        RowFilter filter;
        connect(&sidebar, &ClassSidebar::filterChosen, &sidebar,
                [&](const QStringList& classes, RowStates states) {
                    filter.classes = classes;
                    filter.states = states;
                    sidebar.showFilter(filter);
                });
        const auto click = [&](const QModelIndex& index, Qt::KeyboardModifiers modifiers = {}) {
            QTest::mouseClick(sidebar.viewport(), Qt::LeftButton, modifiers,
                              sidebar.visualRect(index).center());
        };
        click(sidebar.indexOfClass(kClasses.at(0)));
        QCOMPARE(filter.classes, QStringList{kClasses.at(0)});
        click(sidebar.indexOfClass(kClasses.at(1)), Qt::ControlModifier);
        QCOMPARE(filter.classes, kClasses);
        click(sidebar.indexOfClass(kClasses.at(1)));
        QCOMPARE(filter.classes, QStringList{kClasses.at(1)});
        click(sidebar.indexOfClass(kClasses.at(1)));
        QCOMPARE(filter.classes, QStringList());
        sidebar.setCurrentIndex(sidebar.model()->index(int(kClasses.size()) + 1, 0));
        QTest::keyClick(&sidebar, Qt::Key_Return);
        QCOMPARE(filter.states, stateBit(RowState::NeedsReview));
    }

    void theFilterBarShowsAFilterWithoutSettingOne()
    {
        FilterBar bar;
        QSignalSpy text(&bar, &FilterBar::textChosen);
        QSignalSpy states(&bar, &FilterBar::statesChosen);
        QSignalSpy confidence(&bar, &FilterBar::confidenceChosen);
        RowFilter filter;
        filter.text = QStringLiteral("hand");
        filter.states = stateBit(RowState::Corrected);
        filter.minConfidence = 0.5F;
        bar.showFilter(filter);
        QTest::qWait(150); // longer than the search field's delay
        QCOMPARE(text.count() + states.count() + confidence.count(), 0);
        QCOMPARE(bar.findChild<QComboBox*>(QStringLiteral("stateBox"))->currentText(),
                 QStringLiteral("Corrected"));
        QVERIFY(bar.findChild<QToolButton*>(QStringLiteral("confidenceButton"))
                    ->text()
                    .startsWith(QStringLiteral("50–100 %")));
    }

    void aCancelledSampleArchiveIsGoneOnWith()
    {
        const DicomLibrary dicom;
        QTemporaryDir dir;
        SampleOptions options;
        options.count = 6;
        options.size = 160;
        SampleController controller(options);
        const QString folder = dir.filePath(QStringLiteral("sample"));
        QSignalSpy ready(&controller, &SampleController::ready);
        QSignalSpy cancelled(&controller, &SampleController::cancelled);
        QObject::connect(&controller, &SampleController::progressed, &controller,
                         [&](int done) {
                             if (done == 1)
                                 controller.cancel();
                         });
        controller.start(folder);
        QTRY_COMPARE_WITH_TIMEOUT(ready.count() + cancelled.count(), 1, 60000);
        ready.clear();
        const qsizetype cancelledBefore = cancelled.count();
        disconnect(&controller, &SampleController::progressed, &controller, nullptr);
        controller.start(folder);
        QTRY_COMPARE_WITH_TIMEOUT(ready.count() + cancelled.count(), 1 + cancelledBefore, 60000);
        QCOMPARE(ready.count(), 1);
        QCOMPARE(ready.at(0).at(0).toString(), folder);
        QVERIFY(isSampleArchive(folder.toStdString()));
        QVERIFY(!controller.isRunning());
    }
};

QTEST_MAIN(TestShell)
#include "test_shell.moc"
