#include "catalogbuilder.h"
#include "catalogplaces.h"

#include <atomic>
#include <thread>

using namespace ir;
using namespace ir::test;

class TestCatalog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data()
    {
        CatalogPlaces::addDatabases();
        QTest::newRow("in memory") << QStringLiteral(":memory:");
    }

    void init()
    {
        QFETCH_GLOBAL(QString, database);
        QString path = database;
        if (database != QLatin1String(":memory:")) {
            IR_FRESH_PLACE(m_places, path);
        }
        auto catalog = Catalog::open(path);
        QVERIFY2(catalog, catalog ? "" : catalog.error().message.c_str());
        m_catalog = std::move(*catalog);
    }

    void cleanup() { m_catalog.reset(); }

    void newFilesArePendingAndKeepTheirOrder()
    {
        const auto files = m_catalog->registerFiles(
            {scanned(QStringLiteral("/b.dcm")), scanned(QStringLiteral("/a.dcm"), 7, 8)}, {});
        QVERIFY(files);
        QCOMPARE(files->size(), 2);
        QCOMPARE(files->at(0).path, QStringLiteral("/b.dcm"));
        QCOMPARE(files->at(1).size, 7);
        QCOMPARE(files->at(1).mtimeNs, 8);
        QVERIFY(files->at(0).status == FileStatus::Pending);
        QCOMPARE(files->at(0).imageId, 0);
        QVERIFY(files->at(0).id != files->at(1).id);
        QCOMPARE(m_catalog->files({})->first().path, QStringLiteral("/a.dcm"));
    }

    void unchangedFilesComeBackWithAllThatIsKnown()
    {
        QVERIFY(m_catalog->storeResults({classified(QStringLiteral("/a.dcm"), "a", 3),
                                         unreadable(QStringLiteral("/b.dcm"), QStringLiteral("cut off"))}));
        const auto files = m_catalog->registerFiles(
            {scanned(QStringLiteral("/a.dcm")), scanned(QStringLiteral("/b.dcm"))}, modelA);
        QVERIFY(files);
        QVERIFY(files->at(0).status == FileStatus::Ok);
        QCOMPARE(files->at(0).predictedClass, QStringLiteral("spine"));
        QCOMPARE(files->at(0).confidence, 0.92f);
        QCOMPARE(files->at(0).sopInstanceUid, QStringLiteral("1.2.a"));
        QCOMPARE(files->at(0).modality, QStringLiteral("DX"));
        QCOMPARE(files->at(0).bodyPartExamined, QStringLiteral("CHEST"));
        QCOMPARE(files->at(0).studyDate, QStringLiteral("20240229"));
        QVERIFY(files->at(1).status == FileStatus::Unreadable);
        QCOMPARE(files->at(1).reason, QStringLiteral("cut off"));
    }

    void aChangedFileIsPendingAgain_data()
    {
        QTest::addColumn<qint64>("size");
        QTest::addColumn<qint64>("mtimeNs");
        QTest::newRow("size") << qint64(1001) << qint64(5);
        QTest::newRow("time") << qint64(1000) << qint64(6);
    }
    void aChangedFileIsPendingAgain()
    {
        QFETCH(qint64, size);
        QFETCH(qint64, mtimeNs);
        const auto before = m_catalog->storeResults({classified(QStringLiteral("/a.dcm"), "a")});
        const auto after =
            m_catalog->registerFiles({scanned(QStringLiteral("/a.dcm"), size, mtimeNs)}, {});
        QVERIFY(after->first().status == FileStatus::Pending);
        QCOMPARE(after->first().id, before->first().id);
        QVERIFY(after->first().predictedClass.isEmpty());
        QCOMPARE(after->first().size, size);
    }

    void aPredictionCountsForItsModelOnly()
    {
        QVERIFY(m_catalog->storeResults({classified(QStringLiteral("/a.dcm"), "a", 1, modelA)}));
        QVERIFY(m_catalog->storeResults({classified(QStringLiteral("/a.dcm"), "a", 3, modelB)}));
        const QVector<ScannedFile> file{scanned(QStringLiteral("/a.dcm"))};
        QCOMPARE(m_catalog->registerFiles(file, modelA)->first().predictedClass,
                 QStringLiteral("adult_chest"));
        QCOMPARE(m_catalog->registerFiles(file, modelB)->first().predictedClass, QStringLiteral("spine"));
        QCOMPARE(m_catalog->registerFiles(file, {})->first().predictedClass, QStringLiteral("spine"));
        const auto other = m_catalog->registerFiles(file, std::string(64, 'c'))->first();
        QVERIFY(other.status == FileStatus::Ok);
        QVERIFY(other.predictedClass.isEmpty());
        QCOMPARE(m_catalog->files({}, modelA)->first().predictedClass, QStringLiteral("adult_chest"));
    }

    void classifyingAgainReplacesTheModelsPrediction()
    {
        QVERIFY(m_catalog->storeResults({classified(QStringLiteral("/a.dcm"), "a", 1)}));
        QVERIFY(m_catalog->storeResults({classified(QStringLiteral("/a.dcm"), "a", 2)}));
        QCOMPARE(m_catalog->files({})->first().predictedClass, QStringLiteral("pediatric_chest"));
        QCOMPARE(m_catalog->files({}, modelA)->first().predictedClass, QStringLiteral("pediatric_chest"));
    }

    void detailsHoldFactsPredictionAndModel()
    {
        QVERIFY(m_catalog->rememberModel({modelA, "MobileNet-V1", defaultClasses()}));
        const auto stored = m_catalog->storeResults({classified(QStringLiteral("/a.dcm"), "a", 3)});
        const auto details = m_catalog->details(stored->first().id);
        QVERIFY(details);
        QCOMPARE(details->facts.patientName, std::string("Müller, Åse"));
        QCOMPARE(details->facts.rows, 2000);
        QCOMPARE(details->facts.frames, 1);
        QCOMPARE(details->digest, std::string("digest of a"));
        QCOMPARE(details->modelName, QStringLiteral("MobileNet-V1"));
        QVERIFY(details->classes == defaultClasses());
        QVERIFY(details->prediction);
        QCOMPARE(details->prediction->probabilities.size(), std::size_t(5));
        QCOMPARE(details->prediction->probabilities[3], 0.92f);
        QCOMPARE(details->prediction->classIndex, 3);
        QCOMPARE(details->prediction->modelId, modelA);
        QVERIFY(!m_catalog->details(stored->first().id, modelB)->prediction);
        QVERIFY(!m_catalog->details(987654));
    }

    void theOriginsOfManyFilesComeAtOnce()
    {
        // More than one question holds, and not a multiple of it.
        constexpr int count = 600;
        QVector<FileResult> results;
        for (int i = 0; i < count; ++i) {
            results.append(classified(QStringLiteral("/%1.dcm").arg(i), std::to_string(i)));
            results.last().facts.patientId = "patient " + std::to_string(i / 2);
            results.last().facts.studyInstanceUid = "1.3." + std::to_string(i);
        }
        results.append(unreadable(QStringLiteral("/broken.dcm"), QStringLiteral("cut off")));
        const auto stored = m_catalog->storeResults(results);
        QVERIFY(stored);
        QVector<FileId> files{987654}; // not known
        for (const FileSummary& file : *stored)
            files.append(file.id);
        const auto origins = m_catalog->origins(files);
        QVERIFY(origins);
        QCOMPARE(origins->size(), count + 1);
        for (int i = 0; i < count; ++i) {
            const FileOrigin origin = origins->value(stored->at(i).id);
            QCOMPARE(origin.digest, "digest of " + std::to_string(i));
            QCOMPARE(origin.patientId, "patient " + std::to_string(i / 2));
            QCOMPARE(origin.studyInstanceUid, "1.3." + std::to_string(i));
        }
        QCOMPARE(origins->value(stored->last().id).digest, std::string());
        QVERIFY(m_catalog->origins({})->isEmpty());
    }

    void resultsAreStoredAllOrNone()
    {
        auto broken = classified(QStringLiteral("/b.dcm"), "b");
        broken.digest.clear();
        const auto stored =
            m_catalog->storeResults({classified(QStringLiteral("/a.dcm"), "a"), broken});
        QVERIFY(!stored);
        QVERIFY(stored.error().message.find("/b.dcm") != std::string::npos);
        QVERIFY(m_catalog->files({})->isEmpty());
    }

    void foldersDoNotMixWithNeighboursOfASimilarName()
    {
        QVector<ScannedFile> files;
        for (const auto* path : {"/x/a.dcm", "/x/sub/b.dcm", "/x-2/c.dcm", "/x", "/y/d.dcm", "/x0.dcm"})
            files.append(scanned(QString::fromUtf8(path)));
        QVERIFY(m_catalog->registerFiles(files, {}));
        QStringList paths;
        const auto under = m_catalog->files(QStringLiteral("/x/"));
        for (const auto& file : *under)
            paths.append(file.path);
        QCOMPARE(paths, (QStringList{QStringLiteral("/x"), QStringLiteral("/x/a.dcm"),
                                     QStringLiteral("/x/sub/b.dcm")}));
        QCOMPARE(m_catalog->files({})->size(), 6);
        QCOMPARE(m_catalog->files(QStringLiteral("/"))->size(), 6);
    }

    void forgettingDropsPathsButNoLabels()
    {
        QVERIFY(m_catalog->storeResults({classified(QStringLiteral("/x/a.dcm"), "a"),
                                         classified(QStringLiteral("/x/b.dcm"), "b"),
                                         classified(QStringLiteral("/x-2/c.dcm"), "c")}));
        const auto image = m_catalog->files(QStringLiteral("/x/a.dcm"))->first().imageId;
        IR_ANSWER(answer, m_catalog, setLabel({image}, QStringLiteral("spine"), QStringLiteral("Ann")));
        QCOMPARE(m_catalog->forgetMissing(QStringLiteral("/x"), {QStringLiteral("/x/b.dcm")}).value(), 1);
        QCOMPARE(m_catalog->files({})->size(), 2);
        QVERIFY(m_catalog->storeResults({classified(QStringLiteral("/z/a.dcm"), "a")}));
        QCOMPARE(labelOf(*m_catalog, QStringLiteral("/z/a.dcm")), QStringLiteral("spine"));
    }

    void copiesShareTheImageAndItsLabel()
    {
        const auto stored = m_catalog->storeResults({classified(QStringLiteral("/one/a.dcm"), "a"),
                                                     classified(QStringLiteral("/two/a.dcm"), "a"),
                                                     classified(QStringLiteral("/one/b.dcm"), "b")});
        QCOMPARE(stored->at(0).imageId, stored->at(1).imageId);
        QVERIFY(stored->at(0).imageId != stored->at(2).imageId);
        IR_ANSWER(answer, m_catalog,
                  setLabel({stored->at(0).imageId}, QStringLiteral("others"), QStringLiteral("Ann")));
        QCOMPARE(labelOf(*m_catalog, QStringLiteral("/two/a.dcm")), QStringLiteral("others"));
        QCOMPARE(labelOf(*m_catalog, QStringLiteral("/one/b.dcm")), QString());
    }

    void theSameUidWithOtherBytesIsAnotherImage()
    {
        auto edited = classified(QStringLiteral("/b.dcm"), "a");
        edited.digest = "digest of other bytes";
        const auto stored =
            m_catalog->storeResults({classified(QStringLiteral("/a.dcm"), "a"), edited});
        QVERIFY(stored->at(0).imageId != stored->at(1).imageId);
    }

    void movedPathsAreFollowedEvenWhenTheySwap()
    {
        const auto stored = m_catalog->storeResults({classified(QStringLiteral("/a.dcm"), "a"),
                                                     classified(QStringLiteral("/b.dcm"), "b"),
                                                     classified(QStringLiteral("/c.dcm"), "c"),
                                                     classified(QStringLiteral("/old.dcm"), "d")});
        QVERIFY(m_catalog->movePaths({{QStringLiteral("/a.dcm"), QStringLiteral("/b.dcm")},
                                      {QStringLiteral("/b.dcm"), QStringLiteral("/a.dcm")},
                                      {QStringLiteral("/c.dcm"), QStringLiteral("/old.dcm")},
                                      {QStringLiteral("/unknown"), QStringLiteral("/nowhere")}}));
        const auto files = *m_catalog->files({});
        QCOMPARE(files.size(), 3);
        QCOMPARE(files.at(0).path, QStringLiteral("/a.dcm"));
        QCOMPARE(files.at(0).imageId, stored->at(1).imageId);
        QCOMPARE(files.at(1).imageId, stored->at(0).imageId);
        QCOMPARE(files.at(2).id, stored->at(2).id);
    }

    void readersGoOnWhileTheWriterWrites()
    {
        std::atomic<bool> stop = false;
        std::atomic<int> failures = 0;
        std::atomic<int> reads = 0;
        const auto read = [&] {
            qsizetype seen = 0;
            while (!stop) {
                const auto files = m_catalog->files({});
                if (!files || files->size() < seen)
                    ++failures;
                else
                    seen = files->size();
                ++reads;
            }
        };
        std::vector<std::thread> threads;
        for (int i = 0; i < 3; ++i)
            threads.emplace_back(read);
        for (int batch = 0; batch < 40; ++batch) {
            QVector<FileResult> results;
            for (int i = 0; i < 20; ++i) {
                const std::string name = std::to_string(batch * 20 + i);
                results.append(classified(u'/' + QString::fromStdString(name), name));
            }
            if (!m_catalog->storeResults(results))
                ++failures;
        }
        stop = true;
        for (auto& thread : threads)
            thread.join();
        QCOMPARE(failures.load(), 0);
        QVERIFY(reads > 0);
        QCOMPARE(m_catalog->files({})->size(), 800);
    }

    void manyThousandRowsWork()
    {
        QFETCH_GLOBAL(QString, database);
        if (database == QLatin1String(":memory:"))
            return; // twice is enough
        const int count = CatalogPlaces::isPostgreSql() ? 20'000 : 100'000;
        QVector<FileResult> results;
        for (int i = 0; i < count; ++i)
            results.append(
                classified(QStringLiteral("/archive/%1.dcm").arg(i, 6, 10, QLatin1Char('0')),
                           std::to_string(i), i % 5));
        QElapsedTimer timer;
        timer.start();
        const auto stored = m_catalog->storeResults(results);
        QVERIFY(stored);
        qInfo("storing %d: %lld ms", count, timer.restart());
        const auto files = m_catalog->files(QStringLiteral("/archive"));
        qInfo("listing %d: %lld ms", count, timer.restart());
        QVERIFY(files);
        QCOMPARE(files->size(), count);
        QCOMPARE(files->at(count - 2).predictedClass, QStringLiteral("spine"));
        QVector<ImageId> images;
        QVector<ScannedFile> some;
        for (int i = 0; i < 10'000; ++i) {
            images.append(files->at(i).imageId);
            if (i < 500)
                some.append(scanned(files->at(i).path));
        }
        timer.restart();
        QCOMPARE(m_catalog->registerFiles(some, modelA)->size(), 500);
        qInfo("registering 500 known: %lld ms", timer.restart());
        IR_ANSWER(answer, m_catalog, setLabel(images, QStringLiteral("others"), QStringLiteral("Ann")));
        qInfo("labelling 10,000: %lld ms", timer.restart());
        QCOMPARE(answer.labels().size(), 10'000);
        IR_ANSWER(undone, m_catalog, undo(QStringLiteral("Ann")));
        qInfo("undoing it: %lld ms", timer.restart());
        QCOMPARE(undone.labels().size(), 10'000);
        QCOMPARE(labelOf(*m_catalog, files->at(0).path), QString());
    }

private:
    CatalogPlaces m_places;
    std::unique_ptr<Catalog> m_catalog;
};

QTEST_GUILESS_MAIN(TestCatalog)
#include "test_catalog.moc"
