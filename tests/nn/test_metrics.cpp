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

/// One image of a set that two models saw.
struct Image
{
    std::size_t truth = 0;
    std::size_t first = 0;
    std::size_t second = 0;
};

/// The images a table counts, with the table's prediction as the first model's.
std::vector<Image> imagesOf(const ir::ConfusionMatrix& matrix)
{
    std::vector<Image> images;
    for (std::size_t truth = 0; truth < matrix.classes(); ++truth)
        for (std::size_t predicted = 0; predicted < matrix.classes(); ++predicted)
            images.insert(images.end(), matrix.at(truth, predicted), {truth, predicted, predicted});
    return images;
}

struct Columns
{
    explicit Columns(const std::vector<Image>& images)
    {
        for (const Image& image : images) {
            truth.push_back(image.truth);
            first.push_back(image.first);
            second.push_back(image.second);
        }
    }
    std::vector<std::size_t> truth;
    std::vector<std::size_t> first;
    std::vector<std::size_t> second;
};

/// Within Monte Carlo error. The 2.5 % quantile of 10,000 normal values has a standard error of 2.7 % of their
/// deviation, so ends of two such intervals differ by 1 % of their width; five times that is allowed.
bool agree(const ir::Interval& a, const ir::Interval& b)
{
    const double tolerance = 0.05 * (b.high - b.low);
    return near(a.low, b.low, tolerance) && near(a.high, b.high, tolerance);
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
                QVERIFY2(near(ours[round][i], values[qsizetype(i)].toDouble()),
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

    /// The same by drawing images instead of counts.
    void intervalsAreThoseOfDrawingImages()
    {
        const ir::ConfusionMatrix matrix = matrixOf(3, {90, 7, 3, 5, 40, 5, 2, 4, 144});
        const ir::FigureIntervals intervals = ir::bootstrapIntervals(matrix);
        const std::vector<Image> images = imagesOf(matrix);
        std::mt19937_64 random(11);
        std::vector<double> macroF1;
        std::vector<double> macroPrecision;
        std::vector<double> recallOfB;
        for (int r = 0; r < 10'000; ++r) {
            ir::ConfusionMatrix drawn(3);
            for (std::size_t i = 0; i < images.size(); ++i) {
                const Image& image = images[random() % images.size()];
                drawn.add(image.truth, image.first);
            }
            const ir::Figures figures = ir::figuresOf(drawn);
            macroF1.push_back(figures.macroF1);
            macroPrecision.push_back(figures.macroPrecision);
            recallOfB.push_back(figures.perClass[1].recall);
        }
        QVERIFY(agree(intervals.macroF1, ir::percentileInterval(macroF1, 0.95)));
        QVERIFY(agree(intervals.macroPrecision, ir::percentileInterval(macroPrecision, 0.95)));
        QVERIFY(agree(intervals.recall[1], ir::percentileInterval(recallOfB, 0.95)));
    }

    void pairedDifferenceIsThatOfDrawingImages()
    {
        // The second model errs on the first's errors and on some more.
        std::vector<Image> images = imagesOf(matrixOf(3, {90, 7, 3, 5, 40, 5, 2, 4, 144}));
        for (std::size_t i = 0; i < images.size(); ++i)
            images[i].second = i % 17 == 0 ? (images[i].truth + 1) % 3 : images[i].first;
        const Columns columns(images);
        const ir::PairedDifference paired =
            ir::pairedMacroF1(3, columns.truth, columns.first, columns.second);

        std::mt19937_64 random(12);
        std::vector<double> differences;
        const auto differenceOf = [&](auto pick) {
            ir::ConfusionMatrix first(3);
            ir::ConfusionMatrix second(3);
            for (std::size_t i = 0; i < images.size(); ++i) {
                const Image& image = images[pick(i)];
                first.add(image.truth, image.first);
                second.add(image.truth, image.second);
            }
            return ir::figuresOf(first).macroF1 - ir::figuresOf(second).macroF1;
        };
        for (int r = 0; r < 10'000; ++r)
            differences.push_back(differenceOf([&](std::size_t) { return random() % images.size(); }));
        QVERIFY(near(paired.difference, differenceOf([](std::size_t i) { return i; })));
        QVERIFY(paired.difference > 0.03);
        QVERIFY(agree(paired.interval, ir::percentileInterval(differences, 0.95)));
        QVERIFY(paired.pValue < 0.01);
        const ir::PairedDifference reversed =
            ir::pairedMacroF1(3, columns.truth, columns.second, columns.first);
        QCOMPARE(reversed.difference, -paired.difference);
    }

    void modelsThatSayTheSameDoNotDiffer()
    {
        const Columns columns(imagesOf(matrixOf(2, {9, 1, 2, 8})));
        const ir::PairedDifference same =
            ir::pairedMacroF1(2, columns.truth, columns.first, columns.first);
        QCOMPARE(same.difference, 0.0);
        QCOMPARE(same.interval.low, 0.0);
        QCOMPARE(same.interval.high, 0.0);
        QCOMPARE(same.pValue, 1.0);
        QCOMPARE(ir::pairedMacroF1(2, {}, {}, {}).pValue, 1.0);
    }
};

QTEST_GUILESS_MAIN(TestMetrics)
#include "test_metrics.moc"
