// Who sits at a desk, and what others do meanwhile.

#include "annotationwindow.h"

#include "review/pindialog.h"

#include <QLineEdit>
#include <QListWidget>

using namespace ir;
using namespace ir::ui;

class TestReviewDesks : public QObject, test::AnnotationWindow
{
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

    void anotherDeskIsSeenAndNeverOverwritten()
    {
        const qint64 review = makeProject([](ReviewPlan& plan) { plan.rules.order = ReviewOrder::Date; });
        openWindow();
        signIn("Ann");
        button("labelRound1")->click();
        waitForPicture();
        QTRY_COMPARE_WITH_TIMEOUT(session()->pending(), 0, kLongMs);
        // Another desk takes the image that Ann would be offered next.
        auto theirs = m_catalog->openReview(review).value();
        ReviewEvent event;
        event.reader = "Bob";
        event.timeMs = reviewNow();
        event.image = *theirs.next("Bob", 1);
        const qint64 taken = event.image;
        QVERIFY(m_catalog->appendReview(review, theirs, event));
        QTest::keyClick(labelling(), Qt::Key_1);
        QTRY_VERIFY_WITH_TIMEOUT(labelling()->image() != taken, kLongMs);
        QTRY_COMPARE_WITH_TIMEOUT(session()->pending(), 0, kLongMs);
        QTRY_COMPARE_WITH_TIMEOUT(QString::fromStdString(project().reading(taken, 1).reader), QStringLiteral("Bob"), kLongMs);
        QCOMPARE(project().progress().doneBy.at("Ann"), std::size_t(1));
    }

    void whatOtherDesksDoShowsLive()
    {
        const qint64 review = makeProject([](ReviewPlan&) {});
        openWindow();
        signIn("Ann");
        const auto other = Catalog::open(m_dir->filePath(QStringLiteral("catalog.sqlite"))).value();
        auto theirs = other->openReview(review).value();
        for (const ReviewAct act : {ReviewAct::Take, ReviewAct::Label}) {
            ReviewEvent event;
            event.reader = "Bob";
            event.act = act;
            event.label = act == ReviewAct::Label ? "spine" : "";
            event.timeMs = reviewNow();
            event.image = m_files.first().imageId;
            QVERIFY(other->appendReview(review, theirs, event));
        }
        QTRY_COMPARE_WITH_TIMEOUT(project().progress().done[0], std::size_t(1), kLongMs);
        auto* list = find<QListWidget>("reviewProjects");
        QCOMPARE(list->count(), 1);
        ReviewPlan plan = theirs.plan();
        plan.name = "another";
        QVERIFY(other->createReview(plan).has_value());
        QTRY_COMPARE_WITH_TIMEOUT(list->count(), 2, kLongMs);
        QCOMPARE(session()->reviewId(), review); // what one looks at stays
    }

    void aPinIsAskedFor()
    {
        makeProject([](ReviewPlan&) {});
        openWindow();
        signIn("Bob");
        button("changePinButton")->click();
        auto* dialog = m_window->findChild<PinDialog*>();
        QVERIFY(dialog);
        dialog->findChild<QLineEdit*>(QStringLiteral("pinNew"))->setText(QStringLiteral("4711"));
        dialog->findChild<QLineEdit*>(QStringLiteral("pinAgain"))->setText(QStringLiteral("4712"));
        dialog->findChild<QPushButton*>(QStringLiteral("pinStore"))->click();
        QVERIFY(dialog->findChild<QLabel*>(QStringLiteral("pinProblem"))->isVisible());
        dialog->findChild<QLineEdit*>(QStringLiteral("pinAgain"))->setText(QStringLiteral("4711"));
        const QPointer<PinDialog> open(dialog);
        dialog->findChild<QPushButton*>(QStringLiteral("pinStore"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(open.isNull(), kLongMs);

        button("signOutButton")->click();
        find<QComboBox>("signInName")->setCurrentText(QStringLiteral("Bob"));
        auto* pin = find<QLineEdit>("signInPin");
        QTRY_VERIFY_WITH_TIMEOUT(pin->isVisible(), kLongMs);
        pin->setText(QStringLiteral("0000"));
        button("signInButton")->click();
        QTRY_VERIFY_WITH_TIMEOUT(find<QLabel>("signInProblem")->isVisible(), kLongMs);
        QVERIFY(!button("labelRound1")->isEnabled());
        pin->setText(QStringLiteral("4711"));
        QTest::keyClick(pin, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(button("labelRound1")->isEnabled(), kLongMs);
    }
};

QTEST_MAIN(TestReviewDesks)
#include "test_reviewdesks.moc"
