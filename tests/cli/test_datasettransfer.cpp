#include "base/csv.h"
#include "base/digest.h"
#include "catalog/catalog.h"
#include "dicom/dicomlibrary.h"
#include "dicom/dicomwriter.h"

#include "support/clirun.h"
#include "support/testfolder.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QtTest>

using namespace Qt::StringLiterals;

using ir::test::cli;
using Run = ir::test::CliRun;

/// `dataset export` and `dataset import` as docs/CLI.md has them.
class TestDatasetTransfer : public QObject
{
    Q_OBJECT

    static constexpr int images = 12;

    ir::DicomLibrary m_library;
    ir::test::TestFolder m_dir;

    QString at(const QString& name) const { return m_dir.at(name); }

    static QString labelOf(int i) { return i % 3 == 0 ? u"spine"_s : u"others"_s; }

    /// A catalog that knows the images, without labels.
    void makeCatalog(const QString& name) const
    {
        auto catalog = ir::Catalog::open(at(name));
        QVERIFY(catalog);
        QVector<ir::FileResult> results;
        for (int i = 0; i < images; ++i) {
            ir::FileResult result;
            result.file = {at(u"in/IM%1"_s.arg(i)), 1, 1};
            result.status = ir::FileStatus::Ok;
            result.digest = ir::sha256OfFile(result.file.path.toStdString()).value();
            result.facts.sopInstanceUid = "1.2.826.0.1.3680043.77." + std::to_string(i);
            result.facts.patientId = "HOSP-" + std::to_string(4000 + i / 2);
            results.append(result);
        }
        QVector<ir::ScannedFile> files;
        for (const auto& result : results)
            files.append(result.file);
        QVERIFY((*catalog)->registerFiles(files, {}));
        QVERIFY((*catalog)->storeResults(results));
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(QDir(m_dir.path()).mkpath(u"in"_s));
        QByteArray manifest = "path,label,note\n";
        for (int i = 0; i < images; ++i) {
            ir::ImageFacts facts;
            facts.modality = "DX";
            facts.patientName = "Featherstone, Ottilie";
            facts.patientId = "HOSP-" + std::to_string(4000 + i / 2);
            facts.sopInstanceUid = "1.2.826.0.1.3680043.77." + std::to_string(i);
            QVERIFY(ir::writeDicom(
                at(u"in/IM%1"_s.arg(i)).toStdString(),
                ir::toDicomPixels(ir::GrayImage(40, 30, static_cast<std::uint8_t>(50 + i))), facts,
                ir::DicomSyntax::ExplicitLittleEndian));
            manifest += "in/IM" + QByteArray::number(i) + ',' + labelOf(i).toLatin1() + ",kept\n";
        }
        m_dir.write(u"manifest.csv"_s, manifest);
    }

    void aManifestBecomesADataSetThatIsClean()
    {
        m_dir.write(u"readings.csv"_s, "image,reader,round,label\na,Dr Who,1,spine\nb,Dr Who,1,others\n"
                    "a,Dr No,2,spine\nb,Dr No,2,spine\n");
        const QStringList arguments{u"dataset"_s,
                                    u"export"_s,
                                    u"--manifest"_s,
                                    at(u"manifest.csv"_s),
                                    u"--to"_s,
                                    at(u"set"_s),
                                    u"--key"_s,
                                    at(u"key"_s),
                                    u"--dicom"_s,
                                    u"--format"_s,
                                    u"coco,labelstudio,fiftyone"_s,
                                    u"--readings"_s,
                                    at(u"readings.csv"_s),
                                    u"--json"_s};
        const Run run = cli(arguments);
        QVERIFY2(run.code == 0, run.err.constData());
        QCOMPARE(run.json()[u"images"_s].toInt(), images);
        QCOMPARE(run.json()[u"made"_s].toInt(), images);
        QCOMPARE(run.json()[u"groups"_s].toInt(), images / 2);
        const auto manifest = ir::CsvTable::read(at(u"set/manifest.csv"_s).toStdString()).value();
        QSet<QString> splits;
        QHash<QString, QString> splitOfGroup;
        for (std::size_t row = 0; row < manifest.rows(); ++row) {
            const QString group = QString::fromStdString(manifest.at(row, "group"));
            const QString split = QString::fromStdString(manifest.at(row, "split"));
            splits.insert(split);
            QCOMPARE(splitOfGroup.value(group, split), split);
            splitOfGroup[group] = split;
        }
        QCOMPARE(splits, (QSet<QString>{u"train"_s, u"val"_s, u"test"_s}));
        QFile sheet(at(u"set/datasheet.md"_s));
        QVERIFY(sheet.open(QIODevice::ReadOnly));
        const QByteArray text = sheet.readAll();
        QVERIFY2(text.contains("raw agreement 0.500") && !text.contains("Dr Who"),
                 text.constData());
        QCOMPARE(
            cli({u"deidentify"_s, u"--check"_s, at(u"set"_s), u"--against"_s, at(u"in"_s)}).code,
            0);
        const Run again = cli(arguments);
        QCOMPARE(again.code, 0);
        QCOMPARE(again.json()[u"made"_s].toInt(), 0);
        QCOMPARE(again.json()[u"images"_s].toInt(), images);
    }

    void labelsOfExportedImagesComeBackToTheCatalog()
    {
        makeCatalog(u"c.sqlite"_s);
        // What Label Studio would give back for the data set of the test before.
        const auto manifest = ir::CsvTable::read(at(u"set/manifest.csv"_s).toStdString()).value();
        const auto task = [](const std::string& image, const std::string& label) {
            return QByteArray::fromStdString(
                R"({"data": {"image": ")" + image +
                R"("}, "annotations": [{"completed_by": 4, "result": [{"value": )" +
                R"({"choices": [")" + label + R"("]}}]}]})");
        };
        QByteArray tasks = "[" + task("unknown.png", "spine");
        for (std::size_t row = 0; row < manifest.rows(); ++row)
            tasks += ",\n" + task("/data/local-files/?d=set/" + manifest.at(row, "path"),
                                  manifest.at(row, "label"));
        m_dir.write(u"labels.json"_s, tasks + "]");
        const QStringList arguments{u"dataset"_s,   u"import"_s,       at(u"labels.json"_s),
                                    u"--catalog"_s, at(u"c.sqlite"_s), u"--key"_s,
                                    at(u"key"_s),   u"--json"_s};
        const Run dry = cli(arguments + QStringList{u"--dry-run"_s});
        QVERIFY2(dry.code == 1, dry.err.constData());
        QCOMPARE(dry.json()[u"changed"_s].toInt(), images);
        QCOMPARE(dry.json()[u"stored"_s].toBool(), false);
        const Run run = cli(arguments);
        QVERIFY2(run.code == 1, run.err.constData()); // one did not match
        QCOMPARE(run.json()[u"format"_s].toString(), u"label_studio"_s);
        QCOMPARE(run.json()[u"matched"_s].toInt(), images);
        QCOMPARE(run.json()[u"matched_by"_s].toObject()[u"stand_in"_s].toInt(), images);
        QCOMPARE(run.json()[u"not_matched"_s].toArray().size(), 1);
        QCOMPARE(run.json()[u"images_without_label"_s].toInt(), 0);
        {
            auto catalog = ir::Catalog::open(at(u"c.sqlite"_s));
            QVERIFY(catalog);
            const auto files = (*catalog)->files({}).value();
            QCOMPARE(files.size(), images);
            for (const auto& file : files) {
                QCOMPARE(file.label, labelOf(QFileInfo(file.path).fileName().mid(2).toInt()));
                QCOMPARE((*catalog)->details(file.id)->history.last().reader, u"user 4"_s);
            }
        }
        QCOMPARE(cli(arguments).json()[u"changed"_s].toInt(), 0);
        const Run out = cli({u"dataset"_s, u"export"_s, u"--catalog"_s, at(u"c.sqlite"_s),
                             u"--to"_s, at(u"set2"_s), u"--json"_s});
        QVERIFY2(out.code == 0, out.err.constData());
        QCOMPARE(out.json()[u"images"_s].toInt(), images);
        QCOMPARE(out.json()[u"counts"_s].toObject().keys(), (QStringList{u"others"_s, u"spine"_s}));
    }

    void labelsGoIntoAManifest()
    {
        m_dir.write(u"annotations.xml"_s,
              "<annotations><image id=\"0\" name=\"IM1.png\"><tag label=\"abdominal\"/></image>"
              "<image id=\"1\" name=\"IM77.png\"><tag label=\"spine\"/></image></annotations>");
        const Run run =
            cli({u"dataset"_s, u"import"_s, at(u"annotations.xml"_s), u"--manifest"_s,
                 at(u"manifest.csv"_s), u"--out"_s, at(u"labelled.csv"_s), u"--json"_s});
        QVERIFY2(run.code == 1, run.err.constData());
        QCOMPARE(run.json()[u"changed"_s].toInt(), 1);
        const auto table = ir::CsvTable::read(at(u"labelled.csv"_s).toStdString()).value();
        QCOMPARE(table.rows(), std::size_t(images));
        QCOMPARE(table.at(1, "label"), std::string("abdominal"));
        QCOMPARE(table.at(2, "label"), std::string("others"));
        QCOMPARE(table.at(1, "note"), std::string("kept"));
        m_dir.write(u"byuid.csv"_s, "sop_instance_uid,label\n1.2.826.0.1.3680043.77.2,pelvis\n");
        const Run byUid = cli({u"dataset"_s, u"import"_s, at(u"byuid.csv"_s), u"--manifest"_s,
                               at(u"manifest.csv"_s), u"--dry-run"_s, u"--json"_s});
        QCOMPARE(byUid.code, 0);
        QCOMPARE(byUid.json()[u"matched_by"_s].toObject()[u"sop_instance_uid"_s].toInt(), 1);
    }

    void wrongUseIsToldApartFromFailure()
    {
        QCOMPARE(cli({u"dataset"_s, u"export"_s}).code, 2);
        QCOMPARE(cli({u"dataset"_s, u"export"_s, u"--to"_s, at(u"x"_s)}).code, 2);
        QCOMPARE(cli({u"dataset"_s, u"export"_s, u"--to"_s, at(u"in"_s), u"--manifest"_s,
                      at(u"manifest.csv"_s)})
                     .code,
                 2);
        QCOMPARE(cli({u"dataset"_s, u"export"_s, u"--to"_s, at(u"x"_s), u"--manifest"_s,
                      at(u"absent"_s)})
                     .code,
                 3);
        QCOMPARE(
            cli({u"dataset"_s, u"export"_s, u"--to"_s, at(u"x"_s), u"--catalog"_s, at(u"absent"_s)})
                .code,
            3);
        QCOMPARE(cli({u"dataset"_s, u"import"_s, at(u"byuid.csv"_s)}).code, 2);
        QCOMPARE(cli({u"dataset"_s, u"import"_s, at(u"absent"_s), u"--manifest"_s,
                      at(u"manifest.csv"_s)})
                     .code,
                 3);
        const Run broken = cli(
            {u"dataset"_s, u"import"_s, at(u"in/IM1"_s), u"--manifest"_s, at(u"manifest.csv"_s)});
        QCOMPARE(broken.code, 3);
        QCOMPARE(broken.err.count('\n'), 1);
    }
};

QTEST_GUILESS_MAIN(TestDatasetTransfer)
#include "test_datasettransfer.moc"
