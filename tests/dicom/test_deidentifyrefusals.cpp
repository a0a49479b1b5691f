#include "deidentifytest.h"

#include <cstdlib>

using namespace std::string_literals;
using namespace ir::test;

/// What cannot be cleaned is refused in a sentence, never written.
class TestDeidentifyRefusals : public QObject, DeidentifyTest
{
    Q_OBJECT

private Q_SLOTS:
    void whatCannotBeRemovedIsRefused()
    {
        // The name as letters in the pixel words: nothing can be taken out there.
        DicomBytes bytes = planted();
        const std::string groups = pixelGroups().dataSet();
        bytes.raw(groups.substr(0, groups.size() - 20))
            .element(0x7FE00010, "OW", "Esmeralda Quixotte");
        const std::string result = clean(bytes.file());
        QVERIFY2(
            result.starts_with(
                "error: the name of its element (0010,0010) is also in its element (7FE0,0010)"),
            result.c_str());
    }

    void brokenFilesAreRefusedInASentence_data()
    {
        QTest::addColumn<QByteArray>("file");
        const std::string file = joined(planted(), pixelGroups()).file();
        const auto row = [](const char* name, const std::string& bytes) {
            QTest::newRow(name) << QByteArray(bytes.data(), qsizetype(bytes.size()));
        };
        row("cut in the pixels", file.substr(0, file.size() - 3));
        row("cut in the header", file.substr(0, 400));
        row("no DICOM", "hello");
        std::string nested;
        for (int i = 0; i < 5000; ++i)
            nested += "\x40\0\x60\2SQ\0\0\xFF\xFF\xFF\xFF\xFE\xFF\0\xE0\xFF\xFF\xFF\xFF"s;
        row("nested 5,000 deep", planted().file() + nested);
    }
    void brokenFilesAreRefusedInASentence()
    {
        QFETCH(QByteArray, file);
        const auto read = ir::readDicomTree(m_folder.write(file.toStdString()));
        QVERIFY(!read);
        QVERIFY2(read.error().message.ends_with(".") &&
                     read.error().message.find("file") != std::string::npos,
                 read.error().message.c_str());
    }

    void objectsWithoutAnImageAreRefused()
    {
        const auto result = ir::deidentified(tree(planted().file()), key(), {});
        QVERIFY(!result && result.error().message.find("no image") != std::string::npos);
    }

    void randomlyDamagedFilesNeitherCrashNorLeak()
    {
        const std::string file = joined(planted(), pixelGroups()).file();
        std::srand(3);
        int refused = 0;
        for (int round = 0; round < 1000; ++round) {
            std::string bytes = file;
            for (int k = 0; k < 3; ++k)
                bytes[132 + static_cast<std::size_t>(std::rand()) % (bytes.size() - 132)] =
                    static_cast<char>(std::rand());
            const auto read = ir::readDicomTree(m_folder.write(bytes));
            if (!read) {
                ++refused;
                continue;
            }
            ir::IdentifierSearch search;
            for (const auto& identifier : ir::identifiersOf(*read))
                search.add(identifier);
            const auto result = ir::deidentified(*read, key(), {});
            if (!result)
                continue;
            const auto again = ir::readDicomTree(m_folder.write(result->bytes, "clean"));
            QVERIFY(again);
            QVERIFY(ir::identifiersIn(*again, search).empty());
        }
        QVERIFY(refused > 30 && refused < 970);
    }
};

QTEST_GUILESS_MAIN(TestDeidentifyRefusals)
#include "test_deidentifyrefusals.moc"
