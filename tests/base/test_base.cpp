#include "base/atomicfile.h"
#include "base/csv.h"
#include "base/digest.h"
#include "base/posixfile.h"

#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

class TestBase : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sha256MatchesTheStandardsExample()
    {
        // FIPS 180-4 example "abc".
        QCOMPARE(ir::sha256("abc"),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }

    void sha256OfAFileEqualsThatOfItsBytes()
    {
        QTemporaryDir dir;
        const std::filesystem::path path = dir.filePath(QStringLiteral("f")).toStdString();
        const std::string bytes(3'000'000, 'x');
        QVERIFY(ir::writeFileAtomically(path, bytes));
        QCOMPARE(ir::sha256OfFile(path).value(), ir::sha256(bytes));
        QVERIFY(!ir::sha256OfFile(path / "none"));
    }

    void aFailedAtomicWriteLeavesTheOldFileAndNoTemporary()
    {
        QTemporaryDir dir;
        const std::filesystem::path path = dir.filePath(QStringLiteral("kept")).toStdString();
        QVERIFY(ir::writeFileAtomically(path, "old"));
        const auto failed = ir::writeFileAtomically(path, [](const ir::ByteSink& sink) {
            const auto written = sink("half of the new ");
            return written ? ir::Result<void>(ir::failure("no more")) : written;
        });
        QVERIFY(!failed);
        QCOMPARE(ir::readFile(path).value(), std::string("old"));
        QCOMPARE(QDir(dir.path()).entryList(QDir::Files).size(), 1);
    }

    void aPipeIsWrittenIntoNotReplaced()
    {
        QTemporaryDir dir;
        const std::string path = dir.filePath(QStringLiteral("pipe")).toStdString();
        QCOMPARE(::mkfifo(path.c_str(), 0600), 0);
        const ir::Descriptor reader(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
        QVERIFY(reader.isOpen());
        QVERIFY(ir::writeFileAtomically(path, "bytes"));
        QVERIFY(std::filesystem::is_fifo(path));
        char got[8]{};
        QCOMPARE(::read(reader.get(), got, sizeof got), ssize_t(5));
        QCOMPARE(QByteArray(got), QByteArray("bytes"));
    }

    void anUnwritablePlaceIsReportedByName()
    {
        const auto result = ir::writeFileAtomically("/proc/no-such-folder/x", "bytes");
        QVERIFY(!result);
        QVERIFY(result.error().message.find("/proc/no-such-folder/x") != std::string::npos);
    }

    void readingIsBounded()
    {
        QTemporaryDir dir;
        const std::filesystem::path path = dir.filePath(QStringLiteral("f")).toStdString();
        QVERIFY(ir::writeFileAtomically(path, "0123456789"));
        QCOMPARE(ir::readFile(path, 10).value().size(), std::size_t(10));
        QVERIFY(!ir::readFile(path, 9));
        QVERIFY(!ir::readFile(dir.path().toStdString()));
    }

    void csvKeepsQuotedCommasQuotesAndLineEnds()
    {
        const std::vector<std::string> fields{"a,b", "say \"hi\"", "two\nlines", "plain", ""};
        const auto table =
            ir::CsvTable::parse("\xEF\xBB\xBFp,q,r,s,t\r\n" + ir::csvLine(fields) + "\n1,2,3,4,5");
        QVERIFY(table);
        QCOMPARE(table->rows(), std::size_t(2));
        QCOMPARE(table->at(0, "p"), fields[0]);
        QCOMPARE(table->at(0, "q"), fields[1]);
        QCOMPARE(table->at(0, "r"), fields[2]);
        QCOMPARE(table->at(1, "t"), std::string("5"));
        QCOMPARE(table->at(1, "absent"), std::string());
    }

    void csvNamesTheRowThatDoesNotFit()
    {
        const auto table = ir::CsvTable::parse("a,b\n1,2\n1,2,3\n");
        QVERIFY(!table);
        QVERIFY(table.error().message.find("Row 3") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestBase)
#include "test_base.moc"
