#include "nn/metrics.h"

#include <QProcess>
#include <QtTest>

#include <cmath>
#include <random>

namespace {

ir::ConfusionMatrix matrixOf(std::size_t classes, const std::vector<std::uint64_t>& counts)
{
    ir::ConfusionMatrix matrix(classes);
    for (std::size_t i = 0; i < counts.size(); ++i)
        matrix.add(i / classes, i % classes, counts[i]);
    return matrix;
}

bool near(double a, double b, double tolerance = 1e-12)
{
    return std::abs(a - b) <= tolerance;
}

/// What scikit-learn makes of lines "classes; true labels; predicted labels; scores".
const char* const kReference = R"(
import sys, json
from sklearn.metrics import precision_recall_fscore_support, accuracy_score, roc_auc_score
for line in sys.stdin:
    classes, truth, predicted, scores = line.strip().split(';')
    truth = [int(v) for v in truth.split()]
    predicted = [int(v) for v in predicted.split()]
    scores = [float(v) for v in scores.split()]
    labels = range(int(classes))
    out = [accuracy_score(truth, predicted)]
    out += list(precision_recall_fscore_support(truth, predicted, average='macro', zero_division=0)[:3])
    each = precision_recall_fscore_support(truth, predicted, labels=labels, zero_division=0)
    for c in labels:
        out += [each[0][c], each[1][c], each[2][c]]
    positive = [t == truth[0] for t in truth]
    out.append(roc_auc_score(positive, scores) if 0 < sum(positive) < len(positive) else -1)
    print(' '.join(repr(float(v)) for v in out))
)";

} // namespace

class TestMetrics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void figuresOfAHandComputedTable()
    {
        // Truth in rows: a 8 2 0, b 1 4 0, c 0 3 0 (c is never predicted).
        const ir::Figures figures = ir::figuresOf(matrixOf(3, {8, 2, 0, 1, 4, 0, 0, 3, 0}));
        QVERIFY(near(figures.accuracy, 12.0 / 18));
        QVERIFY(near(figures.perClass[0].precision, 8.0 / 9));
        QVERIFY(near(figures.perClass[0].recall, 0.8));
        QVERIFY(near(figures.perClass[0].f1, 16.0 / 19));
        QVERIFY(near(figures.perClass[1].precision, 4.0 / 9));
        QVERIFY(near(figures.perClass[1].f1, 8.0 / 14));
        QCOMPARE(figures.perClass[2].precision, 0.0);
        QCOMPARE(figures.perClass[2].f1, 0.0);
        QCOMPARE(figures.perClass[2].support, std::uint64_t(3));
        QVERIFY(near(figures.macroF1, (16.0 / 19 + 8.0 / 14) / 3));
    }

    void classesThatNeverOccurDoNotCountInMacroMeans()
    {
        QVERIFY(near(ir::figuresOf(matrixOf(3, {5, 0, 0, 0, 5, 0, 0, 0, 0})).macroF1, 1));
        QCOMPARE(ir::figuresOf(ir::ConfusionMatrix(3)).macroF1, 0.0);
    }

    void figuresEqualScikitLearns()
    {
        QProcess python;
        python.start(QStringLiteral("/usr/bin/python3"),
                     {QStringLiteral("-c"), QStringLiteral("import sklearn.metrics")});
        if (!python.waitForFinished(60'000) || python.exitCode() != 0)
            QSKIP("SKIPPED: /usr/bin/python3 has no scikit-learn (apt install python3-sklearn)");

        std::mt19937 random(7);
        QByteArray input;
        std::vector<std::vector<double>> ours;
        for (int round = 0; round < 60; ++round) {
            const std::size_t classes = 2 + random() % 5;
            const std::size_t images = 1 + random() % 60;
            ir::ConfusionMatrix matrix(classes);
            QByteArray truths;
            QByteArray predictions;
            QByteArray scores;
            std::vector<double> positives;
            std::vector<double> negatives;
            std::size_t firstTruth = 0;
            for (std::size_t i = 0; i < images; ++i) {
                const std::size_t truth = random() % classes;
                // Late rounds never predict class 0, and seldom err.
                std::size_t predicted = random() % 3 == 0 ? random() % classes : truth;
                if (round > 40 && predicted == 0)
                    predicted = 1;
                const int score = static_cast<int>(random() % 10); // few values: many ties
                firstTruth = i == 0 ? truth : firstTruth;
                matrix.add(truth, predicted);
                (truth == firstTruth ? positives : negatives).push_back(score);
                truths += QByteArray::number(qulonglong(truth)) + ' ';
                predictions += QByteArray::number(qulonglong(predicted)) + ' ';
                scores += QByteArray::number(score) + ' ';
            }
            input += QByteArray::number(qulonglong(classes)) + ';' + truths + ';' + predictions + ';' +
                     scores + '\n';
            const ir::Figures figures = ir::figuresOf(matrix);
            std::vector<double> row{figures.accuracy, figures.macroPrecision, figures.macroRecall,
                                    figures.macroF1};
            for (const ir::ClassFigures& of : figures.perClass)
                row.insert(row.end(), {of.precision, of.recall, of.f1});
            row.push_back(ir::auroc(positives, negatives).value_or(-1));
            ours.push_back(row);
        }

        python.start(QStringLiteral("/usr/bin/python3"),
                     {QStringLiteral("-c"), QString::fromLatin1(kReference)});
        python.write(input);
        python.closeWriteChannel();
        QVERIFY(python.waitForFinished(120'000));
        QVERIFY2(python.exitCode() == 0, python.readAllStandardError().constData());
        const QList<QByteArray> lines = python.readAllStandardOutput().trimmed().split('\n');
        QCOMPARE(lines.size(), qsizetype(ours.size()));
        for (std::size_t round = 0; round < ours.size(); ++round) {
            const QList<QByteArray> values = lines[qsizetype(round)].split(' ');
            QCOMPARE(values.size(), qsizetype(ours[round].size()));
            for (std::size_t i = 0; i < ours[round].size(); ++i)
                QVERIFY2(near(ours[round][i], values[qsizetype(i)].toDouble(), 1e-9),
                         qPrintable(QStringLiteral("round %1 value %2: %3 against %4")
                                        .arg(round)
                                        .arg(i)
                                        .arg(ours[round][i])
                                        .arg(values[qsizetype(i)].toDouble())));
        }
    }

    void bootstrapIntervalOfAccuracyIsTheBinomials()
    {
        // Accuracy under resampling is Binomial(400, 0.9) / 400: its 2.5 and 97.5 percentiles are 0.87, 0.9275.
        const ir::ConfusionMatrix matrix = matrixOf(2, {180, 20, 20, 180});
        const ir::FigureIntervals intervals = ir::bootstrapIntervals(matrix);
        QVERIFY(near(intervals.accuracy.low, 0.87, 0.0026));
        QVERIFY(near(intervals.accuracy.high, 0.9275, 0.0026));
        QVERIFY(intervals.macroF1.low < 0.9 && intervals.macroF1.high > 0.9);
        QVERIFY(intervals.recall[0].low < 0.9 && intervals.recall[0].high > 0.9);
    }

    void bootstrapIsTheSameForTheSameSeed()
    {
        const ir::ConfusionMatrix matrix = matrixOf(3, {19, 2, 4, 1, 413, 6, 2, 9, 263});
        const ir::FigureIntervals once = ir::bootstrapIntervals(matrix, {500, 0.95, 3});
        const ir::FigureIntervals again = ir::bootstrapIntervals(matrix, {500, 0.95, 3});
        const ir::FigureIntervals other = ir::bootstrapIntervals(matrix, {500, 0.95, 4});
        QCOMPARE(once.macroF1.low, again.macroF1.low);
        QCOMPARE(once.f1[0].high, again.f1[0].high);
        QVERIFY(once.macroF1.low != other.macroF1.low || once.macroF1.high != other.macroF1.high);
    }

    void bootstrapOfAPerfectOrEmptyTableIsAPoint()
    {
        const ir::FigureIntervals perfect = ir::bootstrapIntervals(matrixOf(2, {10, 0, 0, 10}));
        QCOMPARE(perfect.accuracy.low, 1.0);
        QCOMPARE(perfect.accuracy.high, 1.0);
        QCOMPARE(ir::bootstrapIntervals(ir::ConfusionMatrix(2)).accuracy.high, 0.0);
    }

    void aurocCountsTiesHalfAndNeedsBothKinds()
    {
        const std::vector<double> high{3, 4};
        const std::vector<double> low{1, 2};
        QCOMPARE(ir::auroc(high, low).value(), 1.0);
        QCOMPARE(ir::auroc(low, high).value(), 0.0);
        QCOMPARE(ir::auroc(high, high).value(), 0.5);
        QVERIFY(!ir::auroc(high, {}));
        QVERIFY(!ir::auroc(std::vector<double>{std::nan("")}, low));
    }

    void calibrationErrorByHand()
    {
        // Bin (0.6, 0.667]: two at 0.65, one right -> |1 - 1.3|; top bin: two at 0.95, both right -> |2 - 1.9|.
        const std::vector<double> confidences{0.65, 0.65, 0.95, 0.95};
        const std::vector<std::uint8_t> correct{1, 0, 1, 1};
        QVERIFY(near(ir::expectedCalibrationError(confidences, correct), 0.4 / 4));
        QCOMPARE(ir::expectedCalibrationError({}, {}), 0.0);
    }
};

QTEST_GUILESS_MAIN(TestMetrics)
#include "test_metrics.moc"
