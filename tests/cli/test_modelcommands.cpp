#include "base/digest.h"

#include "support/clirun.h"
#include "support/randommodel.h"
#include "support/testfolder.h"

#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QtTest>

using namespace Qt::StringLiterals;

using ir::test::cli;
using Run = ir::test::CliRun;

/// `models versions|adopt|restore|compare|import|export` and `finetune` as docs/CLI.md has them,
/// with random nets.
class TestModelCommands : public QObject
{
    Q_OBJECT

    static constexpr int images = 12;

    ir::test::TestFolder m_dir;
    QString m_first;
    QString m_second;

    QString at(const QString& name) const { return m_dir.at(name); }

    static QString digestOf(const QString& file)
    {
        return QString::fromStdString(ir::sha256OfFile(file.toStdString()).value_or(std::string()));
    }

    static Run models(const QStringList& words) { return cli(QStringList{u"models"_s} + words); }

    /// The digest of the version in use; "shipped" where none was adopted or that was gone back to.
    static QString current()
    {
        const QJsonObject json = models({u"versions"_s, u"--json"_s}).json();
        for (const auto& version : json[u"versions"_s].toArray())
            if (version.toObject()[u"current"_s].toBool())
                return version.toObject()[u"digest"_s].toString();
        return json[u"shipped_is_current"_s].toBool() ? u"shipped"_s : u"none"_s;
    }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_DATA_HOME", at(u"data"_s).toUtf8());
        m_first = at(u"first.safetensors"_s);
        m_second = at(u"second.safetensors"_s);
        QVERIFY(!ir::test::RandomModel(3).writeTo(m_first).empty());
        QVERIFY(!ir::test::RandomModel(8).writeTo(m_second).empty());
        QByteArray manifest = "path,label,group\n";
        for (int i = 0; i < images; ++i) {
            const ir::GrayImage image =
                ir::test::randomImage(60 + static_cast<unsigned>(i), 100, 90 + i);
            QVERIFY(QImage(image.pixels.data(), image.width, image.height, image.width,
                           QImage::Format_Grayscale8)
                        .save(at(u"%1.png"_s.arg(i))));
            manifest += QByteArray::number(i) + ".png," + (i % 2 == 0 ? "spine" : "others") + ",p" +
                        QByteArray::number(i) + "\n";
        }
        m_dir.write(u"manifest.csv"_s, manifest);
        m_dir.write(u"gaps.csv"_s, manifest + "absent.png,spine,p99\n");
    }

    void modelsAreAdoptedAndGoneBackFrom()
    {
        QCOMPARE(current(), u"shipped"_s);
        QCOMPARE(models({u"restore"_s, u"previous"_s}).code, 3); // there is none
        const Run adopted = models({u"adopt"_s, m_first, u"--name"_s, u"ours"_s});
        QVERIFY2(adopted.code == 0, adopted.err.constData());
        QVERIFY(adopted.out.contains(digestOf(m_first).toLatin1()));
        QCOMPARE(current(), digestOf(m_first));
        QCOMPARE(models({u"adopt"_s, m_second}).code, 0);
        QCOMPARE(current(), digestOf(m_second));
        QCOMPARE(models({u"versions"_s, u"--json"_s}).json()[u"versions"_s].toArray().size(), 2);
        QVERIFY(models({u"versions"_s}).out.contains("* is in use."));
        QCOMPARE(models({u"restore"_s, u"previous"_s}).code, 0);
        QCOMPARE(current(), digestOf(m_first));
        QCOMPARE(models({u"restore"_s, digestOf(m_second).left(8)}).code, 0);
        QCOMPARE(current(), digestOf(m_second));
        QCOMPARE(models({u"restore"_s, u"shipped"_s}).code, 0);
        QCOMPARE(current(), u"shipped"_s);
        QCOMPARE(models({u"restore"_s, u"nobody's"_s}).code, 3);
        QCOMPARE(models({u"adopt"_s, at(u"manifest.csv"_s)}).code, 3); // no weights
        QCOMPARE(models({u"adopt"_s}).code, 2);
        QCOMPARE(current(), u"shipped"_s);
    }

    void twoModelsAreComparedOnTheSameImages()
    {
        const auto compare = [&](const QString& after, const QString& manifest,
                                 const QStringList& more = {}) {
            return models(QStringList{u"compare"_s, m_first, after, u"--manifest"_s, at(manifest),
                                      u"--json"_s} +
                          more);
        };
        const Run same = compare(m_first, u"manifest.csv"_s);
        QVERIFY2(same.code == 0, same.err.constData());
        QCOMPARE(same.json()[u"images"_s].toInt(), images);
        QCOMPARE(same.json()[u"difference"_s].toDouble(1), 0.0);
        QCOMPARE(same.json()[u"mended"_s].toInt(-1), 0);
        QCOMPARE(same.json()[u"broken"_s].toInt(-1), 0);
        QCOMPARE(same.json()[u"worse"_s].toBool(true), false);
        const QJsonObject other = compare(m_second, u"gaps.csv"_s).json();
        QCOMPARE(other[u"unreadable"_s].toInt(), 1);
        QVERIFY(std::abs(other[u"macro_f1_after"_s].toDouble() -
                         other[u"macro_f1_before"_s].toDouble() -
                         other[u"difference"_s].toDouble()) < 1e-9);
        QCOMPARE(compare(m_second, u"gaps.csv"_s).code, 1);
        QCOMPARE(compare(m_second, u"manifest.csv"_s, {u"--split"_s, u"test"_s}).code,
                 3); // has none
        QCOMPARE(compare(u"no_such_net"_s, u"manifest.csv"_s).code, 3);
    }

    void filesAreTakenOverAndGivenAway()
    {
        const QString copy = at(u"copy.safetensors"_s);
        QCOMPARE(models({u"export"_s, m_first, u"--out"_s, copy}).code, 0);
        const Run kept = models({u"import"_s, copy, u"--out"_s, at(u"kept.safetensors"_s)});
        QVERIFY2(kept.code == 0, kept.err.constData());
        QCOMPARE(kept.json()[u"architecture"_s].toString(), u"mobilenet_v1"_s);
        QCOMPARE(kept.json()[u"new_classifier"_s].toBool(true), false);
        QCOMPARE(kept.json()[u"input_size"_s].toInt(), 96);
        QCOMPARE(kept.json()[u"digest"_s].toString(), digestOf(at(u"kept.safetensors"_s)));
        const Run other = models({u"import"_s, copy, u"--out"_s, at(u"other.safetensors"_s),
                                  u"--classes"_s, u"hand,foot"_s});
        QCOMPARE(other.code, 0);
        QCOMPARE(other.json()[u"new_classifier"_s].toBool(), true);
        QCOMPARE(other.json()[u"classes"_s].toArray(), (QJsonArray{u"hand"_s, u"foot"_s}));
        QVERIFY(other.err.contains("train from this file"));
        QCOMPARE(
            models({u"import"_s, at(u"manifest.csv"_s), u"--out"_s, at(u"x.safetensors"_s)}).code,
            3);
        QVERIFY(!QFile::exists(at(u"x.safetensors"_s)));
        // torchvision has no MobileNet-V1.
        QCOMPARE(models({u"export"_s, m_first, u"--torchvision-names"_s, u"--out"_s,
                         at(u"x.safetensors"_s)})
                     .code,
                 3);
    }

    void aModelIsTaughtAndItsBaseStaysAsItIs()
    {
        const QString before = digestOf(m_first);
        const QString out = at(u"taught.safetensors"_s);
        const QStringList start{u"finetune"_s, u"--base"_s,   m_first, u"--out"_s,
                                out,           u"--epochs"_s, u"1"_s,  u"--json"_s};
        QCOMPARE(cli(start).code, 2); // neither catalog nor manifest
        const QStringList manifest{u"--manifest"_s, at(u"gaps.csv"_s)};
        QCOMPARE(cli(start + manifest + QStringList{u"--catalog"_s, at(u"c.sqlite"_s)}).code, 2);
        QCOMPARE(cli(start + QStringList{u"--catalog"_s, at(u"c.sqlite"_s)}).code, 3); // not there
        const Run run = cli(start + manifest);
        QVERIFY2(run.code == 1, run.err.constData()); // one image is absent
        const QJsonObject json = run.json();
        QCOMPARE(json[u"base"_s][u"digest"_s].toString(), before);
        QCOMPARE(json[u"model"_s].toString(), out);
        QCOMPARE(json[u"digest"_s].toString(), digestOf(out));
        QCOMPARE(json[u"unreadable"_s].toInt(), 1);
        const int learnt = json[u"learnt"_s][u"spine"_s][u"corrected"_s].toInt() +
                           json[u"learnt"_s][u"spine"_s][u"confirmed"_s].toInt();
        QVERIFY(learnt > 0 && learnt <= images / 2 + 1);
        const QJsonObject held = json[u"held_out"_s].toObject();
        QVERIFY(held[u"images"_s].toInt() >= 1 && held[u"images"_s].toInt() < images);
        QVERIFY(QStringList({u"better"_s, u"no clear difference"_s, u"worse"_s})
                    .contains(json[u"verdict"_s].toString()));
        QCOMPARE(digestOf(m_first), before);
        QVERIFY(digestOf(out) != before);
        QCOMPARE(current(), u"shipped"_s); // nobody adopted it
        // What was made is a model like any other.
        QCOMPARE(models({u"import"_s, out, u"--out"_s, at(u"again.safetensors"_s)})
                     .json()[u"new_classifier"_s]
                     .toBool(true),
                 false);
        m_dir.write(u"few.csv"_s, "path,label\n0.png,spine\n1.png,others\n");
        const Run few = cli(start + QStringList{u"--manifest"_s, at(u"few.csv"_s)});
        QCOMPARE(few.code, 3); // too few groups to hold some back
    }
};

QTEST_GUILESS_MAIN(TestModelCommands)
#include "test_modelcommands.moc"
