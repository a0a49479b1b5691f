#include "catalogbuilder.h"
#include "catalogplaces.h"
#include "rawdatabase.h"

#include <map>
#include <set>
#include <thread>

using namespace ir;
using namespace ir::test;

/// Work that machines share, paths that they see under other names.
class TestWork : public QObject
{
    Q_OBJECT

    CatalogPlaces m_places;
    QString m_path;
    std::unique_ptr<Catalog> m_catalog;

    static WorkClaim claimOf(const QString& worker, int most = 10)
    {
        WorkClaim claim;
        claim.worker = worker;
        claim.modelId = modelA;
        claim.folders = {QStringLiteral("/archive")};
        claim.most = most;
        return claim;
    }

    static QString pathOf(int i) { return QStringLiteral("/archive/%1.dcm").arg(i, 6, 10, QLatin1Char('0')); }

    static void registerNew(Catalog& catalog, int count)
    {
        QVector<ScannedFile> files;
        for (int i = 0; i < count; ++i)
            files.append(scanned(pathOf(i)));
        QVERIFY(catalog.registerFiles(files, modelA));
    }

    static QVector<FileResult> done(const QVector<ScannedFile>& files)
    {
        QVector<FileResult> results;
        for (const ScannedFile& file : files)
            results.append(classified(file.path, file.path.toStdString()));
        return results;
    }

    static QStringList paths(const Result<QVector<ScannedFile>>& files)
    {
        QStringList names;
        if (files)
            for (const ScannedFile& file : *files)
                names.append(file.path);
        return names;
    }

private Q_SLOTS:
    void initTestCase_data() { CatalogPlaces::addDatabases(); }

    void init()
    {
        IR_FRESH_PLACE(m_places, m_path);
        m_catalog = Catalog::open(m_path).value();
    }
    void cleanup() { m_catalog.reset(); }

    void aFileIsOneWorkersUntilItIsDone()
    {
        registerNew(*m_catalog, 15);
        const auto first = m_catalog->claimWork(claimOf(QStringLiteral("a")));
        const auto second = m_catalog->claimWork(claimOf(QStringLiteral("b")));
        QCOMPARE(first->size(), 10);
        QCOMPARE(second->size(), 5);
        QCOMPARE(first->first().path, pathOf(0));
        QCOMPARE(first->first().size, 1000);
        QCOMPARE(first->first().mtimeNs, 5);
        QCOMPARE(second->first().path, pathOf(10));
        QVERIFY(m_catalog->claimWork(claimOf(QStringLiteral("c")))->isEmpty());
        QVERIFY(*m_catalog->isWorkLeft(claimOf(QStringLiteral("c"))));
        const auto stored = m_catalog->storeWork(QStringLiteral("a"), done(*first));
        QCOMPARE(stored->size(), 10);
        QCOMPARE(stored->at(3).path, pathOf(3));
        QCOMPARE(stored->at(3).predictedClass, QStringLiteral("adult_chest"));
        QVERIFY(m_catalog->storeWork(QStringLiteral("b"), done(*second)));
        QVERIFY(!*m_catalog->isWorkLeft(claimOf(QStringLiteral("c"))));
        QVERIFY(m_catalog->claimWork(claimOf(QStringLiteral("c")))->isEmpty());
    }

    void whatADeadWorkerHeldIsTakenOver()
    {
        registerNew(*m_catalog, 5);
        auto dead = claimOf(QStringLiteral("dead"));
        dead.leaseSeconds = 0;
        const auto held = m_catalog->claimWork(dead);
        QCOMPARE(held->size(), 5);
        QTest::qSleep(20);
        const auto taken = m_catalog->claimWork(claimOf(QStringLiteral("b")));
        QCOMPARE(paths(taken), paths(held));
        // It was only slow: what it did counts no more, and the other's does.
        const auto late = m_catalog->storeWork(QStringLiteral("dead"), done(*held));
        QVERIFY(late);
        for (const FileSummary& file : *late)
            QCOMPARE(file.id, 0);
        QVERIFY(m_catalog->files({})->first().status == FileStatus::Pending);
        const auto stored = m_catalog->storeWork(QStringLiteral("b"), done(*taken));
        QVERIFY(stored->last().id != 0);
    }

    void aLeaseThatNobodyTookOverStillCounts()
    {
        registerNew(*m_catalog, 2);
        auto slow = claimOf(QStringLiteral("slow"));
        slow.leaseSeconds = 0;
        const auto held = m_catalog->claimWork(slow);
        QTest::qSleep(20);
        QVERIFY(m_catalog->storeWork(QStringLiteral("slow"), done(*held))->first().id != 0);
    }

    void everyClaimRenewsWhatIsHeld()
    {
        registerNew(*m_catalog, 4);
        auto claim = claimOf(QStringLiteral("a"), 2);
        claim.leaseSeconds = 0;
        QCOMPARE(m_catalog->claimWork(claim)->size(), 2);
        QTest::qSleep(20);
        QVERIFY(m_catalog->claimWork(claimOf(QStringLiteral("a"), 0))->isEmpty()); // for longer
        QCOMPARE(paths(m_catalog->claimWork(claimOf(QStringLiteral("b")))),
                 (QStringList{pathOf(2), pathOf(3)}));
    }

    void whatIsReleasedIsFreeAtOnce()
    {
        registerNew(*m_catalog, 3);
        QCOMPARE(m_catalog->claimWork(claimOf(QStringLiteral("a")))->size(), 3);
        QVERIFY(m_catalog->releaseWork(QStringLiteral("a")));
        QCOMPARE(m_catalog->claimWork(claimOf(QStringLiteral("b")))->size(), 3);
    }

    void workIsWhatThisModelHasNotSeen()
    {
        QVERIFY(m_catalog->storeResults({classified(pathOf(0), "0", 1, modelA),
                                         classified(pathOf(1), "1", 1, modelB),
                                         unreadable(pathOf(2), QStringLiteral("cut off")),
                                         classified(QStringLiteral("/archive-2/3.dcm"), "3", 1, modelB)}));
        registerNew(*m_catalog, 1); // known and unchanged
        QCOMPARE(paths(m_catalog->claimWork(claimOf(QStringLiteral("a")))), QStringList{pathOf(1)});
        auto elsewhere = claimOf(QStringLiteral("b"));
        elsewhere.folders = {QStringLiteral("/archive-2"), QStringLiteral("/nowhere")};
        QCOMPARE(m_catalog->claimWork(elsewhere)->size(), 1);
        elsewhere.folders = {QStringLiteral("/nowhere")};
        QVERIFY(!*m_catalog->isWorkLeft(elsewhere));
    }

    void registeringDoesNotUndoWhatAnotherWorkerDid()
    {
        // Two workers scan the same folder: one looks the file up, the other does it, the first registers it.
        registerNew(*m_catalog, 1);
        const auto held = m_catalog->claimWork(claimOf(QStringLiteral("a")));
        QVERIFY(m_catalog->storeWork(QStringLiteral("a"), done(*held)));
        registerNew(*m_catalog, 1);
        QVERIFY(m_catalog->files({})->first().status == FileStatus::Ok);
        QVERIFY(m_catalog->registerFiles({scanned(pathOf(0), 1, 2)}, modelA)); // the file did change
        QVERIFY(m_catalog->files({})->first().status == FileStatus::Pending);
    }

    void forgottenFilesAreNobodysWork()
    {
        registerNew(*m_catalog, 2);
        const auto held = m_catalog->claimWork(claimOf(QStringLiteral("a")));
        QVERIFY(m_catalog->forgetMissing(QStringLiteral("/archive"), {pathOf(1)}));
        const auto stored = m_catalog->storeWork(QStringLiteral("a"), done(*held));
        QCOMPARE(stored->at(0).id, 0);
        QVERIFY(stored->at(1).id != 0);
        QCOMPARE(m_catalog->files({})->size(), 1);
    }

    void manyWorkersDoEveryFileOnce_data()
    {
        QTest::addColumn<bool>("isTagged");
        QTest::newRow("new files") << false;
        QTest::newRow("tagged by another model") << true;
    }
    void manyWorkersDoEveryFileOnce()
    {
        QFETCH(bool, isTagged);
        constexpr int files = 600;
        constexpr int workers = 6;
        registerNew(*m_catalog, files);
        if (isTagged) {
            QVector<FileResult> results;
            for (int i = 0; i < files; ++i)
                results.append(classified(pathOf(i), pathOf(i).toStdString(), 1, modelB));
            QVERIFY(m_catalog->storeResults(results));
        }
        std::vector<QStringList> did(workers);
        std::vector<std::string> errors(workers);
        const auto work = [&](std::size_t number) {
            const auto catalog = Catalog::open(m_path);
            const QString name = QStringLiteral("worker %1").arg(number);
            for (;;) {
                const auto held = (*catalog)->claimWork(claimOf(name, 7));
                if (!held) {
                    errors[number] = held.error().message + held.error().detail;
                    return;
                }
                if (held->isEmpty())
                    return;
                const auto stored = (*catalog)->storeWork(name, done(*held));
                if (!stored) {
                    errors[number] = stored.error().message + stored.error().detail;
                    return;
                }
                for (const FileSummary& file : *stored)
                    if (file.id != 0)
                        did[number].append(file.path);
            }
        };
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < workers; ++i)
            threads.emplace_back(work, i);
        for (auto& thread : threads)
            thread.join();
        QStringList all;
        for (std::size_t i = 0; i < workers; ++i) {
            QCOMPARE(errors[i], std::string());
            all += did[i];
        }
        QCOMPARE(all.size(), files);
        all.removeDuplicates();
        QCOMPARE(all.size(), files);
        QVERIFY(!*m_catalog->isWorkLeft(claimOf(QStringLiteral("x"))));
    }

    void eachMachineSeesItsOwnPaths()
    {
        const auto here = Catalog::open(m_path, PathMap::parse({QStringLiteral("/mnt/a=/archive"),
                                                                QStringLiteral("/mnt/a/b=/second")})
                                                    .value())
                              .value();
        QVERIFY(here->registerFiles({scanned(QStringLiteral("/mnt/a/1.dcm")),
                                     scanned(QStringLiteral("/mnt/a/b/2.dcm")),
                                     scanned(QStringLiteral("/mnt/ab/3.dcm"))},
                                    modelA));
        QStringList known;
        const auto rows = m_catalog->files({}).value();
        for (const FileSummary& file : rows)
            known.append(file.path);
        QCOMPARE(known, (QStringList{QStringLiteral("/archive/1.dcm"), QStringLiteral("/mnt/ab/3.dcm"),
                                     QStringLiteral("/second/2.dcm")}));
        auto claim = claimOf(QStringLiteral("here"));
        claim.folders = {QStringLiteral("/mnt/a")};
        const auto held = here->claimWork(claim);
        QCOMPARE(paths(held), QStringList{QStringLiteral("/mnt/a/1.dcm")});
        QCOMPARE(here->storeWork(QStringLiteral("here"), done(*held))->first().path,
                 QStringLiteral("/mnt/a/1.dcm"));
        QCOMPARE(here->files(QStringLiteral("/mnt/a"))->size(), 1);
        const auto file = here->files(QStringLiteral("/mnt/a"))->first();
        QCOMPARE(here->details(file.id)->summary.path, QStringLiteral("/mnt/a/1.dcm"));
        QVERIFY(here->movePaths({{QStringLiteral("/mnt/a/1.dcm"), QStringLiteral("/mnt/a/b/1.dcm")}}));
        QCOMPARE(m_catalog->files(QStringLiteral("/second"))->size(), 2);
        QCOMPARE(here->forgetMissing(QStringLiteral("/mnt/a/b"), {QStringLiteral("/mnt/a/b/2.dcm")}).value(), 1);
    }

    void tablesOfMountsThatCannotWorkAreRefused()
    {
        for (const char* line : {"/mnt/a", "a=/archive", "/mnt/a=archive", "/a=/b=/c", "="})
            QVERIFY2(!PathMap::parse({QString::fromLatin1(line)}), line);
        QVERIFY(!PathMap::parse({QStringLiteral("/a=/x"), QStringLiteral("/b=/x/")}));
        QVERIFY(!PathMap::parse({QStringLiteral("/a=/x"), QStringLiteral("/a=/y")}));
        const auto root = PathMap::parse({QStringLiteral("/=/archive")}).value();
        QCOMPARE(root.toArchive(QStringLiteral("/x/1")), QStringLiteral("/archive/x/1"));
        QCOMPARE(root.toLocal(QStringLiteral("/archive/x/1")), QStringLiteral("/x/1"));
        QCOMPARE(root.toLocal(QStringLiteral("/archive")), QStringLiteral("/"));
    }
};

QTEST_GUILESS_MAIN(TestWork)
#include "test_work.moc"
