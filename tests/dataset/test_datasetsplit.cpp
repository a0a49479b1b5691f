#include "dataset/datasetsplit.h"
#include "dataset/datasettable.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>

namespace {

/// Patients of 1 to `most` images each, of one class; classes of very different size.
std::vector<ir::DatasetImage> patients(int most)
{
    std::mt19937 random(4);
    const std::vector<std::pair<std::string, int>> sizes{
        {"abdominal", 60}, {"adult_chest", 700}, {"pediatric_chest", 150}, {"spine", 300}, {"others", 400}};
    std::vector<ir::DatasetImage> images;
    for (const auto& [label, size] : sizes)
        for (int i = 0, patient = 0; i < size; ++patient)
            for (int n = 1 + static_cast<int>(random() % unsigned(most)); n > 0 && i < size; --n, ++i)
                images.push_back({.path = label + std::to_string(i),
                                  .label = label,
                                  .group = label + " patient " + std::to_string(patient),
                                  .split = {},
                                  .source = {}});
    return images;
}

std::vector<ir::DatasetImage> withSplits(std::vector<ir::DatasetImage> images,
                                         const ir::DatasetSplit& split)
{
    for (std::size_t i = 0; i < images.size(); ++i)
        images[i].split = split.splits[i];
    return images;
}

/// The largest distance of a class's share in a split from what was asked for.
double worstShare(const std::vector<ir::DatasetImage>& images, const std::array<double, 3>& ratios)
{
    const ir::DatasetTable table = ir::tabulate(images);
    double worst = 0;
    for (std::size_t c = 0; c < table.classes.size(); ++c)
        for (std::size_t s = 0; s < ratios.size(); ++s)
            worst = std::max(worst, std::abs(static_cast<double>(table.at(c, ir::splitNames[s])) /
                                                 static_cast<double>(table.ofClass(c)) -
                                             ratios[s]));
    return worst;
}

} // namespace

class TestDatasetSplit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void singleImagesReachTheRatiosOfEveryClass()
    {
        const auto images = patients(1);
        const auto split = ir::splitDataset(images, {});
        QVERIFY(split);
        QCOMPARE(split->assigned, images.size());
        QCOMPARE(split->units, images.size());
        QVERIFY(worstShare(withSplits(images, *split), {0.7, 0.15, 0.15}) <= 1.0 / 60);
    }

    void noPatientStraddles()
    {
        const auto images = patients(12);
        const auto split = ir::splitDataset(images, {});
        QVERIFY(split);
        std::map<std::string, std::set<std::string>> splitsOf;
        for (std::size_t i = 0; i < images.size(); ++i)
            splitsOf[images[i].group].insert(split->splits[i]);
        for (const auto& [group, splits] : splitsOf)
            QCOMPARE(splits.size(), std::size_t(1));
        QVERIFY(worstShare(withSplits(images, *split), {0.7, 0.15, 0.15}) < 0.06);
    }

    void patientsOfSeveralClassesAreBalancedToo()
    {
        // Each patient has a chest, and every third a spine beside it.
        std::vector<ir::DatasetImage> images;
        for (int i = 0; i < 300; ++i) {
            const std::string name = std::to_string(i);
            images.push_back({"chest" + name, "adult_chest", name, "", ""});
            if (i % 3 == 0)
                images.push_back({"spine" + name, "spine", name, "", ""});
        }
        const auto split = ir::splitDataset(images, {}, {.ratios = {0.5, 0.25, 0.25}});
        QVERIFY(split);
        QVERIFY(worstShare(withSplits(images, *split), {0.5, 0.25, 0.25}) < 0.02);
    }

    void theSameSeedGivesTheSameSplitInAnyOrderOfRows()
    {
        auto images = patients(5);
        const auto once = withSplits(images, ir::splitDataset(images, {}, {.seed = 9}).value());
        const auto other = withSplits(images, ir::splitDataset(images, {}, {.seed = 10}).value());
        std::ranges::reverse(images);
        auto again = withSplits(images, ir::splitDataset(images, {}, {.seed = 9}).value());
        std::ranges::reverse(again);
        std::size_t differing = 0;
        for (std::size_t i = 0; i < once.size(); ++i) {
            QCOMPARE(again[i].split, once[i].split);
            differing += once[i].split != other[i].split ? 1 : 0;
        }
        QVERIFY(differing > once.size() / 10);
    }

    void nearDuplicatesStayTogether()
    {
        const auto images = patients(1);
        std::vector<ir::DuplicatePair> pairs;
        for (std::size_t i = 0; i + 7 < images.size(); i += 10)
            pairs.push_back({.first = i, .second = i + 7});
        const auto split = ir::splitDataset(images, pairs);
        QVERIFY(split);
        for (const ir::DuplicatePair& pair : pairs)
            QCOMPARE(split->splits[pair.first], split->splits[pair.second]);
        QCOMPARE(split->units, images.size() - pairs.size());
    }

    void whatHasASplitKeepsItAndTakesItsPatientAlong()
    {
        auto images = patients(4);
        images[0].split = "test";
        for (std::size_t i = 400; i < 500; ++i)
            images[i].split = "val";
        for (ir::DatasetImage& image : images) // whole patients, as a sane manifest has them
            for (std::size_t i = 400; i < 500; ++i)
                if (image.group == images[i].group)
                    image.split = "val";
        images[700].split = "external";
        const auto split = ir::splitDataset(images, {});
        QVERIFY(split);
        for (std::size_t i = 0; i < images.size(); ++i) {
            if (!images[i].split.empty())
                QCOMPARE(split->splits[i], images[i].split);
            else if (images[i].group == images[0].group)
                QCOMPARE(split->splits[i], std::string("test"));
            QVERIFY(!split->splits[i].empty());
        }
        QCOMPARE(split->apart, std::size_t(1));
        QCOMPARE(split->assigned + split->kept + split->apart, images.size());
        // The 100 and more of adult_chest that are in val already are counted: it gets no more of them.
        const ir::DatasetTable table = ir::tabulate(withSplits(images, *split));
        QVERIFY(table.at(1, "val") < 120);
    }

    void forceSplitsAnewButLeavesOtherSplitsAlone()
    {
        auto images = patients(3);
        for (ir::DatasetImage& image : images)
            image.split = "train";
        images[5].split = "external";
        const auto kept = ir::splitDataset(images, {});
        QVERIFY(kept);
        QCOMPARE(kept->assigned, std::size_t(0));
        const auto split = ir::splitDataset(images, {}, {.force = true});
        QVERIFY(split);
        QCOMPARE(split->splits[5], std::string("external"));
        QCOMPARE(split->assigned, images.size() - 1);
        QVERIFY(worstShare(withSplits(images, *split), {0.7, 0.15, 0.15}) < 0.04);
    }

    void aPatientInTwoSplitsIsAnErrorUnlessForced()
    {
        auto images = patients(6);
        const auto sibling = std::ranges::find_if(images.begin() + 1, images.end(), [&](const auto& image) {
            return image.group == images[0].group;
        });
        QVERIFY(sibling != images.end());
        images[0].split = "train";
        sibling->split = "test";
        const auto refused = ir::splitDataset(images, {});
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find(images[0].group) != std::string::npos);
        const auto forced = ir::splitDataset(images, {}, {.force = true});
        QVERIFY(forced);
        QCOMPARE(forced->splits[0], forced->splits[std::size_t(sibling - images.begin())]);
    }

    void ratiosThatAreNoneAreRefused()
    {
        const auto images = patients(1);
        QVERIFY(!ir::splitDataset(images, {}, {.ratios = {0.7, 0.2, 0.2}}));
        QVERIFY(!ir::splitDataset(images, {}, {.ratios = {1.2, -0.1, -0.1}}));
        QVERIFY(!ir::splitDataset(images, {}, {.ratios = {std::nan(""), 0.5, 0.5}}));
        const auto two = ir::splitDataset(images, {}, {.ratios = {0.8, 0, 0.2}});
        QVERIFY(two);
        QVERIFY(std::ranges::find(two->splits, "val") == two->splits.end());
    }
};

QTEST_GUILESS_MAIN(TestDatasetSplit)
#include "test_datasetsplit.moc"
