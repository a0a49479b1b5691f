#include "deidentifytest.h"

#include "dicom/deidentify/codestreamcomments.h"

#include <zlib.h>
#include <set>

using namespace std::string_literals;
using namespace ir::test;

/// Of what was planted, nothing is left, wherever it stood.
class TestDeidentify : public QObject, DeidentifyTest
{
    Q_OBJECT

private Q_SLOTS:
    void nothingIsLeftInAnyTransferSyntax_data()
    {
        QTest::addColumn<bool>("explicitVr");
        QTest::addColumn<bool>("bigEndian");
        QTest::addColumn<QByteArray>("syntax");
        QTest::newRow("explicit") << true << false << QByteArray("1.2.840.10008.1.2.1");
        QTest::newRow("implicit") << false << false << QByteArray("1.2.840.10008.1.2");
        QTest::newRow("big endian") << true << true << QByteArray("1.2.840.10008.1.2.2");
    }
    void nothingIsLeftInAnyTransferSyntax()
    {
        QFETCH(bool, explicitVr);
        QFETCH(bool, bigEndian);
        QFETCH(QByteArray, syntax);
        const std::string file =
            joined(planted(explicitVr, bigEndian), pixelGroups(explicitVr, bigEndian))
                .file(syntax.toStdString());
        const std::string bytes = clean(file);
        verifyNothingPlanted(bytes);
        // The picture and what it shows are still there.
        const auto facts = ir::readFacts(m_folder.write(bytes, "clean"));
        QVERIFY(facts);
        QCOMPARE(facts->bodyPartExamined, "CHEST"s);
        QCOMPARE(facts->transferSyntax, syntax.toStdString());
        std::string why;
        QCOMPARE(m_folder.grays(bytes, &why), m_folder.grays(file));
        QVERIFY2(why.empty(), why.c_str());
        // And the check finds every one of them in the original.
        ir::IdentifierSearch search;
        const auto source = tree(file);
        for (const auto& identifier : ir::identifiersOf(source))
            search.add(identifier);
        std::set<std::size_t> found;
        for (const auto& hit : ir::identifiersIn(source, search))
            found.insert(hit.identifier);
        QCOMPARE(found.size(), search.size());
        QVERIFY(search.size() >= 10);
    }

    void plantedInOddPlaces_data()
    {
        QTest::addColumn<QByteArray>("file");
        const auto row = [](const char* name, const std::string& file) {
            QTest::newRow(name) << QByteArray(file.data(), qsizetype(file.size()));
        };
        const DicomBytes pixels = pixelGroups();
        const std::string base = joined(planted(), pixels).file();
        row("preamble", kName + kId + base.substr(kName.size() + kId.size()));
        DicomBytes nested;
        nested.sequence(0x00400260,
                        {DicomBytes().sequence(
                            0x00400440, {DicomBytes()
                                             .text(0x0040A123, "PN", kName)
                                             .text(0x0040A160, "UT", "seen: " + kName + " " + kId)
                                             .text(0x00100020, "LO", kId)})});
        row("nested sequences",
            joined(joined(planted(), pixelGroups()), DicomBytes()).file()); // control
        DicomBytes withNested = planted();
        withNested
            .raw(DicomBytes()
                     .us(0x00280002, {1})
                     .text(0x00280004, "CS", "MONOCHROME2")
                     .us(0x00280010, {2})
                     .us(0x00280011, {2})
                     .us(0x00280100, {16})
                     .us(0x00280101, {12})
                     .us(0x00280102, {11})
                     .us(0x00280103, {0})
                     .dataSet())
            .raw(nested.dataSet())
            .element(0x7FE00010, "OW", withNested.words({1, 2, 3, 4}));
        row("three sequences deep", withNested.file());
        DicomBytes isPrivate = planted();
        isPrivate.text(0x00210010, "LO", "ACME " + kHospital)
            .text(0x00211001, "LO", kName)
            .element(0x00211002, "UN", kId)
            .sequence(0x00211003, {DicomBytes().text(0x00100010, "PN", kName)});
        row("private block", joined(isPrivate, pixels).file());
        DicomBytes undefined = planted();
        undefined.raw(DicomBytes().element(0x00211003, "UN", {}, 0xFFFFFFFF).dataSet());
        DicomBytes implicitItem(false);
        implicitItem.text(0x00100010, "PN", kName);
        DicomBytes item;
        item.number(0xFFFE, 2);
        item.number(0xE000, 2);
        item.number(implicitItem.dataSet().size(), 4);
        item.raw(implicitItem.dataSet());
        item.number(0xFFFE, 2);
        item.number(0xE0DD, 2);
        item.number(0, 4);
        undefined.raw(item.dataSet());
        row("private sequence of undefined length, implicit inside",
            joined(undefined, pixels).file());
        DicomBytes overlays = pixelGroups();
        const std::string onlyPixels = overlays.dataSet().substr(overlays.dataSet().size() - 20);
        DicomBytes overlayed = planted();
        overlayed.raw(overlays.dataSet().substr(0, overlays.dataSet().size() - 20))
            .text(0x50000022, "LO", kName)
            .us(0x60000010, {2})
            .text(0x60000022, "LO", kName)
            .text(0x60001500, "LO", kId)
            .element(0x60003000, "OW", kName + kId)
            .text(0x60004000, "LO", kHospital)
            .raw(onlyPixels);
        row("curves and overlays", overlayed.file());
        DicomBytes unknownVr = planted();
        unknownVr.element(0x00204000, "UN", "comment on " + kName).element(0x00209161, "UN", kUid);
        row("text in VR UN", joined(unknownVr, pixels).file());
        row("text in an element that the profile keeps",
            joined(DicomBytes(planted()).text(0x00204FFE, "LO", "x"), pixels).file());
        DicomBytes comment = planted();
        comment.text(0x00200060, "CS", kId).text(0x00209056, "SH", "for " + kName);
        row("kept attributes", joined(comment, pixels).file());
        DicomBytes broken = planted();
        broken.element(0x00400260, "SQ", "\xFE\xFF\0\xE0\xFF\0\0\0"s + kName + kId);
        row("a sequence that makes no sense", joined(broken, pixels).file());
        row("trailing padding",
            base + DicomBytes().element(0xFFFCFFFC, "OB", kName + kId).dataSet());
        row("bytes behind the data set", base + "\0\0\0\0"s + kName + " " + kId);
        DicomBytes meta;
        meta.element(0x00020002, "UI", "1.2.840.10008.5.1.4.1.1.1.1")
            .element(0x00020003, "UI", kUid)
            .element(0x00020010, "UI", "1.2.840.10008.1.2.1")
            .element(0x00020016, "AE", kAccession)
            .element(0x00020100, "UI", kUid)
            .element(0x00020102, "OB", kName);
        DicomBytes length;
        DicomBytes four;
        four.number(meta.dataSet().size(), 4);
        length.element(0x00020000, "UL", four.dataSet());
        row("meta header", std::string(128, 'x') + "DICM" + length.dataSet() + meta.dataSet() +
                               joined(planted(), pixels).dataSet());
    }
    void plantedInOddPlaces()
    {
        QFETCH(QByteArray, file);
        const std::string bytes = clean(file.toStdString());
        verifyNothingPlanted(bytes);
        QCOMPARE(bytes.substr(0, 132), std::string(128, '\0') + "DICM");
        const auto result = ir::readDicomTree(m_folder.write(bytes, "clean"));
        QVERIFY(result);
        QVERIFY(result->root.find(0x7FE00010) != nullptr);
    }

    void namesInOtherCharacterSets_data()
    {
        QTest::addColumn<QByteArray>("set");
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("utf8"); // a part that must not be in any encoding
        // The example names of PS3.5 annexes H, I and J, and of Western Europe.
        QTest::newRow("Latin-1") << QByteArray("ISO_IR 100") << QByteArray("Buc^J\xE9r\xF4me")
                                 << QByteArray("Jérôme");
        QTest::newRow("Cyrillic") << QByteArray("ISO_IR 144")
                                  << QByteArray("\xBB\xEE\xDA\x63\x65\xDC\xD1\xE3\xE0\xD3")
                                  << QByteArray();
        QTest::newRow("UTF-8") << QByteArray("ISO_IR 192") << QByteArray("Wang^XiaoDong=王^小东=")
                               << QByteArray("小东");
        QTest::newRow("GB18030") << QByteArray("GB18030")
                                 << QByteArray("Wang^XiaoDong=\xCD\xF5^\xD0\xA1\xB6\xAB=")
                                 << QByteArray("小东");
        QTest::newRow("Japanese, ISO 2022")
            << QByteArray("\\ISO 2022 IR 87")
            << QByteArray("Yamada^Tarou=\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B=") << QByteArray("太郎");
        QTest::newRow("Korean") << QByteArray("\\ISO 2022 IR 149")
                                << QByteArray(
                                       "Hong^Gildong=\x1B$)C\xFB\xF3^\x1B$)C\xD1\xCE\xD4\xD7=")
                                << QByteArray();
    }
    void namesInOtherCharacterSets()
    {
        QFETCH(QByteArray, set);
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, utf8);
        DicomBytes bytes;
        bytes.text(0x00080005, "CS", set.toStdString())
            .text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.1.1")
            .text(0x00080018, "UI", kUid)
            .text(0x00100010, "PN", name.toStdString())
            // The name again where the profile looks for none, in two encodings.
            .text(0x00181030, "LO", name.toStdString())
            .text(0x00200060, "CS", name.toStdString())
            .text(0x00209056, "SH", utf8.toStdString());
        const std::string file = joined(bytes, pixelGroups()).file();
        const std::string result = clean(file);
        QVERIFY2(!result.starts_with("error"), result.c_str());
        for (const QByteArray& group : name.split('='))
            for (const QByteArray& part : group.split('^'))
                if (part.size() >= 4)
                    QVERIFY2(!contains(result, part.toStdString()), part.constData());
        if (!utf8.isEmpty())
            QVERIFY(!contains(result, utf8.toStdString()));
    }

    void deflatedFilesAreSearchedUnfoldedAndWrittenUnfolded()
    {
        const std::string dataSet = joined(planted(), pixelGroups()).dataSet();
        std::string folded(compressBound(dataSet.size()) + 64, '\0');
        z_stream stream{};
        QCOMPARE(deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(dataSet.data()));
        stream.avail_in = static_cast<uInt>(dataSet.size());
        stream.next_out = reinterpret_cast<Bytef*>(folded.data());
        stream.avail_out = static_cast<uInt>(folded.size());
        QCOMPARE(deflate(&stream, Z_FINISH), Z_STREAM_END);
        folded.resize(stream.total_out);
        deflateEnd(&stream);
        const std::string file = DicomBytes().raw(folded).file("1.2.840.10008.1.2.1.99");
        QVERIFY(!contains(file, kId));
        const auto source = tree(file);
        ir::IdentifierSearch search;
        search.add({ir::IdentifierKind::Number, 0x00100020, kId, {}});
        QCOMPARE(ir::identifiersIn(source, search).size(), std::size_t(1));
        const std::string bytes = clean(file);
        verifyNothingPlanted(bytes);
        QCOMPARE(tree(bytes).meta.text(0x00020010), "1.2.840.10008.1.2.1"s);
    }

    void commentsInCompressedPixelsAreBlanked()
    {
        const std::string jpeg = "\xFF\xD8\xFF\xE0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"s +
                                 "\xFF\xFE\0\x0C"s + "Quixotte12" + "\xFF\xE1\0\x0A"s + "Exif 123" +
                                 "\xFF\xDA\0\2"s + "Quixotte";
        const auto blank = ir::withoutComments(jpeg);
        QVERIFY(blank);
        QCOMPARE(blank->size(), jpeg.size());
        QVERIFY(contains(*blank, "JFIF") && !contains(*blank, "Exif"));
        QCOMPARE(blank->find("Quixotte"),
                 jpeg.rfind("Quixotte")); // entropy-coded data is not touched
        const std::string jpeg2000 = "\xFF\x4F\xFF\x64\0\x0C\0\1"s + "Quixotte" + "\xFF\x90"s;
        QCOMPARE(*ir::withoutComments(jpeg2000),
                 "\xFF\x4F\xFF\x64\0\x0C\0\1"s + "        " + "\xFF\x90"s);
        QVERIFY(!ir::withoutComments("\xFF\xD8\xFF\xDA\0\2"s));
        QVERIFY(!ir::withoutComments("\xFF\xD8\xFF\xFE\xFF"s)); // cut short
        QVERIFY(!ir::withoutComments(""));
    }
};

QTEST_GUILESS_MAIN(TestDeidentify)
#include "test_deidentify.moc"
