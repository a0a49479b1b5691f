#include "deidentifytest.h"

#include "dicom/deidentify/burnedin.h"

using namespace std::string_literals;
using namespace ir::test;

/// What the standard's profile says of each element, and what makes one suspect writing in the picture.
class TestDeidentifyProfile : public QObject, DeidentifyTest
{
    Q_OBJECT

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

QTEST_GUILESS_MAIN(TestDeidentifyProfile)
#include "test_deidentifyprofile.moc"
