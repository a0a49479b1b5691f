// Fine-tuning as a user meets it: labels in the window, training, adopting, tagging again, going back.

#include "samplewindow.h"

#include "browser/archivesession.h"
#include "browser/noticebar.h"
#include "base/atomicfile.h"
#include "nn/manifest.h"
#include "nn/modelstore.h"
#include "nn/modelversions.h"
#include "training/comparisonview.h"
#include "training/finetunedialog.h"
#include "training/tagchangesdialog.h"
#include "training/trainchoices.h"
#include "training/traindialog.h"
#include "training/trainingchart.h"
#include "training/trainingjob.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QFileInfo>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>

using namespace ir;
using namespace ir::ui;

namespace {

/// Pixels of the accent's colour: the curves.
int accentPixels(QWidget& widget)
{
    const QImage image = widget.grab().toImage();
    const QRgb wanted = color(Role::Accent).rgb();
    int count = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            count += image.pixel(x, y) == wanted ? 1 : 0;
    return count;
}

FineTuneReport reportWith(std::size_t rightAfter)
{
    FineTuneReport report;
    report.training.model.classes = defaultClasses();
    std::vector<PairedTag> tags;
    for (std::size_t i = 0; i < 60; ++i)
        tags.push_back({i % 5, i % 5, i < rightAfter ? i % 5 : (i + 1) % 5});
    report.heldOut = compareTags(tags, 5);
    return report;
}

} // namespace

class TestTrainingWindow : public QObject, test::SampleWindow
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_DATA_HOME", m_home.filePath(QStringLiteral("data")).toLocal8Bit());
        makeArchive(16, 160);
    }
    void init() { begin(); }
    void cleanup() { end(); }

    void curvesGrow()
    {
        TrainingChart chart;
        chart.resize(600, 168);
        chart.start(4);
        QCOMPARE(accentPixels(chart), 0);
        for (int i = 1; i <= 20; ++i)
            chart.addLoss(i / 10.0, 2.0 / i, 1e-4);
        chart.addMacroF1(1, 0.5);
        chart.addMacroF1(2, 0.7);
        QVERIFY(accentPixels(chart) > 40);
        QVERIFY(chart.accessibleDescription().contains(QStringLiteral("0.700")));
        for (int i = 0; i < 9000; ++i) // long trainings stay quick to draw
            chart.addLoss(2 + i / 4500.0, 1, 1e-4);
        QVERIFY(accentPixels(chart) > 40);
        chart.start(2);
        QCOMPARE(accentPixels(chart), 0);
    }

    void theWeightsFileIsProposedBesideTheTrainingSet()
    {
        const QTemporaryDir dir;
        QFile file(dir.filePath(QStringLiteral("manifest.csv")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        TrainDialog dialog(*m_settings);
        auto* manifest = dialog.findChild<QLineEdit*>(QStringLiteral("trainManifest"));
        auto* output = dialog.findChild<QLineEdit*>(QStringLiteral("trainOutput"));
        auto* start = dialog.findChild<QPushButton*>(QStringLiteral("trainStart"));
        QVERIFY(manifest && output && start);
        QTest::keyClicks(manifest, file.fileName()); // "/" exists too
        QCOMPARE(output->text(), dir.filePath(QStringLiteral("model.safetensors")));
        QVERIFY(start->isEnabled());
        output->selectAll();
        QTest::keyClick(output, Qt::Key_Delete);
        QVERIFY(output->text().isEmpty());
        QTest::keyClicks(output, QStringLiteral("/own.safetensors"));
        QTest::keyClick(manifest, Qt::Key_Backspace);
        QTest::keyClicks(manifest, QStringLiteral("v"));
        QCOMPARE(output->text(), QStringLiteral("/own.safetensors"));
    }

    void networkStartAndRecipeProposeWhatToTrain()
    {
        TrainDialog dialog(*m_settings);
        auto* recipe = dialog.findChild<QComboBox*>(QStringLiteral("trainRecipe"));
        auto* start = dialog.findChild<QComboBox*>(QStringLiteral("trainInit"));
        auto* network = dialog.findChild<QComboBox*>(QStringLiteral("trainArchitecture"));
        const auto* size = dialog.findChild<QSpinBox*>(QStringLiteral("trainSize"));
        const auto* epochs = dialog.findChild<QSpinBox*>(QStringLiteral("trainEpochs"));
        const auto* mirror = dialog.findChild<QCheckBox*>(QStringLiteral("trainMirror"));
        QCOMPARE(start->currentText(), QLatin1String(kDefaultModel)); // the network's first
        const auto shipped = readModelInfo(start->currentData().toString().toStdString());
        QVERIFY(shipped.has_value());
        QCOMPARE(size->value(), shipped->input.size);
        QCOMPARE(mirror->isChecked(), shipped->input.mirror);
        network->setCurrentText(QStringLiteral("EfficientNet-B2"));
        start->setCurrentIndex(start->count() - 1); // nothing
        QCOMPARE(size->value(), 260);
        QVERIFY(!mirror->isChecked());
        recipe->setCurrentIndex(recipe->findData(QStringLiteral("paper")));
        QCOMPARE(size->value(), 512);
        QCOMPARE(epochs->value(), 100);
        network->setCurrentText(QStringLiteral("ResNet-18"));
        QCOMPARE(size->value(), 512);
        recipe->setCurrentIndex(0);
        QCOMPARE(size->value(), 224);
        QVERIFY(epochs->value() < 100);
    }

    void netsThatBeginWithNothingGrowIntoTheirSize()
    {
        TrainDialog dialog(*m_settings);
        dialog.findChild<QLineEdit*>(QStringLiteral("trainManifest"))->setText(writeTrainingSet());
        const auto* choices = dialog.findChild<TrainChoices*>();
        QCOMPARE(choices->options()->startSize, 0); // from the shipped weights
        auto* start = dialog.findChild<QComboBox*>(QStringLiteral("trainInit"));
        start->setCurrentIndex(start->count() - 1);
        dialog.findChild<QSpinBox*>(QStringLiteral("trainSize"))->setValue(224);
        QCOMPARE(choices->options()->startSize, 128);
        dialog.findChild<QSpinBox*>(QStringLiteral("trainSize"))->setValue(32);
        QCOMPARE(choices->options()->startSize, 32);
        auto* recipe = dialog.findChild<QComboBox*>(QStringLiteral("trainRecipe"));
        recipe->setCurrentIndex(recipe->findData(QStringLiteral("paper")));
        QCOMPARE(choices->options()->startSize, 0);
    }

    void correctionsGoWithATrainingSet()
    {
        const QString manifest = writeTrainingSet();
        const QString file = m_work->filePath(QStringLiteral("corrections.csv"));
        const auto listed = Manifest::read(manifest.toStdString())->rows.front().listedPath;
        QVERIFY(writeFileAtomically(file.toStdString(), "path,label\n" + listed + ",ribs\n"));
        {
            TrainDialog dialog(*m_settings);
            dialog.findChild<QLineEdit*>(QStringLiteral("trainManifest"))->setText(manifest);
            auto* corrections = dialog.findChild<QLineEdit*>(QStringLiteral("trainCorrections"));
            auto* choices = dialog.findChild<TrainChoices*>();
            corrections->setText(QStringLiteral("/nowhere.csv"));
            const auto refused = choices->options();
            QVERIFY(!refused);
            QVERIFY(refused.error().message.find("/nowhere.csv") != std::string::npos);
            corrections->setText(file);
            choices->remember();
        }
        TrainDialog dialog(*m_settings);
        const auto options = dialog.findChild<TrainChoices*>()->options();
        QVERIFY(options.has_value());
        QCOMPARE(options->corrections, std::filesystem::path(file.toStdString()));
        QVERIFY(std::ranges::find(options->classes, std::string("ribs")) != options->classes.end());
    }

    void aStoppedTrainingGoesOnInAnotherWindow()
    {
        const QString manifest = writeTrainingSet();
        {
            TrainDialog dialog(*m_settings);
            dialog.show();
            dialog.findChild<QLineEdit*>(QStringLiteral("trainManifest"))->setText(manifest);
            auto* network = dialog.findChild<QComboBox*>(QStringLiteral("trainArchitecture"));
            network->setCurrentText(QStringLiteral("MobileNet-V2"));
            auto* start = dialog.findChild<QComboBox*>(QStringLiteral("trainInit"));
            start->setCurrentIndex(start->count() - 1);
            dialog.findChild<QSpinBox*>(QStringLiteral("trainSize"))->setValue(32);
            dialog.findChild<QSpinBox*>(QStringLiteral("trainEpochs"))->setValue(8);
            dialog.findChild<QCheckBox*>(QStringLiteral("trainMirror"))->click();
            QVERIFY(!resumeBox(dialog)->isVisible());
            auto* job = dialog.findChild<TrainingJob*>();
            connect(job, &TrainingJob::progressed, &dialog, [&](const TrainProgress& progress) {
                if (progress.epochDone && progress.epoch == 1)
                    dialog.reject(); // Escape
            });
            dialog.findChild<QPushButton*>(QStringLiteral("trainStart"))->click();
            QTRY_VERIFY_WITH_TIMEOUT(!job->isRunning(), longMs);
            QVERIFY(dialog.isVisible());
            QVERIFY2(status(dialog).contains(QStringLiteral("Stopped")), qPrintable(status(dialog)));
            QVERIFY(resumeBox(dialog)->isVisible() && resumeBox(dialog)->isChecked());
        }
        TrainDialog dialog(*m_settings);
        dialog.show();
        QCOMPARE(dialog.findChild<QComboBox*>(QStringLiteral("trainArchitecture"))->currentText(),
                 QStringLiteral("MobileNet-V2"));
        QVERIFY(resumeBox(dialog)->isVisible() && resumeBox(dialog)->isChecked());
        QSignalSpy said(dialog.findChild<TrainingJob*>(), &TrainingJob::said);
        dialog.findChild<QPushButton*>(QStringLiteral("trainStart"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(status(dialog).contains(QStringLiteral("Done")), longMs);
        QVERIFY(std::ranges::any_of(said, [](const QList<QVariant>& one) {
            return one.first().toString().contains(QStringLiteral("Resumed after epoch"));
        }));
        const auto info = readModelInfo(QFileInfo(manifest).dir().filePath(QStringLiteral("model.safetensors")).toStdString());
        QVERIFY(info.has_value());
        QCOMPARE(info->input.size, 32);
        QVERIFY(info->input.mirror);
        QVERIFY(!resumeBox(dialog)->isChecked()); // finished weights are there
    }

    void aWorseCandidateIsInTheColourOfErrors()
    {
        ComparisonView view;
        view.showReport(reportWith(60));
        const auto errors = [&] {
            int count = 0;
            for (const QLabel* label : view.findChildren<QLabel*>())
                count += label->property("tone") == QStringLiteral("error") ? 1 : 0;
            return count;
        };
        QCOMPARE(errors(), 0);
        QVERIFY(!verdictOf(reportWith(60)).contains(QStringLiteral("worse")));
        view.showReport(reportWith(30));
        QVERIFY(errors() >= 4);
        QVERIFY(verdictOf(reportWith(30)).contains(QStringLiteral("worse")));
    }

    void fewLabelsCannotBeLearntFrom()
    {
        openAtFirst();
        QTest::keyClick(grid(), Qt::Key_1);
        action("fineTuneAction")->trigger();
        auto* dialog = m_window->findChild<FineTuneDialog*>();
        QVERIFY(dialog);
        auto* problem = dialog->findChild<QLabel*>(QStringLiteral("fineTuneNotice"));
        QTRY_VERIFY_WITH_TIMEOUT(problem->isVisible(), longMs);
        QVERIFY(problem->text().contains(QStringLiteral("10")));
        QVERIFY(!dialog->findChild<QPushButton*>(QStringLiteral("fineTuneStart"))->isEnabled());
    }

    void fromCorrectionsToANewModelAndBack()
    {
        openAtFirst();
        QVERIFY(!action("restorePreviousAction")->isEnabled());
        QTest::keyClick(m_window.get(), Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(grid(), Qt::Key_4); // all of them, says maria, are spines
        QCOMPARE(model()->rows().countOf(QStringLiteral("spine")), m_images);

        action("fineTuneAction")->trigger();
        auto* dialog = m_window->findChild<FineTuneDialog*>();
        dialog->setEpochs(1);
        auto* start = dialog->findChild<QPushButton*>(QStringLiteral("fineTuneStart"));
        QTRY_VERIFY_WITH_TIMEOUT(start->isEnabled(), longMs);
        const QString summary = dialog->findChild<QLabel*>(QStringLiteral("fineTuneSummary"))->text();
        QVERIFY2(summary.contains(QString::number(m_images)), qPrintable(summary));
        QVERIFY(dialog->findChild<QLabel*>(QStringLiteral("fineTuneReaders"))
                    ->text()
                    .contains(QStringLiteral("maria (%1)").arg(m_images)));
        start->click();
        auto* adopt = dialog->findChild<QPushButton*>(QStringLiteral("fineTuneAdopt"));
        QTRY_VERIFY_WITH_TIMEOUT(adopt->isVisible(), longMs);
        QVERIFY(modelVersions()->empty()); // nothing is in use before it is adopted
        const std::string before = sessionModel();
        adopt->click();

        // The model that was chosen by path became a version, so that one can go back to it.
        QCOMPARE(modelVersions()->size(), std::size_t{2});
        QCOMPARE(m_settings->model(), QLatin1String(kCurrentModel));
        auto* bar = m_window->findChild<NoticeBar*>();
        QVERIFY(bar->message().contains(QStringLiteral("in use")));
        QVERIFY(action("restorePreviousAction")->isEnabled());
        QCOMPARE(sessionModel(), before); // what is on the screen stays until asked for
        m_window->findChild<QPushButton*>(QStringLiteral("noticeAction"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(bar->message().contains(QStringLiteral("Tagged again")), longMs);
        QVERIFY(sessionModel() != before);
        QCOMPARE(sessionModel(), readModelInfo(*currentModel())->digest);
        QCOMPARE(model()->rows().countOf(QStringLiteral("spine")), m_images); // labels stay

        action("restorePreviousAction")->trigger();
        QCOMPARE(readModelInfo(*currentModel())->digest, before);
        QVERIFY(restoreModel("shipped"));
    }

    void aStoppedTrainingChangesNothing()
    {
        openAtFirst();
        QTest::keyClick(m_window.get(), Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(grid(), Qt::Key_2);
        const std::size_t versions = modelVersions()->size();
        action("fineTuneAction")->trigger();
        auto* dialog = m_window->findChild<FineTuneDialog*>();
        auto* start = dialog->findChild<QPushButton*>(QStringLiteral("fineTuneStart"));
        QTRY_VERIFY_WITH_TIMEOUT(start->isEnabled(), longMs);
        start->click();
        auto* pause = dialog->findChild<QPushButton*>(QStringLiteral("trainingPause"));
        auto* job = dialog->findChild<TrainingJob*>();
        QSignalSpy progressed(job, &TrainingJob::progressed);
        QTRY_VERIFY_WITH_TIMEOUT(progressed.count() > 0, longMs);
        pause->click();
        QTest::qWait(400); // what was reported by then
        const qsizetype seen = progressed.count();
        QTest::qWait(800);
        QVERIFY(progressed.count() <= seen + 1); // the batches in hand, on a slow machine
        QCOMPARE(pause->text(), QStringLiteral("Resume"));
        pause->click();
        QTRY_VERIFY_WITH_TIMEOUT(progressed.count() > seen + 1, longMs);
        dialog->findChild<QPushButton*>(QStringLiteral("fineTuneStop"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(start->isVisible(), longMs);
        QVERIFY(start->isEnabled());
        auto* notice = dialog->findChild<QLabel*>(QStringLiteral("fineTuneNotice"));
        QVERIFY(notice->isVisible());
        QVERIFY(notice->text().contains(QStringLiteral("begins anew")));
        QCOMPARE(modelVersions()->size(), versions);
    }

    void closingTheWindowStopsTraining()
    {
        openAtFirst();
        QTest::keyClick(m_window.get(), Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(grid(), Qt::Key_2);
        action("fineTuneAction")->trigger();
        auto* dialog = m_window->findChild<FineTuneDialog*>();
        auto* start = dialog->findChild<QPushButton*>(QStringLiteral("fineTuneStart"));
        QTRY_VERIFY_WITH_TIMEOUT(start->isEnabled(), longMs);
        start->click();
        dialog->findChild<QPushButton*>(QStringLiteral("trainingPause"))->click();
        m_window.reset(); // paused or not
    }

    void whatChangedIsListed()
    {
        TagChanges changes;
        changes.compared = 10;
        changes.images = {{1, QStringLiteral("/a/one.dcm"), QStringLiteral("others"), QStringLiteral("spine"), {}},
                          {2, QStringLiteral("/a/two.dcm"), QStringLiteral("spine"), QStringLiteral("others"),
                           QStringLiteral("spine")},
                          {3, QStringLiteral("/a/three.dcm"), QStringLiteral("others"), QStringLiteral("spine"), {}}};
        TagChangesDialog dialog(changes, ClassStyles({QStringLiteral("spine"), QStringLiteral("others")}));
        auto* pairs = dialog.findChild<QListWidget*>(QStringLiteral("tagChangesPairs"));
        auto* files = dialog.findChild<QListWidget*>(QStringLiteral("tagChangesFiles"));
        QCOMPARE(pairs->count(), 2);
        QVERIFY(pairs->item(0)->text().startsWith(u'2')); // most first
        QCOMPARE(files->count(), 2);
        QSignalSpy chosen(&dialog, &TagChangesDialog::fileChosen);
        pairs->setCurrentRow(1);
        QCOMPARE(files->count(), 1);
        Q_EMIT files->itemActivated(files->item(0));
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen.first().first().toLongLong(), 2);
    }

private:
    static QCheckBox* resumeBox(const TrainDialog& dialog)
    {
        return dialog.findChild<QCheckBox*>(QStringLiteral("trainResume"));
    }
    static QString status(const TrainDialog& dialog)
    {
        return dialog.findChild<QLabel*>(QStringLiteral("trainingStatus"))->text();
    }

    /// A manifest of drawn images, two classes, some of them for validation.
    QString writeTrainingSet() const
    {
        QString csv = QStringLiteral("path,label,split\n");
        for (int i = 0; i < 24; ++i) {
            QImage image(48, 48, QImage::Format_Grayscale8);
            image.fill(i % 2 == 0 ? 40 + i : 200 - i);
            image.setPixel(i, i, 0xffffffff);
            const QString name = QStringLiteral("%1.png").arg(i);
            image.save(m_work->filePath(name));
            csv += QStringLiteral("%1,%2,%3\n")
                       .arg(name, i % 2 == 0 ? QStringLiteral("spine") : QStringLiteral("others"),
                            i < 16 ? QStringLiteral("train") : QStringLiteral("val"));
        }
        QFile file(m_work->filePath(QStringLiteral("manifest.csv")));
        if (!file.open(QIODevice::WriteOnly) || file.write(csv.toUtf8()) < 0)
            qFatal("cannot write a manifest");
        return file.fileName();
    }

    [[nodiscard]] QAction* action(const char* name) const
    {
        return m_window->findChild<QAction*>(QLatin1String(name));
    }
    [[nodiscard]] std::string sessionModel() const
    {
        return m_window->findChild<ArchiveSession*>()->modelId();
    }

    /// With the first image in hand.
    void openAtFirst()
    {
        openArchive();
        grid()->setCurrentFile(readableFiles().constFirst());
    }
};

QTEST_MAIN(TestTrainingWindow)
#include "test_trainingwindow.moc"
