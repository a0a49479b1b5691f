#include "review/agreement.h"

#include <QProcess>
#include <QtTest>

#include <cmath>
#include <random>

using namespace Qt::StringLiterals;

namespace {

const ir::BootstrapOptions kFew{500, 0.95, 1};

bool near(double a, double b, double tolerance = 1e-12)
{
    return std::abs(a - b) <= tolerance;
}

ir::PairTable tableOf(std::size_t classes, const std::vector<std::uint64_t>& counts)
{
    ir::PairTable table(classes);
    for (std::size_t i = 0; i < counts.size(); ++i)
        table.add(i / classes, i % classes, counts[i]);
    return table;
}

ir::Result<ir::LabelSet> parse(const std::string& rows,
                               const std::string& header = "image,reader,round,label")
{
    return ir::labelSetOf(ir::CsvTable::parse(header + "\n" + rows).value());
}

std::string errorOf(const std::string& rows, const std::string& header = "image,reader,round,label")
{
    const auto set = parse(rows, header);
    return set ? "no error" : set.error().message;
}

/// One line a reader, one character an image; '.' is missing.
ir::LabelSet setOf(const std::vector<std::string>& lines)
{
    std::string rows;
    for (std::size_t reader = 0; reader < lines.size(); ++reader)
        for (std::size_t image = 0; image < lines[reader].size(); ++image) {
            const char label = lines[reader][image];
            rows += "i" + std::to_string(image) + ",r" + std::to_string(reader) + ",1," +
                    (label == '.' ? std::string() : std::string(1, label)) + "\n";
        }
    return parse(rows).value();
}

/// Fleiss 1971, table 1: 30 patients, 6 psychiatrists each; depression, personality disorder,
/// schizophrenia, neurosis, other.
ir::LabelPatterns fleissPatients()
{
    ir::LabelPatterns patterns;
    for (const std::vector<std::uint32_t>& patient : std::vector<std::vector<std::uint32_t>>{
             {0, 0, 0, 6, 0}, {0, 3, 0, 0, 3}, {0, 1, 4, 0, 1}, {0, 0, 0, 0, 6}, {0, 3, 0, 3, 0},
             {2, 0, 4, 0, 0}, {0, 0, 4, 0, 2}, {2, 0, 3, 1, 0}, {2, 0, 0, 4, 0}, {0, 0, 0, 0, 6},
             {1, 0, 0, 5, 0}, {1, 1, 0, 4, 0}, {0, 3, 3, 0, 0}, {1, 0, 0, 5, 0}, {0, 2, 0, 3, 1},
             {0, 0, 5, 0, 1}, {3, 0, 0, 1, 2}, {5, 1, 0, 0, 0}, {0, 2, 0, 4, 0}, {1, 0, 2, 0, 3},
             {0, 0, 0, 0, 6}, {0, 1, 0, 5, 0}, {0, 2, 0, 1, 3}, {2, 0, 0, 4, 0}, {1, 0, 0, 4, 1},
             {0, 5, 0, 1, 0}, {4, 0, 0, 0, 2}, {0, 2, 0, 4, 0}, {1, 0, 5, 0, 0}, {0, 0, 0, 0, 6}})
        ++patterns[patient];
    return patterns;
}

/// scikit-learn's kappas of lines "labels of one;labels of the other", of all classes and of class
/// 0.
const char* const kReference = R"(
import sys
from sklearn.metrics import cohen_kappa_score
for line in sys.stdin:
    first, second = ([int(v) for v in side.split()] for side in line.strip().split(';'))
    print(repr(float(cohen_kappa_score(first, second))),
          repr(float(cohen_kappa_score([v == 0 for v in first], [v == 0 for v in second]))))
)";

} // namespace

class TestAgreement : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void kappaOfFleissLevinAndPaik()
    {
        // Statistical Methods for Rates and Proportions, 3rd ed. (2003), table 18.1 and
        // section 18.1: kappa 0.68, standard error 0.087 (they round on the way: it is 0.0877).
        const auto kappa = ir::cohensKappa(tableOf(3, {75, 1, 4, 5, 4, 1, 0, 0, 10}));
        QVERIFY(near(*kappa.value, 0.23 / 0.34));
        QVERIFY(near((kappa.interval->high - kappa.interval->low) / (2 * 1.959964), 0.087, 1e-3));
        QVERIFY(kappa.reason.empty());
    }

    void kappaAndIntervalOfSas_data()
    {
        QTest::addColumn<QVector<int>>("counts");
        QTest::addColumn<QVector<double>>("expected"); // kappa, limits of 95 %
        // PROC FREQ's output as the tests of statsmodels 0.14 quote it (test_inter_rater.py); the
        // margins differ, so that exchanged rows and columns in the variance would show.
        QTest::newRow("3 classes, 19 subjects")
            << QVector<int>{0, 4, 1, 0, 8, 0, 0, 1, 5} << QVector<double>{0.4842, 0.2137, 0.7547};
        QTest::newRow("an absent class") << QVector<int>{0, 0, 0, 5, 16, 3, 8, 12, 28}
                                         << QVector<double>{0.3333, 0.1738, 0.4929};
    }
    void kappaAndIntervalOfSas()
    {
        QFETCH(QVector<int>, counts);
        QFETCH(QVector<double>, expected);
        const auto kappa =
            ir::cohensKappa(tableOf(3, std::vector<std::uint64_t>(counts.begin(), counts.end())));
        QVERIFY(near(*kappa.value, expected[0], 5e-5));
        QVERIFY(near(kappa.interval->low, expected[1], 5e-5));
        QVERIFY(near(kappa.interval->high, expected[2], 5e-5));
    }

    void kappaEqualsScikitLearns()
    {
        QProcess python;
        python.start(u"/usr/bin/python3"_s, {u"-c"_s, u"import sklearn.metrics"_s});
        if (!python.waitForFinished(60'000) || python.exitCode() != 0)
            QSKIP("SKIPPED: /usr/bin/python3 has no scikit-learn (apt install python3-sklearn)");

        std::mt19937 random(11);
        QByteArray input;
        std::vector<ir::PairTable> tables;
        for (int round = 0; round < 80; ++round) {
            const std::size_t classes = 2 + random() % 5;
            ir::PairTable table(classes);
            QByteArray first;
            QByteArray second;
            const std::size_t images = 5 + random() % 200;
            for (std::size_t i = 0; i < images; ++i) {
                const std::size_t one = i < 2 ? i : random() % classes; // both of two classes occur
                const std::size_t two = random() % 4 == 0 ? random() % classes : one;
                table.add(one, two);
                first += QByteArray::number(qulonglong(one)) + ' ';
                second += QByteArray::number(qulonglong(two)) + ' ';
            }
            input += first + ';' + second + '\n';
            tables.push_back(table);
        }
        python.start(u"/usr/bin/python3"_s, {u"-c"_s, QString::fromLatin1(kReference)});
        python.write(input);
        python.closeWriteChannel();
        QVERIFY(python.waitForFinished(120'000));
        QVERIFY2(python.exitCode() == 0, python.readAllStandardError().constData());
        const QList<QByteArray> lines = python.readAllStandardOutput().trimmed().split('\n');
        QCOMPARE(lines.size(), qsizetype(tables.size()));
        for (std::size_t i = 0; i < tables.size(); ++i) {
            const QList<QByteArray> values = lines[qsizetype(i)].split(' ');
            QVERIFY(near(*ir::cohensKappa(tables[i]).value, values[0].toDouble(), 1e-9));
            QVERIFY(near(*ir::cohensKappa(tables[i].against(0)).value, values[1].toDouble(), 1e-9));
        }
    }

    void kappasIntervalCoversWhatTheSampleWasDrawnFrom()
    {
        // Two readers with a kappa of 0.6 by construction: with probability 0.6 the second repeats
        // the first, else both draw alike. 1,000 studies: 950 should cover; 25 are 3.6 standard
        // errors of that.
        std::mt19937 random(5);
        int covered = 0;
        for (int study = 0; study < 1000; ++study) {
            ir::PairTable table(3);
            for (int image = 0; image < 300; ++image) {
                const auto draw = [&] { return random() % 10 < 5 ? 0U : random() % 2 + 1; };
                const std::size_t one = draw();
                table.add(one, random() % 10 < 6 ? one : draw());
            }
            const auto kappa = ir::cohensKappa(table);
            covered += kappa.interval->low <= 0.6 && 0.6 <= kappa.interval->high;
        }
        QVERIFY2(std::abs(covered - 950) <= 25, qPrintable(QString::number(covered)));
    }

    void fleissKappaOfHisPaper()
    {
        // Psychological Bulletin 76 (1971): kappa 0.430; by class 0.245, 0.245, 0.520, 0.471,
        // 0.566.
        const auto kappa = ir::fleissKappa(fleissPatients(), {10'000, 0.95, 1});
        QVERIFY(near(*kappa.value, 0.430, 5e-4));
        // Resampling 30 patients; the interval must hold the value and be of a bootstrap's width.
        QVERIFY(kappa.interval->low > 0.25 && kappa.interval->low < 0.38);
        QVERIFY(kappa.interval->high > 0.47 && kappa.interval->high < 0.60);
        const auto perClass = ir::fleissKappaPerClass(fleissPatients(), kFew);
        const std::vector<double> expected{0.245, 0.245, 0.520, 0.471, 0.566};
        QCOMPARE(perClass.size(), expected.size());
        for (std::size_t c = 0; c < expected.size(); ++c)
            QVERIFY2(near(*perClass[c].value, expected[c], 6e-4),
                     qPrintable(QString::number(*perClass[c].value)));
    }

    void alphaOfKrippendorffsExamples()
    {
        // Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), sections A, B and C:
        // binary data of two observers, nominal data of two, nominal data of four with values
        // missing.
        const auto alpha = [](const std::vector<std::string>& lines) {
            return *ir::agreementOf(setOf(lines), kFew).krippendorff.alpha.value;
        };
        QVERIFY(near(alpha({"0100000010", "1110010000"}), 0.095, 5e-4));
        QVERIFY(
            near(alpha({"aabbdcccedda", "babbbcccedd."}), alpha({"aabbdcccedd", "babbbcccedd"})));
        QVERIFY(near(alpha({"aabbdcccedda", "babbbccceddd"}), 0.692, 5e-4));
        const auto missing = ir::agreementOf(
            setOf({"123321412...", "1233224125.3", ".3332342251.", "12332441251."}), kFew);
        QVERIFY(near(*missing.krippendorff.alpha.value, 0.743, 5e-4));
        QCOMPARE(missing.krippendorff.images, std::uint64_t(11)); // the last has one label
        QCOMPARE(missing.krippendorff.labels, std::uint64_t(40));
        QVERIFY(missing.krippendorff.alpha.interval->low < 0.743);
        QVERIFY(missing.krippendorff.alpha.interval->high > 0.743);
        // Fleiss' takes the eight images that all four labelled.
        QCOMPARE(missing.fleiss.labelsPerImage, 4U);
        QCOMPARE(missing.fleiss.images, std::uint64_t(8));
        QCOMPARE(missing.fleiss.leftOut, std::uint64_t(4));
    }

    void intervalsAreTheSameForTheSameSeed()
    {
        const auto once = ir::fleissKappa(fleissPatients(), {300, 0.95, 3});
        const auto again = ir::fleissKappa(fleissPatients(), {300, 0.95, 3});
        const auto other = ir::fleissKappa(fleissPatients(), {300, 0.95, 4});
        QCOMPARE(once.interval->low, again.interval->low);
        QVERIFY(once.interval->low != other.interval->low ||
                once.interval->high != other.interval->high);
    }

    void perClassFiguresByHand()
    {
        //      B: x y        A in rows
        // A x     6 2        class x: both 6, A 8, B 7
        // A y     1 1        class y: both 1, A 2, B 3
        const auto result = ir::agreementOf(setOf({"xxxxxxxxyy", "xxxxxxyyxy"}), kFew);
        QCOMPARE(result.pairs.size(), std::size_t(1));
        const ir::PairAgreement& pair = result.pairs[0].agreement;
        QCOMPARE(*pair.raw, 0.7);
        QVERIFY(near(*pair.kappa.value, (0.7 - 0.62) / (1 - 0.62)));
        QCOMPARE(pair.perClass[0].images, std::uint64_t(9));
        QVERIFY(near(*pair.perClass[0].specific, 12.0 / 15));
        QCOMPARE(pair.perClass[1].images, std::uint64_t(4));
        QVERIFY(near(*pair.perClass[1].specific, 2.0 / 5));
        QCOMPARE(pair.perClass[1].raw, 0.7);
        QCOMPARE(pair.confusion.at(0, 1), std::uint64_t(2));
        QCOMPARE(pair.confusion.at(1, 0), std::uint64_t(1));
        QCOMPARE(pair.disagreements.size(), std::size_t(3));
        QCOMPARE(pair.disagreements[2].image, 8U);
        QCOMPARE(pair.disagreements[2].first, 1U);
        QCOMPARE(pair.disagreements[2].second, 0U);
    }

    void betweenReadersTheFirstRoundCountsAndRoundsAreRepeats()
    {
        const auto set = parse("i1,A,2,spine\ni1,A,1,chest\ni1,B,1,chest\n"
                               "i2,A,1,spine\ni2,A,3,spine\ni2,B,2,chest\n")
                             .value();
        const auto result = ir::agreementOf(set, kFew);
        QCOMPARE(result.pairs.size(), std::size_t(1));
        QCOMPARE(*result.pairs[0].agreement.raw, 0.5);   // i1 agrees by A's round 1
        QCOMPARE(result.repeats.size(), std::size_t(2)); // rounds 2 and 3 share no image
        QCOMPARE(result.repeats[0].rounds, (std::array{1, 2}));
        QCOMPARE(*result.repeats[0].agreement.raw, 0.0);
        QCOMPARE(result.repeats[1].rounds, (std::array{1, 3}));
        QCOMPARE(*result.repeats[1].agreement.raw, 1.0);
    }

    void whatIsUndefinedHasAReason()
    {
        const auto oneClass = ir::agreementOf(setOf({"xxx", "xxx"}), kFew);
        QVERIFY(!oneClass.pairs[0].agreement.kappa.value);
        QCOMPARE(*oneClass.pairs[0].agreement.raw, 1.0);
        for (const ir::Coefficient& one : {oneClass.pairs[0].agreement.kappa, oneClass.fleiss.kappa,
                                           oneClass.krippendorff.alpha}) {
            QVERIFY(!one.value && !one.interval);
            QCOMPARE(one.reason, std::string("only one class was used"));
        }
        const auto apart = ir::agreementOf(setOf({"xy..", "..xy"}), kFew);
        QVERIFY(!apart.pairs[0].agreement.raw);
        QVERIFY(!apart.pairs[0].agreement.kappa.reason.empty());
        QCOMPARE(apart.fleiss.labelsPerImage, 0U);
        QVERIFY(!apart.fleiss.kappa.value && !apart.krippendorff.alpha.value);
        const auto perfect = ir::agreementOf(setOf({"xy", "xy"}), kFew);
        for (const ir::Coefficient& one :
             {perfect.pairs[0].agreement.kappa, perfect.fleiss.kappa, perfect.krippendorff.alpha}) {
            QVERIFY(near(*one.value, 1));
            QVERIFY(!one.interval && !one.reason.empty());
        }
        // A class that one of the two never uses has a kappa of 0, not none.
        QCOMPARE(*ir::cohensKappa(tableOf(2, {0, 3, 0, 7})).value, 0.0);
    }

    void hostileTablesAreToldInSentences()
    {
        QVERIFY(errorOf("a,b,c\n", "image,reader,label").find("no column \"round\"") !=
                std::string::npos);
        QCOMPARE(errorOf(""), std::string("There are no rows."));
        QCOMPARE(errorOf("i,A,1,\ni,B,1, \n"), std::string("None of the rows has a label."));
        QCOMPARE(errorOf("i,A,1,x\n,A,1,x\n"), std::string("Row 3 names no image."));
        QCOMPARE(errorOf("i, ,1,x\n"), std::string("Row 2 names no reader."));
        for (const char* round : {"0", "-1", "1.5", "one", "", "99999999999"})
            QVERIFY(errorOf("i,A," + std::string(round) + ",x\n").starts_with("Row 2 has \""));
        const std::string repeated = errorOf("i,A,1,x\ni,B,1,x\n i ,A,01,y\n");
        QVERIFY2(repeated.starts_with("Row 4 repeats row 2"), repeated.c_str());
        std::string many;
        for (int i = 0; i < 200; ++i)
            many += "i,r" + std::to_string(i) + ",1,x\n";
        QVERIFY(errorOf(many).starts_with("There are more than 100 readers"));
        many.clear();
        for (int i = 0; i < 200; ++i)
            many += "i" + std::to_string(i) + ",r,1,x" + std::to_string(i) + "\n";
        QVERIFY(errorOf(many).starts_with("There are more than 100 different labels"));
    }

    void slipsOfThePenAreNoticed()
    {
        const auto set = parse("i,A,1,Spine\ni,B,1,spine\nj,A,1,\n").value();
        QCOMPARE(set.classes.size(), std::size_t(2));
        QCOMPARE(set.withoutLabel, std::size_t(1));
        QCOMPARE(set.notices.size(), std::size_t(2));
        QVERIFY(set.notices[0].find("capitals") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestAgreement)
#include "test_agreement.moc"
