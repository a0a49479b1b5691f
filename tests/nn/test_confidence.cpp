#include "nn/calibrate.h"
#include "nn/confidence.h"

#include <QtTest>

#include <cmath>

namespace {

bool near(double a, double b, double tolerance = 1e-12)
{
    return std::abs(a - b) <= tolerance;
}

} // namespace

class TestConfidence : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void calibrationErrorByHand()
    {
        // Bin (0.6, 0.667]: two at 0.65, one right -> |1 - 1.3|; top bin: two at 0.95, both right -> |2
        // - 1.9|.
        const std::vector<double> confidences{0.65, 0.65, 0.95, 0.95};
        const std::vector<std::uint8_t> correct{1, 0, 1, 1};
        QVERIFY(near(ir::expectedCalibrationError(confidences, correct), 0.4 / 4));
        QCOMPARE(ir::expectedCalibrationError({}, {}), 0.0);
        const auto bins = ir::reliabilityDiagram(confidences, correct);
        QCOMPARE(bins.size(), std::size_t(15));
        QCOMPARE(bins[9].images, std::size_t(2));
        QVERIFY(near(bins[9].accuracy, 0.5) && near(bins[9].confidence, 0.65));
        QVERIFY(near(bins[14].high, 1) && near(bins[14].confidence, 0.95));
        QCOMPARE(bins[3].images, std::size_t(0));
    }

    void everyConfidenceHasABin()
    {
        const auto bins = ir::reliabilityDiagram(std::vector<double>{0, 0.2, 0.2000001, 1},
                                                 std::vector<std::uint8_t>{0, 0, 0, 1}, 5);
        QCOMPARE(bins[0].images, std::size_t(2)); // 0 and the closed upper end
        QCOMPARE(bins[1].images, std::size_t(1));
        QCOMPARE(bins[4].images, std::size_t(1));
    }

    void aTemperatureIsTakenBack()
    {
        const std::vector<float> logits{2, -1, 0.5F, 3, 0};
        std::vector<float> tempered;
        for (const double p : ir::softmax(logits, 1.7))
            tempered.push_back(static_cast<float>(p));
        const auto back = ir::retempered(tempered, 1 / 1.7);
        const auto plain = ir::softmax(logits, 1);
        for (std::size_t i = 0; i < plain.size(); ++i)
            QVERIFY(near(back[i], plain[i], 1e-6));
        QCOMPARE(ir::retempered(std::vector<float>{1, 0}, 0.5)[1], 0.0);
    }

    void riskAndCoverageByHand()
    {
        const std::vector<double> confidences{0.5, 0.9, 0.8, 0.7};
        const std::vector<std::uint8_t> correct{0, 1, 1, 0};
        const auto curve = ir::riskCoverage(confidences, correct);
        QCOMPARE(curve.size(), std::size_t(4));
        QCOMPARE(curve[0].threshold, 0.9);
        QCOMPARE(curve[1].risk, 0.0);
        QCOMPARE(curve[2].coverage, 0.75);
        QVERIFY(near(curve[2].risk, 1.0 / 3));
        QCOMPARE(curve[3].risk, 0.5);
        QVERIFY(near(ir::areaUnderRiskCoverage(curve), (0 + 0 + 1.0 / 3 + 0.5) / 4));
    }

    void equalConfidencesAreAcceptedTogether()
    {
        const std::vector<double> confidences{0.9, 0.9, 0.6};
        const std::vector<std::uint8_t> correct{1, 0, 1};
        const auto curve = ir::riskCoverage(confidences, correct);
        QCOMPARE(curve.size(), std::size_t(2));
        QCOMPARE(curve[0].risk, 0.5);
        // The mean order has half an error after one image.
        QVERIFY(near(ir::areaUnderRiskCoverage(curve), (0.5 + 0.5 + 1.0 / 3) / 3));
    }

    void theThresholdAcceptsTheMostThatIsPreciseEnough()
    {
        // 199 right above one wrong: 199 of 200 is 99.5 % exactly; the next wrong one is too much.
        std::vector<double> confidences;
        std::vector<std::uint8_t> correct;
        for (int i = 0; i < 202; ++i) {
            confidences.push_back(1 - 0.001 * i);
            correct.push_back(i == 199 || i == 201 ? 0 : 1);
        }
        const auto curve = ir::riskCoverage(confidences, correct);
        const auto point = ir::pointOfPrecision(curve, 0.995);
        QVERIFY(point);
        QCOMPARE(point->accepted, std::size_t(201));
        QCOMPARE(point->wrong, std::size_t(1));
        QCOMPARE(point->threshold, confidences[200]);
        QVERIFY(!ir::pointOfPrecision(
            ir::riskCoverage(std::vector<double>{0.9}, std::vector<std::uint8_t>{0}), 0.995));
        QVERIFY(!ir::pointOfPrecision({}, 0.5));
        QCOMPARE(ir::areaUnderRiskCoverage({}), 0.0);
    }
};

QTEST_GUILESS_MAIN(TestConfidence)
#include "test_confidence.moc"
