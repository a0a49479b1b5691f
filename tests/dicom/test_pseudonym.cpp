#include "deidentifytest.h"

#include "base/digest.h"

using namespace std::string_literals;
using namespace ir::test;

/// What stands for a patient, a UID and a date, and the keys that it comes from.
class TestPseudonym : public QObject, DeidentifyTest
{
    Q_OBJECT

private Q_SLOTS:
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
};

QTEST_GUILESS_MAIN(TestPseudonym)
#include "test_pseudonym.moc"
