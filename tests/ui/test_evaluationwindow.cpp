// Models measured on labelled images, as a user meets it: choices, figures, images of a cell, report.

#include "samplewindow.h"

#include "browser/browserpage.h"
#include "browser/largeview.h"
#include "insight/evaluationdialog.h"
#include "insight/evaluationview.h"
#include "insight/spotcheckpage.h"
#include "pipeline/imageloader.h"
#include "review/confusionview.h"
#include "review/imagecanvas.h"
#include "support/dialogs.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QDirIterator>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTreeWidget>

#include <fstream>

using namespace ir;
using namespace ir::ui;

class TestEvaluationWindow : public QObject, test::SampleWindow
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_DATA_HOME", m_home.filePath(QStringLiteral("data")).toLocal8Bit());
        makeArchive(12, 96);
        m_other = QString::fromStdString(
            test::RandomModel(8).writeTo(m_home.filePath(QStringLiteral("other.safetensors"))).string());
    }
    void init() { begin(); }
    void cleanup() { end(); }

    void thePartsOfAManifestAreOffered()
    {
        EvaluationDialog dialog({nullptr, m_model, {}}, {});
        writeManifest();
        auto* split = dialog.findChild<QComboBox*>(QStringLiteral("evaluationSplit"));
        auto* start = dialog.findChild<QPushButton*>(QStringLiteral("evaluationStart"));
        QVERIFY(split && start);
        QVERIFY(!dialog.findChild<QCheckBox*>(QStringLiteral("evaluationOfCatalog"))); // none is open
        QVERIFY(!start->isEnabled());
        dialog.findChild<QLineEdit*>(QStringLiteral("evaluationManifest"))->setText(m_manifest);
        QCOMPARE(split->count(), 3);
        QCOMPARE(split->currentData().toString(), QStringLiteral("test")); // what a model is judged by
        QVERIFY(split->currentText().contains(QStringLiteral("3 images")));
        QVERIFY(start->isEnabled());
        auto* models = dialog.findChild<QListWidget*>(QStringLiteral("evaluationChoices"));
        for (int row = 0; row < models->count(); ++row)
            models->item(row)->setCheckState(Qt::Unchecked);
        QVERIFY(!start->isEnabled());
    }

    void twoModelsOnAManifest()
    {
        openArchive();
        writeManifest();
        EvaluationDialog* dialog = openDialog();
        dialog->findChild<QLineEdit*>(QStringLiteral("evaluationManifest"))->setText(m_manifest);
        dialog->findChild<QComboBox*>(QStringLiteral("evaluationSplit"))->setCurrentIndex(0); // all
        Dialogs::setNextFile(m_other);
        dialog->findChild<QPushButton*>(QStringLiteral("evaluationAdd"))->click();
        EvaluationView* view = evaluate(dialog);

        const auto& run = *view->run();
        QCOMPARE(run.evaluations.size(), std::size_t{2});
        const Summary& summary = run.comparison.models.front().summary;
        QCOMPARE(qsizetype(summary.read), m_images);
        QCOMPARE(summary.unreadable, std::size_t{1});
        auto* models = view->findChild<QTreeWidget*>(QStringLiteral("evaluationModels"));
        QCOMPARE(models->topLevelItemCount(), 2);
        QCOMPARE(models->indexOfTopLevelItem(models->currentItem()), int(run.comparison.best));
        models->setCurrentItem(models->topLevelItem(1));
        QCOMPARE(view->model(), std::size_t{1});
        QVERIFY(text(view, "evaluationSentence").contains(QStringLiteral("<b>other</b>")));
        QVERIFY(text(view, "evaluationSentence").contains(QStringLiteral("1 image cannot be read")));

        // Every image is in one cell, and the grid shows those of the cell that is clicked.
        auto* confusion = view->findChild<ConfusionView*>();
        auto* grid = view->findChild<PictureGrid*>();
        const ConfusionMatrix& matrix = run.comparison.models[1].summary.matrix;
        std::uint64_t shown = 0;
        for (std::size_t truth = 0; truth < 5; ++truth)
            for (std::size_t answer = 0; answer < 5; ++answer) {
                confusion->chooseCell(truth, answer);
                QCOMPARE(std::uint64_t(grid->tiles().size()), matrix.at(truth, answer));
                shown += std::uint64_t(grid->tiles().size());
                if (!grid->tiles().isEmpty())
                    QCOMPARE(text(view, "evaluationFile"), grid->tiles().constFirst().path);
            }
        QCOMPARE(shown, matrix.total());

        const QString page = m_work->filePath(QStringLiteral("report.html"));
        Dialogs::setNextFile(page);
        dialog->findChild<QPushButton*>(QStringLiteral("evaluationReport"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(text(dialog, "evaluationStatus").contains(page), longMs);
        QFile file(page);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray html = file.readAll();
        QVERIFY(html.contains("other") && html.contains("</html>"));
        QVERIFY(dialog->findChild<QPushButton*>(QStringLiteral("evaluationReport"))->isEnabled());
    }

    void onWhatPeopleLabelled()
    {
        openArchive();
        const QVector<FileId> files = readableFiles();
        for (int i = 0; i < 3; ++i) {
            grid()->setCurrentFile(files.at(i));
            QTest::keyClick(grid(), Qt::Key_4);
        }
        EvaluationDialog* dialog = openDialog();
        auto* ofCatalog = dialog->findChild<QCheckBox*>(QStringLiteral("evaluationOfCatalog"));
        QVERIFY(!startButton(dialog)->isEnabled());
        ofCatalog->click();
        QVERIFY(!dialog->findChild<QLineEdit*>(QStringLiteral("evaluationManifest"))->isEnabled());
        EvaluationView* view = evaluate(dialog);
        const ConfusionMatrix& matrix = view->run()->comparison.models.front().summary.matrix;
        QCOMPARE(matrix.total(), std::uint64_t{3});
        QCOMPARE(matrix.support(3), std::uint64_t{3}); // spine
    }

    void aWrongLabelIsCorrectedInAFileOfItsOwn()
    {
        writeManifest();
        const QByteArray before = content(m_manifest);
        EvaluationDialog dialog({nullptr, m_model, {}}, loader());
        dialog.findChild<QLineEdit*>(QStringLiteral("evaluationManifest"))->setText(m_manifest);
        dialog.findChild<QComboBox*>(QStringLiteral("evaluationSplit"))->setCurrentIndex(0); // all
        dialog.show();
        EvaluationView* view = evaluate(&dialog);
        auto* save = dialog.findChild<QPushButton*>(QStringLiteral("evaluationCorrections"));
        QVERIFY(!save->isVisible());
        auto* grid = chooseLargestCell(view);
        const QString first = grid->tiles().at(0).path;
        const QString second = grid->tiles().at(1).path;
        QTest::keyClick(grid, Qt::Key_Return);
        auto* page = dialog.findChild<SpotCheckPage*>();
        QVERIFY(page->isVisible());
        QCOMPARE(text(page, "spotCheckFile"), first);
        QTRY_VERIFY_WITH_TIMEOUT(page->findChild<ImageCanvas*>()->isPainted(), longMs);

        const Evaluation::Row* row = rowOf(view, first);
        const int right = int(*row->truth) == 3 ? 4 : 3; // any other class than the label
        QTest::keyClick(page, Qt::Key(Qt::Key_1 + right));
        QCOMPARE(text(page, "spotCheckFile"), second); // on to the next
        QTest::keyClick(page, Qt::Key_X);
        QVERIFY(save->isVisible());
        QVERIFY(save->text().contains(QStringLiteral("(2)")));
        QTest::keyClick(page, Qt::Key_Home); // nothing
        QTest::keyClick(page, Qt::Key_Escape);
        QVERIFY(view->isVisible());

        // Corrections are not lost by closing.
        Dialogs::setNextAnswer(false);
        dialog.reject();
        QVERIFY(dialog.isVisible());

        const QString file = m_work->filePath(QStringLiteral("corrections.csv"));
        std::ofstream(file.toStdString()) << "path,label,reason\nelsewhere.png,spine,seen before\n" << second.toStdString()
                                          << ",others,a mistake\n";
        Dialogs::setNextFile(file);
        save->click();
        QVERIFY2(text(&dialog, "evaluationStatus").contains(QStringLiteral("3 corrections")), qPrintable(text(&dialog, "evaluationStatus")));
        auto manifest = Manifest::read(m_manifest.toStdString());
        QVERIFY(manifest.has_value());
        const std::size_t rows = manifest->rows.size();
        QVERIFY(manifest->correct(file.toStdString()));
        QCOMPARE(manifest->excluded, std::size_t{1});
        QCOMPARE(manifest->rows.size(), rows - 1);
        const auto corrected = std::ranges::find(manifest->rows, first.toStdString(), &ManifestRow::listedPath);
        QCOMPARE(corrected->label, defaultClasses()[std::size_t(right)]);
        QVERIFY(content(file).contains("elsewhere.png,spine,seen before"));
        QVERIFY(content(file).contains("spot check: was "));
        QVERIFY(!content(file).contains("a mistake"));
        QCOMPARE(content(m_manifest), before);

        // What is taken back leaves the file, too.
        QTest::keyClick(grid, Qt::Key_Return);
        QTest::keyClick(page, Qt::Key_Backspace);
        QVERIFY(save->text().contains(QStringLiteral("(1)")));
        Dialogs::setNextAnswer(false);
        dialog.reject();
        QVERIFY(dialog.isVisible());
        Dialogs::setNextFile(file);
        save->click();
        QVERIFY(!content(file).contains(first.toUtf8()));
        QVERIFY(content(file).contains(second.toUtf8()));
        dialog.reject(); // all is saved: no question
        QVERIFY(!dialog.isVisible());
    }

    void aRightLabelAndSecondThoughtsAreNoCorrections()
    {
        writeManifest();
        EvaluationDialog dialog({nullptr, m_model, {}}, loader());
        dialog.findChild<QLineEdit*>(QStringLiteral("evaluationManifest"))->setText(m_manifest);
        dialog.findChild<QComboBox*>(QStringLiteral("evaluationSplit"))->setCurrentIndex(0); // all
        dialog.show();
        EvaluationView* view = evaluate(&dialog);
        auto* grid = chooseLargestCell(view);
        const Evaluation::Row* row = rowOf(view, grid->tiles().at(0).path);
        QTest::keyClick(grid, Qt::Key_Return);
        auto* page = dialog.findChild<SpotCheckPage*>();
        const int label = int(*row->truth);
        const auto press = [page](int c) { QTest::keyClick(page, Qt::Key(Qt::Key_1 + c)); };
        press(label);
        QVERIFY(page->corrections().empty());
        QTest::keyClick(page, Qt::Key_Left);
        press((label + 1) % 5);
        QCOMPARE(page->corrections().size(), std::size_t{1});
        QTest::keyClick(page, Qt::Key_Left);
        press((label + 2) % 5);
        QCOMPARE(page->corrections().size(), std::size_t{1});
        QTest::keyClick(page, Qt::Key_Left);
        QTest::keyClick(page, Qt::Key_Backspace);
        QVERIFY(page->corrections().empty());
        dialog.reject(); // nothing to lose
        QTest::keyClick(page, Qt::Key_Escape);
        dialog.reject();
        QVERIFY(!dialog.isVisible());
    }

    void anArchivesLabelIsCorrectedInTheArchive()
    {
        openArchive();
        const QVector<FileId> files = readableFiles();
        grid()->setCurrentFile(files.at(0));
        QTest::keyClick(grid(), Qt::Key_4);
        EvaluationDialog* dialog = openDialog();
        dialog->findChild<QCheckBox*>(QStringLiteral("evaluationOfCatalog"))->click();
        EvaluationView* view = evaluate(dialog);
        RowFilter nothing;
        nothing.text = QStringLiteral("no such image");
        m_window->findChild<BrowserPage*>()->setFilter(nothing);
        auto* pictures = chooseLargestCell(view);
        QTest::keyClick(pictures, Qt::Key_Return);
        auto* page = dialog->findChild<SpotCheckPage*>();
        QVERIFY(!page->findChild<QAbstractButton*>(QStringLiteral("spotCheckExclude"))->isVisible());
        QTest::keyClick(page, Qt::Key_2); // says nothing here
        QVERIFY(page->corrections().empty());
        QTest::keyClick(page, Qt::Key_Return);
        auto* large = m_window->findChild<LargeView*>();
        QTRY_VERIFY(large->isVisible());
        QCOMPARE(large->fileId(), files.at(0));
        dialog->reject();
    }

    void labelsOfOtherClassesAreNoFigures()
    {
        m_manifest = m_work->filePath(QStringLiteral("feet.csv"));
        std::ofstream(m_manifest.toStdString()) << "path,label\n" << sampleImages().constFirst().toStdString() << ",foot\n";
        EvaluationDialog dialog({nullptr, m_model, {}}, {});
        dialog.show();
        dialog.findChild<QLineEdit*>(QStringLiteral("evaluationManifest"))->setText(m_manifest);
        EvaluationView* view = evaluate(&dialog);
        QVERIFY(text(view, "evaluationCell").contains(QStringLiteral("No label is one of this model's classes")));
        QVERIFY(text(view, "evaluationSentence").contains(QStringLiteral("Of 1 image with a label that is none")));
    }

    void whatIsWrongIsSaidAndTheChoicesStay()
    {
        EvaluationDialog dialog({nullptr, m_model, {}}, {});
        auto* manifest = dialog.findChild<QLineEdit*>(QStringLiteral("evaluationManifest"));
        manifest->setText(QStringLiteral("/nowhere/manifest.csv"));
        startButton(&dialog)->click();
        QTRY_VERIFY_WITH_TIMEOUT(text(&dialog, "evaluationStatus").contains(QStringLiteral("/nowhere")), longMs);
        QCOMPARE(manifest->text(), QStringLiteral("/nowhere/manifest.csv"));
        QVERIFY(startButton(&dialog)->isEnabled());
        auto* close = dialog.findChild<QPushButton*>(QStringLiteral("evaluationClose"));
        QCOMPARE(close->text(), QStringLiteral("Close"));
    }

    void stoppingChangesNothing()
    {
        writeManifest();
        EvaluationDialog dialog({nullptr, m_model, {}}, {});
        dialog.findChild<QLineEdit*>(QStringLiteral("evaluationManifest"))->setText(m_manifest);
        dialog.show();
        startButton(&dialog)->click();
        dialog.reject(); // Escape
        QVERIFY(dialog.isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(startButton(&dialog)->isEnabled(), longMs);
        QCOMPARE(text(&dialog, "evaluationStatus"), QStringLiteral("Stopped."));
        dialog.reject();
        QVERIFY(!dialog.isVisible());
    }

private:
    template <typename Window>
    static QString text(const Window* window, const char* label)
    {
        return window->template findChild<QLabel*>(QLatin1String(label))->text();
    }
    static QPushButton* startButton(const EvaluationDialog* dialog)
    {
        return dialog->findChild<QPushButton*>(QStringLiteral("evaluationStart"));
    }

    /// All images of the archive, the first three as "test", and one file that is not there.
    void writeManifest()
    {
        m_manifest = m_work->filePath(QStringLiteral("manifest.csv"));
        std::ofstream csv(m_manifest.toStdString());
        csv << "path,label,split\n";
        const auto listed = sampleImages();
        QCOMPARE(listed.size(), m_images);
        for (qsizetype i = 0; i < listed.size(); ++i)
            csv << listed.at(i).toStdString() << ',' << defaultClasses()[std::size_t(i) % 5] << ','
                << (i < 3 ? "test" : "train") << '\n';
        csv << "gone.dcm,spine,train\n";
    }

    /// Paths of the archive's readable images.
    QStringList sampleImages() const
    {
        QStringList paths;
        QDirIterator it(m_archive, QDir::Files, QDirIterator::Subdirectories);
        while (it.hasNext()) {
            const QString path = it.next();
            if (decodeWithin(path.toStdString(), 32))
                paths << path;
        }
        paths.sort();
        return paths;
    }

    static DisplayLoader loader()
    {
        return [](const QString& path, int side) { return decodeWithin(path.toStdString(), side); };
    }

    static QByteArray content(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    /// Shows the images of the cell that has most of them; the grid.
    static PictureGrid* chooseLargestCell(const EvaluationView* view)
    {
        const ConfusionMatrix& matrix = view->run()->comparison.models[view->model()].summary.matrix;
        std::pair<std::size_t, std::size_t> largest;
        for (std::size_t truth = 0; truth < 5; ++truth)
            for (std::size_t answer = 0; answer < 5; ++answer)
                if (matrix.at(truth, answer) > matrix.at(largest.first, largest.second))
                    largest = {truth, answer};
        view->findChild<ConfusionView*>()->chooseCell(largest.first, largest.second);
        return view->findChild<PictureGrid*>();
    }

    static const Evaluation::Row* rowOf(const EvaluationView* view, const QString& path)
    {
        const auto& rows = view->run()->evaluations[view->model()].rows;
        return &*std::ranges::find(rows, std::filesystem::path(path.toStdString()), &Evaluation::Row::file);
    }

    EvaluationDialog* openDialog()
    {
        m_window->findChild<QAction*>(QStringLiteral("evaluateAction"))->trigger();
        return m_window->findChild<EvaluationDialog*>();
    }

    static EvaluationView* evaluate(EvaluationDialog* dialog)
    {
        startButton(dialog)->click();
        auto* view = dialog->findChild<EvaluationView*>();
        [&] { QTRY_VERIFY_WITH_TIMEOUT(view->isVisible(), longMs); }();
        return view;
    }

    QString m_other;
    QString m_manifest;
};

QTEST_MAIN(TestEvaluationWindow)
#include "test_evaluationwindow.moc"
