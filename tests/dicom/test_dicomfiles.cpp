#include "dicombytes.h"
#include "dicomtest.h"

#include "dicom/dicomdir.h"
#include "dicom/dicomprobe.h"
#include "dicom/dicomwriter.h"

#include <cmath>

using ir::test::DicomBytes;
using ir::test::Pixels;

namespace {

constexpr std::uint32_t pixelData = 0x7FE00010;

DicomBytes smallImage(bool explicitVr = true, bool bigEndian = false)
{
    Pixels pixels;
    pixels.columns = 2;
    DicomBytes bytes = pixels.module(explicitVr, bigEndian);
    return bytes.element(pixelData, "OW", bytes.words({0, 65535}));
}

ir::DicomPixels gradient(int width, int height, int bits)
{
    ir::DicomPixels pixels;
    pixels.width = width;
    pixels.height = height;
    pixels.bitsStored = bits;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            pixels.values.push_back(
                static_cast<std::uint16_t>((x * 37 + y * 101 + (x * y) % 13) & ((1 << bits) - 1)));
    pixels.window = ir::DicomWindow{std::ldexp(1.0, bits - 1), std::ldexp(1.0, bits)};
    return pixels;
}

} // namespace

class TestDicomFiles : public QObject
{
    Q_OBJECT

    ir::test::DicomFolder m_folder;

private Q_SLOTS:
    void theToolkitIsThere()
    {
        QVERIFY(ir::DicomLibrary::dictionaryLoaded());
        QVERIFY(ir::DicomLibrary::codecNames().size() >= 4);
        QVERIFY(ir::DicomLibrary::version().starts_with("DCMTK 3."));
    }

    void dicomIsToldByContent_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("kind");
        const auto row = [](const char* name, const std::string& bytes, ir::DicomKind kind) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << static_cast<int>(kind);
        };
        using enum ir::DicomKind;
        row("with preamble", smallImage().file(), File);
        row("mark without preamble", smallImage().file().substr(128), File);
        row("meta header without mark", smallImage().file().substr(132), File);
        row("bare explicit", smallImage().dataSet(), File);
        row("bare implicit", smallImage(false).dataSet(), File);
        row("bare explicit big endian", smallImage(true, true).dataSet(), File);
        row("bare implicit big endian", smallImage(false, true).dataSet(), File);
        row("broken behind its mark", std::string(128, 'x') + "DICMgarbage", File);
        row("directory",
            std::string(128, '\0') + "DICM" +
                DicomBytes().element(0x00020002, "UI", "1.2.840.10008.1.3.10").dataSet(),
            Dicomdir);
        row("empty", "", No);
        row("text", "Patient: nobody\nThis is the report of the examination of 2024.\n" + std::string(400, 'a'), No);
        row("zeros", std::string(4096, '\0'), No);
        row("PNG", "\x89PNG\r\n\x1a\n" + std::string("\0\0\0\rIHDR", 8) + std::string(300, '\x08'), No);
        row("ZIP", "PK\x03\x04" + std::string(300, '\x14'), No);
        row("looks like one element only", std::string("\x08\0\x05\0CS\x0A\0ISO_IR 100", 18) + std::string(200, 'z'), No);
    }
    void dicomIsToldByContent()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, kind);
        const auto path = m_folder.write(bytes.toStdString(), "picture.png");
        QCOMPARE(static_cast<int>(ir::probeDicom(path)), kind);
        QCOMPARE(ir::looksLikeDicom(path), kind == static_cast<int>(ir::DicomKind::File));
    }

    void whatCannotBeReadIsNotDicom()
    {
        QVERIFY(!ir::looksLikeDicom(m_folder.path("none")));
        QVERIFY(!ir::looksLikeDicom(m_folder.path("")));
        const auto facts = ir::readFacts(m_folder.path("none"));
        QVERIFY(!facts);
        QVERIFY(facts.error().message.find("none") != std::string::npos);
    }

    void bareDataSetsAreDecoded()
    {
        const std::vector<int> expected{0, 255};
        for (const bool explicitVr : {true, false})
            for (const bool bigEndian : {true, false}) {
                std::string why;
                const auto grays = m_folder.grays(smallImage(explicitVr, bigEndian).dataSet(), &why);
                QVERIFY2(grays == expected, why.c_str());
            }
    }

    void everySyntaxComesBackAsWritten_data()
    {
        QTest::addColumn<int>("syntax");
        QTest::addColumn<int>("bits");
        QTest::addColumn<QString>("uid");
        using enum ir::DicomSyntax;
        const std::pair<ir::DicomSyntax, const char*> syntaxes[] = {
            {ImplicitLittleEndian, "1.2.840.10008.1.2"},
            {ExplicitLittleEndian, "1.2.840.10008.1.2.1"},
            {ExplicitBigEndian, "1.2.840.10008.1.2.2"},
            {DeflatedLittleEndian, "1.2.840.10008.1.2.1.99"},
            {RleLossless, "1.2.840.10008.1.2.5"},
            {JpegBaseline, "1.2.840.10008.1.2.4.50"},
            {JpegLosslessSv1, "1.2.840.10008.1.2.4.70"},
            {JpegLsLossless, "1.2.840.10008.1.2.4.80"},
            {Jpeg2000Lossless, "1.2.840.10008.1.2.4.90"}};
        for (const auto& [syntax, uid] : syntaxes)
            for (const int bits : {8, 12, 16})
                if (syntax != JpegBaseline || bits == 8)
                    QTest::addRow("%s, %d bits", uid, bits)
                        << static_cast<int>(syntax) << bits << QString::fromLatin1(uid);
    }
    void everySyntaxComesBackAsWritten()
    {
        QFETCH(int, syntax);
        QFETCH(int, bits);
        QFETCH(QString, uid);
        const auto pixels = gradient(61, 43, bits);
        const auto path = m_folder.path("written.dcm");
        const auto written = ir::writeDicom(path, pixels, {}, static_cast<ir::DicomSyntax>(syntax));
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        const auto decoded = ir::decodeDicom(path);
        QVERIFY2(decoded, decoded ? "" : decoded.error().message.c_str());
        QCOMPARE(QString::fromStdString(decoded->facts.transferSyntax), uid);
        QCOMPARE(decoded->facts.bitsStored, bits);
        QCOMPARE(decoded->image.size(), (ir::Size{61, 43}));
        const double width = std::ldexp(1.0, bits);
        const int tolerance = syntax == static_cast<int>(ir::DicomSyntax::JpegBaseline) ? 40 : 0;
        for (std::size_t i = 0; i < pixels.values.size(); ++i) {
            const double shade =
                std::clamp((pixels.values[i] - (width / 2 - 0.5)) / (width - 1) + 0.5, 0.0, 1.0);
            const int expected = static_cast<int>(shade * 255 + 0.5);
            QVERIFY(std::abs(decoded->image.pixels[i] - expected) <= tolerance);
        }
    }

    void aSmallerImageIsTheReducedFullOne()
    {
        ir::GrayImage image(640, 400);
        for (int y = 0; y < image.height; ++y)
            for (int x = 0; x < image.width; ++x)
                image.row(y)[x] = static_cast<std::uint8_t>(128 + 100 * std::sin(x * 0.02) * std::cos(y * 0.03));
        ir::DecodeOptions small;
        small.longestSide = 100;
        for (const auto syntax : {ir::DicomSyntax::ExplicitLittleEndian, ir::DicomSyntax::Jpeg2000Lossless,
                                  ir::DicomSyntax::JpegBaseline}) {
            const auto path = m_folder.path("small.dcm");
            QVERIFY(ir::writeDicom(path, ir::toDicomPixels(image), {}, syntax));
            const auto decoded = ir::decodeDicom(path, small);
            QVERIFY(decoded);
            QCOMPARE(decoded->fullSize, (ir::Size{640, 400}));
            const auto expected = ir::resampleArea(image, {100, 63});
            QCOMPARE(decoded->image.size(), expected.size());
            // A wavelet's low band stands up to half a reduced pixel off.
            const int tolerance = syntax == ir::DicomSyntax::Jpeg2000Lossless ? 8 : 4;
            for (std::size_t i = 0; i < expected.pixels.size(); ++i)
                QVERIFY(std::abs(decoded->image.pixels[i] - expected.pixels[i]) <= tolerance);
        }
    }

    void factsComeBackAsWritten()
    {
        ir::ImageFacts facts;
        facts.modality = "CR";
        facts.patientName = "Müller, Jörg";
        facts.patientId = "4711";
        facts.patientAge = "003M";
        facts.bodyPartExamined = "CHEST";
        facts.viewPosition = "AP";
        facts.studyDescription = "Тест";
        facts.studyInstanceUid = "1.2.3";
        const auto path = m_folder.path("facts.dcm");
        QVERIFY(ir::writeDicom(path, gradient(4, 3, 12), facts, ir::DicomSyntax::JpegLosslessSv1));
        const auto read = ir::readFacts(path);
        QVERIFY(read);
        QCOMPARE(read->modality, facts.modality);
        QCOMPARE(read->patientName, facts.patientName);
        QCOMPARE(read->patientId, facts.patientId);
        QCOMPARE(read->patientAge, facts.patientAge);
        QCOMPARE(read->bodyPartExamined, facts.bodyPartExamined);
        QCOMPARE(read->viewPosition, facts.viewPosition);
        QCOMPARE(read->studyDescription, facts.studyDescription);
        QCOMPARE(read->studyInstanceUid, facts.studyInstanceUid);
        QVERIFY(!read->sopInstanceUid.empty());
        QCOMPARE(read->rows, 3);
        QCOMPARE(read->columns, 4);
        QCOMPARE(read->sopClassUid, std::string("1.2.840.10008.5.1.4.1.1.1"));
    }

    void namesAreReadable_data()
    {
        QTest::addColumn<QByteArray>("charset");
        QTest::addColumn<QByteArray>("written");
        QTest::addColumn<QString>("shown");
        // The examples of PS3.5 annexes H, I and J.
        QTest::newRow("default") << QByteArray() << QByteArray("Doe^Jane^M^Dr") << QStringLiteral("Doe, Dr Jane M");
        QTest::newRow("Latin-1") << QByteArray("ISO_IR 100") << QByteArray("Buc^J\xE9r\xF4me") << QStringLiteral("Buc, Jérôme");
        QTest::newRow("UTF-8") << QByteArray("ISO_IR 192") << QByteArray("Wang^XiaoDong=王^小东=")
                               << QStringLiteral("Wang, XiaoDong (王 小东)");
        QTest::newRow("ISO 2022 Japanese")
            << QByteArray("\\ISO 2022 IR 87")
            << QByteArray("Yamada^Tarou=\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B=\x1B$B$d$^$@\x1B(B^\x1B$B$?$m$&\x1B(B")
            << QStringLiteral("Yamada, Tarou (山田 太郎)");
        QTest::newRow("ISO 2022 Korean")
            << QByteArray("\\ISO 2022 IR 149")
            << QByteArray("Hong^Gildong=\x1B$)C\xFB\xF3^\x1B$)C\xD1\xCE\xD4\xD7=\x1B$)C\xC8\xAB^\x1B$)C\xB1\xE6\xB5\xBF")
            << QStringLiteral("Hong, Gildong (洪 吉洞)");
        QTest::newRow("UTF-8 that is not declared") << QByteArray() << QByteArray("M\xC3\xBCller") << QStringLiteral("Müller");
        QTest::newRow("neither declared nor UTF-8") << QByteArray() << QByteArray("M\xFCller") << QStringLiteral("Müller");
    }
    void namesAreReadable()
    {
        QFETCH(QByteArray, charset);
        QFETCH(QByteArray, written);
        QFETCH(QString, shown);
        DicomBytes bytes;
        bytes.text(0x00080005, "CS", charset.toStdString()).text(0x00100010, "PN", written.toStdString());
        const auto facts = ir::readFacts(m_folder.write(bytes.file()));
        QVERIFY(facts);
        QCOMPARE(QString::fromStdString(facts->patientName), shown);
    }

    void hostileFilesAreRefusedWithAReason_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* name, const std::string& bytes, const char* reason) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << QString::fromLatin1(reason);
        };
        std::string nested;
        for (int i = 0; i < 20000; ++i)
            nested += std::string("\x08\0\x40\x11SQ\0\0\xFF\xFF\xFF\xFF\xFE\xFF\0\xE0\xFF\xFF\xFF\xFF", 20);
        row("nested without end", DicomBytes().text(0x00080060, "CS", "DX").raw(nested).file(), "64 deep");
        DicomBytes onion;
        for (int i = 0; i < 100; ++i)
            onion = DicomBytes().sequence(0x00081140, {onion});
        row("nested with lengths", onion.file(), "64 deep");
        DicomBytes implicitOnion(false);
        for (int i = 0; i < 100; ++i)
            implicitOnion = DicomBytes(false).sequence(0x00081140, {implicitOnion});
        row("nested in implicit VR", implicitOnion.file("1.2.840.10008.1.2"), "64 deep");

        Pixels huge;
        huge.rows = huge.columns = 32767;
        row("two gigabytes by its header", huge.module().element(pixelData, "OW", "tiny").file(), "512 MiB");
        row("the same, compressed",
            huge.module().element(pixelData, "OB", std::string("\xFE\xFF\0\xE0\0\0\0\0", 8), 0xFFFFFFFF)
                .file("1.2.840.10008.1.2.4.90"),
            "512 MiB");
        Pixels large;
        large.rows = large.columns = 16000;
        row("a large frame from next to nothing",
            large.module().element(pixelData, "OB", std::string("\xFE\xFF\0\xE0\0\0\0\0\xFE\xFF\0\xE0\x10\0\0\0", 16) + std::string(16, 'x'), 0xFFFFFFFF)
                .file("1.2.840.10008.1.2.5"),
            "too small");
        row("pixel data shorter than the header says",
            Pixels{4, 4}.module().element(pixelData, "OW", "1234").file(), "cut short: 4 of 32");
        const std::string whole = smallImage().file();
        row("a file cut in its pixels", whole.substr(0, whole.size() - 2), "cut short: 2 of 4");
        row("a file cut in its header", whole.substr(0, 250), "");
        row("an element longer than the file",
            DicomBytes().text(0x00080060, "CS", "DX").element(0x00091010, "OB", "x", 0x7FFFFFFF).file(), "longer than the file");
        row("no image", DicomBytes().text(0x00080060, "CS", "SR").text(0x00080070, "LO", "x").file(), "no image");
        row("no size", Pixels{0, 0}.module().element(pixelData, "OW", "1234").file(), "no image size");
        row("HTJ2K",
            Pixels{}.module().element(pixelData, "OB", std::string("\xFE\xFF\0\xE0\0\0\0\0", 8), 0xFFFFFFFF)
                .file("1.2.840.10008.1.2.4.201"),
            "HTJ2K) is not supported");
        row("MPEG",
            Pixels{}.module().element(pixelData, "OB", std::string("\xFE\xFF\0\xE0\0\0\0\0", 8), 0xFFFFFFFF)
                .file("1.2.840.10008.1.2.4.102"),
            "MPEG video) is not supported");
        row("not DICOM", "just text", "not a DICOM file");
        row("deflated nonsense", DicomBytes().raw(std::string(300, '\xFF')).file("1.2.840.10008.1.2.1.99"), "");
    }
    void hostileFilesAreRefusedWithAReason()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, reason);
        std::string why;
        QVERIFY(m_folder.grays(bytes.toStdString(), &why).empty());
        QVERIFY2(QString::fromStdString(why).contains(reason), why.c_str());
        QVERIFY2(QString::fromStdString(why).contains(QStringLiteral("file")), why.c_str());
    }

    void faultsOutsideTheImageDoNotHideIt()
    {
        DicomBytes broken;
        broken.text(0x00080016, "UI", "1.2").text(0x00080060, "CS", "DX");
        broken.element(0x00081140, "SQ", std::string("\xFE\xFF\0\xE0\x10\0\0\0", 8) + "not an element..");
        const std::string file = broken.raw(smallImage().dataSet()).raw("trailing rubbish").file();
        QCOMPARE(m_folder.grays(file), (std::vector<int>{0, 255}));
    }

    void aDeflatedBombIsNotUnfolded()
    {
        // 60 KB that unfold to 60 MB of zeros behind an element that claims them.
        const auto bytes = qCompress(QByteArray(60'000'000, '\0'), 9);
        QByteArray raw = bytes.mid(4 + 2); // without Qt's length and the zlib header
        const auto file = DicomBytes().raw(raw.toStdString()).file("1.2.840.10008.1.2.1.99");
        std::string why;
        QVERIFY(m_folder.grays(file, &why).empty());
        QVERIFY(!why.empty());
    }

    void aDirectoryLeadsToItsFilesAndNowhereElse()
    {
        const std::string image = smallImage().file();
        m_folder.write(image, "media/pt0/im000001");
        m_folder.write(image, "media/PT0/IM000002");
        m_folder.write(image, "outside");
        const auto record = [](const char* id) {
            return DicomBytes().text(0x00041430, "CS", "IMAGE").text(0x00041500, "CS", id);
        };
        DicomBytes directory;
        directory.text(0x00041130, "CS", "MEDIA")
            .sequence(0x00041220, {record("PT0\\IM000002"), record("pt0\\IM000001"), record("PT0\\IM000002"),
                                   record("..\\outside"), record("PT0\\NONE"), record("/etc/hostname")});
        const auto path = m_folder.write(directory.file(), "media/DICOMDIR");
        const auto files = ir::filesOfDicomdir(path);
        QVERIFY2(files, files ? "" : files.error().message.c_str());
        QCOMPARE(files->size(), std::size_t(2));
        QCOMPARE((*files)[0], m_folder.path("media/PT0/IM000002"));
        QCOMPARE((*files)[1], m_folder.path("media/pt0/im000001"));
    }

    void writingRefusesWhatDoesNotFit()
    {
        ir::DicomPixels pixels = gradient(4, 4, 12);
        QVERIFY(!ir::writeDicom(m_folder.path("x"), pixels, {}, ir::DicomSyntax::JpegBaseline));
        pixels.values[3] = 5000;
        QVERIFY(!ir::writeDicom(m_folder.path("x"), pixels, {}, ir::DicomSyntax::ExplicitLittleEndian));
        pixels.values.pop_back();
        QVERIFY(!ir::writeDicom(m_folder.path("x"), pixels, {}, ir::DicomSyntax::ExplicitLittleEndian));
        QVERIFY(!std::filesystem::exists(m_folder.path("x")));
    }
};

QTEST_GUILESS_MAIN(TestDicomFiles)
#include "test_dicomfiles.moc"
