#include "base/digest.h"

#include "support/clirun.h"
#include "support/randommodel.h"
#include "support/testfolder.h"

#include <QElapsedTimer>
#include <QFile>
#include <QImage>
#include <QRandomGenerator>
#include <QtTest>

using namespace Qt::StringLiterals;

using ir::test::cli;
using Run = ir::test::CliRun;

/// A power cut while a model is fine-tuned: resumed, the result is the one of a run that was not
/// cut.
class TestFineTuneKill : public QObject
{
    Q_OBJECT

    ir::test::TestFolder m_dir;

    QString at(const QString& name) const { return m_dir.at(name); }

    /// The call that writes `out`.
    QStringList fineTune(const QString& out, const QString& manifest = u"manifest.csv"_s) const
    {
        return {u"finetune"_s,       u"--base"_s,   at(u"base.safetensors"_s),
                u"--manifest"_s,     at(manifest),  u"--replay"_s,
                at(u"replay.csv"_s), u"--epochs"_s, u"3"_s,
                u"--out"_s,          at(out),       u"--json"_s};
    }

    QString digestOf(const QString& name) const
    {
        return QString::fromStdString(
            ir::sha256OfFile(at(name).toStdString()).value_or(std::string()));
    }

    /// Kills a run at a random point after its first epoch, at most `within` ms later. False: it
    /// was done before.
    bool kill(const QStringList& arguments, int within) const
    {
        QProcess process;
        process.setReadChannel(QProcess::StandardError);
        process.start(QStringLiteral(IR_CLI), arguments);
        QByteArray said;
        while (!said.contains("epoch 1/3: ") && process.waitForReadyRead(120'000))
            said += process.readAllStandardError();
        process.waitForFinished(QRandomGenerator::global()->bounded(1, within));
        if (process.state() == QProcess::NotRunning)
            return false;
        process.kill(); // SIGKILL
        process.waitForFinished();
        return true;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(!ir::test::RandomModel(3).writeTo(at(u"base.safetensors"_s)).empty());
        QByteArray manifest = "path,label,group\n";
        QByteArray replay = "path,label\n";
        for (int i = 0; i < 20; ++i) {
            const ir::GrayImage image =
                ir::test::randomImage(60 + static_cast<unsigned>(i), 100, 90 + i);
            const QByteArray name = QByteArray::number(i) + ".png";
            QVERIFY(QImage(image.pixels.data(), image.width, image.height, image.width,
                           QImage::Format_Grayscale8)
                        .save(at(QString::fromLatin1(name))));
            const QByteArray label = i % 2 == 0 ? "spine" : "others";
            if (i < 12)
                manifest += name + ',' + label + ",p" + QByteArray::number(i) + '\n';
            else
                replay += name + ',' + label + '\n';
        }
        m_dir.write(u"manifest.csv"_s, manifest);
        m_dir.write(u"changed.csv"_s, QByteArray(manifest).replace("0.png,spine", "0.png,others"));
        m_dir.write(u"replay.csv"_s, replay);
    }

    void killedAndResumedItGivesTheSameModel()
    {
        QElapsedTimer clock;
        clock.start();
        const Run whole = cli(fineTune(u"whole.safetensors"_s));
        QVERIFY2(whole.code == 0, whole.err.constData());
        const auto needed = static_cast<int>(clock.elapsed());

        const QString out = u"parts.safetensors"_s;
        bool killed = false;
        for (int attempt = 0; attempt < 5 && !killed; ++attempt)
            killed = kill(fineTune(out), needed / 3);
        QVERIFY(killed);
        QVERIFY(QFile::exists(at(out + u".state"_s)));

        const Run other = cli(fineTune(out, u"changed.csv"_s) + QStringList{u"--resume"_s});
        QCOMPARE(other.code, 3);
        QVERIFY2(other.err.contains("start anew instead of resuming"), other.err.constData());

        const Run resumed = cli(fineTune(out) + QStringList{u"--resume"_s});
        QVERIFY2(resumed.code == 0, resumed.err.constData());
        QVERIFY2(resumed.err.contains("Resumed after epoch"), resumed.err.constData());
        QCOMPARE(digestOf(out), digestOf(u"whole.safetensors"_s));
        QJsonObject expected = whole.json();
        QJsonObject got = resumed.json();
        for (QJsonObject* one : {&expected, &got})
            one->remove(u"model"_s); // the path
        QCOMPARE(got, expected);
        QVERIFY(!QFile::exists(at(out + u".state"_s)));

        const Run again = cli(fineTune(out) + QStringList{u"--resume"_s});
        QCOMPARE(again.code, 3);
        QVERIFY2(again.err.contains("nothing to go on from"), again.err.constData());
    }
};

QTEST_GUILESS_MAIN(TestFineTuneKill)
#include "test_finetunekill.moc"
