#include "dicom/dicomlibrary.h"
#include "dicom/dicomwriter.h"

#include "support/clirun.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

using namespace Qt::StringLiterals;

using ir::test::cli;
using Run = ir::test::CliRun;

/// `deidentify` as docs/CLI.md has it.
class TestDeidentifyCommand : public QObject
{
    Q_OBJECT

    ir::DicomLibrary m_library;
    QTemporaryDir m_dir;

    QString at(const char* name) const { return m_dir.filePath(QString::fromLatin1(name)); }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(QDir(m_dir.path()).mkpath(u"in"_s));
        for (int i = 0; i < 3; ++i) {
            ir::ImageFacts facts;
            facts.modality = "DX";
            facts.patientName = "Featherstone, Ottilie";
            facts.patientId = "HOSP-4711";
            facts.sopInstanceUid = "1.2.826.0.1.3680043.77." + std::to_string(i);
            const ir::GrayImage image(40, 30, static_cast<std::uint8_t>(50 + i));
            const std::vector<ir::DicomText> more{{0x0028, 0x0301, i == 2 ? "YES" : "NO"}};
            QVERIFY(ir::writeDicom(at("in/Featherstone").toStdString() + std::to_string(i),
                                   ir::toDicomPixels(image), facts,
                                   ir::DicomSyntax::ExplicitLittleEndian, more));
        }
    }

    void filesAreWrittenHeldBackAndChecked()
    {
        const QStringList arguments{u"deidentify"_s, at("in"),  u"--out"_s, at("out"),
                                    u"--key"_s,      at("key"), u"--json"_s};
        const Run run = cli(arguments);
        QCOMPARE(run.code, 1); // one is held back
        QVERIFY(run.err.contains("Whoever has it can link"));
        QCOMPARE(QFile::permissions(at("key")) &
                     (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup),
                 QFile::Permissions());
        auto lines = run.lines();
        QCOMPARE(lines.size(), 4);
        const QJsonObject summary = lines.takeLast()[u"summary"_s].toObject();
        QCOMPARE(summary[u"files"_s].toInt(), 3);
        QCOMPARE(summary[u"written"_s].toInt(), 2);
        QCOMPARE(summary[u"held_back"_s].toInt(), 1);
        for (const QJsonObject& line : lines) {
            const bool isHeld = line[u"path"_s].toString().endsWith(u'2');
            QCOMPARE(line[u"status"_s].toString(), isHeld ? u"held_back"_s : u"written"_s);
            QCOMPARE(line[u"output"_s].isNull(), isHeld);
            QCOMPARE(line[u"suspicions"_s].toArray().isEmpty(), !isHeld);
            if (!isHeld)
                QVERIFY(
                    QFileInfo::exists(m_dir.filePath(u"out/"_s + line[u"output"_s].toString())));
        }
        const Run again = cli(arguments + QStringList{u"--include-suspected"_s});
        QCOMPARE(again.code, 0);
        QVERIFY(!again.err.contains("Whoever"));
        QCOMPARE(again.lines().last()[u"summary"_s].toObject()[u"already_there"_s].toInt(), 2);
        QCOMPARE(again.lines().last()[u"summary"_s].toObject()[u"written"_s].toInt(), 1);

        const QStringList check{u"deidentify"_s, u"--check"_s, at("out"),
                                u"--against"_s,  at("in"),     u"--json"_s};
        const Run clean = cli(check);
        QCOMPARE(clean.code, 0);
        QVERIFY(clean.json()[u"clean"_s].toBool());
        QCOMPARE(clean.json()[u"files"_s].toInt(), 3);
        QCOMPARE(clean.json()[u"matched"_s].toInt(), 3);
        QVERIFY(QFile::copy(at("in/Featherstone0"), at("out/forgotten.dcm")));
        const Run left = cli(check);
        QCOMPARE(left.code, 3);
        QVERIFY(!left.json()[u"clean"_s].toBool());
        const QJsonObject first = left.json()[u"left"_s].toArray().at(0).toObject();
        QCOMPARE(first[u"file"_s].toString(), u"forgotten.dcm"_s);
        QVERIFY(first[u"offset"_s].isDouble());
        // A report does not repeat what it found; the path of the original is the caller's own.
        QVERIFY(!QByteArray(left.out).replace("in/Featherstone", "").contains("Featherstone"));
        QVERIFY(!left.out.contains("4711"));
        const Run text = cli(check.mid(0, 5));
        QCOMPARE(text.code, 3);
        QVERIFY(text.out.contains("forgotten.dcm: a name of the originals ((0010,0010)) at byte "));
    }

    void wrongUseIsExitCode2()
    {
        QCOMPARE(cli({u"deidentify"_s}).code, 2);
        QCOMPARE(cli({u"deidentify"_s, at("in")}).code, 2);
        QCOMPARE(cli({u"deidentify"_s, at("in"), u"--out"_s, at("in/below")}).code, 2);
        QCOMPARE(cli({u"deidentify"_s, at("in"), u"--out"_s, at(".")}).code, 2);
        QCOMPARE(
            cli({u"deidentify"_s, at("in"), u"--out"_s, at("o"), u"--key"_s, at("o/key")}).code, 2);
        QCOMPARE(cli({u"deidentify"_s, u"--check"_s, at("in")}).code, 2);
        QCOMPARE(
            cli({u"deidentify"_s, at("in"), u"--out"_s, at("o"), u"--retain-dates"_s, u"all"_s})
                .code,
            2);
        QVERIFY(!QFileInfo::exists(at("o")));
    }

    void withoutAKeyNothingIsAddedToAFullFolder()
    {
        QVERIFY(QDir(m_dir.path()).mkpath(u"full/of"_s));
        const Run run = cli({u"deidentify"_s, at("in"), u"--out"_s, at("full")});
        QCOMPARE(run.code, 2);
        QVERIFY(run.err.contains("--key"));
        QCOMPARE(cli({u"deidentify"_s, at("in/Featherstone0"), u"--out"_s, at("fresh")}).code, 0);
    }

    void brokenKeysAndAbsentFilesAreSentences()
    {
        QFile key(at("broken.key"));
        QVERIFY(key.open(QIODevice::WriteOnly) && key.write("abc") == 3);
        key.close();
        const Run run =
            cli({u"deidentify"_s, at("in"), u"--out"_s, at("p"), u"--key"_s, at("broken.key")});
        QCOMPARE(run.code, 3);
        QVERIFY(run.err.contains("64 hexadecimal digits"));
        const Run absent = cli({u"deidentify"_s, at("absent"), u"--out"_s, at("q")});
        QCOMPARE(absent.code, 1);
        QVERIFY(absent.err.contains("absent"));
    }
};

QTEST_GUILESS_MAIN(TestDeidentifyCommand)
#include "test_deidentifycommand.moc"
