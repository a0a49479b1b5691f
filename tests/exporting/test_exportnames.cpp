#include "exporting/names_p.h"

#include <QtTest>

using namespace ir;
using namespace ir::exporting;

class TestExportNames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void unsafeNamesAreMadeSafe_data()
    {
        QTest::addColumn<QByteArray>("given");
        QTest::addColumn<QByteArray>("safe");
        QTest::newRow("plain") << QByteArray("IM0001") << QByteArray("IM0001");
        QTest::newRow("unicode") << QByteArray("Röntgen 胸部") << QByteArray("Röntgen 胸部");
        QTest::newRow("separator") << QByteArray("../a/b\\c") << QByteArray("_._a_b_c");
        QTest::newRow("wildcards") << QByteArray("a*b?c:d|e\"f<g>") << QByteArray("a_b_c_d_e_f_g_");
        QTest::newRow("control") << QByteArray("a\nb\tc\x7f") << QByteArray("a_b_c_");
        QTest::newRow("device") << QByteArray("nul") << QByteArray("_nul");
        QTest::newRow("device with extension") << QByteArray("Com1.dcm") << QByteArray("_Com1.dcm");
        QTest::newRow("not a device") << QByteArray("console") << QByteArray("console");
        QTest::newRow("ends") << QByteArray("  name . . ") << QByteArray("name");
        QTest::newRow("hidden") << QByteArray(".hidden") << QByteArray("_hidden");
        QTest::newRow("empty") << QByteArray("") << QByteArray("unnamed");
        QTest::newRow("dots") << QByteArray("..") << QByteArray("unnamed");
        QTest::newRow("latin-1 bytes") << QByteArray("M\xfcller") << QByteArray("M_ller");
        QTest::newRow("overlong") << QByteArray("a\xc0\xaf" "b") << QByteArray("a__b");
        QTest::newRow("right to left override")
            << QByteArray("gnp.\xe2\x80\xae" "exe") << QByteArray("gnp._exe");
    }
    void unsafeNamesAreMadeSafe()
    {
        QFETCH(QByteArray, given);
        QFETCH(QByteArray, safe);
        QCOMPARE(QByteArray::fromStdString(safeName(given.toStdString())), safe);
    }

    void longNamesAreCutBetweenCharacters()
    {
        std::string text;
        for (int i = 0; i < 300; ++i)
            text += "ü";
        const std::string name = safeName(text);
        QVERIFY(name.size() <= 180);
        QVERIFY(name.size() > 170);
        QVERIFY(QString::fromStdString(name).toStdString() == name);
    }

    void namesDifferingInCaseOnlyHaveOneKey()
    {
        QCOMPARE(foldedName("Spine/IM1.DCM"), foldedName("spine/im1.dcm"));
        QCOMPARE(foldedName("ÄRM"), foldedName("ärm"));
        QVERIFY(foldedName("a") != foldedName("b"));
        QVERIFY(foldedName("ä") != foldedName("ö"));
    }

    void patternsAreFilledIn_data()
    {
        QTest::addColumn<QByteArray>("pattern");
        QTest::addColumn<QByteArray>("path");
        QTest::newRow("name") << QByteArray("{name}") << QByteArray("scan.dcm");
        QTest::newRow("all") << QByteArray("{class}_{study_date}_{sop_uid}")
                             << QByteArray("spine_20240229_1.2.3.dcm");
        QTest::newRow("index") << QByteArray("{index}") << QByteArray("000042.dcm");
        QTest::newRow("folders") << QByteArray("/{study_date}//{name}/")
                                 << QByteArray("20240229/scan.dcm");
        QTest::newRow("hostile value") << QByteArray("{patient_id}/{name}")
                                       << QByteArray("_._.._etc_passwd/scan.dcm");
        QTest::newRow("up") << QByteArray("../{name}") << QByteArray("unnamed/scan.dcm");
    }
    void patternsAreFilledIn()
    {
        QFETCH(QByteArray, pattern);
        QFETCH(QByteArray, path);
        ExportItem item;
        item.source = "/archive/scan.dcm";
        item.className = "spine";
        item.studyDate = "20240229";
        item.sopInstanceUid = "1.2.3";
        item.patientId = "../../etc/passwd";
        const auto parsed = NamePattern::parse(pattern.toStdString());
        QVERIFY(parsed);
        QCOMPARE(QByteArray::fromStdString(parsed->apply(item, 42).string()), path);
    }

    void whatIsNotKnownIsSaidSo()
    {
        ExportItem item;
        item.source = "/a.dcm";
        QCOMPARE(NamePattern::parse("{patient_id}")->apply(item, 1).string(), std::string("unknown.dcm"));
    }

    void extensionsAreKeptAndUidsAreNone()
    {
        ExportItem item;
        item.sopInstanceUid = "1.2";
        const auto name = [&](const char* source) {
            item.source = source;
            return NamePattern::parse("{name}")->apply(item, 1).string();
        };
        QCOMPARE(name("/a/IM0001"), std::string("IM0001.dcm"));
        QCOMPARE(name("/a/1.2.840.10008"), std::string("1.2.840.10008.dcm"));
        QCOMPARE(name("/a/scan.DCM"), std::string("scan.DCM"));
        item.sopInstanceUid.clear();
        QCOMPARE(name("/a/photo.jpeg"), std::string("photo.jpeg"));
        QCOMPARE(name("/a/README"), std::string("README"));
    }

    void brokenPatternsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("pattern");
        QTest::addColumn<QByteArray>("why");
        QTest::newRow("unknown") << QByteArray("{nmae}") << QByteArray("{nmae}");
        QTest::newRow("open") << QByteArray("a{name") << QByteArray("closing brace");
        QTest::newRow("empty") << QByteArray("") << QByteArray("empty");
        QTest::newRow("slashes") << QByteArray("//") << QByteArray("empty");
    }
    void brokenPatternsAreRefused()
    {
        QFETCH(QByteArray, pattern);
        QFETCH(QByteArray, why);
        const auto parsed = NamePattern::parse(pattern.toStdString());
        QVERIFY(!parsed);
        QVERIFY(parsed.error().message.find(why.toStdString()) != std::string::npos);
    }

    void numbersGoBeforeTheExtension()
    {
        QCOMPARE(numbered("spine/a.dcm", 2).string(), std::string("spine/a (2).dcm"));
        QCOMPARE(numbered("a", 3).string(), std::string("a (3)"));
        QCOMPARE(numbered("1.2.840", 2).string(), std::string("1.2.840 (2)"));
    }
};

QTEST_GUILESS_MAIN(TestExportNames)
#include "test_exportnames.moc"
