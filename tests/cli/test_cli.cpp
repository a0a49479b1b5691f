#include "dicom/dicomlibrary.h"
#include "raster/raster.h"

#include "support/clirun.h"
#include "support/dicomfiles.h"

#include <QDir>
#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QScopeGuard>
#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <utility>

#include <sys/stat.h>

using namespace Qt::StringLiterals;

using ir::test::cli;
using Run = ir::test::CliRun;

/// The contract of docs/CLI.md as other programs see it.
class TestCli : public QObject
{
    Q_OBJECT

    ir::DicomLibrary m_library;
    QTemporaryDir m_dir;
    QString m_model;

    QString at(const char* name) const { return m_dir.filePath(QString::fromLatin1(name)); }

    QStringList classifyArguments(const QStringList& paths) const
    {
        return QStringList{u"classify"_s} + paths +
               QStringList{u"--json"_s, u"--model"_s, m_model, u"--device"_s, u"cpu"_s};
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(QDir(m_dir.path()).mkpath(u"archive"_s));
        ir::test::writeXray(at("archive/IM1"), 1);
        ir::test::writeXray(at("archive/IM2"), 2, ir::DicomSyntax::Jpeg2000Lossless);
        QFile broken(at("archive/broken"));
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write(QByteArray(128, '\0') + "DICM and rubbish");
        QFile text(at("archive/readme.txt"));
        QVERIFY(text.open(QIODevice::WriteOnly));
        text.write("not an image");
        m_model = QString::fromStdString(
            ir::test::RandomModel(3).writeTo(at("net.safetensors")).string());
    }

    void helpIsThereForEveryCommandWithAnExample()
    {
        const Run help = cli({u"--help"_s});
        QCOMPARE(help.code, 0);
        for (const char* command : {"scan", "render", "classify", "export", "train", "evaluate", "compare",
                                    "dataset", "agreement", "deidentify", "models", "doctor", "sample"}) {
            QVERIFY2(help.out.contains(command), command);
            QCOMPARE(cli({QString::fromLatin1(command), u"--help"_s}).code, 0);
        }
        QVERIFY(cli({u"classify"_s, u"--help"_s}).out.contains("Example"));
    }

    void wrongUseIsExitCode2()
    {
        QCOMPARE(cli({}).code, 2);
        QCOMPARE(cli({u"nonsense"_s}).code, 2);
        QCOMPARE(cli({u"classify"_s}).code, 2);
        QCOMPARE(cli({u"render"_s, u"a"_s}).code, 2);
        for (const auto& [option, value] : {std::pair{"--threads", "many"}, {"--threads", "1000"}, {"--threads", "-1"},
                                            {"--device", "gpu"}, {"--device", "cuda:x"}, {"--precision", "fp8"}})
            QCOMPARE(cli({u"classify"_s, u"x"_s, QString::fromLatin1(option), QString::fromLatin1(value)}).code, 2);
    }

    void classifyWritesALineForEachImageAndASummary()
    {
        const Run run = cli(classifyArguments({at("archive")}));
        QCOMPARE(run.code, 1); // one file is unreadable
        auto lines = run.lines();
        QCOMPARE(lines.size(), 4); // two images, one broken, the summary; the text file is none
        const QJsonObject summary = lines.takeLast()[u"summary"_s].toObject();
        QCOMPARE(summary[u"files"_s].toInt(), 3);
        QCOMPARE(summary[u"ok"_s].toInt(), 2);
        QCOMPARE(summary[u"unreadable"_s].toInt(), 1);
        QVERIFY(summary[u"seconds"_s].toDouble() > 0);
        QVERIFY(summary[u"images_per_second"_s].toDouble() > 0);
        QVERIFY(summary[u"device"_s].toString().startsWith(u"CPU"_s));
        QCOMPARE(summary[u"model"_s].toString(), u"net"_s); // of net.safetensors
        for (const auto& line : lines) {
            if (line[u"path"_s].toString() == at("archive/broken")) {
                QCOMPARE(line[u"status"_s].toString(), u"unreadable"_s);
                QVERIFY(!line[u"reason"_s].toString().isEmpty());
                QVERIFY(line[u"class"_s].isNull());
                continue;
            }
            QCOMPARE(line[u"status"_s].toString(), u"ok"_s);
            QVERIFY(line[u"sop_instance_uid"_s].toString().startsWith(u"2.25.100"_s));
            QCOMPARE(line[u"modality"_s].toString(), u"DX"_s);
            QVERIFY(line[u"needs_review"_s].isBool());
            const QJsonObject probabilities = line[u"probabilities"_s].toObject();
            QCOMPARE(probabilities.size(), 5);
            double sum = 0;
            double best = 0;
            for (const auto& value : probabilities) {
                sum += value.toDouble();
                best = std::max(best, value.toDouble());
            }
            QVERIFY(std::abs(sum - 1) < 1e-5);
            QCOMPARE(probabilities[line[u"class"_s].toString()].toDouble(), best);
            QCOMPARE(line[u"confidence"_s].toDouble(), best);
        }
    }

    void aSliceByItsHeaderGetsAReasonAndNoClass()
    {
        QTemporaryDir dir;
        ir::test::writeXray(dir.filePath(u"slice"_s), 1, ir::DicomSyntax::ExplicitLittleEndian, "CT");
        const Run run = cli(classifyArguments({dir.path()}));
        QCOMPARE(run.code, 0);
        const QJsonObject line = run.lines().first();
        QCOMPARE(line[u"status"_s].toString(), u"ok"_s);
        QVERIFY(line[u"reason"_s].toString().contains(u"CT"_s));
        for (const auto& key : {u"class"_s, u"confidence"_s, u"probabilities"_s})
            QVERIFY(line[key].isNull());
        QVERIFY(line[u"needs_review"_s].toBool());
    }

    void classifyOfGoodFilesIsExitCode0AndAnotherFileNamedOutrightIsTold()
    {
        QCOMPARE(cli(classifyArguments({at("archive/IM1")})).code, 0);
        const Run run = cli(classifyArguments({at("archive/readme.txt"), at("absent")}));
        QCOMPARE(run.code, 1);
        const auto lines = run.lines();
        QCOMPARE(lines.size(), 3);
        QCOMPARE(lines[0][u"status"_s].toString(), u"unreadable"_s);
        QCOMPARE(lines[1][u"status"_s].toString(), u"unreadable"_s);
    }

    void whatCannotBeLookedIntoIsToldAndIsExitCode1()
    {
        QVERIFY(QDir(m_dir.path()).mkpath(u"latin1"_s));
        const std::filesystem::path latin1 = m_dir.path().toStdString() + "/latin1/M\xFCller"; // not UTF-8
        std::filesystem::copy_file(at("archive/IM1").toStdString(), latin1);
        const auto removed = qScopeGuard([&] { std::filesystem::remove(latin1); }); // Qt cannot
        for (const char* command : {"classify", "scan"}) {
            QStringList arguments{QString::fromLatin1(command), at("latin1"), u"--json"_s};
            if (arguments[0] == u"classify"_s)
                arguments << u"--model"_s << m_model;
            const Run run = cli(arguments);
            QCOMPARE(run.code, 1);
            QCOMPARE(run.lines().size(), 1); // the summary
            QVERIFY2(run.err.contains("not UTF-8"), run.err.constData());
        }
    }

    void aPipeNamedOutrightIsNotWaitedFor()
    {
        QCOMPARE(::mkfifo(at("pipe").toLocal8Bit().constData(), 0600), 0);
        const Run run = cli({u"scan"_s, at("pipe"), u"--json"_s});
        QCOMPARE(run.code, 1);
        QVERIFY(run.lines().constFirst()[u"reason"_s].toString().contains(u"not a file"_s));
    }

    void resultsThatCannotBeWrittenAreExitCode3()
    {
        if (!QFile::exists(u"/dev/full"_s))
            QSKIP("SKIPPED: there is no /dev/full here");
        QProcess process;
        process.setStandardOutputFile(u"/dev/full"_s);
        process.start(QStringLiteral(IR_CLI), {u"scan"_s, at("archive/IM1")});
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode(), 3);
        QVERIFY(process.readAllStandardError().contains("standard output"));
    }

    void classifyWithoutAUsableModelIsExitCode3()
    {
        const Run run = cli({u"classify"_s, at("archive"), u"--model"_s, at("archive/readme.txt")});
        QCOMPARE(run.code, 3);
        QVERIFY(run.err.contains("readme.txt"));
        QCOMPARE(run.err.count('\n'), 1); // one sentence
    }

    void aCatalogIsFilledOnceAndAnswersTheSecondTime()
    {
        const QStringList arguments =
            classifyArguments({at("archive")}) + QStringList{u"--catalog"_s, at("c.sqlite")};
        const auto sorted = [](QVector<QJsonObject> lines) {
            lines.takeLast(); // the summary
            std::sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) {
                return a[u"path"_s].toString() < b[u"path"_s].toString();
            });
            return lines;
        };
        const auto first = sorted(cli(arguments).lines());
        const auto second = sorted(cli(arguments).lines());
        QCOMPARE(first.size(), 3);
        for (qsizetype i = 0; i < first.size(); ++i) {
            for (const auto* key : {u"path", u"status", u"class", u"needs_review", u"reason"})
                QCOMPARE(second[i][QStringView(key)], first[i][QStringView(key)]);
            QVERIFY(qAbs(second[i][u"confidence"_s].toDouble() - first[i][u"confidence"_s].toDouble()) <
                    1e-6);
        }
    }

    void classifyCsvHasAColumnForEachClass()
    {
        const Run run = cli({u"classify"_s, at("archive/IM1"), u"--csv"_s, u"--model"_s, m_model});
        QCOMPARE(run.code, 0);
        const auto lines = run.out.trimmed().split('\n');
        QCOMPARE(lines.size(), 2);
        QVERIFY(lines[0].trimmed().endsWith("abdominal,adult_chest,pediatric_chest,spine,others"));
        QCOMPARE(lines[1].count(','), lines[0].count(','));
    }

    void renderWritesEightBitGrey()
    {
        QCOMPARE(cli({u"render"_s, at("archive/IM1"), at("out.png")}).code, 0);
        const QImage image(at("out.png"));
        QCOMPARE(image.size(), QSize(96, 128));
        QCOMPARE(image.format(), QImage::Format_Grayscale8);
        QCOMPARE(cli({u"render"_s, at("archive/IM1"), at("small.png"), u"--size"_s, u"64"_s}).code, 0);
        QCOMPARE(QImage(at("small.png")).size(), QSize(48, 64));
    }

    void renderOfABrokenFileSaysWhyAndLeavesNoFile()
    {
        const Run run = cli({u"render"_s, at("archive/broken"), at("none.png")});
        QCOMPARE(run.code, 3);
        QVERIFY(run.err.contains("broken"));
        QVERIFY(!QFile::exists(at("none.png")));
        QCOMPARE(cli({u"render"_s, at("archive/IM1"), at("none.png"), u"--frame"_s, u"7"_s}).code, 3);
    }

    void renderLeavesTheImageItselfAlone()
    {
        QVERIFY(QFile::copy(at("archive/IM1"), at("original")));
        QVERIFY(QFile::link(at("original"), at("link")));
        for (const char* out : {"original", "link"})
            QCOMPARE(cli({u"render"_s, at("original"), at(out)}).code, 2);
        QFile before(at("archive/IM1"));
        QFile after(at("original"));
        QVERIFY(before.open(QIODevice::ReadOnly) && after.open(QIODevice::ReadOnly));
        QVERIFY(before.readAll() == after.readAll());
    }

    void exportOfATrainingSetCanBeTriedDry()
    {
        const QStringList arguments{u"export"_s, at("archive"), u"--to"_s,    at("training"),
                                    u"--model"_s, m_model,       u"--json"_s, u"--training-set"_s};
        const Run dry = cli(arguments + QStringList{u"--dry-run"_s});
        QCOMPARE(dry.code, 1); // one file is unreadable
        QVERIFY(!QFile::exists(at("training")));
        const QJsonObject plan = dry.lines().constFirst()[u"plan"_s].toObject();
        const Run wet = cli(arguments);
        QCOMPARE(wet.code, 1);
        QVERIFY(QFile::exists(at("training/manifest.csv")));
        const QJsonObject done = wet.lines().constFirst();
        QCOMPARE(done[u"failed"_s].toInt(), 0);
        for (const auto* key : {u"labels", u"splits", u"skipped", u"duplicates"}) {
            QVERIFY(done.contains(QStringView(key)));
            QCOMPARE(plan[QStringView(key)], done[QStringView(key)]);
        }
        const Run text = cli({u"export"_s, at("archive"), u"--to"_s, at("training"), u"--model"_s, m_model,
                              u"--training-set"_s, u"--dry-run"_s});
        QVERIFY(text.out.contains("already there"));
    }

    void exportTakesLabelsFromTheCatalogOfWhatIsNamedOnly()
    {
        const QString all = at("export.sqlite");
        QCOMPARE(cli(classifyArguments({at("archive")}) + QStringList{u"--catalog"_s, all}).code, 1);
        const auto plannedFiles = [&](const QStringList& paths) {
            const Run run = cli(QStringList{u"export"_s} + paths +
                                QStringList{u"--to"_s, at("sorted"), u"--catalog"_s, all, u"--model"_s,
                                            m_model, u"--dry-run"_s, u"--json"_s});
            return run.lines().constFirst()[u"plan"_s].toObject()[u"files"_s].toInt();
        };
        QCOMPARE(plannedFiles({}), 2);
        QCOMPARE(plannedFiles({at("archive/IM1")}), 1);
    }

    void scanListsTheFactsOfEveryImage()
    {
        const Run run = cli({u"scan"_s, at("archive"), u"--json"_s});
        QCOMPARE(run.code, 1);
        const auto lines = run.lines();
        QCOMPARE(lines.size(), 4);
        QCOMPARE(lines[0][u"path"_s].toString(), at("archive/IM1"));
        QCOMPARE(lines[0][u"rows"_s].toInt(), 128);
        QCOMPARE(lines[1][u"transfer_syntax"_s].toString(), u"1.2.840.10008.1.2.4.90"_s);
    }

    void modelsArchitecturesListsTheSevenNets()
    {
        const Run run = cli({u"models"_s, u"architectures"_s, u"--json"_s});
        QCOMPARE(run.code, 0);
        const QJsonArray list = QJsonDocument::fromJson(run.out).array();
        QCOMPARE(list.size(), 7);
        const QJsonObject last = list.last().toObject();
        QCOMPARE(last[u"name"_s].toString(), u"efficientnet_b2"_s);
        QCOMPARE(last[u"parameters"_s].toInt(), 7'708'039);
        QCOMPARE(last[u"input_size"_s].toInt(), 260);
        QVERIFY(last[u"paper"_s].toString().contains(u"arXiv:1905.11946"_s));
        QVERIFY(cli({u"models"_s, u"architectures"_s}).out.contains("resnet34"));
        QCOMPARE(cli({u"train"_s, u"--arch"_s, u"resnet9000"_s, u"--manifest"_s, u"m"_s, u"--out"_s, u"o"_s}).code, 2);
    }

    void doctorNamesWhatIsInUse()
    {
        const Run run = cli({u"doctor"_s, u"--json"_s});
        QVERIFY(run.code == 0 || run.code == 1);
        const QJsonObject facts = QJsonDocument::fromJson(run.out).object();
        QVERIFY(!facts[u"libtorch"_s].toString().isEmpty());
        QVERIFY(!facts[u"onednn"_s].toString().isEmpty());
        QVERIFY(facts[u"blas"_s].toArray().size() > 0);
        QVERIFY(facts[u"threads"_s].toInt() >= 1);
        QVERIFY(facts[u"database_drivers"_s].toArray().contains(u"QSQLITE"_s));
        QCOMPARE(run.code == 0, facts[u"warnings"_s].toArray().isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestCli)
#include "test_cli.moc"
