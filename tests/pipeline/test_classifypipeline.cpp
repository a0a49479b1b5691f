#include "catalog/catalog.h"
#include "dicom/dicomlibrary.h"
#include "pipeline/classifypipeline.h"
#include "pipeline/thumbnailcache.h"

#include "support/dicomfiles.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace Qt::StringLiterals;

/// The whole way from a folder to stored tags, with a random net.
class TestClassifyPipeline : public QObject
{
    Q_OBJECT

    static constexpr int images = 12;

    ir::DicomLibrary m_library;
    QTemporaryDir m_dir;
    std::filesystem::path m_weights;

    struct Outcome
    {
        QHash<QString, ir::FileSummary> found;
        QHash<QString, ir::FileSummary> updated;
        QVector<ir::FileResult> results;
        ir::ClassifyProgress progress;
        bool cancelled = false;
        QString error;
    };

    QString archive() const { return m_dir.filePath(u"archive"_s); }

    ir::ClassifyJob job(ir::Catalog* catalog = nullptr) const
    {
        return {.roots = {archive().toStdString()},
                .weights = m_weights,
                .engine = {.device = "cpu", .threads = 1},
                .catalog = catalog};
    }

    static void collect(ir::ClassifyPipeline& pipeline, Outcome& outcome)
    {
        connect(&pipeline, &ir::ClassifyPipeline::filesFound, &pipeline, [&](const auto& files) {
            for (const auto& file : files)
                outcome.found.insert(file.path, file);
        });
        connect(&pipeline, &ir::ClassifyPipeline::filesUpdated, &pipeline, [&](const auto& files) {
            for (const auto& file : files)
                outcome.updated.insert(file.path, file);
        });
        connect(&pipeline, &ir::ClassifyPipeline::results, &pipeline,
                [&](const auto& results) { outcome.results += results; });
        connect(&pipeline, &ir::ClassifyPipeline::progressed, &pipeline,
                [&](const auto& progress) { outcome.progress = progress; });
        connect(&pipeline, &ir::ClassifyPipeline::finished, &pipeline,
                [&](bool cancelled, const QString& error) {
                    outcome.cancelled = cancelled;
                    outcome.error = error;
                });
    }

    static Outcome run(const ir::ClassifyJob& job)
    {
        Outcome outcome;
        ir::ClassifyPipeline pipeline;
        collect(pipeline, outcome);
        QSignalSpy finished(&pipeline, &ir::ClassifyPipeline::finished);
        pipeline.start(job);
        if (!finished.wait(60'000))
            qFatal("the pipeline did not finish");
        return outcome;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(QDir(archive()).mkpath(u"sub"_s));
        for (std::uint32_t i = 0; i < images; ++i)
            ir::test::writeXray(archive() + u"/sub/IM%1"_s.arg(i), i);
        QFile broken(archive() + u"/broken"_s);
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write(QByteArray(128, '\0') + "DICM and then nothing that makes sense");
        broken.close();
        m_weights = ir::test::RandomModel(1).writeTo(m_dir.filePath(u"m.safetensors"_s));
    }

    void everyFileIsTaggedOrToldWhyNot()
    {
        const Outcome outcome = run(job());
        QCOMPARE(outcome.error, QString());
        QVERIFY(!outcome.cancelled);
        QCOMPARE(outcome.found.size(), images + 1);
        QCOMPARE(outcome.results.size(), images + 1);
        for (const auto& result : outcome.results) {
            if (result.file.path.endsWith(u"broken"_s)) {
                QCOMPARE(result.status, ir::FileStatus::Unreadable);
                QVERIFY(result.reason.contains(u"broken"_s));
            } else {
                QCOMPARE(result.status, ir::FileStatus::Ok);
                QVERIFY(result.prediction);
                QCOMPARE(result.prediction->probabilities.size(), std::size_t(5));
                QVERIFY(!result.predictedClass.isEmpty());
                QCOMPARE(result.facts.modality, std::string("DX"));
            }
        }
        QCOMPARE(outcome.progress.classified, images);
        QCOMPARE(outcome.progress.unreadable, 1);
        QVERIFY(outcome.progress.scanFinished);
        QVERIFY(outcome.progress.device.startsWith(u"CPU"_s));
    }

    void openingAgainReadsNothingThatDidNotChange()
    {
        QTemporaryDir dir;
        auto catalog = ir::Catalog::open(dir.filePath(u"c.sqlite"_s));
        QVERIFY(catalog);
        const Outcome first = run(job(catalog->get()));
        QCOMPARE(first.progress.classified, images);

        const Outcome second = run(job(catalog->get()));
        QCOMPARE(second.progress.classified, 0);
        QCOMPARE(second.progress.decoded, 0);
        QCOMPARE(second.progress.known, images + 1);
        QVERIFY(second.results.isEmpty());
        for (auto it = first.updated.begin(); it != first.updated.end(); ++it) {
            const auto& again = second.found[it.key()];
            QCOMPARE(again.predictedClass, it->predictedClass);
            QCOMPARE(again.status, it->status);
        }

        // One changes: only that one is read again.
        ir::test::writeXray(archive() + u"/sub/IM3"_s, 99);
        const Outcome third = run(job(catalog->get()));
        QCOMPARE(third.progress.classified, 1);
        QCOMPARE(third.updated.keys(), QStringList{archive() + u"/sub/IM3"_s});
    }

    void filesThatVanishedAreForgottenButTheirLabelsAreNot()
    {
        QTemporaryDir dir;
        const QString folder = dir.filePath(u"a"_s);
        QVERIFY(QDir().mkpath(folder));
        ir::test::writeXray(folder + u"/IM1"_s, 1);
        ir::test::writeXray(folder + u"/IM2"_s, 2);
        auto catalog = ir::Catalog::open(dir.filePath(u"c.sqlite"_s));
        QVERIFY(catalog);
        ir::ClassifyJob here = job(catalog->get());
        here.roots = {folder.toStdString()};
        const Outcome first = run(here);
        QSignalSpy labelled(catalog->get(), &ir::Catalog::labelsChanged);
        (*catalog)->setLabel({first.updated[folder + u"/IM2"_s].imageId}, u"spine"_s, u"r"_s);
        QVERIFY(labelled.wait());

        QVERIFY(QFile::rename(folder + u"/IM2"_s, dir.filePath(u"kept"_s)));
        QCOMPARE(run(here).found.size(), 1);
        QCOMPARE((*catalog)->files(folder).value().size(), 1);

        QVERIFY(QFile::rename(dir.filePath(u"kept"_s), folder + u"/IM7"_s));
        const Outcome back = run(here);
        QCOMPARE(back.updated[folder + u"/IM7"_s].label, u"spine"_s);
    }

    void thumbnailsAreMadeOnTheWay()
    {
        QTemporaryDir dir;
        ir::ThumbnailCache cache(dir.path());
        ir::ClassifyJob withThumbnails = job();
        withThumbnails.thumbnails = &cache;
        run(withThumbnails);
        int files = 0;
        for (QDirIterator it(dir.path(), QDir::Files, QDirIterator::Subdirectories); it.hasNext(); it.next())
            ++files;
        QCOMPARE(files, images);
    }

    void aPausedJobWaitsAndThenFinishes()
    {
        Outcome outcome;
        ir::ClassifyPipeline pipeline;
        collect(pipeline, outcome);
        QSignalSpy finished(&pipeline, &ir::ClassifyPipeline::finished);
        pipeline.start(job());
        pipeline.setPaused(true);
        QVERIFY(outcome.progress.paused);
        QVERIFY(!finished.wait(500)); // paused: it does not end
        const qint64 classified = outcome.progress.classified;
        QVERIFY(classified < images);
        pipeline.setPaused(false);
        QVERIFY(finished.wait(60'000));
        QCOMPARE(outcome.results.size(), images + 1);
    }

    void aCancelledJobKeepsWhatItDid()
    {
        QTemporaryDir dir;
        auto catalog = ir::Catalog::open(dir.filePath(u"c.sqlite"_s));
        QVERIFY(catalog);
        Outcome outcome;
        ir::ClassifyPipeline pipeline;
        collect(pipeline, outcome);
        connect(&pipeline, &ir::ClassifyPipeline::filesUpdated, &pipeline,
                [&] { pipeline.cancel(); });
        QSignalSpy finished(&pipeline, &ir::ClassifyPipeline::finished);
        pipeline.start(job(catalog->get()));
        QVERIFY(finished.wait(60'000));
        QVERIFY(!pipeline.isRunning());
        const auto done = run(job(catalog->get()));
        QCOMPARE(done.progress.known, outcome.updated.size());
        QCOMPARE(done.progress.known + done.results.size(), images + 1);
    }

    void aNewJobReplacesTheOneBefore()
    {
        QTemporaryDir other;
        ir::test::writeXray(other.filePath(u"only"_s), 5);
        Outcome outcome;
        ir::ClassifyPipeline pipeline;
        collect(pipeline, outcome);
        QSignalSpy finished(&pipeline, &ir::ClassifyPipeline::finished);
        pipeline.start(job());
        ir::ClassifyJob next = job();
        next.roots = {other.path().toStdString()};
        pipeline.start(next);
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 2, 60'000);
        QCOMPARE(outcome.found.keys(), QStringList{other.filePath(u"only"_s)});
        QCOMPARE(outcome.results.size(), 1);
    }

    void weightsThatCannotBeReadEndTheJobWithTheReason()
    {
        ir::ClassifyJob broken = job();
        broken.weights = m_dir.filePath(u"absent.safetensors"_s).toStdString();
        const Outcome outcome = run(broken);
        QVERIFY(outcome.error.contains(u"absent.safetensors"_s));
        QVERIFY(!outcome.cancelled);
    }

    void withoutWeightsImagesAreReadAndTaggedLater()
    {
        QTemporaryDir dir;
        auto catalog = ir::Catalog::open(dir.filePath(u"c.sqlite"_s));
        QVERIFY(catalog);
        ir::ThumbnailCache cache(dir.filePath(u"thumbnails"_s));
        ir::ClassifyJob untagged = job(catalog->get());
        untagged.weights.clear();
        untagged.thumbnails = &cache;
        const Outcome first = run(untagged);
        QCOMPARE(first.error, QString());
        QCOMPARE(first.updated.size(), images + 1);
        QCOMPARE(first.progress.decoded, images);
        QCOMPARE(first.progress.classified, 0);
        QCOMPARE(first.progress.unreadable, 1);
        QCOMPARE(first.progress.toDo, 0);
        QVERIFY(!first.progress.hasModel);
        for (const auto& file : first.updated)
            QVERIFY(file.predictedClass.isEmpty() && file.status != ir::FileStatus::Pending);
        QVERIFY(QFile::exists(dir.filePath(u"thumbnails"_s)));
        QCOMPARE((*catalog)->latestClasses().value(), std::vector<std::string>());

        QCOMPARE(run(untagged).progress.known, images + 1); // nothing is read again

        const Outcome tagged = run(job(catalog->get()));
        QCOMPARE(tagged.progress.classified, images);
        QVERIFY(tagged.progress.hasModel);
        QCOMPARE((*catalog)->latestClasses().value(), ir::defaultClasses());

        // Without it again: what is known of the images is shown.
        for (const auto& file : run(untagged).found)
            QCOMPARE(file.predictedClass.isEmpty(), file.status == ir::FileStatus::Unreadable);
    }

    void otherKindsOfPicturesGetNoTagAndNeedReview_data()
    {
        QTest::addColumn<QString>("modality");
        QTest::addColumn<bool>("tagged");
        QTest::newRow("CT") << u"CT"_s << false;
        QTest::newRow("small letters") << u"mr"_s << false;
        QTest::newRow("segmentation") << u"SEG"_s << false;
        QTest::newRow("fluoroscopy") << u"RF"_s << true;
        QTest::newRow("a maker's own") << u"XYZ"_s << true;
    }
    void otherKindsOfPicturesGetNoTagAndNeedReview()
    {
        QFETCH(QString, modality);
        QFETCH(bool, tagged);
        QTemporaryDir dir;
        ir::test::writeXray(dir.filePath(u"slice"_s), 1, ir::DicomSyntax::ExplicitLittleEndian,
                            modality.toStdString());
        ir::ClassifyJob slices = job();
        slices.roots = {dir.path().toStdString()};
        const Outcome outcome = run(slices);
        QCOMPARE(outcome.results.size(), 1);
        QVERIFY(outcome.results[0].prediction->needsReview);
        QCOMPARE(!outcome.results[0].predictedClass.isEmpty(), tagged);
        QCOMPARE(outcome.progress.classified, tagged ? 1 : 0);
        QCOMPARE(outcome.progress.toDo, 0);
    }
    void whatWasLeftUntaggedIsNotLookedAtAgain()
    {
        QTemporaryDir dir;
        ir::test::writeXray(dir.filePath(u"slice"_s), 1, ir::DicomSyntax::ExplicitLittleEndian, "CT");
        const auto catalog = ir::Catalog::open(dir.filePath(u"c.sqlite"_s));
        QVERIFY(catalog);
        ir::ClassifyJob slices = job(catalog->get());
        slices.roots = {dir.path().toStdString()};
        QCOMPARE(run(slices).results.size(), 1);
        const Outcome again = run(slices);
        QCOMPARE(again.results.size(), 0);
        const auto files = (*catalog)->files({});
        QVERIFY(files && files->size() == 1);
        QVERIFY(files->front().isLeftUntagged());
        QVERIFY(files->front().isReviewNeeded());
    }
};

QTEST_GUILESS_MAIN(TestClassifyPipeline)
#include "test_classifypipeline.moc"
