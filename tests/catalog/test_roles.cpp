#include "catalogbuilder.h"
#include "rawdatabase.h"
#include "support/postgresserver.h"

#include "catalog/roles.h"

using namespace ir;
using namespace ir::test;

/// What logins may do on a server once it has roles.
class TestRoles : public QObject
{
    Q_OBJECT

    PostgresServer* m_server = nullptr;
    QString m_database;
    QVector<ImageId> m_images;
    qint64 m_review = 0;

    [[nodiscard]] QString urlOf(const char* login) const
    {
        return m_server->url(m_database, QLatin1String(login));
    }

    static ReviewEvent act(const char* reader, ReviewAct what, ImageId image, int round = 1,
                           const char* label = "")
    {
        ReviewEvent event;
        event.timeMs = 1'700'000'000'000;
        event.reader = reader;
        event.act = what;
        event.image = image;
        event.round = round;
        event.label = label;
        return event;
    }

    /// Does one thing in the project as a login; the sentence where it is refused.
    [[nodiscard]] std::string did(const char* login, const ReviewEvent& event) const
    {
        auto catalog = Catalog::open(urlOf(login));
        if (!catalog)
            return catalog.error().message + catalog.error().detail;
        auto project = (*catalog)->openReview(m_review);
        if (!project)
            return project.error().message;
        const auto done = (*catalog)->appendReview(m_review, *project, event);
        return done ? std::string() : done.error().message;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QString missing;
        m_server = PostgresServer::instance(&missing);
        if (m_server == nullptr)
            QSKIP(qPrintable(QString(QStringLiteral("Roles are not tested: ") + missing)));
        const QString owner = m_server->freshDatabase();
        m_database = QUrl(owner).path().mid(1);
        {
            auto catalog = Catalog::open(owner).value();
            m_images = fill(*catalog, 4);
            QVERIFY(catalog->addReader(QStringLiteral("bob")));
            ReviewPlan plan;
            plan.name = "project";
            plan.classes = {"spine", "others"};
            plan.readers = {"ann", "bob"};
            plan.adjudicators = {"cleo"};
            for (const ImageId image : m_images)
                plan.images.push_back({image, 0, {}});
            m_review = catalog->createReview(plan).value();
        }
        const auto made = makeCatalogRoles(owner);
        QVERIFY2(made, made ? "" : (made.error().message + made.error().detail).c_str());
        QVERIFY(makeCatalogRoles(owner)); // again, as after an update
        QVERIFY(m_server->sql(m_database,
                              QStringLiteral("CREATE ROLE ann LOGIN IN ROLE imaging_router_reader;"
                                             "CREATE ROLE bob LOGIN IN ROLE imaging_router_reader;"
                                             "CREATE ROLE cleo LOGIN IN ROLE imaging_router_adjudicator;"
                                             "CREATE ROLE tagger LOGIN IN ROLE imaging_router_worker;"
                                             "CREATE ROLE chief LOGIN IN ROLE imaging_router_admin;"
                                             "CREATE ROLE stranger LOGIN")));
    }

    void readersLabelUnderTheirOwnNameOnly()
    {
        auto catalog = Catalog::open(urlOf("ann")).value();
        {
            IR_ANSWER(answer, catalog, setLabel({m_images[0]}, QStringLiteral("spine"), QStringLiteral("ann")));
            IR_ANSWER(undone, catalog, undo(QStringLiteral("ann")));
            QCOMPARE(undone.labels().size(), 1);
            IR_ANSWER(redone, catalog, redo(QStringLiteral("ann")));
        }
        QSignalSpy failed(catalog.get(), &Catalog::failed);
        catalog->setLabel({m_images[0]}, QStringLiteral("others"), QStringLiteral("bob"));
        QTRY_VERIFY_WITH_TIMEOUT(!failed.isEmpty(), 20'000);
        QVERIFY2(failed[0][0].toString().contains(QStringLiteral("name of your login")),
                 qPrintable(failed[0][0].toString()));
        QCOMPARE(labelOf(*catalog, QStringLiteral("/archive/000000.dcm")), QStringLiteral("spine"));
    }

    void readersWorkInProjectsUnderTheirOwnNameOnly()
    {
        QCOMPARE(did("ann", act("ann", ReviewAct::Take, m_images[0])), std::string());
        QCOMPARE(did("ann", act("ann", ReviewAct::Label, m_images[0], 1, "spine")), std::string());
        QVERIFY(did("ann", act("bob", ReviewAct::Take, m_images[1])).find("name of your login") !=
                std::string::npos);
        QCOMPARE(did("bob", act("bob", ReviewAct::Take, m_images[0], 2)), std::string());
        QCOMPARE(did("bob", act("bob", ReviewAct::Label, m_images[0], 2, "others")), std::string());
        // A conflict: only an adjudicator decides it.
        QVERIFY(did("ann", act("cleo", ReviewAct::Adjudicate, m_images[0], 3, "spine")) != std::string());
        QCOMPARE(did("cleo", act("cleo", ReviewAct::Adjudicate, m_images[0], 3, "spine")), std::string());
    }

    void whatNobodyMayDoInSql_data()
    {
        QTest::addColumn<QString>("login");
        QTest::addColumn<QString>("sql");
        for (const char* login : {"ann", "cleo", "tagger", "chief"})
            for (const char* sql :
                 {"UPDATE review_project SET plan = '{}'", "DELETE FROM review_project",
                  "UPDATE review_event SET label = 'x'", "DELETE FROM review_event",
                  "UPDATE label_event SET label = 'x'", "DELETE FROM label_event", "DELETE FROM step",
                  "UPDATE step SET label = 'x'", "UPDATE label_state SET label = 'x'", "DELETE FROM label_state",
                  "TRUNCATE label_event CASCADE", "DROP TABLE label_event CASCADE", "DROP TRIGGER step_no_update ON step",
                  "ALTER TABLE step DISABLE TRIGGER ALL", "ALTER TABLE step DISABLE ROW LEVEL SECURITY",
                  "DROP SCHEMA imaging_router CASCADE", "DELETE FROM image", "UPDATE catalog_version SET version = 0",
                  "SET session_replication_role = replica", "SET SESSION AUTHORIZATION bob"})
                QTest::addRow("%s: %s", login, sql) << QString::fromLatin1(login) << QString::fromLatin1(sql);
        for (const char* sql :
             {"INSERT INTO review_project (name, created_ms, plan) VALUES ('x', 0, '{}')",
              "INSERT INTO reader (name) VALUES ('zoe')",
              "INSERT INTO step (time_ms, reader_id, kind, label) SELECT 0, id, 'label', '' FROM reader WHERE name = 'bob'",
              "INSERT INTO review_event SELECT project_id, 99, 0, 'ann', 'adjudicate', image_id, 3, 'x', '', 0, 0, 0 "
              "FROM review_event LIMIT 1",
              "INSERT INTO lease VALUES (1, 'x', 0)", "UPDATE file SET path = '/x'", "DELETE FROM file",
              "UPDATE prediction SET class_name = 'x'", "UPDATE reader SET name = 'bob'"})
            QTest::addRow("ann: %s", sql) << QStringLiteral("ann") << QString::fromLatin1(sql);
        for (const char* sql : {"INSERT INTO reader (name) VALUES ('tagger')", "SELECT * FROM reader_pin",
                                "SELECT * FROM review_event", "DELETE FROM file"})
            QTest::addRow("tagger: %s", sql) << QStringLiteral("tagger") << QString::fromLatin1(sql);
        QTest::addRow("stranger") << QStringLiteral("stranger") << QStringLiteral("SELECT * FROM image");
    }
    void whatNobodyMayDoInSql()
    {
        QFETCH(QString, login);
        QFETCH(QString, sql);
        RawDatabase raw(m_server->url(m_database, login));
        QVERIFY(raw.isOpen());
        QVERIFY2(!raw.execute(sql).isEmpty(), "it was done");
    }

    void othersRowsAreOutOfReach()
    {
        // Not refused, since such rows do not exist for the login: nothing changes.
        RawDatabase owner(m_server->url(m_database));
        QCOMPARE(owner.execute(QStringLiteral("INSERT INTO reader (name) VALUES ('bob') ON CONFLICT DO NOTHING; "
                                              "INSERT INTO reader_pin SELECT id, 'hash' FROM reader WHERE name = 'bob'")),
                 QString());
        const QString steps = QStringLiteral("SELECT count(*) FROM step_state");
        const int before = owner.value(steps).toInt();
        QVERIFY(before > 0);
        const auto bob = Catalog::open(urlOf("bob")).value();
        QVERIFY(bob->readers());
        {
            Catalog& catalog = *bob;
            QSignalSpy changed(&catalog, &Catalog::labelsChanged);
            catalog.undo(QStringLiteral("ann")); // bob's login may append no step of ann's
            QVERIFY(!changed.wait(500));
        }
        QCOMPARE(owner.value(steps).toInt(), before);
        const auto ann = Catalog::open(urlOf("ann")).value();
        QVERIFY(!ann->setPin(QStringLiteral("bob"), {}, QStringLiteral("2468")));
        QCOMPARE(owner.value(QStringLiteral("SELECT hash FROM reader_pin")).toString(), QStringLiteral("hash"));
        QVERIFY(ann->setPin(QStringLiteral("ann"), {}, QStringLiteral("2468")));
        QVERIFY(ann->checkPin(QStringLiteral("ann"), QStringLiteral("2468")));
    }

    void workersStoreWhatModelsSay()
    {
        auto catalog = Catalog::open(urlOf("tagger")).value();
        QVERIFY(catalog->rememberModel({modelB, "B", defaultClasses()}));
        QVERIFY(catalog->registerFiles({scanned(QStringLiteral("/archive/new.dcm"))}, modelB));
        WorkClaim claim;
        claim.worker = QStringLiteral("w");
        claim.modelId = modelB;
        claim.folders = {QStringLiteral("/archive")};
        const auto held = catalog->claimWork(claim);
        QVERIFY2(held, held ? "" : held.error().detail.c_str());
        QCOMPARE(held->size(), 5);
        const auto stored = catalog->storeWork(
            QStringLiteral("w"), {classified(QStringLiteral("/archive/new.dcm"), "new", 2, modelB)});
        QVERIFY2(stored, stored ? "" : stored.error().detail.c_str());
        QVERIFY(stored->first().id != 0);
        QVERIFY(catalog->releaseWork(QStringLiteral("w")));
        QSignalSpy failed(catalog.get(), &Catalog::failed);
        catalog->setLabel({m_images[1]}, QStringLiteral("others"), QStringLiteral("tagger"));
        QTRY_VERIFY_WITH_TIMEOUT(!failed.isEmpty(), 20'000);
    }

    void administratorsMakeProjectsAndKeepOrder()
    {
        auto catalog = Catalog::open(urlOf("chief")).value();
        ReviewPlan plan;
        plan.name = "another";
        plan.classes = {"spine", "others"};
        plan.readers = {"ann", "bob"};
        plan.images.push_back({m_images[0], 0, {}});
        const auto made = catalog->createReview(plan);
        QVERIFY2(made, made ? "" : made.error().detail.c_str());
        QVERIFY(catalog->addReader(QStringLiteral("Zoë")));
        QVERIFY(catalog->movePaths({{QStringLiteral("/archive/000003.dcm"), QStringLiteral("/archive/3.dcm")}}));
        IR_ANSWER(answer, catalog, setLabel({m_images[2]}, QStringLiteral("spine"), QStringLiteral("bob")));
    }

    void aReadersDeskOpensATaggedArchiveWithoutWriting()
    {
        auto catalog = Catalog::open(urlOf("ann")).value();
        QVERIFY(catalog->registerFiles({scanned(QStringLiteral("/archive/000000.dcm"))}, modelA));
        const auto chief = Catalog::open(urlOf("chief")).value();
        QVERIFY(chief->rememberModel({modelA, "A", defaultClasses()}));
        QVERIFY(catalog->rememberModel({modelA, "A", defaultClasses()})); // as it is known
        QVERIFY(!catalog->registerFiles({scanned(QStringLiteral("/archive/other.dcm"))}, modelA));
    }

    void aLoginThatMayMakeNoneIsTold()
    {
        const auto made = makeCatalogRoles(urlOf("ann"));
        QVERIFY(!made);
        QVERIFY(made.error().message.find("CREATEROLE") != std::string::npos);
        QVERIFY(!makeCatalogRoles(QStringLiteral("/tmp/c.sqlite")));
        // And one that may set up no catalog is told who can.
        const QString empty = QUrl(m_server->freshDatabase()).path().mid(1);
        const auto catalog = Catalog::open(m_server->url(empty, QStringLiteral("ann")));
        QVERIFY(!catalog);
        QVERIFY2(catalog.error().message.find("catalog init") != std::string::npos,
                 catalog.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(TestRoles)
#include "test_roles.moc"
