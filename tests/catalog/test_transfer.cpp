#include "catalogbuilder.h"
#include "catalogplaces.h"
#include "rawdatabase.h"

#include "catalog/transfer.h"

using namespace ir;
using namespace ir::test;

/// Copies between the databases, backups, checks.
class TestTransfer : public QObject
{
    Q_OBJECT

    CatalogPlaces m_places;
    QString m_path;
    QTemporaryDir m_dir;
    int m_files = 0;

    QString freshFile() { return m_dir.filePath(QStringLiteral("%1.sqlite").arg(++m_files)); }

    /// A place of the other database.
    QString otherPlace()
    {
        if (CatalogPlaces::isPostgreSql())
            return freshFile();
        PostgresServer* server = PostgresServer::instance();
        return server != nullptr ? server->freshDatabase() : QString();
    }

    /// Something in every table, with values that are easily lost.
    static void fillEverything(const QString& place)
    {
        auto catalog = Catalog::open(place).value();
        QVERIFY(catalog->rememberModel({modelA, "MobileNet 'V1'", defaultClasses()}));
        const auto images = fill(*catalog, 150); // more than one insertion holds
        auto odd = classified(QStringLiteral("/ä/b'c\\d😀.dcm"), "odd");
        odd.prediction->confidence = 0.1f; // no double is that
        QVERIFY(catalog->storeResults({odd, unreadable(QStringLiteral("/cut.dcm"), QStringLiteral("cut\noff"))}));
        QVERIFY(catalog->registerFiles({scanned(QStringLiteral("/new.dcm"), 1LL << 40, 1LL << 60)}, {}));
        const QString ann = QStringLiteral("Ann");
        const QString bob = QStringLiteral("Bob");
        IR_ANSWER(a, catalog, setLabel(images.mid(0, 90), QStringLiteral("spine"), ann));
        IR_ANSWER(b, catalog, acceptPredictions(images.mid(80, 20), bob));
        IR_ANSWER(c, catalog, undo(ann));
        IR_ANSWER(d, catalog, setLabel({images[3]}, QStringLiteral("others"), bob));
        QVERIFY(catalog->setPin(bob, {}, QStringLiteral("2468")));
        ReviewPlan plan;
        plan.name = "März";
        plan.classes = {"spine", "others"};
        plan.readers = {"Ann", "Bob"};
        plan.adjudicators = {"Cleo"};
        for (const ImageId image : images)
            plan.images.push_back({image, 1.0 / 3.0, "20240101"});
        const auto id = catalog->createReview(plan);
        QVERIFY2(id, id ? "" : id.error().message.c_str());
        auto project = catalog->openReview(*id).value();
        ReviewEvent event;
        event.timeMs = 1'700'000'000'000;
        event.reader = "Ann";
        event.image = *project.next("Ann", 1);
        QVERIFY(catalog->appendReview(*id, project, event));
        event.act = ReviewAct::Label;
        event.label = "spine";
        event.seconds = 0.1;
        QVERIFY(catalog->appendReview(*id, project, event));
    }

private Q_SLOTS:
    void initTestCase_data() { CatalogPlaces::addDatabases(); }

    void init() { IR_FRESH_PLACE(m_places, m_path); }

    void everyTableTravels()
    {
        // The list of tables is that of the schema, but for the versions and what lasts minutes.
        fillEverything(m_path);
        const auto check = checkCatalog(m_path);
        QVERIFY2(check, check ? "" : check.error().message.c_str());
        QStringList travelling;
        for (const auto& table : check->content.tables) {
            travelling.append(table.name);
            QVERIFY2(table.rows > 0, qPrintable(table.name));
        }
        RawDatabase raw(m_path);
        QStringList present =
            raw.value(CatalogPlaces::isPostgreSql()
                          ? QStringLiteral("SELECT string_agg(tablename::text, ',') FROM pg_tables WHERE "
                                           "schemaname = 'imaging_router'")
                          : QStringLiteral("SELECT group_concat(name) FROM sqlite_schema WHERE "
                                           "type = 'table' AND name NOT LIKE 'sqlite%'"))
                .toString()
                .split(u',');
        present.removeAll(QStringLiteral("catalog_version"));
        present.removeAll(QStringLiteral("lease"));
        present.sort();
        travelling.sort();
        QCOMPARE(travelling, present);
    }

    void thereAndBackNothingIsLost()
    {
        const QString other = otherPlace();
        if (other.isEmpty())
            QSKIP("Not tested between databases: there is no PostgreSQL (package postgresql)");
        fillEverything(m_path);
        const auto before = checkCatalog(m_path).value();
        QCOMPARE(before.problems, QStringList());
        const auto there = copyCatalog(m_path, other);
        QVERIFY2(there, there ? "" : (there.error().message + there.error().detail).c_str());
        QCOMPARE(there->digest, before.content.digest);
        const QString third = freshFile();
        const auto back = copyCatalog(other, third);
        QVERIFY2(back, back ? "" : (back.error().message + back.error().detail).c_str());
        QCOMPARE(back->digest, before.content.digest);
        QCOMPARE(checkCatalog(third)->problems, QStringList());

        // The copy goes on where the original stopped: new ids, undo, projects.
        auto original = Catalog::open(m_path).value();
        auto copy = Catalog::open(other).value();
        QCOMPARE(copy->files({})->size(), original->files({})->size());
        QCOMPARE(copy->undoState(QStringLiteral("Ann"))->redoText,
                 original->undoState(QStringLiteral("Ann"))->redoText);
        IR_ANSWER(redone, copy, redo(QStringLiteral("Ann")));
        QVERIFY(!redone.labels().isEmpty());
        QVERIFY(copy->storeResults({classified(QStringLiteral("/later.dcm"), "later")}));
        QVERIFY(copy->checkPin(QStringLiteral("Bob"), QStringLiteral("2468")));
        QVERIFY(!copy->checkPin(QStringLiteral("Bob"), QStringLiteral("8642")));
        const auto project = copy->openReview(copy->reviews()->first().id);
        QVERIFY(project);
        QCOMPARE(project->log().size(), std::size_t(2));
        copy.reset();
        QVERIFY(checkCatalog(other)->content.digest != before.content.digest);
        QCOMPARE(checkCatalog(other)->problems, QStringList());
    }

    void aPlaceThatHoldsSomethingIsNotCopiedOver()
    {
        const QString other = freshFile();
        fill(*Catalog::open(m_path).value(), 2);
        fill(*Catalog::open(other).value(), 1);
        const auto copied = copyCatalog(m_path, other);
        QVERIFY(!copied);
        QVERIFY(copied.error().message.find("holds something already") != std::string::npos);
        QCOMPARE(Catalog::open(other).value()->files({})->size(), 1);
    }

    void aBackupIsTheCatalogAndItsOwnersAlone()
    {
        fillEverything(m_path);
        auto inUse = Catalog::open(m_path).value();
        const QString file = freshFile();
        const auto backup = backUpCatalog(m_path, file);
        QVERIFY2(backup, backup ? "" : (backup.error().message + backup.error().detail).c_str());
        QCOMPARE(backup->digest, checkCatalog(m_path)->content.digest);
        QCOMPARE(checkCatalog(file)->content.digest, backup->digest);
        QVERIFY(!(QFile::permissions(file) & (QFileDevice::ReadGroup | QFileDevice::ReadOther)));
        QVERIFY(!backUpCatalog(m_path, file)); // replaces none
        QVERIFY(!QFile::exists(file + QStringLiteral(".part")));
        const auto nowhere = backUpCatalog(m_path, QStringLiteral("/proc/backup.sqlite"));
        QVERIFY(!nowhere);
        QVERIFY(nowhere.error().message.find("may write") != std::string::npos);
    }

    void damageIsFound_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("problem");
        const auto row = [](const char* name, const char* sql, const char* problem) {
            QTest::newRow(name) << QString::fromLatin1(sql) << QString::fromLatin1(problem);
        };
        row("state", "UPDATE label_state SET label = 'x' WHERE image_id = (SELECT min(image_id) FROM label_state)",
            "1 image(s) have another label");
        row("no state", "DELETE FROM label_state WHERE image_id = (SELECT min(image_id) FROM label_state)",
            "1 image(s) have another label");
        row("step", "UPDATE step_state SET undone = 7", "step(s) can be undone");
        row("prediction", "UPDATE image SET latest_prediction_id = 4711 WHERE id = 1", "1 image(s) name a prediction");
        row("file", "UPDATE file SET image_id = NULL WHERE path = '/archive/000001.dcm'",
            "1 file(s) count as read");
        row("guard", "DROP TRIGGER step_no_update", "step_no_update");
        row("review", "INSERT INTO review_event SELECT project_id, 7, time_ms, 'Eve', act, image_id, round, "
                      "label, comment, seconds, saw_model, saw_labels FROM review_event WHERE sequence = 0",
            "log with holes");
    }
    void damageIsFound()
    {
        QFETCH(QString, sql);
        QFETCH(QString, problem);
        fillEverything(m_path);
        {
            RawDatabase raw(m_path);
            if (CatalogPlaces::isPostgreSql() && sql.startsWith(QLatin1String("DROP TRIGGER")))
                sql += QStringLiteral(" ON step");
            QCOMPARE(raw.execute(sql), QString());
        }
        const auto check = checkCatalog(m_path);
        QVERIFY(check);
        const QString found = check->problems.join(u' ');
        QVERIFY2(found.contains(problem), qPrintable(found));
        if (!CatalogPlaces::isPostgreSql())
            QVERIFY(!backUpCatalog(m_path, freshFile())); // a backup that is damaged is none
    }

    void whereThereIsNoCatalogThereIsNoneToCopy()
    {
        const QString nowhere = freshFile();
        QVERIFY(!copyCatalog(nowhere, m_path));
        QVERIFY(!backUpCatalog(nowhere, freshFile()));
        QVERIFY(!checkCatalog(nowhere));
        QVERIFY(!QFile::exists(nowhere));
    }
};

QTEST_GUILESS_MAIN(TestTransfer)
#include "test_transfer.moc"
