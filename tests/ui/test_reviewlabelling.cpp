// One image after another: keys, what a reader may see, and images that come again.

#include "annotationwindow.h"

#include "review/adjudicationdesk.h"
#include "review/imagecanvas.h"
#include "review/keybar.h"

#include <QLineEdit>
#include <QListWidget>

using namespace ir;
using namespace ir::ui;

class TestReviewLabelling : public QObject, test::AnnotationWindow
{
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

    void keysSayWhatTheyMean()
    {
        makeProject([](ReviewPlan&) {});
        openWindow();
        signIn("Ann");
        button("labelRound1")->click();
        waitForPicture();
        const qint64 first = labelling()->image();
        QTest::keyClick(labelling(), Qt::Key_F);
        QTest::keyClick(labelling(), Qt::Key_C);
        auto* comment = find<QLineEdit>("reviewComment");
        QVERIFY(comment->isVisible());
        QTest::keyClicks(comment, QStringLiteral("rotated 1"));
        QTest::keyClick(comment, Qt::Key_Return);
        QVERIFY(!comment->isVisible());
        // Hidden, it takes no room from the image.
        const auto* canvas = labelling()->findChild<ImageCanvas*>();
        const auto* keys = labelling()->findChild<KeyBar*>();
        QVERIFY(canvas && keys);
        QTRY_COMPARE(canvas->mapTo(labelling(), QPoint(0, canvas->height())).y(), keys->y());
        QCOMPARE(labelling()->image(), first); // "1" was text, not a class

        QTest::keyClick(labelling(), Qt::Key_Space); // skip
        waitForPicture();
        const qint64 second = labelling()->image();
        QVERIFY(second != first);
        QTest::keyClick(labelling(), Qt::Key_U); // unsure
        waitForPicture();
        const qint64 third = labelling()->image();
        QTest::keyClick(labelling(), Qt::Key_S, Qt::ShiftModifier);
        waitForPicture();
        QTest::keyClick(labelling(), Qt::Key_9); // no such class
        QCOMPARE(project().progress().done[0], std::size_t(2));

        for (const qint64 image : {third, second, first}) {
            QTest::keyClick(labelling(), Qt::Key_Backspace);
            QCOMPARE(labelling()->image(), image);
        }
        QCOMPARE(project().progress().done[0], std::size_t(0));
        QTest::keyClick(labelling(), Qt::Key_Backspace);
        QCOMPARE(labelling()->image(), first);

        QTRY_COMPARE_WITH_TIMEOUT(session()->pending(), 0, kLongMs);
        const auto stored = m_catalog->openReview(session()->reviewId()).value();
        const auto remarks = remarksOn(stored, first);
        QCOMPARE(remarks.size(), std::size_t(2));
        QCOMPARE(remarks[1].comment, std::string("rotated 1"));
        QTest::keyClick(labelling(), Qt::Key_Escape);
        QVERIFY(!labelling()->isVisible());
    }

    void whatTheRulesHideIsNotShown()
    {
        makeProject([](ReviewPlan&) {});
        openWindow();
        signIn("Ann");
        // Blind: the picture of a page with the model's tag is another than without.
        const QImage blind = labellingPicture();
        m_window.reset();
        makeProject([](ReviewPlan& plan) {
            plan.name = "open";
            plan.rules.blindToModel = false;
        });
        openWindow();
        signIn("Ann");
        const QImage open = labellingPicture();
        QVERIFY(blind != open);
        QTest::keyClick(labelling(), Qt::Key_1);
        QTRY_COMPARE_WITH_TIMEOUT(session()->pending(), 0, kLongMs);
        const auto projects = m_catalog->reviews().value();
        for (const ReviewInfo& info : projects) {
            const auto project = m_catalog->openReview(info.id).value();
            for (const ReviewEvent& event : project.log())
                if (event.act == ReviewAct::Label)
                    QVERIFY(event.sawModel);
        }
    }

    void readersAreShownSomeImagesAgain()
    {
        makeProject([](ReviewPlan& plan) {
            plan.images.resize(10);
            plan.rules.repeats = 0.2;
            plan.rules.repeatAfterHours = 0;
        });
        openWindow();
        signIn("Ann");
        IR_STEP(readImages("Ann", 1, 10));
        QCOMPARE(project().progress().repeatsWanted, std::size_t(2));
        button("labelRound4")->click();
        for (int i = 0; i < 2; ++i) {
            IR_STEP(waitForPicture());
            QTest::keyClick(labelling(), Qt::Key_1);
        }
        QCOMPARE(project().progress().repeatsDone, std::size_t(2));
        QCOMPARE(labelling()->image(), 0);
        QTest::keyClick(labelling(), Qt::Key_Escape);
        QVERIFY(!button("labelRound4")->isEnabled());
        signIn("Cleo"); // she reads nothing, so she may see how Ann agrees with herself
        button("agreement")->click();
        auto* comparisons = find<QListWidget>("comparisons");
        QTRY_COMPARE_WITH_TIMEOUT(comparisons->count(), 1, kLongMs);
        QVERIFY(comparisons->item(0)->text().startsWith(QStringLiteral("Ann, the same images again")));
    }

private:
    QImage labellingPicture()
    {
        button("labelRound1")->click();
        waitForPicture();
        const QImage picture = find<ImageCanvas>("labellingCanvas")->grab().toImage();
        return picture;
    }
};

QTEST_MAIN(TestReviewLabelling)
#include "test_reviewlabelling.moc"
