#include "exporting/labelimport.h"
#include "exporting/labelmatch.h"

#include <QtTest>

#include <map>
#include <set>

namespace {

/// path=label, in order.
std::string summary(const ir::Result<ir::ImportedLabels>& labels)
{
    if (!labels)
        return "error: " + labels.error().message;
    std::string text;
    for (const ir::ImportedLabel& one : labels->labels)
        text += one.path + "=" + one.label + (one.reader.empty() ? "" : " by " + one.reader) + ";";
    return text;
}

ir::ImportedLabel label(const std::string& path, const std::string& name = "spine")
{
    ir::ImportedLabel one;
    one.path = path;
    one.label = name;
    one.place = path;
    return one;
}

const std::vector<ir::LabelTarget> kTargets{
    {"/archive/a/IM1.dcm", "1.2.3", std::string(64, 'a'), "2.25.1"},
    {"/archive/b/IM1.dcm", "1.2.4", std::string(64, 'b'), "2.25.2"},
    {"/archive/b/IM2.dcm", "1.2.5", std::string(64, 'c'), "2.25.3"},
    {"/archive/b/other.png", "", std::string(64, 'd'), "2.25.4"}};

} // namespace

class TestLabelImport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void csv()
    {
        const auto labels =
            ir::parseLabels("image,label,reader,x\na/IM1.png,spine,Ann,1\nIM2,,Bob,2\n");
        QVERIFY(labels->format == ir::LabelFormat::Csv);
        QCOMPARE(summary(labels), std::string("a/IM1.png=spine by Ann;"));
        QCOMPARE(labels->skipped, std::vector<std::string>{"Row 3 has no label."});
        const auto byUid = ir::parseLabels("sop_instance_uid,digest,label\n1.2.3,abc,spine\n");
        QCOMPARE(byUid->labels.at(0).sopInstanceUid, std::string("1.2.3"));
        QCOMPARE(byUid->labels.at(0).digest, std::string("abc"));
    }

    void labelStudio()
    {
        const auto labels = ir::parseLabels(R"([
 {"id": 7, "data": {"image": "/data/upload/3/1a2b3c4d-IM1.png"},
  "annotations": [
   {"completed_by": 2, "updated_at": "2024-05-01T10:00:00Z", "result": [{"type": "choices", "value": {"choices": ["spine"]}}]},
   {"completed_by": {"id": 3, "email": "ann@x.org"}, "updated_at": "2024-05-02T10:00:00Z", "result": [{"type": "choices", "value": {"choices": ["others"]}}]},
   {"completed_by": 2, "was_cancelled": true, "updated_at": "2024-05-03T10:00:00Z", "result": [{"value": {"choices": ["abdominal"]}}]}]},
 {"id": 8, "data": {"image": "/data/local-files/?d=set/images/IM%202.png", "sop_instance_uid": "1.2.5"},
  "annotations": [{"result": [{"value": {"choices": ["spine"]}}]}]},
 {"id": 9, "data": {"image": "IM3.png"}, "annotations": []},
 {"id": 10, "data": {"image": "IM4.png"}, "annotations": [{"result": [{"value": {"choices": ["spine", "others"]}}]}]},
 {"id": 11, "data": {"image": "https:\/\/host:8080/x/IM5.png?token=1"}, "annotations": [{"result": [{"value": {"choices": ["spine"]}}]}]}
])");
        QVERIFY(labels && labels->format == ir::LabelFormat::LabelStudio);
        QCOMPARE(
            summary(labels),
            std::string("IM1.png=others by ann@x.org;set/images/IM 2.png=spine;/x/IM5.png=spine;"));
        QCOMPARE(labels->labels.at(1).sopInstanceUid, std::string("1.2.5"));
        QCOMPARE(labels->skipped, (std::vector<std::string>{"Task 9 has no label.",
                                                            "Task 10 has several choices."}));
        // JSON-MIN
        QCOMPARE(summary(ir::parseLabels(
                     R"([{"id":1,"image":"IM1.png","label":"spine","annotator":2}])")),
                 std::string("IM1.png=spine by user 2;"));
    }

    void cvat()
    {
        const auto labels = ir::parseLabels(R"(<?xml version="1.0" encoding="utf-8"?>
<annotations><version>1.1</version><meta><job><labels><label><name>spine</name></label></labels></job></meta>
<image id="0" name="set/IM1.png" width="512" height="512"><tag label="spine" source="manual"></tag></image>
<image id="1" name="IM2 &amp; co.png" width="512" height="512"><tag label="others"/><box label="mark" xtl="1"/></image>
<image id="2" name="IM3.png" width="512" height="512"></image>
<image id="3" name="IM4.png" width="512" height="512"><tag label="a"/><tag label="b"/></image></annotations>)");
        QVERIFY(labels && labels->format == ir::LabelFormat::Cvat);
        QCOMPARE(summary(labels), std::string("set/IM1.png=spine;IM2 & co.png=others;"));
        QCOMPARE(labels->skipped, (std::vector<std::string>{"Image IM3.png has no tag.",
                                                            "Image IM4.png has several tags."}));
    }

    void hostileFilesAreSentences_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text : {"", " \n", "[", "{}", "[1, null, {\"data\": 3}", "<x/>",
                                 "<annotations><image", "a,b\n1,2\n", "path,x\n1,2\n",
                                 "label\nspine\n", "<annotations><image id=\"0\"></annotations>"})
            QTest::newRow(text) << QByteArray(text);
    }
    void hostileFilesAreSentences()
    {
        QFETCH(QByteArray, text);
        const auto labels = ir::parseLabels(text.toStdString());
        QVERIFY(!labels);
        QVERIFY2(labels.error().message.ends_with("."), labels.error().message.c_str());
    }

    void oddEntriesAreSkipped()
    {
        const auto labels = ir::parseLabels(
            R"([1, null, {"data": 3, "annotations": "x"}, {"data": {"image": 5}, "annotations": [3, {"result": 4}]}])");
        QVERIFY(labels);
        QVERIFY(labels->labels.empty());
        QCOMPARE(labels->skipped.size(), std::size_t(4));
    }

    void matching_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<int>("target"); // -1: none
        QTest::addColumn<QByteArray>("by");
        QTest::newRow("whole path") << QByteArray("/archive/a/IM1.dcm") << 0 << QByteArray("path");
        QTest::newRow("end of the path") << QByteArray("x/b/IM1.dcm") << 1 << QByteArray("path");
        QTest::newRow("another extension") << QByteArray("x/b/IM1.png") << 1 << QByteArray("path");
        QTest::newRow("backslashes") << QByteArray("C:\\b\\IM1.dcm") << 1 << QByteArray("path");
        QTest::newRow("name alone") << QByteArray("IM2.dcm") << 2 << QByteArray("name");
        QTest::newRow("name in another folder")
            << QByteArray("elsewhere/IM2.jpg") << 2 << QByteArray("name");
        QTest::newRow("two of the name") << QByteArray("IM1.dcm") << -1 << QByteArray();
        QTest::newRow("none of the name") << QByteArray("IM9.dcm") << -1 << QByteArray();
        QTest::newRow("part of a name") << QByteArray("M2.dcm") << -1 << QByteArray();
        QTest::newRow("stand-in") << QByteArray("images/train/spine/2.25.4.png") << 3
                                  << QByteArray("stand_in");
    }
    void matching()
    {
        QFETCH(QByteArray, path);
        QFETCH(int, target);
        QFETCH(QByteArray, by);
        const auto matches = ir::matchLabels({label(path.toStdString())}, kTargets);
        QCOMPARE(matches.matches.size(), std::size_t(target < 0 ? 0 : 1));
        QCOMPARE(matches.misses.size(), std::size_t(target < 0 ? 1 : 0));
        if (target >= 0) {
            QCOMPARE(matches.matches[0].target, std::size_t(target));
            QCOMPARE(QByteArray(matches.matches[0].by), by);
        }
        QCOMPARE(matches.withoutLabel, std::size_t(target < 0 ? 4 : 3));
    }

    void uidWinsOverDigestOverPath()
    {
        auto one = label("/archive/a/IM1.dcm");
        one.digest = std::string(64, 'c');
        QCOMPARE(ir::matchLabels({one}, kTargets).matches.at(0).target, std::size_t(2));
        one.sopInstanceUid = "1.2.4";
        QCOMPARE(ir::matchLabels({one}, kTargets).matches.at(0).target, std::size_t(1));
        one.sopInstanceUid = "9.9"; // unknown here: the digest still tells
        QCOMPARE(ir::matchLabels({one}, kTargets).matches.at(0).target, std::size_t(2));
    }

    void twoLabelsOfOneImageAreNone()
    {
        const auto matches = ir::matchLabels({label("/archive/a/IM1.dcm"), label("IM2.dcm"),
                                              label("2.25.1", "others"), label("IM2.png")},
                                             kTargets);
        QCOMPARE(matches.matches.size(), std::size_t(1)); // IM2 twice, but the same
        QCOMPARE(matches.matches[0].target, std::size_t(2));
        QCOMPARE(matches.misses.size(), std::size_t(2));
        QCOMPARE(matches.misses[0].label, std::size_t(0));
        QCOMPARE(matches.misses[1].label, std::size_t(2));
        QCOMPARE(matches.misses[1].reason,
                 std::string("Its image has another label at /archive/a/IM1.dcm."));
    }
};

QTEST_GUILESS_MAIN(TestLabelImport)
#include "test_labelimport.moc"
