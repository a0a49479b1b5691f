#include "catalogbuilder.h"
#include "rawdatabase.h"

#include "catalog/sharelock_p.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>


using namespace ir;
using namespace ir::test;

class TestCatalogFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void aNewCatalogMakesItsFolder()
    {
        const QString path = m_dir->filePath(QStringLiteral("a/b/catalog.sqlite"));
        const auto catalog = Catalog::open(path);
        QVERIFY(catalog);
        QCOMPARE((*catalog)->path(), path);
        QVERIFY(QFile::exists(path));
    }

    void theUsersOwnCatalogIsForTheirEyesOnly()
    {
        QFile::remove(Catalog::defaultPath());
        QVERIFY(Catalog::open(Catalog::defaultPath()));
        const auto permissions = QFile::permissions(Catalog::defaultPath());
        QVERIFY(!(permissions & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther)));
    }

    void theFileSaysWhatItIs()
    {
        const QString path = filled();
        RawDatabase raw(path);
        QCOMPARE(raw.value(QStringLiteral("PRAGMA application_id")).toInt(), 0x49524341);
        QCOMPARE(raw.value(QStringLiteral("PRAGMA user_version")).toInt(), 4);
        QCOMPARE(raw.value(QStringLiteral("PRAGMA journal_mode")).toString(), QStringLiteral("wal"));
    }

    void closingLeavesOneFile()
    {
        filled();
        QCOMPARE(QDir(m_dir->path()).entryList(QDir::Files), QStringList{QStringLiteral("c.sqlite")});
    }

    void theLogCannotBeRewritten_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::newRow("update event") << QStringLiteral("UPDATE label_event SET label = 'x'");
        QTest::newRow("delete event") << QStringLiteral("DELETE FROM label_event");
        QTest::newRow("update step") << QStringLiteral("UPDATE step SET label = 'x'");
        QTest::newRow("delete step") << QStringLiteral("DELETE FROM step");
    }
    void theLogCannotBeRewritten()
    {
        QFETCH(QString, sql);
        const QString path = filled();
        RawDatabase raw(path);
        const QString error = raw.execute(sql);
        QVERIFY2(error.contains(QStringLiteral("never")), qPrintable(error));
        QCOMPARE(raw.value(QStringLiteral("SELECT label FROM label_event")).toString(),
                 QStringLiteral("spine"));
    }

    void anEmptyFileBecomesACatalog()
    {
        const QString path = m_dir->filePath(QStringLiteral("c.sqlite"));
        QVERIFY(QFile(path).open(QIODevice::WriteOnly));
        QVERIFY(Catalog::open(path));
    }

    void aMigrationStartsAtTheVersionOfTheFile()
    {
        // A file that was made but never set up, as after a kill between the two: all steps run.
        const QString path = m_dir->filePath(QStringLiteral("c.sqlite"));
        {
            RawDatabase raw(path);
            QCOMPARE(raw.execute(QStringLiteral("PRAGMA application_id = %1").arg(0x49524341)), QString());
        }
        const auto catalog = Catalog::open(path);
        QVERIFY2(catalog, catalog ? "" : catalog.error().message.c_str());
        QCOMPARE(fill(**catalog, 3).size(), 3);
    }

    void aNewerCatalogIsRefusedAndLeftAlone()
    {
        const QString path = filled();
        {
            RawDatabase raw(path);
            QCOMPARE(raw.execute(QStringLiteral("PRAGMA user_version = 99")), QString());
        }
        refusedUntouched(path, "newer version");
    }

    void anotherProgramsDatabaseIsRefusedAndLeftAlone()
    {
        const QString path = m_dir->filePath(QStringLiteral("music.db"));
        {
            RawDatabase raw(path);
            QCOMPARE(raw.execute(QStringLiteral("CREATE TABLE songs (title TEXT)")), QString());
        }
        refusedUntouched(path, "another program");
    }

    void aFileThatIsNoDatabaseIsRefusedAndLeftAlone()
    {
        const QString path = m_dir->filePath(QStringLiteral("letter.txt"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(5000, 'x'));
        file.close();
        refusedUntouched(path, "not a catalog");
    }

    void aDamagedCatalogIsReported()
    {
        const QString path = filled();
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        const qint64 size = file.size();
        file.seek(100);
        file.write(QByteArray(static_cast<int>(size - 100), '\x5a'));
        file.close();
        const auto catalog = Catalog::open(path);
        QVERIFY(!catalog);
        QVERIFY2(QString::fromStdString(catalog.error().message).contains(QStringLiteral("damaged")),
                 catalog.error().message.c_str());
    }

    void aPlaceThatCannotBeWrittenIsReported()
    {
        const auto catalog = Catalog::open(QStringLiteral("/proc/archive/.imaging-router/catalog.sqlite"));
        QVERIFY(!catalog);
        QVERIFY(catalog.error().message.find("/proc/archive") != std::string::npos);
        QVERIFY(catalog.error().message.find("may write") != std::string::npos);
        const auto folder = Catalog::open(m_dir->path());
        QVERIFY(!folder);
    }

    void aNetworkShareServesOneMachineAtATime()
    {
        using catalog::ShareLock;
        const QString path = m_dir->filePath(QStringLiteral("c.sqlite"));
        auto here = ShareLock::take(path, QStringLiteral("desk-1.hospital.example"));
        QVERIFY(here);
        QVERIFY(ShareLock::take(path, QStringLiteral("desk-1.hospital.example"))); // another program of it
        const auto there = ShareLock::take(path, QStringLiteral("desk-2"));
        QVERIFY(!there);
        const QString why = QString::fromStdString(there.error().message);
        QVERIFY2(why.contains(QStringLiteral("desk-1-hospital-example")), qPrintable(why));
        QVERIFY2(why.contains(QStringLiteral("PostgreSQL")), qPrintable(why));
        here->reset();
        QVERIFY(ShareLock::take(path, QStringLiteral("desk-2")));
        QCOMPARE(QDir(m_dir->path()).entryList(QDir::Files), QStringList());
    }

    void aMachineThatCrashedTidiesUpWhenItComesBack()
    {
        using catalog::ShareLock;
        const QString path = m_dir->filePath(QStringLiteral("c.sqlite"));
        QProcess dead;
        dead.start(QStringLiteral("true"), {});
        QVERIFY(dead.waitForStarted());
        const qint64 process = dead.processId();
        QVERIFY(dead.waitForFinished());
        QFile left(path + QStringLiteral(".desk.desk-1.%1.1").arg(process));
        QVERIFY(left.open(QIODevice::WriteOnly));
        QVERIFY(!ShareLock::take(path, QStringLiteral("desk-2"))); // who cannot know that it is dead
        QVERIFY(ShareLock::take(path, QStringLiteral("desk-1")));
        QVERIFY(ShareLock::take(path, QStringLiteral("desk-2")));
    }

    void sharesAreToldFromDisks()
    {
        for (const char* share : {"nfs", "nfs4", "cifs", "smb3"})
            QVERIFY2(catalog::isNetworkShare(share), share);
        for (const char* disk : {"ext4", "xfs", "btrfs", "tmpfs", "overlay", ""})
            QVERIFY2(!catalog::isNetworkShare(disk), disk);
    }

private:
    /// A closed catalog with one image and one label.
    QString filled()
    {
        const QString path = m_dir->filePath(QStringLiteral("c.sqlite"));
        auto catalog = Catalog::open(path);
        const auto images = fill(**catalog, 1);
        (*catalog)->setLabel(images, QStringLiteral("spine"), QStringLiteral("Ann"));
        return path;
    }

    static QByteArray bytes(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    void refusedUntouched(const QString& path, const char* why)
    {
        const QByteArray before = bytes(path);
        const auto catalog = Catalog::open(path);
        QVERIFY(!catalog);
        QVERIFY2(catalog.error().message.find(why) != std::string::npos,
                 catalog.error().message.c_str());
        QVERIFY(catalog.error().message.find(path.toStdString()) != std::string::npos);
        QCOMPARE(bytes(path), before);
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_GUILESS_MAIN(TestCatalogFile)
#include "test_catalogfile.moc"
