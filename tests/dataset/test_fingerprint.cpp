#include "dataset/fingerprint.h"

#include "support/pictures.h"

#include <QtTest>

#include <algorithm>
#include <bit>
#include <cmath>

namespace {

constexpr int count = 60;

ir::GrayImage picture(int i)
{
    return ir::test::discs(static_cast<unsigned>(100 + i), 150 + i, 130);
}

ir::GrayImage recoloured(ir::GrayImage image, double gamma)
{
    for (std::uint8_t& grey : image.pixels)
        grey = static_cast<std::uint8_t>(255 * std::pow(grey / 255.0, gamma) + 0.5);
    return image;
}

bool isDuplicate(const ir::GrayImage& a, const ir::GrayImage& b)
{
    const std::vector<std::optional<ir::ImageFingerprint>> both{ir::fingerprintOf(a), ir::fingerprintOf(b)};
    return !ir::nearDuplicates(both).empty();
}

} // namespace

class TestFingerprint : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void copiesAreFound()
    {
        int scaled = 0;
        int brighter = 0;
        for (int i = 0; i < count; ++i) {
            const ir::GrayImage image = picture(i);
            scaled += isDuplicate(image, ir::resampleArea(image, {image.width / 2, image.height / 3}));
            brighter += isDuplicate(image, recoloured(image, 0.85));
        }
        QCOMPARE(scaled, count);
        QVERIFY2(brighter >= count * 9 / 10, qPrintable(QString::number(brighter)));
    }

    void othersAreNot()
    {
        std::vector<std::optional<ir::ImageFingerprint>> all;
        for (int i = 0; i < count; ++i)
            all.emplace_back(ir::fingerprintOf(picture(i)));
        QCOMPARE(ir::nearDuplicates(all).size(), std::size_t(0));
    }

    void pairsComeByIndexAndUnreadableImagesAreInNone()
    {
        const auto one = ir::fingerprintOf(picture(1));
        const auto two = ir::fingerprintOf(picture(2));
        const auto pairs = ir::nearDuplicates(std::vector<std::optional<ir::ImageFingerprint>>{
            one, std::nullopt, two, one, two, std::nullopt});
        QCOMPARE(pairs.size(), std::size_t(2));
        QCOMPARE(pairs[0].first, std::size_t(0));
        QCOMPARE(pairs[0].second, std::size_t(3));
        QCOMPARE(pairs[0].distance, 0);
        QVERIFY(std::abs(pairs[0].similarity - 1) < 1e-5);
        QCOMPARE(pairs[1].first, std::size_t(2));
    }

    void blankImagesAreNoDuplicates()
    {
        QVERIFY(!isDuplicate(ir::GrayImage(50, 50, 7), ir::GrayImage(40, 60, 200)));
    }

    void theHashIsOfTheLowFrequencies()
    {
        // A ramp to the right has horizontal frequencies only: bits 1…7; odd ones are negative, even ones
        // 0.
        ir::GrayImage ramp(64, 64);
        for (int y = 0; y < 64; ++y)
            for (int x = 0; x < 64; ++x)
                ramp.row(y)[x] = static_cast<std::uint8_t>(4 * x);
        ir::GrayImage falling = ramp;
        std::ranges::for_each(falling.pixels, [](std::uint8_t& grey) { grey = std::uint8_t(252 - grey); });
        const auto rising = ir::fingerprintOf(ramp).hash;
        const auto descending = ir::fingerprintOf(falling).hash;
        QVERIFY((rising & 0b1010) == 0);
        QCOMPARE(descending & 0b1010, std::uint64_t(0b1010));
        QCOMPARE((rising | descending) & 1, std::uint64_t(0));
    }
};

QTEST_GUILESS_MAIN(TestFingerprint)
#include "test_fingerprint.moc"
