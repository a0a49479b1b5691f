#include "dicom/dicomlibrary.h"
#include "pipeline/filescanner.h"
#include "raster/raster.h"

#include "support/dicomfiles.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>

#include <unistd.h>

namespace fs = std::filesystem;
using namespace Qt::StringLiterals;

class TestFileScanner : public QObject
{
    Q_OBJECT

    ir::DicomLibrary m_library;

    struct Found
    {
        QStringList names; ///< relative to the root
        QStringList notices;
        QStringList unusable;
        bool complete = false;
    };

    static Found scan(const QString& root, std::vector<fs::path> roots = {}, std::stop_token stop = {})
    {
        if (roots.empty())
            roots.emplace_back(root.toStdString());
        Found result;
        const ir::ScanCallbacks callbacks{
            .found =
                [&](const ir::ScannedFile& file) {
                    result.names << QDir(root).relativeFilePath(file.path);
                },
            .notice = [&](const std::string& text) { result.notices << QString::fromStdString(text); },
            .unusableRoot =
                [&](const fs::path& path, const std::string& reason) {
                    result.unusable << QString::fromStdString(path.string() + "|" + reason);
                }};
        result.complete = ir::scanFiles(roots, callbacks, stop);
        return result;
    }

    static void writeBytes(const QString& path, const QByteArray& bytes)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }

private Q_SLOTS:
    void imagesAreFoundByContentInTheOrderOfNames()
    {
        QTemporaryDir dir;
        QVERIFY(QDir(dir.path()).mkpath(u"b/deep/er"_s));
        ir::test::writeXray(dir.filePath(u"b/deep/er/IM1"_s), 1);
        ir::test::writeXray(dir.filePath(u"a.txt"_s), 2); // a wrong extension does not matter
        writeBytes(dir.filePath(u"c.dcm"_s), "not DICOM at all, whatever its name says");
        writeBytes(dir.filePath(u"empty"_s), "");
        const auto png = ir::encodePng(ir::test::randomImage(3, 40, 30));
        writeBytes(dir.filePath(u"b/scan.png"_s), QByteArray::fromStdString(png));

        const Found found = scan(dir.path());
        QVERIFY(found.complete);
        QCOMPARE(found.names, (QStringList{u"a.txt"_s, u"b/scan.png"_s, u"b/deep/er/IM1"_s}));
        QVERIFY(found.notices.isEmpty());
    }

    void loopsOfLinksEndAndEachFileComesOnce()
    {
        QTemporaryDir dir;
        QVERIFY(QDir(dir.path()).mkpath(u"real"_s));
        ir::test::writeXray(dir.filePath(u"real/IM1"_s), 1);
        fs::create_directory_symlink(dir.path().toStdString(),
                                     dir.filePath(u"real/up"_s).toStdString());
        fs::create_symlink(dir.filePath(u"real/IM1"_s).toStdString(),
                           dir.filePath(u"real/IM2"_s).toStdString());
        const Found found = scan(dir.path());
        QCOMPARE(found.names, QStringList{u"real/IM1"_s});
    }

    void aFileGoesByItsOwnNameWhereALinkStandsBeforeIt()
    {
        QTemporaryDir dir;
        QVERIFY(QDir(dir.path()).mkpath(u"real"_s));
        ir::test::writeXray(dir.filePath(u"real/IM1"_s), 1);
        ir::test::writeXray(dir.filePath(u"real/IM2"_s), 2);
        QTemporaryDir elsewhere;
        ir::test::writeXray(elsewhere.filePath(u"IM3"_s), 3);
        fs::create_symlink(dir.filePath(u"real/IM1"_s).toStdString(), dir.filePath(u"a"_s).toStdString());
        fs::create_directory_symlink(dir.filePath(u"real"_s).toStdString(), dir.filePath(u"b"_s).toStdString());
        fs::create_directory_symlink(elsewhere.path().toStdString(), dir.filePath(u"c"_s).toStdString());
        QCOMPARE(scan(dir.path()).names, (QStringList{u"real/IM1"_s, u"real/IM2"_s, u"c/IM3"_s}));
    }

    void aNameThatIsNotUtf8IsToldAndLeftOut()
    {
        QTemporaryDir dir;
        const auto png = ir::encodePng(ir::test::randomImage(3, 40, 30));
        writeBytes(dir.filePath(u"b.png"_s), QByteArray::fromStdString(png));
        const fs::path latin1 = dir.path().toStdString() + "/M\xFCller.png";
        fs::copy_file(dir.filePath(u"b.png"_s).toStdString(), latin1);
        const Found found = scan(dir.path());
        fs::remove(latin1); // Qt cannot
        QCOMPARE(found.names, QStringList{u"b.png"_s});
        QCOMPARE(found.notices.size(), 1);
        QVERIFY(found.notices[0].contains(u"UTF-8"_s));
    }

    void aDicomdirThatCannotBeReadIsTold()
    {
        QTemporaryDir dir;
        const fs::path broken = dir.filePath(u"DICOMDIR"_s).toStdString();
        // The meta header says that it is a directory; there is no directory in it.
        writeBytes(dir.filePath(u"DICOMDIR"_s), QByteArray(128, '\0') + "DICM" + QByteArray("\x02\0\x02\0UI\x14\0", 8) +
                                                    QByteArray("1.2.840.10008.1.3.10", 20));
        const Found found = scan(dir.path(), {broken});
        QCOMPARE(found.unusable.size(), 1);
    }

    void aRootNamedTwiceIsScannedOnce()
    {
        QTemporaryDir dir;
        ir::test::writeXray(dir.filePath(u"IM1"_s), 1);
        const fs::path folder = dir.path().toStdString();
        const Found found = scan(dir.path(), {folder, folder / "IM1", folder / "." / "IM1"});
        QCOMPARE(found.names, QStringList{u"IM1"_s});
    }

    void aRootThatIsNoImageIsReportedWithTheReason()
    {
        QTemporaryDir dir;
        writeBytes(dir.filePath(u"notes.txt"_s), "text");
        const fs::path folder = dir.path().toStdString();
        const Found found = scan(dir.path(), {folder / "notes.txt", folder / "absent", fs::path(), "/dev/null"});
        QVERIFY(found.names.isEmpty());
        QCOMPARE(found.unusable.size(), 4);
        QVERIFY(!found.unusable[2].contains(u"Success"_s));
        QVERIFY(found.unusable[3].contains(u"not a file"_s));
        QVERIFY(found.unusable[0].contains(u"neither DICOM nor"_s));
        QVERIFY(found.unusable[1].contains(u"No such file"_s));
    }

    void aFolderThatCannotBeReadIsSaidAndTheRestGoesOn()
    {
        if (::geteuid() == 0)
            QSKIP("SKIPPED: root can read every folder");
        QTemporaryDir dir;
        QVERIFY(QDir(dir.path()).mkpath(u"a-locked"_s));
        ir::test::writeXray(dir.filePath(u"z"_s), 1);
        fs::permissions(dir.filePath(u"a-locked"_s).toStdString(), fs::perms::none);
        const Found found = scan(dir.path());
        fs::permissions(dir.filePath(u"a-locked"_s).toStdString(), fs::perms::owner_all);
        QCOMPARE(found.names, QStringList{u"z"_s});
        QCOMPARE(found.notices.size(), 1);
        QVERIFY(found.notices[0].contains(u"a-locked"_s));
    }

    void ourOwnFolderIsNotPartOfTheArchive()
    {
        QTemporaryDir dir;
        QVERIFY(QDir(dir.path()).mkpath(u".imaging-router"_s));
        ir::test::writeXray(dir.filePath(u".imaging-router/IM1"_s), 1);
        QVERIFY(scan(dir.path()).names.isEmpty());
    }

    void itStopsWhenAsked()
    {
        QTemporaryDir dir;
        for (std::uint32_t i = 0; i < 5; ++i)
            ir::test::writeXray(dir.filePath(QString::number(i)), i);
        std::stop_source source;
        source.request_stop();
        const Found found = scan(dir.path(), {}, source.get_token());
        QVERIFY(!found.complete);
        QVERIFY(found.names.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestFileScanner)
#include "test_filescanner.moc"
