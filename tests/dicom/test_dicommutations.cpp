#include "dicombytes.h"
#include "dicomtest.h"

#include "dicom/dicomdir.h"
#include "dicom/dicomprobe.h"
#include "dicom/dicomwriter.h"

#include <random>

using ir::test::DicomBytes;

/// Broken files end in an image or a reason, never in a crash. Most of its worth is under the sanitizers.
class TestDicomMutations : public QObject
{
    Q_OBJECT

    ir::test::DicomFolder m_folder;

    std::string written(ir::DicomSyntax syntax)
    {
        ir::DicomPixels pixels;
        pixels.width = 24;
        pixels.height = 20;
        pixels.bitsStored = 8;
        for (int i = 0; i < pixels.width * pixels.height; ++i)
            pixels.values.push_back(static_cast<std::uint16_t>(i * 7 % 251));
        const auto path = m_folder.path("seed");
        const auto done = ir::writeDicom(path, pixels, {}, syntax);
        return done ? ir::readFile(path).value() : std::string();
    }

    static std::string mutated(std::string bytes, std::mt19937& random)
    {
        const auto any = [&](std::size_t below) {
            return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
        };
        // The preamble holds nothing; most changes go where the structure is.
        const std::size_t first = std::min<std::size_t>(132, bytes.size() - 1);
        for (std::size_t i = 0, changes = 1 + any(4); i < changes; ++i) {
            const std::size_t at = first + any(bytes.size() - first);
            switch (any(5)) {
            case 0:
                bytes[at] = static_cast<char>(random());
                break;
            case 1:
                bytes[at] = static_cast<char>(bytes[at] ^ 1 << any(8));
                break;
            case 2:
                bytes.replace(at, std::min<std::size_t>(4, bytes.size() - at), 4, '\xFF');
                break;
            case 3:
                bytes.resize(at + 1);
                return bytes;
            default:
                bytes.insert(at, bytes.substr(first + any(bytes.size() - first), any(32)));
            }
        }
        return bytes;
    }

private Q_SLOTS:
    void mutationsEndInAnImageOrAReason_data()
    {
        QTest::addColumn<int>("syntax");
        for (int syntax = 0; syntax <= static_cast<int>(ir::DicomSyntax::Jpeg2000Lossless); ++syntax)
            QTest::addRow("syntax %d", syntax) << syntax;
    }
    void mutationsEndInAnImageOrAReason()
    {
        QFETCH(int, syntax);
        const std::string seed = written(static_cast<ir::DicomSyntax>(syntax));
        QVERIFY(!seed.empty());
        std::mt19937 random(static_cast<unsigned>(syntax) + 1);
        int refused = 0;
        for (int i = 0; i < 150; ++i) {
            std::string why;
            const auto grays = m_folder.grays(mutated(seed, random), &why);
            QCOMPARE(grays.empty(), !why.empty());
            refused += grays.empty() ? 1 : 0;
            (void)ir::readFacts(m_folder.path("file"));
            (void)ir::probeDicom(m_folder.path("file"));
            (void)ir::filesOfDicomdir(m_folder.path("file"));
        }
        QVERIFY(refused > 0);
    }

    void everyPrefixEndsInAnImageOrAReason()
    {
        const std::string seed = written(ir::DicomSyntax::ExplicitLittleEndian);
        for (std::size_t length = 0; length < seed.size(); length += length < 1200 ? 7 : 101) {
            std::string why;
            QVERIFY(m_folder.grays(seed.substr(0, length), &why).empty());
            QVERIFY(!why.empty());
        }
    }
};

QTEST_GUILESS_MAIN(TestDicomMutations)
#include "test_dicommutations.moc"
