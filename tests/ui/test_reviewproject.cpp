// An annotation project as its people meet it: two readers, two rounds, conflicts, a third who decides, and what comes
// of it; the window is closed and opened again in the middle of each.

#include "base/csv.h"
#include "browser/imagegridview.h"
#include "browser/imagelistmodel.h"
#include "browser/mainwindow.h"
#include "catalog/catalog.h"
#include "dicom/dicomlibrary.h"
#include "pipeline/imageloader.h"
#include "review/agreement.h"
#include "review/adjudicationpage.h"
#include "review/agreementpage.h"
#include "review/confusionview.h"
#include "review/imagecanvas.h"
#include "review/labellingpage.h"
#include "review/picturegrid.h"
#include "review/pindialog.h"
#include "review/reviewcontroller.h"
#include "review/reviewsession.h"
#include "review/reviewwindow.h"
#include "review/sheetpage.h"
#include "settings/settings.h"
#include "support/dialogs.h"
#include "support/dicomfiles.h"
#include "support/pictures.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QtTest>

using namespace ir;
using namespace ir::ui;

namespace {

template <typename T>
T* child(const QObject* parent, const char* name)
{
    return parent->findChild<T*>(QLatin1String(name));
}

/// A failure in a helper ends the test, too.
#define IR_STEP(call)                                                                                                  \
    do {                                                                                                               \
        call;                                                                                                          \
        if (QTest::currentTestFailed())                                                                                \
            return;                                                                                                    \
    } while (false)

constexpr int kLongMs = 30'000;
constexpr int kImages = 60;
const QStringList kClasses{QStringLiteral("spine"), QStringLiteral("chest"), QStringLiteral("others")};

/// Small pictures, tagged by a model that is always right.
QVector<FileSummary> fillCatalog(Catalog& catalog, const QString& folder, int count)
{
    if (!catalog.rememberModel({"m", "m", {"spine", "chest", "others"}}))
        qFatal("no model");
    QVector<FileResult> results;
    for (int i = 0; i < count; ++i) {
        const GrayImage picture = test::discs(std::uint32_t(i), 80, 96);
        FileResult result;
        result.file.path = folder + QStringLiteral("/%1.png").arg(i, 3, 10, QLatin1Char('0'));
        const QImage image(picture.pixels.data(), picture.width, picture.height, picture.width,
                           QImage::Format_Grayscale8);
        if (!image.save(result.file.path))
            qFatal("cannot write a picture");
        result.file.size = QFileInfo(result.file.path).size();
        result.file.mtimeNs = 1;
        result.status = FileStatus::Ok;
        result.digest = std::string(60, 'd') + std::to_string(1000 + i);
        result.facts.patientId = "P" + std::to_string(i);
        Prediction prediction;
        prediction.classIndex = i % 3;
        prediction.confidence = 0.9F;
        prediction.probabilities = {0.05F, 0.05F, 0.9F};
        prediction.modelId = "m";
        result.prediction = prediction;
        result.predictedClass = kClasses.at(i % 3);
        results.append(result);
    }
    QVector<ScannedFile> scanned;
    for (const FileResult& result : results)
        scanned.append(result.file);
    if (!catalog.registerFiles(scanned, "m"))
        qFatal("cannot register files");
    auto stored = catalog.storeResults(results);
    if (!stored)
        qFatal("%s", stored.error().message.c_str());
    return *stored;
}

Result<GrayImage> loadPicture(const QString& path, int longestSide)
{
    return decodeWithin(path.toStdString(), longestSide);
}

} // namespace

class TestReviewProject : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_settings = std::make_unique<Settings>(m_dir->filePath(QStringLiteral("settings.ini")));
        m_settings->setReaderName(QStringLiteral("Ann"));
        m_catalog = Catalog::open(m_dir->filePath(QStringLiteral("catalog.sqlite"))).value();
        const QString archive = m_dir->filePath(QStringLiteral("archive"));
        QVERIFY(QDir().mkpath(archive));
        m_files = fillCatalog(*m_catalog, archive, kImages);
        for (const FileSummary& file : m_files)
            m_numberOf.insert(file.imageId, m_numberOf.size());
    }

    void cleanup()
    {
        m_window.reset();
        m_catalog.reset();
        m_numberOf.clear();
    }

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

    void fromTheMenuToTheSidePanel()
    {
        const QString archive = m_dir->filePath(QStringLiteral("films"));
        const QString path = m_dir->filePath(QStringLiteral("films.sqlite"));
        QVERIFY(QDir().mkpath(archive));
        for (int i = 0; i < 4; ++i)
            test::writeXray(archive + QStringLiteral("/%1.dcm").arg(i), std::uint32_t(i));
        test::RandomModel model(3, false, {"spine", "chest", "others"});
        m_settings->setModel(QString::fromStdString(
            model.writeTo(m_dir->filePath(QStringLiteral("own.safetensors"))).string()));
        m_settings->setDevice(QStringLiteral("cpu"));
        MainWindow browser(*m_settings, nullptr, path);
        browser.show();
        QVERIFY(QTest::qWaitForWindowActive(&browser));
        const auto action = [&](const char* name) { return browser.findChild<QAction*>(QLatin1String(name)); };
        QVERIFY(!action("reviewProjectsAction")->isEnabled());
        const auto openFilms = [&] {
            browser.openFolder(archive);
            auto* images = browser.findChild<ImageGridView*>(QStringLiteral("grid"))->images();
            QTRY_COMPARE_WITH_TIMEOUT(images->rows().classifiedCount(), 4, kLongMs);
        };
        IR_STEP(openFilms());

        action("newReviewAction")->trigger();
        const auto* controller = browser.findChild<ReviewController*>();
        QVERIFY(controller->window());
        const auto press = [&](const char* name) {
            auto* pressed = child<QPushButton>(controller->window(), name);
            QTRY_VERIFY_WITH_TIMEOUT(pressed->isEnabled(), kLongMs);
            pressed->click();
        };
        child<QLineEdit>(controller->window(), "setupName")->setText(QStringLiteral("Films"));
        child<QLineEdit>(controller->window(), "setupReaders")->setText(QStringLiteral("Ann, Bob"));
        IR_STEP(press("setupCreate"));
        auto* signIn = child<QPushButton>(controller->window(), "signInButton");
        QTRY_VERIFY_WITH_TIMEOUT(signIn->isVisible(), kLongMs);
        IR_STEP(press("signInButton"));
        IR_STEP(press("labelRound1"));
        auto* canvas = child<ImageCanvas>(controller->window(), "labellingCanvas");
        QTRY_VERIFY_WITH_TIMEOUT(canvas->isPainted(), kLongMs);
        const qint64 image = canvas->image();
        QTest::keyClick(controller->window()->findChild<LabellingPage*>(), Qt::Key_1);
        action("closeAction")->trigger(); // with what was just done still on its way to the disk
        QVERIFY(!controller->window());
        {
            const auto catalog = Catalog::open(path).value();
            const auto stored = catalog->openReview(catalog->reviews()->constFirst().id).value();
            QCOMPARE(stored.reading(image, 1).label, std::string("spine"));
        }

        IR_STEP(openFilms());
        auto* grid = browser.findChild<ImageGridView*>(QStringLiteral("grid"));
        for (int row = 0; row < 4; ++row)
            if (grid->images()->fileAt(row).imageId == image)
                grid->setCurrentFile(grid->images()->fileAt(row).id);
        auto* annotation = browser.findChild<QWidget*>(QStringLiteral("annotationSection"));
        QTRY_VERIFY_WITH_TIMEOUT(!annotation->isHidden(), kLongMs);
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

private:
    template <typename T>
    [[nodiscard]] T* find(const char* name) const
    {
        return child<T>(m_window.get(), name);
    }
    [[nodiscard]] QPushButton* button(const char* name) const { return find<QPushButton>(name); }
    [[nodiscard]] ReviewSession* session() const { return m_window->findChild<ReviewSession*>(); }
    [[nodiscard]] const ReviewProject& project() const { return session()->project(); }
    [[nodiscard]] LabellingPage* labelling() const { return m_window->findChild<LabellingPage*>(); }

    [[nodiscard]] QString truthOf(qint64 image) const { return kClasses.at(m_numberOf.value(image) % 3); }

    /// Ann is always right. Bob takes 3 spines for chests, 3 chests for others, 2 others for spines.
    [[nodiscard]] QString labelBy(const QString& reader, qint64 image) const
    {
        const int number = m_numberOf.value(image);
        const int truth = number % 3;
        const bool isMistaken = reader == QLatin1String("Bob") && number / 3 < (truth == 2 ? 2 : 3);
        return kClasses.at(isMistaken ? (truth + 1) % 3 : truth);
    }

    [[nodiscard]] SetupContext context() const
    {
        SetupContext context;
        context.catalog = m_catalog.get();
        context.modelId = "m";
        context.classes = kClasses;
        context.folder = m_dir->filePath(QStringLiteral("archive"));
        context.selected = m_files.mid(0, 2);
        context.reader = QStringLiteral("Ann");
        return context;
    }

    void openWindow()
    {
        m_window = std::make_unique<ReviewWindow>(*m_catalog, "m", *m_settings, loadPicture, [this] { return context(); });
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        const bool hasProject = !m_catalog->reviews()->isEmpty();
        QTRY_COMPARE_WITH_TIMEOUT(session()->isOpen(), hasProject, kLongMs);
    }

    template <typename Change>
    qint64 makeProject(Change change)
    {
        ReviewPlan plan;
        plan.name = "blind";
        for (const QString& name : kClasses)
            plan.classes.push_back(name.toStdString());
        plan.readers = {"Ann", "Bob"};
        plan.adjudicators = {"Cleo"};
        for (const FileSummary& file : m_files)
            plan.images.push_back({file.imageId, 0, {}});
        change(plan);
        return m_catalog->createReview(plan).value();
    }

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

    void signIn(const char* name)
    {
        if (button("signOutButton")->isVisible())
            button("signOutButton")->click();
        find<QComboBox>("signInName")->setCurrentText(QLatin1String(name));
        button("signInButton")->click();
        QTRY_VERIFY_WITH_TIMEOUT(find<QLabel>("signedInAs")->text().contains(QLatin1String(name)), kLongMs);
    }

    void waitForPicture()
    {
        auto* canvas = find<ImageCanvas>("labellingCanvas");
        QTRY_VERIFY_WITH_TIMEOUT(labelling()->image() == 0 || canvas->isPainted(), kLongMs);
    }

    QImage labellingPicture()
    {
        button("labelRound1")->click();
        waitForPicture();
        const QImage picture = find<ImageCanvas>("labellingCanvas")->grab().toImage();
        return picture;
    }

    /// From the project's page and back to it.
    void readImages(const char* reader, int round, int count)
    {
        button(round == 1 ? "labelRound1" : "labelRound2")->click();
        for (int i = 0; i < count; ++i) {
            waitForPicture();
            const qint64 image = labelling()->image();
            QVERIFY(image != 0);
            if (round == 2)
                QVERIFY(project().reading(image, 1).reader != reader);
            if (i == 5) { // a slip of the finger, taken back
                QTest::keyClick(labelling(), Qt::Key_3);
                waitForPicture();
                QTest::keyClick(labelling(), Qt::Key_Backspace);
                QCOMPARE(labelling()->image(), image);
                waitForPicture();
            }
            const int place = int(kClasses.indexOf(labelBy(QLatin1String(reader), image)));
            QTest::keyClick(labelling(), Qt::Key(Qt::Key_1 + place));
            QCOMPARE(QString::fromStdString(project().reading(image, round).label), kClasses.at(place));
        }
        QTest::keyClick(labelling(), Qt::Key_Escape);
        QTRY_COMPARE_WITH_TIMEOUT(session()->pending(), 0, kLongMs);
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

    DicomLibrary m_dicom;
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Catalog> m_catalog;
    QVector<FileSummary> m_files;
    QHash<qint64, int> m_numberOf; ///< which of the pictures
    std::unique_ptr<ReviewWindow> m_window;
};

QTEST_MAIN(TestReviewProject)
#include "test_reviewproject.moc"
