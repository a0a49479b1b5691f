#include "base/csv.h"

#include "support/clirun.h"
#include "support/pictures.h"

#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

using namespace Qt::StringLiterals;

using ir::test::cli;
using Run = ir::test::CliRun;

/// `dataset summary` and `dataset split` as other programs see them (docs/CLI.md).
class TestDatasetCommand : public QObject
{
    Q_OBJECT

    static constexpr int images = 40;

    QTemporaryDir m_dir;
    QString m_manifest;

    [[nodiscard]] QString path(const QString& name) const { return m_dir.filePath(name); }

    void write(const QString& name, const QByteArray& bytes) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), qint64(bytes.size()));
    }

    [[nodiscard]] Run split(const QStringList& more) const
    {
        return cli(QStringList{u"dataset"_s, u"split"_s, u"--manifest"_s, m_manifest, u"--json"_s} + more);
    }

private Q_SLOTS:
    void initTestCase()
    {
        // Two classes; image 7 is a copy of image 6 (other group), and 8 and 9 are one patient's.
        QByteArray manifest = "path,label,group,source\n";
        for (int i = 0; i < images; ++i) {
            const ir::GrayImage image = ir::test::discs(i == 7 ? 6U : static_cast<unsigned>(i), 90, 80);
            QVERIFY(QImage(image.pixels.data(), image.width, image.height, image.width,
                           QImage::Format_Grayscale8)
                        .save(path(u"%1.png"_s.arg(i))));
            manifest += u"%1.png,%2,%3,%4\n"_s.arg(i)
                            .arg(i % 4 == 0 ? "spine"_L1 : "others"_L1)
                            .arg(i == 9 ? 8 : i)
                            .arg(i < 10 ? "north"_L1 : "south"_L1)
                            .toUtf8();
        }
        m_manifest = path(u"manifest.csv"_s);
        write(u"manifest.csv"_s, manifest);
    }

    void splitReportsWhatItReachedAndWritesIt()
    {
        const Run run = split({u"--out"_s, path(u"out.csv"_s), u"--seed"_s, u"3"_s});
        QVERIFY2(run.code == 0, run.err.constData());
        const QJsonObject json = run.json();
        QCOMPARE(json[u"images"_s].toInt(), images);
        QCOMPARE(json[u"assigned"_s].toInt(), images);
        QCOMPARE(json[u"seed"_s].toInt(), 3);
        const QJsonObject splits = json[u"splits"_s].toObject();
        QVERIFY(std::abs(splits[u"train"_s][u"share"_s].toDouble() - 0.7) < 0.05);
        QCOMPARE(json[u"ratios_reached"_s][u"train"_s].toDouble(),
                 splits[u"train"_s][u"share"_s].toDouble());
        QVERIFY(std::abs(json[u"classes"_s][u"spine"_s][u"splits"_s][u"train"_s][u"share"_s].toDouble() -
                         0.7) <= 0.1);
        const QJsonArray pairs = json[u"duplicates"_s][u"pairs"_s].toArray();
        QVERIFY(json[u"duplicates"_s][u"checked"_s].toBool());
        bool found = false;
        for (const QJsonValue& pair : pairs) {
            const QJsonArray paths = pair[u"paths"_s].toArray();
            const QJsonArray sides = pair[u"splits"_s].toArray();
            QCOMPARE(sides[0].toString(), sides[1].toString());
            found = found || (paths[0].toString() == u"6.png"_s && paths[1].toString() == u"7.png"_s);
        }
        QVERIFY(found);
        QCOMPARE(pairs.size(), 1);

        const auto written = ir::CsvTable::read(path(u"out.csv"_s).toStdString());
        QVERIFY(written);
        QCOMPARE(written->rows(), std::size_t(images));
        QCOMPARE(written->at(8, "split"), written->at(9, "split"));
        QCOMPARE(written->at(6, "split"), written->at(7, "split"));
        const QJsonObject assignment = json[u"assignment"_s].toObject();
        for (std::size_t i = 0; i < written->rows(); ++i)
            QCOMPARE(assignment[QString::fromStdString(written->at(i, "path"))].toString().toStdString(),
                     written->at(i, "split"));

        QCOMPARE(split({u"--out"_s, path(u"out.csv"_s), u"--seed"_s, u"3"_s}).out, run.out);
        QVERIFY(split({u"--seed"_s, u"4"_s}).json()[u"assignment"_s] != json[u"assignment"_s]);
    }

    void imagesNeedNotBeAtHand()
    {
        write(u"absent.csv"_s, "path,label\na.png,spine\nb.png,spine\nc.png,spine\n");
        const QStringList arguments{u"dataset"_s, u"split"_s, u"--manifest"_s, path(u"absent.csv"_s),
                                    u"--json"_s};
        const Run without = cli(arguments + QStringList{u"--no-duplicates-check"_s});
        QCOMPARE(without.code, 0);
        QVERIFY(!without.json()[u"duplicates"_s][u"checked"_s].toBool());
        const Run with = cli(arguments);
        QCOMPARE(with.code, 1);
        QCOMPARE(with.json()[u"unreadable"_s].toInt(), 3);
        QVERIFY(with.err.contains("a.png"));
        // Three images of a class cannot be in three splits of 70, 15 and 15 %.
        QVERIFY(!with.json()[u"warnings"_s].toArray().isEmpty());
    }

    void presentSplitsAreKeptUnlessForced()
    {
        write(u"done.csv"_s,
              "path,label,split\na,spine,train\nb,spine,train\nc,spine,train\nd,spine,external\n");
        const QStringList arguments{u"dataset"_s,        u"split"_s,         u"--manifest"_s,
                                    path(u"done.csv"_s), u"--json"_s,        u"--no-duplicates-check"_s,
                                    u"--ratios"_s,       u"0.34,0.33,0.33"_s};
        const QJsonObject kept = cli(arguments).json();
        QCOMPARE(kept[u"kept"_s].toInt(), 3);
        QCOMPARE(kept[u"assigned"_s].toInt(), 0);
        const QJsonObject forced = cli(arguments + QStringList{u"--force"_s}).json();
        QCOMPARE(forced[u"assigned"_s].toInt(), 3);
        QCOMPARE(forced[u"apart"_s].toInt(), 1);
        QCOMPARE(forced[u"splits"_s][u"val"_s][u"images"_s].toInt(), 1);
    }

    void summaryIsTheTableOfThePaper()
    {
        write(u"split.csv"_s, "path,label,split,source,group\n1,spine,train,a,p\n2,spine,test,a,p\n"
                              "3,others,train,b,q\n4,others,train,b,q\n5,others,,b,r\n");
        const Run run =
            cli({u"dataset"_s, u"summary"_s, u"--manifest"_s, path(u"split.csv"_s), u"--json"_s});
        QCOMPARE(run.code, 0);
        const QJsonObject json = run.json();
        QCOMPARE(json[u"images"_s].toInt(), 5);
        QCOMPARE(json[u"splits"_s][u"train"_s][u"images"_s].toInt(), 3);
        QCOMPARE(json[u"splits"_s][u"train"_s][u"share"_s].toDouble(), 0.6);
        QCOMPARE(json[u"classes"_s][u"others"_s][u"splits"_s][u"train"_s][u"images"_s].toInt(), 2);
        QCOMPARE(json[u"classes"_s][u"spine"_s][u"share"_s].toDouble(), 0.4);
        QCOMPARE(json[u"by_source"_s][u"b"_s][u"classes"_s][u"others"_s][u"images"_s].toInt(), 3);
        QCOMPARE(json[u"groups"_s].toInt(), 3);
        QCOMPARE(json[u"groups_in_several_splits"_s].toArray().at(0).toString(), u"p"_s);

        const Run text = cli({u"dataset"_s, u"summary"_s, u"--manifest"_s, path(u"split.csv"_s)});
        for (const char* part : {"train", "(none)", "spine", "60.0 %", "total"})
            QVERIFY2(text.out.contains(part), QByteArray(part + text.out).constData());
    }

    void wrongUseIsToldApartFromFailure()
    {
        QCOMPARE(cli({u"dataset"_s}).code, 2);
        QCOMPARE(cli({u"dataset"_s, u"split"_s}).code, 2);
        QCOMPARE(split({u"--ratios"_s, u"0.7,0.3"_s}).code, 2);
        QCOMPARE(split({u"--ratios"_s, u"0.7,0.3,0.3"_s}).code, 2);
        QCOMPARE(cli({u"dataset"_s, u"summary"_s, u"--manifest"_s, path(u"nothing.csv"_s)}).code, 3);
        QCOMPARE(split({u"--no-duplicates-check"_s, u"--out"_s, path(u"no/such/folder.csv"_s)}).code, 3);
    }
};

QTEST_GUILESS_MAIN(TestDatasetCommand)
#include "test_datasetcommand.moc"
