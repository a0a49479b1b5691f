#include "image/grayimage.h"

#include <QtTest>

using ir::GrayImage;

class TestGrayImage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fitWithinKeepsTheShapeAndNeverEnlarges()
    {
        QCOMPARE(ir::fitWithin({3000, 2000}, 300), (ir::Size{300, 200}));
        QCOMPARE(ir::fitWithin({100, 50}, 300), (ir::Size{100, 50}));
        QCOMPARE(ir::fitWithin({10000, 1}, 100), (ir::Size{100, 1}));
    }

    void reductionIsTheMeanOfTheAreaCovered()
    {
        GrayImage source(4, 2);
        source.pixels = {0, 100, 10, 30, 50, 250, 20, 40};
        const GrayImage half = ir::resampleArea(source, {2, 1});
        QCOMPARE(half.pixels, (std::vector<std::uint8_t>{100, 25}));
    }

    void fractionalReductionKeepsTheMean()
    {
        GrayImage source(301, 199);
        for (std::size_t i = 0; i < source.pixels.size(); ++i)
            source.pixels[i] = static_cast<std::uint8_t>((i * 7919) % 251);
        const auto mean = [](const GrayImage& image) {
            double sum = 0;
            for (const auto p : image.pixels)
                sum += p;
            return sum / static_cast<double>(image.pixels.size());
        };
        const GrayImage small = ir::resampleArea(source, {64, 37});
        QCOMPARE(small.size(), (ir::Size{64, 37}));
        QVERIFY(std::abs(mean(small) - mean(source)) < 0.5);
    }

    void aFlatImageStaysFlatAtAnySize()
    {
        const GrayImage flat(37, 91, 200);
        for (const ir::Size size : {ir::Size{5, 5}, ir::Size{37, 7}, ir::Size{224, 224}})
            QCOMPARE(ir::resampleArea(flat, size), GrayImage(size.width, size.height, 200));
    }
};

QTEST_GUILESS_MAIN(TestGrayImage)
#include "test_grayimage.moc"
