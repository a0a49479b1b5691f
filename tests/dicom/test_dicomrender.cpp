#include "dicombytes.h"
#include "dicomtest.h"

#include <cstring>

using ir::test::DicomBytes;
using ir::test::Pixels;
using Values = std::vector<int>;

Q_DECLARE_METATYPE(DicomBytes)
Q_DECLARE_METATYPE(Values)

namespace {

constexpr std::uint32_t pixelData = 0x7FE00010;

DicomBytes lutItem(int first, int bits, const Values& entries)
{
    DicomBytes item;
    item.us(0x00283002, {static_cast<int>(entries.size()), first, bits});
    item.element(0x00283006, "OW", item.words(entries));
    return item;
}

} // namespace

class TestDicomRender : public QObject
{
    Q_OBJECT

    ir::test::DicomFolder m_folder;

private Q_SLOTS:
    void monochrome_data()
    {
        QTest::addColumn<DicomBytes>("header");
        QTest::addColumn<Values>("stored");
        QTest::addColumn<Values>("grays");
        const auto row = [](const char* name, const DicomBytes& header, const Values& stored,
                            const Values& grays) {
            QTest::newRow(name) << header << stored << grays;
        };
        const auto module = [](int columns) {
            Pixels pixels;
            pixels.columns = columns;
            return pixels;
        };
        const auto windowed = [](DicomBytes header, const char* center, const char* width) {
            return header.text(0x00281050, "DS", center).text(0x00281051, "DS", width);
        };
        // PS3.3 C.11.2.1.2.1: (x - 99.5) / 199 + 0.5
        row("linear", windowed(module(5).module(), "100", "200"), {0, 99, 100, 199, 400},
            {0, 127, 128, 255, 255});
        row("linear of width 1 is a threshold", windowed(module(3).module(), "100", "1"), {99, 100, 101},
            {0, 255, 255});
        row("the first of two windows", windowed(module(2).module(), "100\\9", "200\\9"), {99, 100},
            {127, 128});
        row("an impossible window is passed over", windowed(module(2).module(), "7\\100", "0\\200"),
            {99, 100}, {127, 128});
        row("linear exact", windowed(module(4).module(), "100", "200").text(0x00281056, "CS", "LINEAR_EXACT"),
            {0, 50, 100, 200}, {0, 64, 128, 255});
        row("sigmoid", windowed(module(3).module(), "100", "200").text(0x00281056, "CS", "SIGMOID"),
            {0, 100, 200}, {30, 128, 225});
        row("rescale before the window",
            windowed(module(2).module(), "100", "200").text(0x00281052, "DS", "-100").text(0x00281053, "DS", "2"),
            {50, 100}, {0, 128});

        Pixels negative = module(3);
        negative.isSigned = true;
        row("signed", windowed(negative.module(), "0", "200"), {-100, 0, 100}, {0, 128, 255});
        negative.stored = 12;
        row("signed twelve bits below other bits", windowed(negative.module(), "0", "200"),
            {(-100 & 0xFFF) | 0x7000, 0x1000, 100 | 0x2000}, {0, 128, 255});
        Pixels overlaid = module(2);
        overlaid.stored = 12;
        row("overlay bits above are masked", windowed(overlaid.module(), "100", "200"),
            {99 | 0x8000, 100 | 0x1000}, {127, 128});
        overlaid.highBit = 15;
        row("bits stored at the top of the word", windowed(overlaid.module(), "100", "200"),
            {99 << 4 | 3, 100 << 4 | 15}, {127, 128});

        Pixels inverse = module(3);
        inverse.photometric = "MONOCHROME1";
        row("MONOCHROME1", windowed(inverse.module(), "100", "200"), {0, 100, 199}, {255, 127, 0});
        row("MONOCHROME1 with its INVERSE shape is inverted once",
            windowed(inverse.module(), "100", "200").text(0x20500020, "CS", "INVERSE"), {0, 100, 199},
            {255, 127, 0});
        row("INVERSE shape", windowed(module(2).module(), "100", "200").text(0x20500020, "CS", "INVERSE"),
            {0, 199}, {255, 0});
        row("padding is black, also inverted",
            windowed(inverse.module().us(0x00280120, {7}), "100", "200"), {7, 100, 199}, {0, 127, 0});
        row("padding range",
            windowed(module(4).module().us(0x00280120, {150}).us(0x00280121, {160}), "100", "200"),
            {149, 150, 160, 161}, {191, 0, 0, 206});
        row("padding of signed pixels written as US",
            windowed(Pixels{1, 2, 16, 16, -1, true}.module().us(0x00280120, {63536}), "0", "8000"),
            {-2000, -2001}, {0, 64});

        row("VOI LUT before the window, clamped at its ends",
            windowed(module(4).module(), "1", "2").sequence(0x00283010, {lutItem(10, 8, {0, 51, 255})}),
            {0, 10, 11, 500}, {0, 0, 51, 255});
        row("modality LUT before the window",
            windowed(module(3).module(), "100", "200").sequence(0x00283000, {lutItem(0, 16, {99, 100, 400})}),
            {0, 1, 2}, {127, 128, 255});

        Pixels bytes = module(4);
        bytes.allocated = bytes.stored = 8;
        row("eight bits without a window are shown as they are", bytes.module(), {0x0120, 0x03FF},
            {0x20, 0x01, 0xFF, 0x03});
    }
    void monochrome()
    {
        QFETCH(DicomBytes, header);
        QFETCH(Values, stored);
        QFETCH(Values, grays);
        std::string why;
        const auto file = header.element(pixelData, "OW", header.words(stored)).file();
        QCOMPARE(m_folder.grays(file, &why), grays);
        QVERIFY2(why.empty(), why.c_str());
    }

    void withoutAWindowTheBulkOfThePixelsSpansBlackToWhite()
    {
        // 60 % anatomy from 1000 to 2199, 30 % collimation at 0, 10 % direct exposure at 4095.
        Pixels pixels;
        pixels.columns = 2000;
        Values stored;
        for (int i = 0; i < 2000; ++i)
            stored.push_back(i < 1200 ? 1000 + i : i < 1800 ? 0 : 4095);
        DicomBytes header = pixels.module();
        const auto grays = m_folder.grays(header.element(pixelData, "OW", header.words(stored)).file());
        QCOMPARE(grays.size(), std::size_t(2000));
        QCOMPARE(grays[1500], 0);
        QCOMPARE(grays[1900], 255);
        QVERIFY(grays[20] < 10);
        QVERIFY(grays[1180] > 245);
        QVERIFY(std::abs(grays[600] - 128) < 4);
    }

    void paddingDoesNotMoveTheRobustWindow()
    {
        Pixels pixels;
        pixels.columns = 400;
        Values stored;
        for (int i = 0; i < 400; ++i)
            stored.push_back(i < 200 ? 1000 + i : 60000 + i % 3);
        DicomBytes header = pixels.module().us(0x00280120, {60000}).us(0x00280121, {60002});
        const auto grays = m_folder.grays(header.element(pixelData, "OW", header.words(stored)).file());
        QVERIFY(grays[198] > 245);
        QCOMPARE(grays[399], 0);
    }

    void colour_data()
    {
        QTest::addColumn<DicomBytes>("file");
        QTest::addColumn<Values>("grays");
        const auto colour = [](const char* photometric, int planar, const std::string& bytes) {
            Pixels pixels;
            pixels.columns = 2;
            pixels.allocated = pixels.stored = 8;
            pixels.samples = 3;
            pixels.photometric = photometric;
            pixels.planar = planar;
            return pixels.module().element(pixelData, "OB", bytes);
        };
        const Values redAndWhite{77, 255}; // 0.299 × 255 = 76.2
        QTest::newRow("RGB") << colour("RGB", 0, "\xFF" + std::string(2, '\0') + "\xFF\xFF\xFF") << redAndWhite;
        QTest::newRow("RGB in planes")
            << colour("RGB", 1, std::string("\xFF\xFF\0\xFF\0\xFF", 6)) << redAndWhite;
        QTest::newRow("YBR_FULL") << colour("YBR_FULL", 0, "\x40\x80\x80\xC0\x80\x80") << Values{0x40, 0xC0};
        QTest::newRow("YBR_FULL_422") << colour("YBR_FULL_422", 0, "\x40\xC0\x80\x80") << Values{0x40, 0xC0};
        QTest::newRow("YBR_PARTIAL_422")
            << colour("YBR_PARTIAL_422", 0, "\x10\xEB\x80\x80") << Values{0, 255};

        const auto palette = [](int entryBits, const Values& red) {
            Pixels pixels;
            pixels.columns = 2;
            pixels.allocated = pixels.stored = 8;
            pixels.photometric = "PALETTE COLOR";
            DicomBytes bytes = pixels.module();
            const int count = 2;
            for (const std::uint32_t tag : {0x00281101U, 0x00281102U, 0x00281103U})
                bytes.us(tag, {count, 1, entryBits});
            bytes.element(0x00281201, "OW", bytes.words(red));
            for (const std::uint32_t tag : {0x00281202U, 0x00281203U})
                bytes.element(tag, "OW", bytes.words(Values(red.size(), 0)));
            return bytes.element(pixelData, "OW", "\x01\x02");
        };
        QTest::newRow("palette of 16-bit entries") << palette(16, {0, 0xFFFF}) << Values{0, 77};
        QTest::newRow("palette of packed 8-bit entries") << palette(8, {0xFF00}) << Values{0, 77};
    }
    void colour()
    {
        QFETCH(DicomBytes, file);
        QFETCH(Values, grays);
        std::string why;
        QCOMPARE(m_folder.grays(file.file(), &why), grays);
        QVERIFY2(why.empty(), why.c_str());
    }

    void unusualWords()
    {
        Pixels bits;
        bits.rows = 3;
        bits.columns = 3;
        bits.allocated = bits.stored = 1;
        bits.frames = 2; // the second frame starts inside a byte
        const auto file = bits.module().element(pixelData, "OB", std::string("\x01\xAA\x00", 3)).file();
        QCOMPARE(m_folder.grays(file), (Values{255, 0, 0, 0, 0, 0, 0, 0, 0}));
        QCOMPARE(m_folder.grays(file, nullptr, 1), (Values{255, 0, 255, 0, 255, 0, 255, 0, 0}));

        Pixels wide;
        wide.columns = 3;
        wide.allocated = wide.stored = 32;
        DicomBytes values;
        for (const std::uint64_t value : {1'000'000U, 1'000'100U, 1'000'200U})
            values.number(value, 4);
        const auto ranges = m_folder.grays(wide.module().element(pixelData, "OW", values.dataSet()).file());
        QCOMPARE(ranges, (Values{0, 128, 255}));

        const float numbers[] = {-0.5F, 0.0F, 0.5F};
        const std::string raw(reinterpret_cast<const char*>(numbers), sizeof numbers);
        const auto floats = m_folder.grays(wide.module().element(0x7FE00008, "OF", raw).file());
        QCOMPARE(floats, (Values{0, 128, 255}));
    }

    void bigEndianWordsAreSwapped()
    {
        Pixels pixels;
        pixels.columns = 2;
        DicomBytes words = pixels.module(true, true);
        words.text(0x00281050, "DS", "100").text(0x00281051, "DS", "200");
        words.element(pixelData, "OW", words.words({99, 100}));
        QCOMPARE(m_folder.grays(words.file("1.2.840.10008.1.2.2")), (Values{127, 128}));

        pixels.columns = 4;
        pixels.allocated = pixels.stored = 8;
        const auto bytes = pixels.module(true, true).element(pixelData, "OW", "\x02\x01\x04\x03");
        QCOMPARE(m_folder.grays(bytes.file("1.2.840.10008.1.2.2")), (Values{1, 2, 3, 4}));
    }

    void aFramesOwnWindowIsUsed()
    {
        Pixels pixels;
        pixels.columns = 1;
        pixels.frames = 2;
        const auto group = [](const char* center) {
            DicomBytes voi;
            voi.text(0x00281050, "DS", center).text(0x00281051, "DS", "1");
            return DicomBytes().sequence(0x00289132, {voi});
        };
        DicomBytes file = pixels.module();
        file.sequence(0x52009230, {group("0"), group("1000")}).element(pixelData, "OW", file.words({500, 500}));
        QCOMPARE(m_folder.grays(file.file()), Values{255});
        QCOMPARE(m_folder.grays(file.file(), nullptr, 1), Values{0});
        std::string why;
        QVERIFY(m_folder.grays(file.file(), &why, 2).empty());
        QVERIFY(why.find("it has 2") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestDicomRender)
#include "test_dicomrender.moc"
