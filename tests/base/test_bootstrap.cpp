#include "base/binomial.h"
#include "base/bootstrap.h"

#include <QtTest>

#include <cmath>
#include <numeric>

class TestBootstrap : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Chi-squared against the exact probabilities: both methods, their border, and the mirrored half.
    void binomialsHaveTheirDistribution_data()
    {
        QTest::addColumn<int>("trials");
        QTest::addColumn<double>("p");
        QTest::newRow("one coin") << 1 << 0.3;
        QTest::newRow("inversion") << 40 << 0.1;
        QTest::newRow("just inversion") << 33 << 0.3;
        QTest::newRow("just rejection") << 34 << 0.3;
        QTest::newRow("rejection") << 500 << 0.2;
        QTest::newRow("half") << 100 << 0.5;
        QTest::newRow("mirrored") << 200 << 0.93;
        QTest::newRow("rare") << 20'000 << 0.002;
    }

    void binomialsHaveTheirDistribution()
    {
        QFETCH(int, trials);
        QFETCH(double, p);
        constexpr int draws = 200'000;
        std::vector<int> seen(static_cast<std::size_t>(trials) + 1);
        std::mt19937_64 random(5);
        for (int i = 0; i < draws; ++i) {
            const auto k = ir::drawBinomial(static_cast<std::uint64_t>(trials), p, random);
            QVERIFY(k <= static_cast<std::uint64_t>(trials));
            ++seen[k];
        }
        // Values expected fewer than 20 times are put together.
        double chiSquared = 0;
        double restExpected = 0;
        double restSeen = 0;
        int kinds = 0;
        for (int k = 0; k <= trials; ++k) {
            const double expected = draws * std::exp(std::lgamma(trials + 1) - std::lgamma(k + 1) -
                                                     std::lgamma(trials - k + 1) + k * std::log(p) +
                                                     (trials - k) * std::log1p(-p));
            const int count = seen[static_cast<std::size_t>(k)];
            if (expected < 20) {
                restExpected += expected;
                restSeen += count;
                continue;
            }
            chiSquared += (count - expected) * (count - expected) / expected;
            ++kinds;
        }
        if (restExpected > 1) {
            chiSquared += (restSeen - restExpected) * (restSeen - restExpected) / restExpected;
            ++kinds;
        }
        // Mean of the statistic plus five of its standard deviations; the seed is fixed.
        const double freedom = kinds - 1;
        QVERIFY2(chiSquared < freedom + 5 * std::sqrt(2 * freedom) + 5,
                 qPrintable(QStringLiteral("%1 for %2 degrees").arg(chiSquared).arg(freedom)));
    }

    void certainAndImpossibleAreExact()
    {
        std::mt19937_64 random(1);
        QCOMPARE(ir::drawBinomial(0, 0.5, random), std::uint64_t(0));
        QCOMPARE(ir::drawBinomial(9, 0, random), std::uint64_t(0));
        QCOMPARE(ir::drawBinomial(9, 1, random), std::uint64_t(9));
    }

    void aResampleHasAsManyImagesAndTheirMeans()
    {
        const std::vector<std::uint64_t> counts{3, 0, 50, 1, 946};
        std::mt19937_64 random(2);
        std::vector<std::uint64_t> drawn(counts.size());
        std::vector<double> sums(counts.size());
        constexpr int resamples = 20'000;
        for (int r = 0; r < resamples; ++r) {
            ir::resampleCounts(counts, random, drawn);
            QCOMPARE(std::accumulate(drawn.begin(), drawn.end(), std::uint64_t(0)), std::uint64_t(1000));
            QCOMPARE(drawn[1], std::uint64_t(0));
            for (std::size_t i = 0; i < sums.size(); ++i)
                sums[i] += static_cast<double>(drawn[i]);
        }
        for (std::size_t i = 0; i < sums.size(); ++i) {
            const auto expected = static_cast<double>(counts[i]);
            const double error = 5 * std::sqrt(expected / resamples);
            QVERIFY(std::abs(sums[i] / resamples - expected) <= error);
        }
    }

    void intervalsAreNumpysPercentiles()
    {
        std::vector<double> values{4, 1, 3, 2};
        const ir::Interval interval = ir::percentileInterval(values, 0.8);
        QVERIFY(std::abs(interval.low - 1.3) < 1e-12);
        QVERIFY(std::abs(interval.high - 3.7) < 1e-12);
    }

    void figuresThatAreNotDefinedAreLeftOut()
    {
        const std::vector<std::uint64_t> counts{2, 2};
        const auto share = [](std::span<const std::uint64_t> drawn) {
            return static_cast<double>(drawn[0]) / static_cast<double>(drawn[0] + drawn[1]);
        };
        const auto whole = ir::bootstrapInterval(counts, share);
        QVERIFY(whole && whole->low == 0 && whole->high == 1);
        const auto undefined = [](std::span<const std::uint64_t>) { return std::nan(""); };
        QVERIFY(!ir::bootstrapInterval(counts, undefined));
        QVERIFY(!ir::bootstrapInterval(std::vector<std::uint64_t>{0, 0}, share));
    }
};

QTEST_GUILESS_MAIN(TestBootstrap)
#include "test_bootstrap.moc"
