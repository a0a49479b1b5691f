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

/// `project` and `readers` as docs/CLI.md has them: a study of twelve images from its plan to its
/// data set. The tests build upon each other, as the study does.
class TestProjectCommand : public QObject
{
    Q_OBJECT

    static constexpr int images = 12;

    ir::DicomLibrary m_library;
    ir::test::TestFolder m_dir;

    QString at(const QString& name) const { return m_dir.at(name); }

    /// `project WORDS… --catalog c.sqlite MORE…`
    Run project(const QStringList& words, const QStringList& more = {}) const
    {
        return cli(QStringList{u"project"_s} + words +
                   QStringList{u"--catalog"_s, at(u"c.sqlite"_s)} + more);
    }

    static ir::CsvTable tableOf(const Run& run)
    {
        return ir::CsvTable::parse(run.out.toStdString()).value();
    }

    static QByteArray truth(int i) { return i % 3 == 0 ? "spine" : "others"; }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(QDir(m_dir.path()).mkpath(u"in"_s));
        QVector<ir::FileResult> results;
        for (int i = 0; i < images; ++i) {
            ir::FileResult result;
            result.file = {at(u"in/IM%1"_s.arg(i, 2, 10, QLatin1Char('0'))), 1, 1};
            result.facts.modality = "DX";
            result.facts.patientName = "Featherstone, Ottilie";
            result.facts.patientId = "HOSP-" + std::to_string(4000 + i / 2);
            result.facts.sopInstanceUid = "1.2.826.0.1.3680043.77." + std::to_string(i);
            const ir::GrayImage image(40, 30, static_cast<std::uint8_t>(50 + i));
            QVERIFY(ir::writeDicom(result.file.path.toStdString(), ir::toDicomPixels(image),
                                   result.facts, ir::DicomSyntax::ExplicitLittleEndian));
            result.status = ir::FileStatus::Ok;
            result.digest = ir::sha256OfFile(result.file.path.toStdString()).value();
            result.predictedClass = QString::fromLatin1(truth(i));
            ir::Prediction prediction;
            prediction.probabilities = {0, 0, 0, 0, 1};
            prediction.classIndex = 4;
            prediction.confidence = 0.9F;
            prediction.modelId = std::string(64, 'a');
            result.prediction = prediction;
            results.append(result);
        }
        auto catalog = ir::Catalog::open(at(u"c.sqlite"_s));
        QVERIFY(catalog);
        QVERIFY((*catalog)->storeResults(results));
    }

    void whatCannotBeMadeIsNotMade()
    {
        const QStringList names{u"--readers"_s, u"Ann,Bob"_s};
        QCOMPARE(project({u"status"_s}).code, 3); // there is none yet
        m_dir.write(u"odd.json"_s, R"({"name": "x", "reeders": ["Ann"]})");
        const Run odd = project({u"create"_s}, {u"--plan"_s, at(u"odd.json"_s)});
        QCOMPARE(odd.code, 2);
        QVERIFY2(odd.err.contains("\"reeders\", which means nothing here"), odd.err.constData());
        m_dir.write(u"kind.json"_s, R"({"name": "x", "rules": {"overlap": "all"}})");
        const Run kind = project({u"create"_s}, {u"--plan"_s, at(u"kind.json"_s)});
        QCOMPARE(kind.code, 2);
        QVERIFY2(kind.err.contains("\"overlap\" that is of another kind"), kind.err.constData());
        QCOMPARE(project({u"create"_s}, names).code, 3); // no name
        m_dir.write(u"list.csv"_s, "path\nIM03\nIM77\n");
        const QStringList listed{u"--name"_s, u"x"_s, u"--list"_s, at(u"list.csv"_s)};
        const Run missing = project({u"create"_s}, names + listed);
        QCOMPARE(missing.code, 3);
        QVERIFY2(missing.err.contains("row 3 IM77") && missing.err.contains("1 of 2 listed images"),
                 missing.err.constData());
        const Run dry =
            project({u"create"_s}, names + listed + QStringList{u"--dry-run"_s, u"--json"_s});
        QCOMPARE(dry.code, 1);
        QCOMPARE(dry.json()[u"created"_s].toBool(true), false);
        QCOMPARE(dry.json()[u"images"_s].toInt(), 1);
        QCOMPARE(dry.json()[u"missed"_s].toArray()[0].toObject()[u"place"_s].toString(),
                 u"row 3"_s);
        QCOMPARE(project({u"list"_s}, {u"--json"_s}).json()[u"projects"_s].toArray().size(), 0);
    }

    void aFolderMayBeRelative()
    {
        const auto imagesUnder = [&](const QString& folder) {
            return project({u"create"_s}, {u"--name"_s, u"x"_s, u"--readers"_s, u"Ann,Bob"_s,
                                           u"--folder"_s, folder, u"--dry-run"_s, u"--json"_s})
                .json()[u"images"_s]
                .toInt();
        };
        QCOMPARE(imagesUnder(at(u"in"_s)), images);
        QCOMPARE(imagesUnder(QDir::current().relativeFilePath(at(u"in"_s)) + u'/'), images);
        QCOMPARE(imagesUnder(at(u"elsewhere"_s)), 0); // and no project
    }

    void aPlanBecomesAProject()
    {
        m_dir.write(
            u"plan.json"_s,
            R"({"name": "spines", "guideline": "Whole spine only.", "classes": ["spine", "others"],
            "readers": ["Ann", "Bob"], "adjudicators": ["Cleo"],
            "images": {"folder": "in"}, "rules": {"repeats": 0.5, "repeat_after_hours": 0, "order": "date"},
            "examples": [{"image": "in/IM00", "label": "spine", "caption": "all of it"}]})");
        const Run made = project({u"create"_s}, {u"--plan"_s, at(u"plan.json"_s),
                                                 u"--lease-minutes"_s, u"45"_s, u"--json"_s});
        QVERIFY2(made.code == 0, made.err.constData());
        QCOMPARE(made.json()[u"images"_s].toInt(), images);
        QCOMPARE(made.json()[u"second_round"_s].toInt(), images);
        QCOMPARE(made.json()[u"repeats"_s].toInt(), images / 2);
        QCOMPARE(made.json()[u"predicted"_s][u"spine"_s].toInt(), 4);
        QCOMPARE(project({u"create"_s}, {u"--plan"_s, at(u"plan.json"_s)}).code,
                 3); // the name is taken
        const QJsonObject status = project({u"status"_s}, {u"--json"_s}).json();
        QCOMPARE(status[u"project"_s].toString(), u"spines"_s);
        QCOMPARE(status[u"rules"_s][u"lease_minutes"_s].toInt(), 45); // options win over the plan
        QCOMPARE(status[u"rules"_s][u"order"_s].toString(), u"date"_s);
        QCOMPARE(status[u"rounds"_s][1][u"wanted"_s].toInt(), images);
        QCOMPARE(status[u"decided"_s][u"none"_s].toInt(), images);
        const auto readers =
            cli({u"readers"_s, u"list"_s, u"--json"_s, u"--catalog"_s, at(u"c.sqlite"_s)}).json();
        QCOMPARE(readers[u"readers"_s].toArray().size(), 2);
    }

    void roundsAreImportedUnderTheRules()
    {
        // Ann reads all; Bob reads all again and differs on 1 and 3. By hand: 10 of 12 agree, Ann
        // says spine 4 times, Bob 4 times (less 3, and 1 more): chance (4·4 + 8·8) / 144 = 5/9,
        // kappa (10/12 − 5/9) / (4/9) = 0.625.
        QByteArray rows = "image,reader,round,label,time,seconds\n";
        for (int i = 0; i < images; ++i) {
            const QByteArray name = "IM" + QByteArray::number(i).rightJustified(2, '0');
            rows += name + ",Ann,1," + truth(i) + ",2024-03-0" + QByteArray::number(1 + i % 5) +
                    "T10:00:00Z,4\n";
            const QByteArray second = i == 1 ? "spine" : i == 3 ? "others" : truth(i);
            rows += name + ",Bob,2," + second + ",2024-03-1" + QByteArray::number(1 + i % 2 * 8) +
                    "T10:00:00Z,6\n";
        }
        m_dir.write(
            u"rounds.csv"_s,
            rows + "IM77,Ann,1,spine,,\nIM00,Ann,2,spine,,\nIM01,Eve,1,spine,,\nIM02,Ann,1,,,\n"
                   "IM02,Ann,1,hand,,\nIM02,Ann,9,spine,,\nIM02,Ann,1,spine,yesterday,\n");
        const Run dry = project({u"import"_s, at(u"rounds.csv"_s)}, {u"--dry-run"_s, u"--json"_s});
        QCOMPARE(dry.json()[u"changed"_s].toInt(), 2 * images);
        QCOMPARE(project({u"status"_s}, {u"--json"_s}).json()[u"events"_s].toInt(), 0);
        const Run run = project({u"import"_s, at(u"rounds.csv"_s)}, {u"--json"_s});
        QVERIFY2(run.code == 1, run.err.constData());
        QCOMPARE(run.json()[u"changed"_s].toInt(), 2 * images);
        QCOMPARE(run.json()[u"without_label"_s].toInt(), 1);
        QMap<QString, QString> missed;
        for (const auto& row : run.json()[u"missed"_s].toArray())
            missed[row.toObject()[u"place"_s].toString()] = row.toObject()[u"reason"_s].toString();
        QCOMPARE(missed.size(), 6);
        QCOMPARE(missed[u"row 26"_s], u"No image has this UID, digest or path."_s);
        QCOMPARE(missed[u"row 27"_s], u"This image is Bob's in round 2."_s);
        QCOMPARE(missed[u"row 28"_s], u"Eve is no reader of the project spines."_s);
        QCOMPARE(missed[u"row 30"_s], u"\"hand\" is no class of the project spines."_s);
        QVERIFY(missed[u"row 31"_s].startsWith(u"Its round is none of 1, 2, 3"_s));
        QVERIFY(missed[u"row 32"_s].startsWith(u"Its time is no date"_s));
        const QJsonObject again = project({u"import"_s, at(u"rounds.csv"_s)}, {u"--json"_s}).json();
        QCOMPARE(again[u"changed"_s].toInt(), 0);
        QCOMPARE(again[u"unchanged"_s].toInt(), 2 * images);
        const QJsonObject status = project({u"status"_s}, {u"--json"_s}).json();
        QCOMPARE(status[u"events"_s].toInt(), 4 * images);
        QCOMPARE(status[u"conflicts"_s].toInt(), 2);
        QCOMPARE(status[u"readers"_s][0][u"seconds"_s].toDouble(), 4.0 * images);
        QCOMPARE(status[u"decided"_s][u"agreed"_s].toInt(), images - 2);
    }

    void agreementIsAsComputedByHand()
    {
        const QJsonObject report = project({u"agreement"_s}, {u"--json"_s}).json();
        const QJsonObject pair = report[u"pairs"_s][0].toObject();
        QCOMPARE(pair[u"images"_s].toInt(), images);
        QVERIFY(std::abs(pair[u"kappa"_s].toDouble() - 0.625) < 1e-12);
        QVERIFY(pair[u"disagreements"_s][0][u"image"_s].toString().endsWith(u"in/IM01"_s));
        // 2024-03-11 and 2024-03-19 are in two weeks; both conflicts fell into the second.
        QCOMPARE(report[u"drift"_s].toArray().size(), 2);
        QCOMPARE(report[u"drift"_s][0][u"agreement"_s].toDouble(), 1.0);
        QVERIFY(std::abs(report[u"drift"_s][1][u"agreement"_s].toDouble() - 4.0 / 6) < 1e-12);
        QCOMPARE(report[u"drift"_s][1][u"from"_s].toString(), u"2024-03-19T10:00:00Z"_s);
        const QJsonObject thirds =
            project({u"agreement"_s}, {u"--drift-images"_s, u"4"_s, u"--json"_s}).json();
        QCOMPARE(thirds[u"drift"_s].toArray().size(), 3);
        const Run text = project({u"agreement"_s});
        QVERIFY(text.out.contains("Cohen's kappa 0.625") && text.out.contains("over time"));
        // The same from the table of rounds.
        QCOMPARE(project({u"rounds"_s}, {u"--out"_s, at(u"out.csv"_s)}).code, 0);
        const QJsonObject same =
            cli({u"agreement"_s, u"--labels"_s, at(u"out.csv"_s), u"--json"_s}).json();
        QVERIFY(std::abs(same[u"pairs"_s][0][u"kappa"_s].toDouble() - 0.625) < 1e-12);
    }

    void conflictsAreAdjudicatedAndImagesRepeated()
    {
        m_dir.write(
            u"more.csv"_s,
            "sop_instance_uid,reader,round,label\n1.2.826.0.1.3680043.77.1,Cleo,3,others\n"
            "1.2.826.0.1.3680043.77.2,Cleo,3,others\n1.2.826.0.1.3680043.77.3,Ann,3,others\n");
        const Run run = project({u"import"_s, at(u"more.csv"_s)}, {u"--json"_s});
        QCOMPARE(run.code, 1);
        QCOMPARE(run.json()[u"changed"_s].toInt(),
                 1); // 2 is no conflict, and Ann does not adjudicate
        const auto labels = tableOf(project({u"labels"_s}));
        QCOMPARE(labels.rows(), std::size_t(images));
        QCOMPARE(labels.at(1, "label"), std::string("others"));
        QCOMPARE(labels.at(1, "decision"), std::string("adjudicated"));
        QCOMPARE(labels.at(1, "label_2"), std::string("spine"));
        QCOMPARE(labels.at(3, "decision"), std::string("none"));
        QCOMPARE(labels.at(4, "decision"), std::string("agreed"));
        QCOMPARE(labels.at(4, "digest").size(), std::size_t(64));
        // Whichever are repeated: everybody says what they said before.
        QByteArray rows = "image,reader,round,label\n";
        for (std::size_t i = 0; i < labels.rows(); ++i)
            for (const char* n : {"1", "2"})
                rows += QByteArray::fromStdString(labels.at(i, "path") + "," +
                                                  labels.at(i, "reader_" + std::string(n)) + ",4," +
                                                  labels.at(i, "label_" + std::string(n)) + "\n");
        m_dir.write(u"repeats.csv"_s, rows);
        const QJsonObject repeats =
            project({u"import"_s, at(u"repeats.csv"_s)}, {u"--json"_s}).json();
        QCOMPARE(repeats[u"changed"_s].toInt(), images / 2);
        QCOMPARE(repeats[u"missed"_s].toArray().size(), 2 * images - images / 2);
        const QJsonObject report = project({u"agreement"_s}, {u"--json"_s}).json();
        int repeated = 0;
        for (const auto& repeat : report[u"repeats"_s].toArray()) {
            QCOMPARE(repeat[u"rounds"_s][1].toInt(), 4);
            QCOMPARE(repeat[u"agreement"_s].toDouble(), 1.0);
            repeated += repeat[u"images"_s].toInt();
        }
        QCOMPARE(repeated, images / 2);
        QVERIFY(std::abs(report[u"pairs"_s][0][u"kappa"_s].toDouble() - 0.625) <
                1e-12); // as before
    }

    void theAuditTrailNamesImagesAndEverythingDone()
    {
        const auto trail = tableOf(project({u"audit"_s}));
        QCOMPARE(trail.rows(), std::size_t(4 * images + 1 + images));
        QCOMPARE(trail.at(1, "act"), std::string("label"));
        QCOMPARE(trail.at(1, "time"), std::string("2024-03-01T10:00:00.000Z"));
        QCOMPARE(trail.at(0, "comment"), std::string()); // taken
        QCOMPARE(trail.at(1, "comment"), std::string("imported from rounds.csv"));
        QCOMPARE(trail.at(1, "sop_instance_uid"), std::string("1.2.826.0.1.3680043.77.0"));
        QCOMPARE(trail.at(1, "path"), at(u"in/IM00"_s).toStdString());
        QCOMPARE(trail.at(4 * images, "act"), std::string("adjudicate"));
        QCOMPARE(trail.at(4 * images, "round"), std::string("3"));
    }

    void finalLabelsBecomeADataSet()
    {
        const QStringList arguments{u"dataset"_s,   u"export"_s,    u"--to"_s,
                                    at(u"set"_s),   u"--catalog"_s, at(u"c.sqlite"_s),
                                    u"--project"_s, u"spines"_s,    u"--json"_s};
        const Run run = cli(arguments);
        QVERIFY2(run.code == 0, run.err.constData());
        QCOMPARE(run.json()[u"images"_s].toInt(), images - 1); // one conflict is open
        QCOMPARE(run.json()[u"passed_over"_s].toInt(), 1);
        QCOMPARE(run.json()[u"groups"_s].toInt(), images / 2);
        QFile sheet(at(u"set/datasheet.md"_s));
        QVERIFY(sheet.open(QIODevice::ReadOnly));
        const QByteArray text = sheet.readAll();
        for (const char* said :
             {"12 images were labelled by 2 readers", "12 once, 12 of 12 a second time",
              "Readers did not see the network's class. The second reader of an image did not see "
              "the label of the first.",
              "raw agreement 0.833, Cohen's kappa 0.625",
              "10 labels were agreed on, 1 (8.3 % of the images) decided by a third reader",
              "again: raw agreement 1.000", "1 image has no final label"})
            QVERIFY2(text.contains(said), qPrintable(QString::fromUtf8(said) % u" not in:\n"_s %
                                                     QString::fromUtf8(text)));
        for (const char* name : {"Ann", "Bob", "Cleo", "Featherstone", "HOSP-"})
            QVERIFY2(!text.contains(name), name);
        QCOMPARE(cli({u"dataset"_s, u"export"_s, u"--to"_s, at(u"no"_s), u"--manifest"_s,
                      at(u"list.csv"_s), u"--project"_s, u"spines"_s})
                     .code,
                 2);
    }

    void aProjectMustBeNamedWhereThereAreTwo()
    {
        const Run made = project({u"create"_s},
                                 {u"--name"_s, u"small"_s, u"--readers"_s, u"Ann"_s, u"--overlap"_s,
                                  u"0"_s, u"--sample"_s, u"3"_s, u"--strata"_s, u"equal"_s});
        QVERIFY2(made.code == 0, made.err.constData());
        QVERIFY(made.out.contains("small: 3 images, 0 of them read twice, drawn from 12"));
        const Run unnamed = project({u"status"_s});
        QCOMPARE(unnamed.code, 3);
        QVERIFY2(unnamed.err.contains("has 2 projects: say which"), unnamed.err.constData());
        QCOMPARE(project({u"status"_s}, {u"--project"_s, u"other"_s}).code, 3);
        QCOMPARE(project({u"status"_s}, {u"--project"_s, u"small"_s}).code, 0);
        QCOMPARE(project({u"agreement"_s}, {u"--project"_s, u"small"_s}).code, 3); // no labels yet
        const auto listed = project({u"list"_s}, {u"--json"_s}).json()[u"projects"_s].toArray();
        QCOMPARE(listed.size(), 2);
        QCOMPARE(listed[0].toObject()[u"conflicts"_s].toInt(), 1);
    }

    void readersAreAddedAndForgottenPinsTakenAway()
    {
        const auto readers = [&](const QStringList& words) {
            return cli(QStringList{u"readers"_s} + words +
                       QStringList{u"--catalog"_s, at(u"c.sqlite"_s)});
        };
        QCOMPARE(readers({u"add"_s, u"Dan"_s}).code, 0);
        QCOMPARE(readers({u"add"_s, u"DAN"_s}).code, 3);
        QVERIFY((*ir::Catalog::open(at(u"c.sqlite"_s)))->setPin(u"Dan"_s, {}, u"2468"_s));
        QVERIFY(readers({u"list"_s}).out.contains("Dan (PIN)"));
        QCOMPARE(readers({u"forget-pin"_s, u"Dan"_s}).code, 0);
        QVERIFY(!readers({u"list"_s}).out.contains("PIN"));
        QCOMPARE(readers({u"forget-pin"_s, u"Eve"_s}).code, 3);
        QCOMPARE(cli({u"readers"_s, u"list"_s, u"--catalog"_s, at(u"absent.sqlite"_s)}).code, 3);
    }
};

QTEST_GUILESS_MAIN(TestProjectCommand)
#include "test_projectcommand.moc"
