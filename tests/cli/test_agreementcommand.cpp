#include "support/clirun.h"

#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

using namespace Qt::StringLiterals;

using ir::test::cli;
using Run = ir::test::CliRun;

/// `agreement` as docs/CLI.md has it.
class TestAgreementCommand : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;

    QString write(const QByteArray& content)
    {
        QFile file(m_dir.filePath(u"labels.csv"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write a test file");
        return file.fileName();
    }

    Run agreement(const QByteArray& rows, const QStringList& more = {})
    {
        return cli(
            QStringList{u"agreement"_s, u"--labels"_s, write("image,reader,round,label\n" + rows)} +
            more);
    }

private Q_SLOTS:
    void theJsonHasEveryFigure()
    {
        const Run run = agreement("a,Ann,1,spine\nb,Ann,1,spine\nc,Ann,1,others\nd,Ann,1,others\n"
                                  "a,Bob,1,spine\nb,Bob,1,others\nc,Bob,1,others\nd,Bob,1,\n"
                                  "a,Ann,2,spine\nb,Ann,2,others\n",
                                  {u"--json"_s});
        QCOMPARE(run.code, 0);
        const QJsonObject json = run.json();
        QCOMPARE(json[u"images"_s].toInt(), 4);
        QCOMPARE(json[u"labels"_s].toInt(), 9);
        QCOMPARE(json[u"rows_without_label"_s].toInt(), 1);
        QCOMPARE(json[u"readers"_s].toArray(), (QJsonArray{u"Ann"_s, u"Bob"_s}));
        QCOMPARE(json[u"classes"_s].toArray(), (QJsonArray{u"others"_s, u"spine"_s}));
        const QJsonObject pair = json[u"pairs"_s].toArray().at(0).toObject();
        QCOMPARE(pair[u"images"_s].toInt(), 3);
        QCOMPARE(pair[u"agreement"_s].toDouble(), 2.0 / 3);
        // pe = (1·2 + 2·1) / 9: kappa = (6/9 − 4/9) / (5/9).
        QVERIFY(std::abs(pair[u"kappa"_s].toDouble() - 0.4) < 1e-12);
        QCOMPARE(pair[u"kappa_interval"_s].toArray().size(), 2);
        QVERIFY(pair[u"kappa_reason"_s].isNull());
        QCOMPARE(pair[u"confusion_matrix"_s].toArray(),
                 (QJsonArray{QJsonArray{1, 0}, QJsonArray{1, 1}}));
        QCOMPARE(pair[u"per_class"_s].toObject()[u"spine"_s].toObject()[u"images"_s].toInt(), 2);
        const QJsonObject conflict = pair[u"disagreements"_s].toArray().at(0).toObject();
        QCOMPARE(conflict[u"image"_s].toString(), u"b"_s);
        QCOMPARE(conflict[u"labels"_s].toArray(), (QJsonArray{u"spine"_s, u"others"_s}));
        const QJsonObject repeat = json[u"repeats"_s].toArray().at(0).toObject();
        QCOMPARE(repeat[u"reader"_s].toString(), u"Ann"_s);
        QCOMPARE(repeat[u"agreement"_s].toDouble(), 0.5);
        QCOMPARE(json[u"fleiss"_s].toObject()[u"images"_s].toInt(), 3);
        QVERIFY(json[u"fleiss"_s].toObject()[u"kappa"_s].isDouble());
        QVERIFY(json[u"krippendorff"_s].toObject()[u"alpha"_s].isDouble());
        QCOMPARE(json[u"notices"_s].toArray().size(), 1);
    }

    void theTextHasTheTables()
    {
        const Run run =
            agreement("a,Ann,1,spine\nb,Ann,1,others\na,Bob,1,others\nb,Bob,1,others\n");
        QCOMPARE(run.code, 0);
        for (const char* part :
             {"Ann and Bob: 2 images, agreement 0.500", "Cohen's kappa 0.000",
              "Ann in rows, Bob in columns", "Fleiss' kappa", "Krippendorff's alpha"})
            QVERIFY2(run.out.contains(part),
                     QByteArray(part + QByteArray(": ") + run.out).constData());
    }

    void oneClassIsNullWithAReason()
    {
        const Run run = agreement("a,Ann,1,spine\na,Bob,1,spine\n", {u"--json"_s});
        QCOMPARE(run.code, 0);
        const QJsonObject pair = run.json()[u"pairs"_s].toArray().at(0).toObject();
        QVERIFY(pair.contains(u"kappa"_s) && pair[u"kappa"_s].isNull());
        QCOMPARE(pair[u"kappa_reason"_s].toString(), u"only one class was used"_s);
        QVERIFY(
            agreement("a,Ann,1,spine\na,Bob,1,spine\n").out.contains("undefined: only one class"));
    }

    void whatCannotBeReadIsASentence()
    {
        QCOMPARE(cli({u"agreement"_s}).code, 2);
        QCOMPARE(cli({u"agreement"_s, u"--labels"_s, m_dir.filePath(u"absent"_s)}).code, 3);
        const Run columns = cli({u"agreement"_s, u"--labels"_s, write("image,label\na,b\n")});
        QCOMPARE(columns.code, 3);
        QVERIFY(columns.err.contains("labels.csv: There is no column \"reader\""));
        const Run alone = agreement("a,Ann,1,spine\nb,Ann,2,spine\n");
        QCOMPARE(alone.code, 3);
        QVERIFY(alone.err.contains("one reader (Ann)"));
        const Run twice = agreement("a,Ann,1,spine\na,Ann,1,others\n");
        QCOMPARE(twice.code, 3);
        QVERIFY(twice.err.contains("Row 3 repeats row 2"));
        const Run ragged = agreement("a,Ann,1\n");
        QCOMPARE(ragged.code, 3);
        QCOMPARE(ragged.err.count('\n'), 1);
    }
};

QTEST_GUILESS_MAIN(TestAgreementCommand)
#include "test_agreementcommand.moc"
