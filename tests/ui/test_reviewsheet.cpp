// Twenty images at once.

#include "annotationwindow.h"

#include "review/picturegrid.h"
#include "review/sheetpage.h"

using namespace ir;
using namespace ir::ui;

class TestReviewSheet : public QObject, test::AnnotationWindow
{
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

    void aSheetIsLabelledButForItsExceptions()
    {
        makeProject([](ReviewPlan&) {});
        openWindow();
        signIn("Ann");
        button("sheetRound1")->click();
        auto* sheet = m_window->findChild<SheetPage*>();
        auto* grid = find<PictureGrid>("sheetGrid");
        QTRY_VERIFY_WITH_TIMEOUT(grid->isPainted(), kLongMs);
        QCOMPARE(grid->tiles().size(), 20);
        QTest::keyClick(grid, Qt::Key_2, Qt::ControlModifier); // all are chests
        QTRY_VERIFY_WITH_TIMEOUT(grid->isPainted(), kLongMs);
        QTest::mouseClick(grid, Qt::LeftButton, {}, grid->tileRect(3).center()); // but this: later
        QTest::keyClick(grid, Qt::Key_Right);
        QTest::keyClick(grid, Qt::Key_1); // a spine
        QTest::keyClick(grid, Qt::Key_Down);
        QCOMPARE(grid->current(), 9);
        QTest::keyClick(grid, Qt::Key_U);
        QVector<qint64> images;
        for (const PictureGrid::Tile& tile : grid->tiles())
            images << tile.image;
        QTest::keyClick(grid, Qt::Key_Return);
        const auto labelOf = [&](int tile) {
            return project().reading(images.at(tile), 1);
        };
        QCOMPARE(labelOf(0).label, std::string("chest"));
        QCOMPARE(labelOf(4).label, std::string("spine"));
        QVERIFY(labelOf(9).stand == ReviewReading::Stand::Unsure);
        QVERIFY(labelOf(3).stand == ReviewReading::Stand::Free);
        QCOMPARE(project().progress().done[0], std::size_t(19));

        QTRY_VERIFY_WITH_TIMEOUT(grid->isPainted(), kLongMs);
        QVERIFY(grid->tiles().at(0).image != images.at(0));
        QTest::keyClick(grid, Qt::Key_Backspace);
        QCOMPARE(project().progress().done[0], std::size_t(0));
        QCOMPARE(grid->tiles().at(0).image, images.at(0));
        QTest::keyClick(grid, Qt::Key_Escape);
        QVERIFY(!sheet->isVisible());
    }

    void whereTheModelMayBeSeenItSortsTheSheets()
    {
        makeProject([](ReviewPlan& plan) { plan.rules.blindToModel = false; });
        openWindow();
        signIn("Ann");
        button("sheetRound1")->click();
        auto* grid = find<PictureGrid>("sheetGrid");
        const auto labelsOfTheSheet = [&] {
            QSet<QString> truths;
            for (const PictureGrid::Tile& tile : grid->tiles())
                truths.insert(truthOf(tile.image));
            return truths;
        };
        QTRY_VERIFY_WITH_TIMEOUT(grid->isPainted(), kLongMs);
        QCOMPARE(labelsOfTheSheet(), QSet<QString>{QStringLiteral("spine")});
        QTest::keyClick(grid, Qt::Key_2, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(grid->isPainted(), kLongMs);
        QCOMPARE(labelsOfTheSheet(), QSet<QString>{QStringLiteral("chest")});
        QTest::keyClick(grid, Qt::Key_Return);
        QCOMPARE(project().progress().done[0], std::size_t(20));
        QVERIFY(grid->tiles().isEmpty()); // of chests nothing is left
        auto* sheet = m_window->findChild<SheetPage*>();
        QTRY_VERIFY_WITH_TIMEOUT(sheet->hasFocus(), kLongMs);
        QTest::keyClick(sheet, Qt::Key_1, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(grid->isPainted(), kLongMs);
        QCOMPARE(grid->tiles().size(), 20);
        QTRY_COMPARE_WITH_TIMEOUT(session()->pending(), 0, kLongMs);
        QVERIFY(std::ranges::all_of(project().log(), [](const ReviewEvent& event) {
            return event.act != ReviewAct::Label || event.sawModel;
        }));
    }
};

QTEST_MAIN(TestReviewSheet)
#include "test_reviewsheet.moc"
