#include "support/clirun.h"
#include "support/stripes.h"
#include "support/testfolder.h"

#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

using ir::test::cli;
using Run = ir::test::CliRun;

/// `train` as other programs see it, on stripes.
class TestTrainCommand : public QObject
{
    Q_OBJECT

    ir::test::TestFolder m_dir;

    QString at(const QString& name) const { return m_dir.at(name); }

    Run train(const QString& out, const QStringList& more) const
    {
        return cli(QStringList{u"train"_s,        u"--manifest"_s, at(u"manifest.csv"_s),
                               u"--out"_s,        at(out),         u"--classes"_s,
                               u"a,b,c"_s,        u"--size"_s,     u"64"_s,
                               u"--start-size"_s, u"32"_s,         u"--hard-examples"_s,
                               u"0.5"_s,          u"--batch"_s,    u"4"_s,
                               u"--epochs"_s,     u"2"_s,          u"--lr"_s,
                               u"1e-3"_s,         u"--cache"_s,    u"none"_s,
                               u"--threads"_s,    u"1"_s} +
                   more);
    }

private Q_SLOTS:
    void initTestCase()
    {
        QByteArray manifest = "path,label,split\n";
        for (int label = 0; label < 3; ++label)
            for (int i = 0; i < 6; ++i) {
                const ir::GrayImage image = ir::test::stripes(label, i);
                const QString name = u"%1_%2.png"_s.arg(label).arg(i);
                QVERIFY(QImage(image.pixels.data(), image.width, image.height, image.width,
                               QImage::Format_Grayscale8)
                            .save(at(name)));
                manifest +=
                    name.toLatin1() + ',' + char('a' + label) + (i < 4 ? ",train\n" : ",val\n");
            }
        m_dir.write(u"manifest.csv"_s, manifest);
    }

    void severalSeedsAreReportedAndTheBestIsTheFile()
    {
        const Run run = train(u"net.safetensors"_s, {u"--seed"_s, u"3"_s, u"--seeds"_s, u"2"_s});
        QVERIFY2(run.code == 0, run.err.constData());
        QVERIFY(run.err.contains("Run 2 of 2, seed 4."));
        const QJsonObject json = run.json();
        QCOMPARE(json[u"interrupted"_s].toBool(true), false);
        const QJsonArray runs = json[u"runs"_s].toArray();
        QCOMPARE(runs.size(), 2);
        QCOMPARE(runs[0][u"model"_s].toString(), at(u"net-seed3.safetensors"_s));
        QCOMPARE(runs[1][u"model"_s].toString(), at(u"net-seed4.safetensors"_s));
        const double first = runs[0][u"validation_macro_f1"_s].toDouble(-1);
        const double second = runs[1][u"validation_macro_f1"_s].toDouble(-1);
        QVERIFY(std::abs(json[u"validation_macro_f1_mean"_s].toDouble(-1) - (first + second) / 2) <
                1e-12);
        QVERIFY(std::abs(json[u"validation_macro_f1_deviation"_s].toDouble(-1) -
                         std::abs(first - second) / std::sqrt(2.0)) < 1e-12);
        QCOMPARE(json[u"validation_macro_f1"_s].toDouble(-1), std::max(first, second));
        const QJsonValue best = runs[json[u"seed"_s].toInt() - 3];
        QCOMPARE(json[u"digest"_s].toString(), best[u"digest"_s].toString());
        QCOMPARE(json[u"model"_s].toString(), at(u"net.safetensors"_s));
        QVERIFY(QFile::exists(at(u"net.safetensors"_s)));

        const Run again =
            train(u"net.safetensors"_s, {u"--seed"_s, u"3"_s, u"--seeds"_s, u"2"_s, u"--resume"_s});
        QVERIFY2(again.code == 0, again.err.constData());
        QVERIFY(!again.err.contains("epoch 2/2"));
        QCOMPARE(again.json(), json);

        const QString three = QStringList{at(u"net-seed3.safetensors"_s),
                                          at(u"net-seed4.safetensors"_s), at(u"net.safetensors"_s)}
                                  .join(u',');
        const Run compared =
            cli({u"compare"_s, u"--models"_s, three, u"--manifest"_s, at(u"manifest.csv"_s),
                 u"--timing-images"_s, u"0"_s, u"--json"_s});
        QVERIFY2(compared.code == 0, compared.err.constData());
        QCOMPARE(compared.json()[u"models"_s].toArray().size(), 3);
    }

    void theOrderOfTheRowsDoesNotMatter()
    {
        const Run first = train(u"order.safetensors"_s, {});
        QVERIFY2(first.code == 0, first.err.constData());
        QFile manifest(at(u"manifest.csv"_s));
        QVERIFY(manifest.open(QIODevice::ReadOnly));
        QByteArrayList lines = manifest.readAll().split('\n');
        std::reverse(lines.begin() + 1, lines.end() - 1); // the header and the end stay
        m_dir.write(u"manifest.csv"_s, lines.join('\n'));
        const Run second = train(u"order.safetensors"_s, {});
        QVERIFY2(second.code == 0, second.err.constData());
        QCOMPARE(second.json()[u"digest"_s], first.json()[u"digest"_s]);
    }

    void wrongUseIsRefused()
    {
        QCOMPARE(train(u"x.safetensors"_s, {u"--seeds"_s, u"0"_s}).code, 2);
        QCOMPARE(train(u"x.safetensors"_s, {u"--seeds"_s, u"2"_s, u"--average"_s, u"a,b"_s}).code,
                 2);
        for (const QStringList& wrong : {QStringList{u"--device"_s, u"abacus"_s}, {u"--precision"_s, u"fp7"_s}})
            QCOMPARE(train(u"x.safetensors"_s, wrong).code, 2);
        QCOMPARE(train(u"x.safetensors"_s, {u"--hard-examples"_s, u"2"_s}).code, 2);
        QVERIFY(!QFile::exists(at(u"x.safetensors"_s)));
    }
};

QTEST_GUILESS_MAIN(TestTrainCommand)
#include "test_traincommand.moc"
