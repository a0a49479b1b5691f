#include "base/digest.h"
#include "dicom/deidentify/burnedin.h"
#include "dicom/deidentify/codestreamcomments.h"
#include "dicom/deidentify/deidentifier.h"
#include "dicom/deidentify/identifiersearch.h"

#include "dicombytes.h"
#include "dicomtest.h"

#include <zlib.h>

#include <set>

using namespace std::string_literals;
using ir::test::DicomBytes;
using ir::test::Pixels;

namespace {

const std::string kName = "Quixotte^Esmeralda";
const std::string kId = "ZX-4711-0815";
const std::string kBirth = "19530607";
const std::string kStudyDate = "20190312";
const std::string kAccession = "ACC998877";
const std::string kHospital = "St Barnaby Infirmary";
const std::string kUid = "1.2.826.0.1.3680043.99.12345.678";

/// Everything that must be gone, in one string a piece.
const std::vector<std::string> kPlanted{"Quixotte", "Esmeralda", kId,       kBirth,
                                        kStudyDate, kAccession,  kHospital, kUid};

bool contains(const std::string& bytes, const std::string& part)
{
    return bytes.find(part) != std::string::npos;
}

std::string replaced(std::string text, const std::string& what, const std::string& with)
{
    return text.replace(text.find(what), what.size(), with);
}

/// A valid header with the planted identifiers where they belong, up to the pixel module's group.
DicomBytes planted(bool explicitVr = true, bool bigEndian = false)
{
    DicomBytes bytes(explicitVr, bigEndian);
    bytes.text(0x00080008, "CS", "ORIGINAL\\PRIMARY")
        .text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.1.1")
        .text(0x00080018, "UI", kUid)
        .text(0x00080020, "DA", kStudyDate)
        .text(0x00080030, "TM", "101112")
        .text(0x00080050, "SH", kAccession)
        .text(0x00080060, "CS", "DX")
        .text(0x00080080, "LO", kHospital)
        .text(0x00080090, "PN", "Doctor^Who")
        .text(0x00081030, "LO", "CHEST PA")
        .text(0x00100010, "PN", kName)
        .text(0x00100020, "LO", kId)
        .text(0x00100030, "DA", kBirth)
        .text(0x00100040, "CS", "F")
        .text(0x00180015, "CS", "CHEST")
        .text(0x0020000D, "UI", "1.2.826.0.1.3680043.99.1")
        .text(0x0020000E, "UI", "1.2.826.0.1.3680043.99.2");
    return bytes;
}

DicomBytes pixelGroups(bool explicitVr = true, bool bigEndian = false, int value = 7)
{
    DicomBytes bytes(explicitVr, bigEndian);
    bytes.us(0x00280002, {1})
        .text(0x00280004, "CS", "MONOCHROME2")
        .us(0x00280010, {2})
        .us(0x00280011, {2})
        .us(0x00280100, {16})
        .us(0x00280101, {12})
        .us(0x00280102, {11})
        .us(0x00280103, {0});
    bytes.element(0x7FE00010, "OW", bytes.words({value, 8, 9, 10}));
    return bytes;
}

DicomBytes joined(const DicomBytes& a, const DicomBytes& b)
{
    DicomBytes bytes = a;
    bytes.raw(b.dataSet());
    return bytes;
}

} // namespace

class TestDeidentify : public QObject
{
    Q_OBJECT

    ir::test::DicomFolder m_folder;

    ir::PseudonymKey key(char digit = '7') const
    {
        return ir::PseudonymKey::read(m_folder.write(std::string(64, digit) + "\n", "key")).value();
    }

    ir::DicomTree tree(const std::string& file) const
    {
        auto read = ir::readDicomTree(m_folder.write(file));
        if (!read)
            qFatal("%s", read.error().message.c_str());
        return std::move(*read);
    }

    /// The de-identified file's bytes, or "error: …".
    std::string clean(const std::string& file, const ir::DeidentifyOptions& options = {}) const
    {
        const auto result = ir::deidentified(tree(file), key(), options);
        return result ? result->bytes : "error: " + result.error().message;
    }

    static void verifyNothingPlanted(const std::string& bytes)
    {
        QVERIFY2(!bytes.starts_with("error"), bytes.c_str());
        std::string lower = bytes;
        for (char& c : lower)
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        for (std::string part : kPlanted) {
            QVERIFY2(!contains(bytes, part), part.c_str());
            for (char& c : part)
                c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            QVERIFY2(!contains(lower, part), part.c_str());
        }
    }

private Q_SLOTS:
    void theTableIsTheStandards()
    {
        using enum ir::ProfileAction;
        QCOMPARE(ir::tabulatedRows(),
                 std::size_t(614)); // table E.1-1 of 2024b, without its three wildcard rows
        QVERIFY(ir::tabulatedAction(0x00100010) == Z);   // PatientName
        QVERIFY(ir::tabulatedAction(0x00100020) == ZD);  // PatientID
        QVERIFY(ir::tabulatedAction(0x00080080) == XZD); // InstitutionName
        QVERIFY(ir::tabulatedAction(0x00081140) == XZU); // ReferencedImageSequence
        QVERIFY(ir::tabulatedAction(0x00080018) == U);   // SOPInstanceUID
        QVERIFY(ir::tabulatedAction(0xFFFCFFFC) == X);   // DataSetTrailingPadding
        QVERIFY(!ir::tabulatedAction(0x00280010));       // Rows
    }

    void rulesBeyondTheTable()
    {
        using enum ir::ProfileAction;
        const auto action = [](std::uint32_t tag, const char* vr, bool shift = false) {
            return ir::actionFor(tag, {vr[0], vr[1]}, shift);
        };
        QVERIFY(action(0x00091001, "LO") == X); // private
        QVERIFY(action(0x60023000, "OW") == X); // overlay, any group
        QVERIFY(action(0x60020010, "US") == X);
        QVERIFY(action(0x50100110, "US") == X);             // curve
        QVERIFY(ir::actionFor(0x00189999, {}, false) == X); // unknown to the dictionary
        QVERIFY(action(0x00189876, "PN") == Z);             // any name
        QVERIFY(action(0x00189876, "DA") == X);             // any date
        QVERIFY(action(0x00189876, "UI") == U);
        QVERIFY(action(0x00080016, "UI") == K); // a class
        QVERIFY(action(0x00180015, "CS") == K);
        QVERIFY(action(0x00080020, "DA", true) == C); // shifted
        QVERIFY(action(0x00080030, "TM", true) == K);
        QVERIFY(action(0x00100030, "DA", true) == Z); // but not birth
    }

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

    void theSearchKnowsEncodingsCaseAndWords()
    {
        ir::IdentifierSearch search;
        const auto name = search.add({ir::IdentifierKind::Name, 0x00100010, "Müller-Ölz", {}});
        const auto date = search.add({ir::IdentifierKind::Date, 0x00100030, "19530607", {}});
        const auto word = search.add({ir::IdentifierKind::Name, 0x00100010, "Lee", {}});
        const auto uid = search.add({ir::IdentifierKind::Uid, 0x00080018, "1.2.3.44", {}});
        QCOMPARE(search.add({ir::IdentifierKind::Name, 0x00100010, "Lee", {}}), word);
        const auto hits = [&](const std::string& bytes) {
            std::set<std::size_t> found;
            for (const auto& hit : search.find(bytes))
                found.insert(hit.identifier);
            return found;
        };
        using Found = std::set<std::size_t>;
        QCOMPARE(hits("..MüLLER-ÖLZ.."), (Found{name}));
        QCOMPARE(hits("M\xFCller-\xD6lz"), (Found{name}));
        QCOMPARE(hits("M\0\xFC\0l\0l\0e\0r\0-\0\xD6\0l\0z\0"s), (Found{name}));
        QCOMPARE(hits("\0m\0\xFC\0l\0l\0e\0r\0-\0\xD6\0l\0z"s), (Found{name}));
        for (const char* way :
             {"born 19530607", "1953-06-07", "07.06.1953", "06/07/1953", "19530607101112.5"})
            QCOMPARE(hits(way), (Found{date}));
        QCOMPARE(hits("2.25.119530607"), Found{});
        QCOMPARE(hits("Dr Lee."), (Found{word}));
        QCOMPARE(hits("SLEEP FLEECE"), Found{});
        const auto number = search.add({ir::IdentifierKind::Number, 0x00100020, "471108", {}});
        QCOMPARE(hits("ID471108"), (Found{number}));
        QCOMPARE(hits("2.25.94711080"), Found{});
        QCOMPARE(hits("1.2.3.44"), (Found{uid}));
        QCOMPARE(hits("1.2.3.44\0"s), (Found{uid}));
        QCOMPARE(hits("1.2.3.445 1.2.3.44.5 11.2.3.44"), Found{});
    }

    void aWordAtTheEdgeOfItsValueIsFound()
    {
        // The next element's tag begins with '2' (group 0x0032), which raw bytes take for a part of
        // the word.
        DicomBytes bytes = planted();
        const std::string file =
            joined(bytes.text(0x00200060, "CS", "Leeb").text(0x00321060, "LO", "x"), pixelGroups())
                .file();
        ir::IdentifierSearch search;
        search.add({ir::IdentifierKind::Name, 0x00100010, "Leeb", {}});
        QVERIFY(search.find(file).empty());
        QCOMPARE(ir::identifiersIn(tree(file), search).size(), std::size_t(1));
    }

    void whatStandsForAPatientIsTheSameUnderTheSameKey()
    {
        const std::string file = joined(planted(), pixelGroups()).file();
        const auto one = ir::deidentified(tree(file), key(), {}).value();
        QCOMPARE(ir::deidentified(tree(file), key(), {}).value().bytes, one.bytes);
        const auto other = ir::deidentified(tree(file), key('8'), {}).value();
        QVERIFY(one.patient != other.patient);
        QVERIFY(one.sopInstanceUid != other.sopInstanceUid);
        QVERIFY(one.patient.starts_with("P-") && one.patient.size() == 18);
        QVERIFY(one.sopInstanceUid.starts_with("2.25.") && one.sopInstanceUid.size() <= 64);
        // A reference to the instance leads to its new UID; the study is one of its own.
        QCOMPARE(key().uid(kUid), one.sopInstanceUid);
        QVERIFY(one.studyInstanceUid != one.sopInstanceUid);
        const auto clean = tree(one.bytes);
        QCOMPARE(clean.root.text(0x00100010), one.patient);
        QCOMPARE(clean.root.text(0x00100020), one.patient);
        QCOMPARE(clean.meta.text(0x00020003), one.sopInstanceUid);
        QCOMPARE(clean.root.text(0x00120062), "YES"s);
        QCOMPARE(clean.root.text(0x00280303), "REMOVED"s);
        QCOMPARE(clean.root.find(0x00120064)->items.at(0).text(0x00080100), "113100"s);
        QCOMPARE(clean.root.text(0x00080080), "REMOVED"s); // X/Z/D: a dummy
        QVERIFY(clean.root.find(0x00080050) && clean.root.text(0x00080050).empty()); // Z
        QVERIFY(clean.root.find(0x00081030) == nullptr);                             // X
    }

    void referencesAreRemappedInSequencesThatStay()
    {
        DicomBytes bytes = planted();
        DicomBytes withReference;
        const std::string head = bytes.dataSet();
        const std::size_t patient = head.find("\x10\0\x10\0PN"s);
        withReference.raw(head.substr(0, patient))
            .sequence(0x00081140, {DicomBytes()
                                       .text(0x00081150, "UI", "1.2.840.10008.5.1.4.1.1.1.1")
                                       .text(0x00081155, "UI", kUid)})
            .raw(head.substr(patient))
            .raw(pixelGroups().dataSet());
        const auto clean = ir::deidentified(tree(withReference.file()), key(), {}).value();
        const auto result = tree(clean.bytes);
        const auto* reference = result.root.find(0x00081140);
        QVERIFY(reference != nullptr);
        QCOMPARE(reference->items.at(0).text(0x00081155), clean.sopInstanceUid);
        QCOMPARE(reference->items.at(0).text(0x00081150), "1.2.840.10008.5.1.4.1.1.1.1"s);
    }

    void datesMoveTogether()
    {
        const auto moved = [&](const std::string& id, const std::string& date) {
            const std::string head =
                replaced(replaced(planted().dataSet(), kId, id), kStudyDate, date);
            DicomBytes bytes;
            bytes.raw(head).raw(pixelGroups().dataSet());
            const auto clean =
                ir::deidentified(tree(bytes.file()), key(), {.shiftDates = true}).value();
            const auto result = tree(clean.bytes);
            if (result.root.text(0x00280303) != "MODIFIED" ||
                result.root.text(0x00080030) != "101112" || !result.root.text(0x00100030).empty())
                return "not as the option says"s;
            return result.root.text(0x00080020);
        };
        const std::string first = moved(kId, "20190312");
        QCOMPARE(first.size(), std::size_t(8));
        QVERIFY(first < "20190312" && first > "20090101");
        QCOMPARE(moved(kId, "20190313"),
                 *ir::shiftedDate(first, -1)); // a day later stays a day later
        QVERIFY(moved("ZX-4711-0816", "20190312") != first);
    }

    void shiftedDates_data()
    {
        QTest::addColumn<QByteArray>("date");
        QTest::addColumn<int>("days");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("leap day") << QByteArray("20200301") << 1 << QByteArray("20200229");
        QTest::newRow("new year") << QByteArray("20000101") << 1 << QByteArray("19991231");
        QTest::newRow("date-time")
            << QByteArray("20200301101112.5+0100") << 366 << QByteArray("20190301101112.5+0100");
        QTest::newRow("no such day") << QByteArray("20190229") << 1 << QByteArray();
        QTest::newRow("a year") << QByteArray("2019") << 1 << QByteArray();
        QTest::newRow("words") << QByteArray("unknown!") << 1 << QByteArray();
        QTest::newRow("before our time") << QByteArray("00010101") << 1 << QByteArray();
    }
    void shiftedDates()
    {
        QFETCH(QByteArray, date);
        QFETCH(int, days);
        QFETCH(QByteArray, expected);
        QCOMPARE(ir::shiftedDate(date.toStdString(), days).value_or(""), expected.toStdString());
    }

    void hmacIsRfc4231s()
    {
        // Test case 2 of RFC 4231.
        const std::string mac = ir::hmacSha256("Jefe", "what do ya want for nothing?");
        QCOMPARE(QByteArray::fromStdString(mac).toHex(),
                 QByteArray("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    }

    void keysAreMadePrivatelyAndNeverReplaced()
    {
        const auto path = m_folder.path("new.key");
        const auto made = ir::PseudonymKey::create(path);
        QVERIFY(made);
        QCOMPARE(ir::PseudonymKey::read(path).value().uid("1.2"), made->uid("1.2"));
        using std::filesystem::perms;
        QVERIFY(std::filesystem::status(path).permissions() ==
                (perms::owner_read | perms::owner_write));
        QVERIFY(!ir::PseudonymKey::create(path));
        QVERIFY(!ir::PseudonymKey::read(m_folder.write("abc", "short")));
        QVERIFY(!ir::PseudonymKey::read(m_folder.write(std::string(64, 'g'), "nohex")));
        QVERIFY(ir::PseudonymKey::random().value().uid("1.2") != made->uid("1.2"));
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

    void writingIsSuspectedByTheHeader()
    {
        const auto reasons = [&](const std::vector<std::pair<std::uint32_t, std::string>>& texts) {
            DicomBytes bytes;
            for (const auto& [tag, value] : texts)
                bytes.text(tag, tag == 0x00080016 ? "UI" : "CS", value);
            return ir::burnedInByHeader(tree(joined(bytes, pixelGroups()).file()).root).size();
        };
        const std::string digitalXray = "1.2.840.10008.5.1.4.1.1.1.1";
        QCOMPARE(
            reasons(
                {{0x00080008, "ORIGINAL\\PRIMARY"}, {0x00080016, digitalXray}, {0x00080060, "DX"}}),
            std::size_t(0));
        QCOMPARE(reasons({{0x00080016, digitalXray}, {0x00280301, "NO"}}), std::size_t(0));
        QCOMPARE(reasons({{0x00080008, "DERIVED\\SECONDARY"}, {0x00080016, digitalXray}}),
                 std::size_t(1));
        QCOMPARE(reasons({{0x00080016, "1.2.840.10008.5.1.4.1.1.7"}, {0x00080064, "WSD"}}),
                 std::size_t(2));
        QCOMPARE(reasons({{0x00080008, "DERIVED\\PRIMARY\\SCREEN"}, {0x00080016, digitalXray}}),
                 std::size_t(1));
        QCOMPARE(reasons({{0x00080016, digitalXray}, {0x00080060, "US"}}), std::size_t(1));
    }
};

QTEST_GUILESS_MAIN(TestDeidentify)
#include "test_deidentify.moc"
