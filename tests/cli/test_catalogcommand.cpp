#include "catalog/catalog.h"
#include "dicom/dicomlibrary.h"

#include "support/clirun.h"
#include "support/dicomfiles.h"
#include "support/postgresserver.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>

using namespace Qt::StringLiterals;
using ir::test::cli;
using ir::test::PostgresServer;

/// `catalog init|copy|check|backup`, and `classify --worker`: what desks and machines share.
class TestCatalogCommand : public QObject
{
    Q_OBJECT

    static constexpr int images = 60;

    ir::DicomLibrary m_library;
    std::unique_ptr<QTemporaryDir> m_dir;
    QString m_model;

    [[nodiscard]] QString file(const QString& name) const { return m_dir->filePath(name); }

    void writeArchive(int count) const
    {
        QVERIFY(QDir(m_dir->path()).mkpath(u"archive"_s));
        for (int i = 0; i < count; ++i)
            ir::test::writeXray(file(u"archive/IM%1"_s.arg(i)), static_cast<std::uint32_t>(i));
    }

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_model = QString::fromStdString(ir::test::RandomModel(1).writeTo(file(u"m.safetensors"_s)).string());
    }

    void aCatalogGoesToAServerAndBack()
    {
        PostgresServer* server = PostgresServer::instance();
        if (server == nullptr)
            QSKIP("Copies to a server are not tested: there is no PostgreSQL (package postgresql)");
        writeArchive(3);
        const QString original = file(u"c.sqlite"_s);
        QCOMPARE(cli({u"classify"_s, file(u"archive"_s), u"--catalog"_s, original, u"--model"_s, m_model}).code, 0);
        const auto checked = cli({u"catalog"_s, u"check"_s, original, u"--json"_s});
        QCOMPARE(checked.code, 0);
        QCOMPARE(checked.json()[u"database"].toString(), u"sqlite"_s);
        QCOMPARE(checked.json()[u"sound"].toBool(), true);
        QCOMPARE(checked.json()[u"rows"][u"file"].toInt(), 3);
        const QString digest = checked.json()[u"digest"].toString();

        const QString url = server->freshDatabase();
        const auto copied = cli({u"catalog"_s, u"copy"_s, original, url, u"--json"_s});
        QVERIFY2(copied.code == 0, copied.err.constData());
        QCOMPARE(copied.json()[u"digest"].toString(), digest);
        QCOMPARE(copied.json()[u"rows"][u"prediction"].toInt(), 3);
        const auto again = cli({u"catalog"_s, u"copy"_s, original, url});
        QCOMPARE(again.code, 3);
        QVERIFY(again.err.contains("holds something already"));

        // The server's catalog serves the other commands as a file does.
        const auto known = cli({u"classify"_s, file(u"archive"_s), u"--catalog"_s, url, u"--model"_s, m_model, u"--json"_s});
        QVERIFY2(known.code == 0, known.err.constData());
        QCOMPARE(known.lines().last()[u"summary"][u"ok"].toInt(), 3);
        QCOMPARE(cli({u"export"_s, u"--catalog"_s, url, u"--model"_s, m_model, u"--to"_s, file(u"sorted"_s), u"--yes"_s}).code, 0);
        QVERIFY(QFile::exists(file(u"sorted/manifest.csv"_s)));

        const auto backup = cli({u"catalog"_s, u"backup"_s, url, u"--to"_s, file(u"b.sqlite"_s), u"--json"_s});
        QVERIFY2(backup.code == 0, backup.err.constData());
        QCOMPARE(backup.json()[u"digest"].toString(), digest);
        const auto third = cli({u"catalog"_s, u"check"_s, file(u"b.sqlite"_s), u"--json"_s});
        QCOMPARE(third.json()[u"digest"].toString(), digest);
    }

    void rolesAreMadeOnServersOnly()
    {
        PostgresServer* server = PostgresServer::instance();
        if (server == nullptr)
            QSKIP("Roles are not tested: there is no PostgreSQL (package postgresql)");
        const auto made = cli({u"catalog"_s, u"init"_s, server->freshDatabase(), u"--roles"_s});
        QVERIFY2(made.code == 0, made.err.constData());
        QVERIFY2(made.err.isEmpty(), made.err.constData()); // the server chats of policies it has not yet
        const auto ofFile = cli({u"catalog"_s, u"init"_s, file(u"c.sqlite"_s), u"--roles"_s});
        QCOMPARE(ofFile.code, 3);
        QVERIFY(ofFile.err.contains("has no roles"));
        QVERIFY(!QFile::exists(file(u"c.sqlite"_s)));
    }

    void wrongUseIsASentence()
    {
        QCOMPARE(cli({u"catalog"_s}).code, 2);
        QCOMPARE(cli({u"catalog"_s, u"backup"_s, file(u"c.sqlite"_s)}).code, 2);
        const auto missing = cli({u"catalog"_s, u"check"_s, file(u"c.sqlite"_s)});
        QCOMPARE(missing.code, 3);
        QVERIFY(missing.err.contains("There is no catalog"));
        const auto secret = cli({u"catalog"_s, u"check"_s, u"postgresql://ann:secret@host/db"_s});
        QCOMPARE(secret.code, 3);
        QVERIFY(secret.err.contains("password") && !secret.err.contains("secret"));
        QCOMPARE(cli({u"classify"_s, m_dir->path(), u"--worker"_s}).code, 2);
        QCOMPARE(cli({u"classify"_s, m_dir->path(), u"--lease"_s, u"60"_s}).code, 2);
        const auto map = cli({u"classify"_s, m_dir->path(), u"--model"_s, m_model, u"--catalog"_s,
                              file(u"c.sqlite"_s), u"--map"_s, u"here"_s});
        QCOMPARE(map.code, 3);
        QVERIFY(map.err.contains("LOCAL=ARCHIVE"));
    }

    void damageHasItsExitCode()
    {
        const QString path = file(u"c.sqlite"_s);
        QCOMPARE(cli({u"catalog"_s, u"init"_s, path}).code, 0);
        QCOMPARE(cli({u"catalog"_s, u"check"_s, path}).code, 0);
        QFile broken(path);
        QVERIFY(broken.open(QIODevice::ReadWrite));
        broken.seek(4096); // the first table
        broken.write(QByteArray(8192, '\x5a'));
        broken.close();
        QCOMPARE(cli({u"catalog"_s, u"check"_s, path}).code, 3);
        QCOMPARE(cli({u"catalog"_s, u"backup"_s, path, u"--to"_s, file(u"b.sqlite"_s)}).code, 3);
        QVERIFY(!QFile::exists(file(u"b.sqlite"_s)));
    }

    void machinesShareTheWorkAndStandInForTheDead_data()
    {
        QTest::addColumn<bool>("isServer");
        QTest::newRow("SQLite") << false;
        QTest::newRow("PostgreSQL") << true;
    }
    void machinesShareTheWorkAndStandInForTheDead()
    {
        QFETCH(bool, isServer);
        PostgresServer* server = isServer ? PostgresServer::instance() : nullptr;
        if (isServer && server == nullptr)
            QSKIP("Workers on a server are not tested: there is no PostgreSQL (package postgresql)");
        writeArchive(images);
        const QString catalogPath = isServer ? server->freshDatabase() : file(u"c.sqlite"_s);
        // The machines have mounted the archive at two places.
        QVERIFY(QFile::link(file(u"archive"_s), file(u"mnt"_s)));
        const auto start = [&](QProcess& process, const QString& mount) {
            process.start(QStringLiteral(IR_CLI),
                          {u"classify"_s, file(mount), u"--worker"_s, u"--lease"_s, u"5"_s, u"--json"_s,
                           u"--catalog"_s, catalogPath, u"--model"_s, m_model, u"--map"_s,
                           QString(file(mount) + u"=/xrays")});
        };
        QMap<QString, int> told; // names of files → lines
        const auto take = [&](QProcess& process) {
            int lines = 0;
            for (const QByteArray& line : process.readAllStandardOutput().split('\n')) {
                const auto json = QJsonDocument::fromJson(line).object(); // the last may be cut
                if (json[u"status"].toString() == u"ok"_s) {
                    ++told[json[u"path"].toString().section(u'/', -1)];
                    ++lines;
                }
            }
            return lines;
        };
        QProcess first;
        start(first, u"archive"_s);
        QVERIFY(first.waitForReadyRead(60'000)); // in the middle of it
        QProcess second;
        start(second, u"mnt"_s);
        QVERIFY(second.waitForStarted());
        first.kill();
        QVERIFY(first.waitForFinished());
        QProcess third;
        start(third, u"archive"_s);
        QVERIFY(second.waitForFinished(120'000));
        QCOMPARE(second.exitCode(), 0);
        QVERIFY(third.waitForFinished(120'000));
        QCOMPARE(third.exitCode(), 0);
        const int byTheDead = take(first);
        const int byTheOthers = take(second) + take(third);
        QVERIFY(byTheDead > 0);
        for (auto it = told.cbegin(); it != told.cend(); ++it)
            QVERIFY2(it.value() == 1, qPrintable(it.key())); // nobody did what another had done
        const auto catalog = ir::Catalog::open(catalogPath);
        QVERIFY2(catalog, catalog ? "" : catalog.error().message.c_str());
        const auto files = (*catalog)->files(u"/xrays"_s).value();
        QCOMPARE(files.size(), images);
        for (const auto& one : files)
            QVERIFY2(!one.predictedClass.isEmpty(), qPrintable(one.path));
        QVERIFY(byTheOthers <= images - byTheDead);
    }
};

QTEST_GUILESS_MAIN(TestCatalogCommand)
#include "test_catalogcommand.moc"
