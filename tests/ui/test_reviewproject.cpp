// An annotation project as its people meet it: two readers, two rounds, conflicts, a third who decides, and what comes
// of it; the window is closed and opened again in the middle of each.

#include "annotationwindow.h"

#include "base/csv.h"
#include "review/adjudicationpage.h"
#include "review/agreement.h"
#include "review/agreementpage.h"
#include "review/confusionview.h"
#include "review/picturegrid.h"
#include "support/dialogs.h"

#include <QLineEdit>
#include <QPlainTextEdit>

using namespace ir;
using namespace ir::ui;
using test::kClasses;

class TestReviewProject : public QObject, test::AnnotationWindow
{
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

    void twoReadersTwoRoundsOneTruth()
    {
        IR_STEP(openWindow());
        IR_STEP(makeProjectByHand());
        QCOMPARE(project().plan().images.size(), std::size_t(kImages));

        // Round 1: Ann reads half, Bob the rest; the window is closed in the middle of Ann's.
        IR_STEP(signIn("Ann"));
        QVERIFY(!button("agreement")->isEnabled()); // she has to read without seeing others' labels
        IR_STEP(readImages("Ann", 1, 17));
        IR_STEP(reopenInTheMiddleOf("Ann", 1));
        IR_STEP(readImages("Ann", 1, 13));
        IR_STEP(signIn("Bob"));
        IR_STEP(readImages("Bob", 1, 29)); // the last one is in Ann's hands
        QVERIFY(!button("labelRound1")->isEnabled());
        IR_STEP(signIn("Ann"));
        IR_STEP(readImages("Ann", 1, 1));
        QTRY_COMPARE_WITH_TIMEOUT(project().progress().done[0], std::size_t(kImages), kLongMs);

        // Round 2, crosswise: nobody is offered what they read.
        IR_STEP(signIn("Bob"));
        IR_STEP(readImages("Bob", 2, 12));
        IR_STEP(reopenInTheMiddleOf("Bob", 2));
        IR_STEP(readImages("Bob", 2, 19));
        QVERIFY(!button("labelRound2")->isEnabled()); // the other 29 are Bob's own
        IR_STEP(signIn("Ann"));
        IR_STEP(readImages("Ann", 2, 29));
        QCOMPARE(project().progress().done[1], std::size_t(kImages));
        QCOMPARE(project().conflicts().size(), std::size_t(8));

        // Ann reads, so she does not decide; Cleo does.
        QVERIFY(!button("adjudicate")->isEnabled());
        IR_STEP(signIn("Cleo"));
        IR_STEP(decideConflicts(3));
        m_window.reset();
        IR_STEP(openWindow());
        QCOMPARE(project().conflicts().size(), std::size_t(5));
        IR_STEP(signIn("Cleo"));
        IR_STEP(decideConflicts(5));
        QCOMPARE(project().progress().adjudicated, std::size_t(8));
        for (const FileSummary& file : m_files)
            QCOMPARE(QString::fromStdString(project().finalLabel(file.imageId).label), truthOf(file.imageId));

        IR_STEP(checkAgreement());
        IR_STEP(checkAuditTrail());
        IR_STEP(checkFinalLabels());
        IR_STEP(checkDataset());
    }

private:
    void makeProjectByHand()
    {
        button("newReviewButton")->click();
        find<QLineEdit>("setupName")->setText(QStringLiteral("Body parts"));
        auto* create = button("setupCreate");
        QVERIFY(!create->isEnabled());
        find<QLineEdit>("setupReaders")->setText(QStringLiteral("Ann, Bob"));
        find<QLineEdit>("setupAdjudicators")->setText(QStringLiteral("Cleo"));
        find<QPlainTextEdit>("setupGuideline")->setPlainText(QStringLiteral("Whole spines are *spine*."));
        button("setupAddExamples")->click();
        QTRY_VERIFY_WITH_TIMEOUT(create->isEnabled(), kLongMs);
        QVERIFY(find<QLabel>("setupImages")->text().contains(QStringLiteral("60")));
        create->click();
        QTRY_VERIFY_WITH_TIMEOUT(session()->isOpen(), kLongMs);
        QCOMPARE(project().plan().examples.size(), std::size_t(2));
        QCOMPARE(project().plan().guideline, std::string("Whole spines are *spine*."));
    }

    /// The image in hand is the first one again.
    void reopenInTheMiddleOf(const char* reader, int round)
    {
        const char* label = round == 1 ? "labelRound1" : "labelRound2";
        button(label)->click();
        const qint64 inHand = labelling()->image();
        const auto done = project().progress().done;
        m_window.reset();
        openWindow();
        QCOMPARE(project().progress().done, done);
        signIn(reader);
        button(label)->click();
        QCOMPARE(labelling()->image(), inHand);
        QTest::keyClick(labelling(), Qt::Key_Escape);
    }

    void decideConflicts(int count)
    {
        button("adjudicate")->click();
        auto* page = m_window->findChild<AdjudicationPage*>();
        auto* canvas = find<ImageCanvas>("adjudicationCanvas");
        for (int i = 0; i < count; ++i) {
            QTRY_VERIFY_WITH_TIMEOUT(canvas->image() != 0 && canvas->isPainted(), kLongMs);
            if (i == 1) { // decided otherwise, then again
                QTest::keyClick(page, Qt::Key_Backspace);
                QTRY_VERIFY_WITH_TIMEOUT(canvas->isPainted(), kLongMs);
                --i;
                const int truth = int(kClasses.indexOf(truthOf(canvas->image())));
                QTest::keyClick(page, Qt::Key(Qt::Key_1 + (truth + 1) % 3));
                QTest::keyClick(page, Qt::Key_Backspace);
                QTRY_VERIFY_WITH_TIMEOUT(canvas->isPainted(), kLongMs);
                QTest::keyClick(page, Qt::Key(Qt::Key_1 + truth));
                ++i;
                QTRY_VERIFY_WITH_TIMEOUT(canvas->isPainted(), kLongMs);
            }
            QTest::keyClick(page, Qt::Key(Qt::Key_1 + int(kClasses.indexOf(truthOf(canvas->image())))));
        }
        QTest::keyClick(page, Qt::Key_Escape);
        QTRY_COMPARE_WITH_TIMEOUT(session()->pending(), 0, kLongMs);
    }

    // Ann (rows) and Bob (columns), 60 images, 20 of each class, of which Bob mistakes 8 (labelBy):
    //            spine chest others
    //   spine      17     3      0   20
    //   chest       0    17      3   20
    //   others      2     0     18   20
    //              19    20     21   60
    // observed 52/60 = 13/15; by chance (20·19 + 20·20 + 20·21)/60² = 1/3; kappa = (13/15 − 1/3)/(1 − 1/3) = 0.8.
    void checkAgreement()
    {
        const Agreement agreement = agreementOf(project().labels().value());
        QCOMPARE(agreement.pairs.size(), std::size_t(1));
        QVERIFY(std::abs(*agreement.pairs[0].agreement.kappa.value - 0.8) < 1e-12);
        button("agreement")->click();
        auto* title = find<QLabel>("comparisonTitle");
        QTRY_VERIFY_WITH_TIMEOUT(title->text().startsWith(QStringLiteral("Cohen's kappa 0.80 (")), kLongMs);
        QCOMPARE(find<QLabel>("comparisonSentence")->text(), QStringLiteral("52 of 60 labels are equal (86.7 %)."));
        // To the images of the cell spine, chest: the second of the first row.
        auto* confusion = find<ConfusionView>("confusion");
        QTest::keyClick(confusion, Qt::Key_Home); // nothing
        QTest::keyClick(confusion, Qt::Key_Space);
        QTest::keyClick(confusion, Qt::Key_Right);
        QSet<int> numbers;
        for (const PictureGrid::Tile& tile : find<PictureGrid>("cellImages")->tiles())
            numbers.insert(m_numberOf.value(tile.image));
        QCOMPARE(numbers, (QSet<int>{0, 3, 6}));
        QTest::keyClick(confusion, Qt::Key_Escape);
        QVERIFY(!m_window->findChild<AgreementPage*>()->isVisible());
    }

    void checkAuditTrail()
    {
        const QString path = m_dir->filePath(QStringLiteral("trail.csv"));
        Dialogs::setNextFile(path);
        button("auditTrail")->click();
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path), kLongMs);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = file.readAll().trimmed().split('\n');
        QCOMPARE(std::size_t(lines.size()), project().log().size() + 1);
        QVERIFY(lines.constFirst().startsWith("time,reader,round,image,act,label"));
        QVERIFY(lines.at(1).contains(".png")); // images by their paths, too
    }

    void checkFinalLabels()
    {
        const QString path = m_dir->filePath(QStringLiteral("labels.csv"));
        Dialogs::setNextFile(path);
        button("finalLabels")->click();
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path), kLongMs);
        const auto table = CsvTable::read(path.toStdString());
        QVERIFY(table.has_value());
        QCOMPARE(table->rows(), std::size_t(kImages));
        std::map<std::string, int> decisions;
        for (std::size_t row = 0; row < table->rows(); ++row)
            ++decisions[table->at(row, "decision")];
        QCOMPARE(decisions, (std::map<std::string, int>{{"adjudicated", 8}, {"agreed", 52}}));
    }

    void checkDataset()
    {
        const QString folder = m_dir->filePath(QStringLiteral("dataset"));
        button("reviewDataset")->click();
        find<QLineEdit>("datasetPlace")->setText(folder);
        button("datasetExport")->click();
        auto* status = find<QLabel>("datasetStatus");
        QTRY_VERIFY_WITH_TIMEOUT(status->isVisible(), kLongMs);
        QVERIFY2(status->text().startsWith(QStringLiteral("60 images")), qPrintable(status->text()));
        const auto manifest = CsvTable::read(QString(folder + QStringLiteral("/manifest.csv")).toStdString());
        QVERIFY(manifest.has_value());
        QCOMPARE(manifest->rows(), std::size_t(kImages));
        std::map<std::string, int> counts;
        for (std::size_t row = 0; row < manifest->rows(); ++row)
            ++counts[manifest->at(row, "label")];
        QCOMPARE(counts, (std::map<std::string, int>{{"chest", 20}, {"others", 20}, {"spine", 20}}));
        QFile sheet(folder + QStringLiteral("/datasheet.md"));
        QVERIFY(sheet.open(QIODevice::ReadOnly));
        const QString text = QString::fromUtf8(sheet.readAll());
        QVERIFY(text.contains(QStringLiteral("Cohen's kappa 0.800")));
        QVERIFY(text.contains(QStringLiteral("8 (13.3 % of the images) decided by a third reader")));
        QVERIFY(!text.contains(QStringLiteral("Cleo")));
    }
};

QTEST_MAIN(TestReviewProject)
#include "test_reviewproject.moc"
