#include "nn/engine.h"
#include "nn/metrics.h"

#include "support/clirun.h"
#include "support/randommodel.h"

#include <QDir>
#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

using namespace Qt::StringLiterals;

using ir::test::cli;
using Run = ir::test::CliRun;

/// `compare` as other programs see it, with two random nets: the labels are what the first one says, so it
/// is right always and the best.
class TestCompare : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;
    QString m_first;
    QString m_second;
    ir::ConfusionMatrix m_expected{5}; ///< of the second

    [[nodiscard]] QString path(const QString& name) const { return m_dir.filePath(name); }

private Q_SLOTS:
    void initTestCase()
    {
        m_first = path(u"first.safetensors"_s);
        m_second = path(u"second.safetensors"_s);
        auto first = ir::Engine::load(ir::test::RandomModel(3).writeTo(m_first), {"cpu", 1});
        auto second = ir::Engine::load(ir::test::RandomModel(8).writeTo(m_second), {"cpu", 1});
        QVERIFY(first && second);
        QByteArray manifest = "path,label,split\n";
        for (int i = 0; i < 12; ++i) {
            const ir::GrayImage image = ir::test::randomImage(60 + static_cast<unsigned>(i), 150, 120 + i);
            QVERIFY(QImage(image.pixels.data(), image.width, image.height, image.width,
                           QImage::Format_Grayscale8)
                        .save(path(u"%1.png"_s.arg(i))));
            const int label = (*first)->classify(std::span(&image, 1))->front().classIndex;
            const int other = (*second)->classify(std::span(&image, 1))->front().classIndex;
            m_expected.add(static_cast<std::size_t>(label), static_cast<std::size_t>(other));
            manifest += QByteArray::number(i) + ".png," +
                        QByteArray::fromStdString(ir::defaultClasses()[static_cast<std::size_t>(label)]) +
                        ",test\n";
        }
        manifest += "missing.png,spine,train\n";
        QFile file(path(u"manifest.csv"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(manifest);
    }

    void modelsAreMeasuredOnTheSameImages()
    {
        const Run run =
            cli({u"compare"_s, u"--models"_s, QString(m_second + u"," + m_first), u"--manifest"_s,
                 path(u"manifest.csv"_s), u"--json"_s, u"--timing-images"_s, u"4"_s});
        QCOMPARE(run.code, 1); // one file is missing
        const QJsonObject json = run.json();
        QCOMPARE(json[u"images"_s].toInt(), 13);
        QCOMPARE(json[u"unreadable"_s].toInt(), 1);
        QCOMPARE(json[u"unreadable_files"_s].toArray()[0].toObject()[u"path"_s].toString(),
                 u"missing.png"_s);
        QCOMPARE(json[u"timed_images"_s].toInt(), 4);
        const QJsonObject second = json[u"models"_s].toArray()[0].toObject();
        const QJsonObject first = json[u"models"_s].toArray()[1].toObject();
        QCOMPARE(first[u"macro_f1"_s].toDouble(), 1.0);
        QVERIFY(first[u"best"_s].toBool());
        QVERIFY(first[u"difference_to_best"_s].isNull());
        const double macroF1 = ir::figuresOf(m_expected).macroF1;
        QVERIFY(std::abs(second[u"macro_f1"_s].toDouble() - macroF1) < 1e-9);
        QVERIFY(std::abs(second[u"macro_recall"_s].toDouble() - ir::figuresOf(m_expected).macroRecall) <
                1e-9);
        const QJsonObject difference = second[u"difference_to_best"_s].toObject();
        QVERIFY(std::abs(difference[u"macro_f1"_s].toDouble() - (macroF1 - 1)) < 1e-9);
        QVERIFY(difference[u"p_value"_s].toDouble() > 0 && difference[u"p_value"_s].toDouble() <= 1);
        QCOMPARE(second[u"parameters"_s].toInt(), 3'212'101);
        QVERIFY(second[u"inference_ms"_s].toDouble() > 0);
        QCOMPARE(second[u"macro_f1_interval"_s].toArray().size(), 2);
    }

    void thePrecisionIsAskedFor()
    {
        const auto run = [&](const QString& precision) {
            return cli({u"compare"_s, u"--models"_s, m_first, u"--manifest"_s, path(u"manifest.csv"_s), u"--split"_s,
                        u"test"_s, u"--timing-images"_s, u"0"_s, u"--precision"_s, precision, u"--json"_s});
        };
        QCOMPARE(run(u"fp32"_s).code, 0);
        QCOMPARE(run(u"fp8"_s).code, 2);
    }

    void theTextIsTheTableOfThePaper()
    {
        const Run run =
            cli({u"compare"_s, u"--models"_s, QString(m_first + u"," + m_second), u"--manifest"_s,
                 path(u"manifest.csv"_s), u"--split"_s, u"test"_s, u"--timing-images"_s, u"0"_s});
        QVERIFY2(run.code == 0, run.err.constData());
        for (const char* part : {"recall", "precision", "F1", "parameters", "best", "3212101", ", p "})
            QVERIFY2(run.out.contains(part), QByteArray(part + run.out).constData());
    }

    void wrongUseIsToldApartFromFailure()
    {
        const QStringList start{u"compare"_s, u"--manifest"_s, path(u"manifest.csv"_s)};
        QCOMPARE(cli(start).code, 2);
        QCOMPARE(cli({u"compare"_s, u"--models"_s, m_first}).code, 2);
        QCOMPARE(cli(start + QStringList{u"--models"_s, u"no_such_net"_s}).code, 3);
        ir::test::RandomModel other(4);
        other.info.classes[4] = "hands";
        const auto otherClasses = other.writeTo(path(u"other.safetensors"_s));
        const Run run =
            cli(start + QStringList{u"--models"_s, QString(m_first + u"," +
                                                           QString::fromStdString(otherClasses.string()))});
        QCOMPARE(run.code, 3);
        QVERIFY(run.err.contains("different classes"));
    }
};

QTEST_GUILESS_MAIN(TestCompare)
#include "test_compare.moc"
