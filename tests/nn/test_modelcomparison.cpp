#include "nn/modelcomparison.h"

#include <QtTest>

#include <random>

using ir::PairedTag;

class TestModelComparison : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsWhatIsMendedAndBroken()
    {
        // truth, before, after; 2 is "none of the classes".
        const std::vector<PairedTag> tags{{0, 0, 0}, {0, 1, 0}, {0, 2, 0}, {1, 1, 0}, {1, 1, 1}};
        const auto result = ir::compareTags(tags, 2);
        QCOMPARE(result.images, std::size_t{5});
        QCOMPARE(result.rightBefore, std::size_t{3});
        QCOMPARE(result.rightAfter, std::size_t{4});
        QCOMPARE(result.mended, std::size_t{2});
        QCOMPARE(result.broken, std::size_t{1});
        QCOMPARE(result.support, (std::vector<std::size_t>{3, 2}));
        QCOMPARE(result.rightBeforeOf, (std::vector<std::size_t>{1, 2}));
        QCOMPARE(result.rightAfterOf, (std::vector<std::size_t>{3, 1}));
        // before: class 0 F1 = 2·1/(3+1), class 1 = 2·2/(2+3); after: 2·3/(3+4), 2·1/(2+1).
        QVERIFY(std::abs(result.macroF1Before - (0.5 + 0.8) / 2) < 1e-12);
        QVERIFY(std::abs(result.macroF1After - (6.0 / 7 + 2.0 / 3) / 2) < 1e-12);
        QVERIFY(std::abs(result.difference - (result.macroF1After - result.macroF1Before)) < 1e-12);
    }

    void intervalsAgreeWithResamplingImages()
    {
        std::mt19937 random(5);
        std::vector<PairedTag> tags;
        for (int i = 0; i < 150; ++i) {
            const std::size_t truth = random() % 3;
            const bool hard = random() % 4 == 0; // both find the same images hard
            tags.push_back({truth, hard ? random() % 3 : truth,
                            hard || random() % 20 == 0 ? random() % 3 : truth});
        }
        const auto result = ir::compareTags(tags, 3, {20'000, 0.95, 7});
        std::vector<double> differences;
        for (int r = 0; r < 20'000; ++r) {
            std::vector<PairedTag> drawn;
            for (std::size_t i = 0; i < tags.size(); ++i)
                drawn.push_back(tags[random() % tags.size()]);
            differences.push_back(ir::compareTags(drawn, 3, {0, 0.95, 1}).difference);
        }
        std::ranges::sort(differences);
        // Monte Carlo error of a 2.5 % quantile of 20,000 draws: well under 0.004 here.
        QVERIFY(std::abs(result.intervalOfDifference.low - differences[500]) < 0.004);
        QVERIFY(std::abs(result.intervalOfDifference.high - differences[19'500]) < 0.004);
        QVERIFY(result.intervalOfDifference.low < result.difference);
        QVERIFY(result.intervalOfDifference.high > result.difference);
    }

    void worseMeansBeyondChance()
    {
        std::vector<PairedTag> tags;
        for (std::size_t i = 0; i < 60; ++i)
            tags.push_back({i % 2, i % 2, i < 2 ? 1 - i % 2 : i % 2}); // two lost of sixty
        QVERIFY(!ir::compareTags(tags, 2).isWorse());
        for (std::size_t i = 0; i < 20; ++i)
            tags[i].after = 1 - tags[i].truth;
        const auto worse = ir::compareTags(tags, 2);
        QVERIFY(worse.isWorse());
        QVERIFY(!worse.isBetter());
        for (PairedTag& tag : tags)
            std::swap(tag.before, tag.after);
        QVERIFY(ir::compareTags(tags, 2).isBetter());
        QVERIFY(!ir::compareTags({}, 2).isWorse());
    }
};

QTEST_GUILESS_MAIN(TestModelComparison)
#include "test_modelcomparison.moc"
