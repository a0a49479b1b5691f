#include "base/csv.h"
#include "catalog/catalog.h"
#include "nn/engine.h"
#include "nn/metrics.h"

#include "support/clirun.h"
#include "support/randommodel.h"

#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace Qt::StringLiterals;

using ir::test::cli;
using Run = ir::test::CliRun;

/// The command as other programs see it, with a random net: every figure is checked against what the engine
/// itself says of the same images.
class TestEvaluate : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;
    QString m_model;
    QStringList m_classes;
    std::vector<int> m_tags; ///< of image 0…9

    [[nodiscard]] QString path(const QString& name) const { return m_dir.filePath(name); }

    void write(const QString& name, const QByteArray& bytes) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), qint64(bytes.size()));
    }

private Q_SLOTS:
    void initTestCase()
    {
        ir::test::RandomModel model(3);
        m_model = path(u"net.safetensors"_s);
        const auto weights = model.writeTo(m_model);
        for (const std::string& name : model.info.classes)
            m_classes << QString::fromStdString(name);
        auto engine = ir::Engine::load(weights, {"cpu", 1});
        QVERIFY(engine);
        QVERIFY(QDir(m_dir.path()).mkdir(u"images"_s));
        for (int i = 0; i < 10; ++i) {
            const ir::GrayImage image = ir::test::randomImage(40 + static_cast<unsigned>(i), 150 + i, 200);
            QVERIFY(QImage(image.pixels.data(), image.width, image.height, image.width,
                           QImage::Format_Grayscale8)
                        .save(path(u"images/%1.png"_s.arg(i))));
            m_tags.push_back((*engine)->classify(std::span(&image, 1))->front().classIndex);
        }
        write(u"images/broken.png"_s, "\x89PNG\r\n\x1a\nand no more");

        // Labels: the tag itself, but the next class for images 1 and 4; image 9 is of no class.
        QByteArray manifest = "path,label,split,source\n";
        for (int i = 0; i < 10; ++i) {
            const int label = (m_tags[static_cast<std::size_t>(i)] + (i == 1 || i == 4 ? 1 : 0)) % 5;
            manifest += u"images/%1.png,%2,%3,%4\n"_s
                            .arg(i)
                            .arg(i == 9 ? u"ood"_s : m_classes[label])
                            .arg(i < 8 ? "test"_L1 : "train"_L1)
                            .arg(i % 2 ? "north"_L1 : "south"_L1)
                            .toUtf8();
        }
        write(u"manifest.csv"_s, manifest + "images/broken.png,spine,train,south\n");
    }

    void reportsWhatTheNetSays()
    {
        const Run run = cli({u"evaluate"_s, u"--manifest"_s, path(u"manifest.csv"_s), u"--model"_s, m_model,
                             u"--json"_s, u"--predictions"_s, path(u"tags.csv"_s)});
        QCOMPARE(run.code, 1); // one file is unreadable
        const QJsonObject json = run.json();
        QVERIFY2(!json.isEmpty(), QByteArray(run.out + run.err).constData());

        ir::ConfusionMatrix expected(5);
        for (std::size_t i = 0; i < 9; ++i) {
            const auto tag = static_cast<std::size_t>(m_tags[i]);
            expected.add((tag + (i == 1 || i == 4 ? 1 : 0)) % 5, tag);
        }
        QVERIFY(std::abs(json[u"macro_f1"_s].toDouble() - ir::figuresOf(expected).macroF1) < 1e-9);
        QCOMPARE(json[u"accuracy"_s].toDouble(), 7.0 / 9);
        QCOMPARE(json[u"images"_s].toInt(), 11);
        QCOMPARE(json[u"read"_s].toInt(), 10);
        QCOMPARE(json[u"unreadable"_s].toInt(), 1);
        QCOMPARE(json[u"other_labels"_s][u"images"_s].toInt(), 1);
        const QJsonArray matrix = json[u"confusion_matrix"_s].toArray();
        for (int truth = 0; truth < 5; ++truth)
            for (int tag = 0; tag < 5; ++tag)
                QCOMPARE(matrix[truth].toArray()[tag].toInt(),
                         int(expected.at(std::size_t(truth), std::size_t(tag))));
        QVERIFY(json[u"per_class"_s].toObject().contains(m_classes[3]));
        const QJsonArray interval = json[u"macro_f1_interval"_s].toArray();
        QVERIFY(interval[0].toDouble() <= json[u"macro_f1"_s].toDouble());
        QVERIFY(interval[1].toDouble() >= json[u"macro_f1"_s].toDouble());
        const QJsonObject bySource = json[u"by"_s][u"source"_s].toObject();
        QCOMPARE(bySource[u"north"_s][u"images"_s].toInt(), 5);
        QCOMPARE(bySource[u"south"_s][u"images"_s].toInt(), 6);

        const auto tags = ir::CsvTable::read(path(u"tags.csv"_s).toStdString());
        QVERIFY(tags);
        QCOMPARE(tags->rows(), std::size_t(11));
        for (std::size_t i = 0; i < 10; ++i) {
            QCOMPARE(tags->at(i, "class"), m_classes[m_tags[i]].toStdString());
            double sum = 0;
            for (const QString& name : m_classes)
                sum += QByteArray::fromStdString(tags->at(i, name.toStdString())).toDouble();
            QVERIFY(std::abs(sum - 1) < 1e-4);
            QVERIFY(tags->at(i, "needs_review") == "false");
        }
        QCOMPARE(tags->at(10, "class"), std::string());
        QVERIFY(!tags->at(10, "reason").empty());
    }

    void aSplitLeavesTheOthersOut()
    {
        const Run run = cli({u"evaluate"_s, u"--manifest"_s, path(u"manifest.csv"_s), u"--model"_s, m_model,
                             u"--split"_s, u"test"_s, u"--json"_s});
        QCOMPARE(run.code, 0);
        QCOMPARE(run.json()[u"images"_s].toInt(), 8);
        QCOMPARE(run.json()[u"accuracy"_s].toDouble(), 6.0 / 8);
        QVERIFY(!run.json().contains(u"other_labels"_s));
    }

    void reportsConfidenceRiskAndTime()
    {
        const Run run = cli({u"evaluate"_s, u"--manifest"_s, path(u"manifest.csv"_s), u"--model"_s, m_model,
                             u"--json"_s, u"--timing-images"_s, u"3"_s});
        const QJsonObject json = run.json();
        const QJsonObject calibration = json[u"calibration"_s].toObject();
        QCOMPARE(calibration[u"temperature"_s].toDouble(), 1.5);
        QCOMPARE(calibration[u"ece"_s].toDouble(), json[u"calibration_error"_s].toDouble());
        QVERIFY(calibration[u"ece_without_temperature"_s].isDouble());
        const QJsonArray bins = calibration[u"bins"_s].toArray();
        QCOMPARE(bins.size(), 15);
        int images = 0;
        for (const QJsonValue& bin : bins)
            images += bin[u"images"_s].toInt();
        QCOMPARE(images, 9);
        const QJsonObject risk = json[u"risk_coverage"_s].toObject();
        QVERIFY(risk[u"aurc"_s].toDouble() > 0);
        const QJsonObject last = risk[u"curve"_s].toArray().last().toObject();
        QCOMPARE(last[u"coverage"_s].toDouble(), 1.0);
        QVERIFY(std::abs(last[u"risk"_s].toDouble() - 2.0 / 9) < 1e-12);
        const QJsonObject time = json[u"time"_s].toObject();
        QCOMPARE(time[u"images"_s].toInt(), 3);
        QVERIFY(time[u"inference_ms"_s].toDouble() > 0 && time[u"decode_ms"_s].toDouble() > 0);
        QCOMPARE(time[u"decode_and_inference_ms"_s].toDouble(),
                 time[u"inference_ms"_s].toDouble() + time[u"decode_ms"_s].toDouble());
        QVERIFY(json[u"adult_child"_s].isArray());
        const Run untimed = cli({u"evaluate"_s, u"--manifest"_s, path(u"manifest.csv"_s), u"--model"_s,
                                 m_model, u"--json"_s, u"--timing-images"_s, u"0"_s});
        QVERIFY(untimed.json()[u"time"_s].isNull());
    }

    void writesAReportForPeople()
    {
        const Run run = cli({u"evaluate"_s, u"--manifest"_s, path(u"manifest.csv"_s), u"--model"_s, m_model,
                             u"--html"_s, path(u"report.html"_s), u"--timing-images"_s, u"0"_s});
        QCOMPARE(run.code, 1);
        QFile file(path(u"report.html"_s));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray html = file.readAll();
        QVERIFY(html.startsWith("<!DOCTYPE html>"));
        QVERIFY(html.count("data:image/jpeg;base64,") >= 2); // images 1 and 4
        QVERIFY(html.contains("images/broken.png"));
        QCOMPARE(cli({u"evaluate"_s, u"--manifest"_s, path(u"manifest.csv"_s), u"--model"_s, m_model,
                      u"--html"_s, path(u"no/such/report.html"_s)})
                     .code,
                 3);
    }

    void evaluatesACatalogThatPeopleLabelled()
    {
        const QString file = path(u"c.sqlite"_s);
        QCOMPARE(cli({u"classify"_s, path(u"images"_s), u"--model"_s, m_model, u"--catalog"_s, file}).code, 1);
        const QStringList arguments{u"evaluate"_s, u"--catalog"_s, file,         u"--model"_s,
                                    m_model,       u"--json"_s,    u"--timing-images"_s, u"0"_s};
        QCOMPARE(cli(arguments).code, 3); // nobody labelled anything
        {
            auto catalog = ir::Catalog::open(file);
            QVERIFY(catalog);
            const auto files = (*catalog)->files({}).value();
            QHash<QString, ir::ImageId> idOf;
            for (const auto& summary : files)
                idOf.insert(QFileInfo(summary.path).baseName(), summary.imageId);
            QSignalSpy changed(catalog->get(), &ir::Catalog::labelsChanged);
            (*catalog)->acceptPredictions({idOf[u"0"_s], idOf[u"2"_s]}, u"anna"_s);
            (*catalog)->setLabel({idOf[u"3"_s]}, m_classes[(m_tags[3] + 1) % 5], u"anna"_s);
            QTRY_COMPARE(changed.size(), 2);
        }
        const Run run = cli(arguments);
        QVERIFY2(run.code == 0, run.err.constData());
        QCOMPARE(run.json()[u"images"_s].toInt(), 3);
        QVERIFY(std::abs(run.json()[u"accuracy"_s].toDouble() - 2.0 / 3) < 1e-12);
        QCOMPARE(cli(arguments + QStringList{u"--split"_s, u"test"_s}).code, 2);
        QCOMPARE(cli({u"evaluate"_s, u"--catalog"_s, path(u"no.sqlite"_s), u"--model"_s, m_model}).code, 3);
    }

    void theTextHasTheTables()
    {
        const Run run = cli({u"evaluate"_s, u"--manifest"_s, path(u"manifest.csv"_s), u"--model"_s, m_model,
                             u"--by"_s, u"split"_s});
        QCOMPARE(run.code, 1);
        for (const char* part : {"macro F1", "label in rows", "by source", "north", "risk–coverage",
                                 "per image", "by split", "train", "pediatric_chest", "ood (1)"})
            QVERIFY2(run.out.contains(part), QByteArray(part + run.out).constData());
        QVERIFY(run.err.contains("broken.png"));
    }

    void wrongUseIsToldApartFromFailure()
    {
        QCOMPARE(cli({u"evaluate"_s}).code, 2);
        const QStringList start{u"evaluate"_s, u"--model"_s, m_model, u"--manifest"_s};
        QCOMPARE(cli(start + QStringList{path(u"manifest.csv"_s), u"--by"_s, u"nothing"_s}).code, 2);
        QCOMPARE(cli(start + QStringList{path(u"absent.csv"_s)}).code, 3);
        QCOMPARE(cli(start + QStringList{path(u"manifest.csv"_s), u"--split"_s, u"nowhere"_s}).code, 3);
        const Run run = cli({u"evaluate"_s, u"--manifest"_s, path(u"manifest.csv"_s), u"--model"_s,
                             u"no_such_net"_s});
        QCOMPARE(run.code, 3);
        QVERIFY(run.err.contains("no_such_net"));
    }

    void nothingReadableIsAFailureAndNoFigure()
    {
        write(u"all-broken.csv"_s, "path,label\nimages/broken.png,spine\n");
        const Run run = cli({u"evaluate"_s, u"--manifest"_s, path(u"all-broken.csv"_s), u"--model"_s, m_model});
        QCOMPARE(run.code, 3);
        QVERIFY(run.out.isEmpty());
        QVERIFY2(run.err.contains("broken.png") && run.err.contains("None of the 1 images"), run.err.constData());
    }

    void modelsAreListed()
    {
        const QString folder = path(u"data/imaging-router/models"_s);
        QVERIFY(QDir().mkpath(folder));
        QVERIFY(QFile::copy(m_model, folder + u"/department.safetensors"_s));
        qputenv("XDG_DATA_HOME", path(u"data"_s).toUtf8());
        const Run run = cli({u"models"_s, u"--json"_s});
        QCOMPARE(run.code, 0);
        bool found = false;
        for (const QJsonValue& model : run.json()[u"models"_s].toArray()) {
            if (model[u"name"_s].toString() != u"department"_s)
                continue;
            found = true;
            QCOMPARE(model[u"architecture"_s].toString(), u"mobilenet_v1"_s);
            QCOMPARE(model[u"parameters"_s].toInt(), 3'212'101);
            QCOMPARE(model[u"input_size"_s].toInt(), 96);
            QCOMPARE(model[u"classes"_s].toArray().size(), 5);
            QCOMPARE(model[u"digest"_s].toString().size(), 64);
        }
        QVERIFY2(found, run.out.constData());
    }
};

QTEST_GUILESS_MAIN(TestEvaluate)
#include "test_evaluate.moc"
