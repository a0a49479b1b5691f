#include "catalogbuilder.h"
#include "rawdatabase.h"
#include "support/postgresserver.h"

#include "catalog/transfer.h"

#include <thread>

using namespace ir;
using namespace ir::test;

/// What is particular to a catalog on a PostgreSQL server; all else is tested on both databases by
/// the others.
class TestCatalogServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QString missing;
        m_server = PostgresServer::instance(&missing);
        if (m_server == nullptr)
            QSKIP(qPrintable(QString(QStringLiteral("PostgreSQL is not tested: ") + missing)));
        m_url = m_server->freshDatabase();
        QVERIFY(!m_url.isEmpty());
    }

    void urlsThatCannotWorkAreRefused_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("why");
        const auto row = [](const char* name, const char* url, const char* why) {
            QTest::newRow(name) << QString::fromUtf8(url) << QString::fromUtf8(why);
        };
        row("password", "postgresql://ann:secret@host/db", "holds a password");
        row("password as a keyword", "postgresql://host/db?password=secret", "holds a password");
        row("password of a key", "postgresql://host/db?sslpassword=secret", "holds a password");
        row("no database", "postgresql://host/", "which database");
        row("fragment", "postgresql://host/db#x", "%23");
        row("no keyword", "postgresql://host/db?SSLMode=1", "keywords of libpq");
        row("two keywords in one", "postgresql://host/db?sslmode=require;host=evil", "semicolon");
        row("no URL", "postgresql://ho st/db", "no URL");
    }
    void urlsThatCannotWorkAreRefused()
    {
        QFETCH(QString, url);
        QFETCH(QString, why);
        const auto catalog = Catalog::open(url);
        QVERIFY(!catalog);
        const QString message = QString::fromStdString(catalog.error().message);
        QVERIFY2(message.contains(why), qPrintable(message));
        QVERIFY(!message.contains(QStringLiteral("secret")));
    }

    void whatIsAmissIsASentence_data()
    {
        QTest::addColumn<QString>("database");
        QTest::addColumn<QString>("login");
        QTest::addColumn<QString>("why");
        QTest::newRow("no such database") << "nowhere"
                                          << "postgres"
                                          << "cannot be reached";
        QTest::newRow("no such login") << "postgres"
                                       << "nobody"
                                       << "cannot be reached";
    }
    void whatIsAmissIsASentence()
    {
        QFETCH(QString, database);
        QFETCH(QString, login);
        QFETCH(QString, why);
        const auto catalog = Catalog::open(m_server->url(database, login));
        QVERIFY(!catalog);
        const QString message = QString::fromStdString(catalog.error().message);
        QVERIFY2(message.contains(why), qPrintable(message));
    }

    void keywordsReachTheServerAsTheyAre()
    {
        const auto catalog =
            Catalog::open(m_url + QStringLiteral("&application_name=it%27s%20a%20%5C%20desk"));
        QVERIFY2(catalog, catalog ? "" : catalog.error().detail.c_str());
        RawDatabase raw(m_url);
        QCOMPARE(raw.value(QStringLiteral("SELECT count(*) FROM pg_stat_activity WHERE "
                                          "application_name = 'it''s a \\ desk'"))
                     .toInt(),
                 2); // what writes, and what listens
        const auto unknown = Catalog::open(m_url + QStringLiteral("&colour=blue"));
        QVERIFY(!unknown);
        QVERIFY(unknown.error().detail.find("colour") != std::string::npos);
        // This server has no certificate, so a connection over the network that must be encrypted
        // is none.
        const QString network =
            m_server->networkUrl(QStringLiteral("postgres"), QStringLiteral("postgres"));
        const auto encrypted = Catalog::open(network + QStringLiteral("?sslmode=require"));
        QVERIFY(!encrypted);
        QVERIFY2(encrypted.error().detail.find("SSL") != std::string::npos,
                 encrypted.error().detail.c_str());
    }

    void thePasswordComesFromWhereLibpqLooksForIt()
    {
        const QString database = QUrl(m_url).path().mid(1);
        QVERIFY(
            m_server->sql(database, QStringLiteral("CREATE ROLE ann LOGIN PASSWORD 'open sesame'; "
                                                   "GRANT ALL ON DATABASE %1 TO ann")
                                        .arg(database)));
        QTemporaryDir dir;
        QFile file(dir.filePath(QStringLiteral("pass")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("127.0.0.1:*:*:ann:open sesame\n");
        file.close();
        file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
        const QString url = m_server->networkUrl(database, QStringLiteral("ann"));
        const auto locked = Catalog::open(url);
        QVERIFY(!locked);
        QVERIFY2(locked.error().message.find("~/.pgpass") != std::string::npos,
                 locked.error().message.c_str());
        const auto catalog = Catalog::open(url + QStringLiteral("?passfile=") + file.fileName());
        QVERIFY2(catalog, catalog ? "" : catalog.error().detail.c_str());
        QCOMPARE(fill(**catalog, 3).size(), 3);
    }

    void aNewerCatalogIsRefused()
    {
        QVERIFY(Catalog::open(m_url));
        QCOMPARE(RawDatabase(m_url).setVersion(99), QString());
        const auto catalog = Catalog::open(m_url);
        QVERIFY(!catalog);
        QVERIFY(catalog.error().message.find("newer version") != std::string::npos);
    }

    void aDatabaseThatCannotHoldEveryLetterIsRefused()
    {
        QVERIFY(m_server->sql(QStringLiteral("postgres"),
                              QStringLiteral("CREATE DATABASE latin TEMPLATE template0 "
                                             "ENCODING 'LATIN1' LOCALE 'C'")));
        const auto catalog = Catalog::open(m_server->url(QStringLiteral("latin")));
        QVERIFY(!catalog);
        QVERIFY(catalog.error().message.find("UTF8") != std::string::npos);
    }

    void theLogCannotBeRewritten_data()
    {
        QTest::addColumn<QString>("sql");
        for (const char* sql :
             {"UPDATE label_event SET label = 'x'", "DELETE FROM label_event",
              "TRUNCATE label_event CASCADE", "UPDATE step SET label = 'x'", "DELETE FROM step",
              "TRUNCATE step CASCADE", "TRUNCATE review_event", "TRUNCATE review_project CASCADE"})
            QTest::newRow(sql) << QString::fromUtf8(sql);
    }
    void theLogCannotBeRewritten()
    {
        QFETCH(QString, sql);
        {
            auto catalog = Catalog::open(m_url).value();
            const auto images = fill(*catalog, 1);
            IR_ANSWER(answer, catalog,
                      setLabel(images, QStringLiteral("spine"), QStringLiteral("Ann")));
        }
        RawDatabase raw(m_url);
        const QString error = raw.execute(sql);
        QVERIFY2(error.contains(QStringLiteral("never")), qPrintable(error));
        QCOMPARE(raw.value(QStringLiteral("SELECT label FROM label_event")).toString(),
                 QStringLiteral("spine"));
    }

    void textsAreTakenAsTheyAre()
    {
        auto catalog = Catalog::open(m_url).value();
        const QString path = QStringLiteral("/a'b\\c\"?$1%; DROP TABLE file; --/ä😀.dcm");
        auto result = classified(path, "it's \\ \"odd\"");
        result.facts.patientName = "O'Brien\\";
        QVERIFY(catalog->storeResults({result}));
        const auto file = catalog->files({})->first();
        QCOMPARE(file.path, path);
        QCOMPARE(catalog->details(file.id)->facts.patientName, std::string("O'Brien\\"));
        QCOMPARE(catalog->details(file.id)->digest, std::string("digest of it's \\ \"odd\""));
        // What PostgreSQL cannot hold.
        QVERIFY(catalog->storeResults({unreadable(
            QStringLiteral("/b.dcm"), QString(QStringLiteral("cut") + QChar(0) + u'x'))}));
        QCOMPARE(catalog->files(QStringLiteral("/b.dcm"))->first().reason, QStringLiteral("cutx"));
    }

    void aLostConnectionIsReportedOnceAndOpenedAgain()
    {
        auto catalog = Catalog::open(m_url).value();
        const auto images = fill(*catalog, 2);
        QVERIFY(catalog->files({}));
        RawDatabase raw(m_url);
        QVERIFY(
            raw.value(QStringLiteral(
                          "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE "
                          "application_name = 'Imaging Router' AND datname = current_database()"))
                .toInt() >= 2);
        const auto lost = catalog->storeResults({classified(QStringLiteral("/new.dcm"), "new")});
        QVERIFY(!lost);
        QVERIFY2(lost.error().message.find("no longer reached") != std::string::npos,
                 lost.error().message.c_str());
        QVERIFY(catalog->storeResults({classified(QStringLiteral("/new.dcm"), "new")}));
        IR_ANSWER(answer, catalog,
                  setLabel(images, QStringLiteral("spine"), QStringLiteral("Ann")));
    }

    void twoDesksThatStoreTheSameImagesInOtherOrdersBothGetThrough()
    {
        // Opposite orders block each other in the middle; one is undone by the server and begun
        // again.
        QVector<FileResult> results;
        for (int i = 0; i < 200; ++i)
            results.append(classified(QStringLiteral("/%1.dcm").arg(i), std::to_string(i)));
        std::vector<std::string> errors(2);
        const auto store = [&](std::size_t desk) {
            const auto catalog = Catalog::open(m_url);
            auto mine = results;
            if (desk == 1)
                std::reverse(mine.begin(), mine.end());
            for (int round = 0; round < 4; ++round)
                if (const auto stored = (*catalog)->storeResults(mine); !stored)
                    errors[desk] = stored.error().message + stored.error().detail;
        };
        std::thread first(store, 0);
        std::thread second(store, 1);
        first.join();
        second.join();
        QCOMPARE(errors[0], std::string());
        QCOMPARE(errors[1], std::string());
        RawDatabase raw(m_url);
        for (const char* table : {"image", "file", "prediction"})
            QCOMPARE(
                raw.value(QString(QStringLiteral("SELECT count(*) FROM ") + QLatin1String(table)))
                    .toInt(),
                200);
    }

    void whoWasCutOffIsToldSoAndHearsAgain()
    {
        auto there = Catalog::open(m_url).value();
        QSignalSpy heard(there.get(), &Catalog::labelsChangedElsewhere);
        QSignalSpy missed(there.get(), &Catalog::changesMissed);
        RawDatabase raw(m_url);
        QVERIFY(raw.value(QStringLiteral("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                                         "WHERE datname = current_database() AND pid <> pg_backend_pid()"))
                    .toInt() >= 1);
        QTRY_VERIFY_WITH_TIMEOUT(!missed.isEmpty(), 30'000);
        auto here = Catalog::open(m_url).value();
        const auto images = fill(*here, 1);
        IR_ANSWER(labelled, here, setLabel(images, QStringLiteral("spine"), QStringLiteral("Ann")));
        QTRY_VERIFY_WITH_TIMEOUT(!heard.isEmpty(), 10'000);
    }

    void whatIsNotStoredIsNotInTheDesksProjectEither()
    {
        auto here = Catalog::open(m_url).value();
        auto there = Catalog::open(m_url).value();
        ReviewPlan plan;
        plan.name = "project";
        plan.classes = {"spine", "others"};
        plan.readers = {"Ann", "Bob"};
        plan.images = {{1, 0, {}}, {2, 0, {}}};
        const qint64 id = here->createReview(plan).value();
        auto project = here->openReview(id).value();
        auto others = there->openReview(id).value();
        ReviewEvent event;
        event.reader = "Ann";
        event.image = 1;
        RawDatabase raw(m_url);
        QCOMPARE(raw.execute(QStringLiteral("CREATE TRIGGER full_disk BEFORE INSERT ON review_event "
                                            "EXECUTE FUNCTION refuse('no room')")),
                 QString());
        QVERIFY(!here->appendReview(id, project, event));
        QCOMPARE(project.log().size(), std::size_t(0));
        QCOMPARE(raw.execute(QStringLiteral("DROP TRIGGER full_disk ON review_event")), QString());
        event.reader = "Bob";
        QVERIFY(there->appendReview(id, others, event)); // the first of the log
        event.reader = "Ann";
        event.image = 2;
        QVERIFY(here->appendReview(id, project, event));
        QCOMPARE(project.log().size(), std::size_t(2));
        QVERIFY(there->refreshReview(id, others));
        QCOMPARE(others.log().back().reader, std::string("Ann"));
        QCOMPARE(checkCatalog(m_url)->problems, QStringList());
    }

    void theEventsOfManyDesksAreInOneOrder()
    {
        // What stands is the last event of each image, and each event knows the one before it.
        constexpr int desks = 4;
        constexpr int steps = 60;
        const auto images = fill(*Catalog::open(m_url).value(), 3);
        const auto label = [&](int desk) {
            auto catalog = Catalog::open(m_url).value(); // its end waits for what was asked
            for (int i = 0; i < steps; ++i)
                catalog->setLabel(images, QStringLiteral("%1-%2").arg(desk).arg(i),
                                  QStringLiteral("reader %1").arg(desk));
        };
        std::vector<std::thread> threads;
        for (int desk = 0; desk < desks; ++desk)
            threads.emplace_back(label, desk);
        for (auto& thread : threads)
            thread.join();
        auto catalog = Catalog::open(m_url).value();
        const auto files = catalog->files({}).value();
        for (const auto& file : files) {
            const auto history = catalog->details(file.id)->history;
            QCOMPARE(history.size(), desks * steps);
            for (qsizetype i = 1; i < history.size(); ++i)
                QCOMPARE(history[i].previousLabel, history[i - 1].label);
            QCOMPARE(file.label, history.last().label);
        }
    }

private:
    PostgresServer* m_server = nullptr;
    QString m_url;
};

QTEST_GUILESS_MAIN(TestCatalogServer)
#include "test_catalogserver.moc"
