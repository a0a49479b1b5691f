#include "nn/augment.h"
#include "nn/preprocess.h"

#include <QtTest>

#include <cmath>
#include <functional>
#include <set>

using ir::AugmentOptions;
using ir::GrayImage;
using ir::Rng;

namespace {

/// A smooth picture with structure in both directions and a black frame of `margin` pixels.
GrayImage picture(int width = 90, int height = 120, int margin = 0)
{
    GrayImage image(width, height);
    for (int y = margin; y < height - margin; ++y)
        for (int x = margin; x < width - margin; ++x)
            image.row(y)[x] = static_cast<std::uint8_t>(
                128 + 60 * std::sin(x * 0.2) + 50 * std::cos(y * 0.13 + x * 0.01));
    return image;
}

AugmentOptions only(double AugmentOptions::*member)
{
    AugmentOptions options = *AugmentOptions::named("none");
    options.*member = 1;
    return options;
}

double meanDifference(const GrayImage& a, const GrayImage& b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i)
        sum += std::abs(a.pixels[i] - b.pixels[i]);
    return sum / static_cast<double>(a.pixels.size());
}

} // namespace

class TestAugment : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theStreamDecidesAlone()
    {
        for (const char* name : {"plain", "middle", "strong"}) {
            const AugmentOptions options = *AugmentOptions::named(name);
            std::set<std::vector<std::uint8_t>> seen;
            for (std::uint64_t image = 0; image < 20; ++image) {
                Rng first{1, 2, image};
                Rng again{1, 2, image};
                const GrayImage a = ir::augment(picture(), options, first);
                QCOMPARE(a, ir::augment(picture(), options, again));
                seen.insert(a.pixels);
            }
            QVERIFY2(seen.size() >= 19, name);
        }
    }

    void noneChangesNothing()
    {
        Rng rng{7};
        QCOMPARE(ir::augment(picture(), *AugmentOptions::named("none"), rng), picture());
        QVERIFY(!AugmentOptions::named("wild"));
    }

    void everyChangeChanges_data()
    {
        QTest::addColumn<int>("which");
        int which = 0;
        for (const char* name : {"flip", "tone", "invert", "localContrast", "sharpness", "noise",
                                 "collimation", "padding", "shrink", "marks", "erase", "jpeg", "rightAngle"})
            QTest::newRow(name) << which++;
    }
    void everyChangeChanges()
    {
        QFETCH(int, which);
        using O = AugmentOptions;
        double O::*const members[] = {&O::flip,    &O::tone,        &O::invert,  &O::localContrast,
                                      &O::sharpness, &O::noise,     &O::collimation, &O::padding,
                                      &O::shrink,  &O::marks,       &O::erase,   &O::jpeg,
                                      &O::rightAngle};
        for (std::uint64_t i = 0; i < 30; ++i) {
            Rng rng{i};
            const GrayImage before = picture();
            const GrayImage after = ir::augment(before, only(members[which]), rng);
            QVERIFY(after.size() != before.size() || after.pixels != before.pixels);
            QVERIFY(!after.empty());
            QCOMPARE(after.pixels.size(),
                     static_cast<std::size_t>(after.width) * static_cast<std::size_t>(after.height));
        }
    }

    void sizesStayBoundedAndTinyImagesSurvive()
    {
        for (const auto& size : {ir::Size{1, 1}, ir::Size{1, 40}, ir::Size{3, 2}, ir::Size{64, 64}})
            for (std::uint64_t i = 0; i < 60; ++i) {
                Rng rng{i, 9};
                const GrayImage after =
                    ir::augment(picture(size.width, size.height), *AugmentOptions::named("strong"), rng);
                QVERIFY(after.width >= 1 && after.height >= 1);
                QVERIFY(after.width <= 2 * std::max(size.width, size.height) + 4);
                QVERIFY(after.height <= 2 * std::max(size.width, size.height) + 4);
            }
        Rng rng{1};
        QVERIFY(ir::augment(GrayImage(), AugmentOptions(), rng).empty());
    }

    void warpKeepsWhatItShould()
    {
        const GrayImage image = picture();
        QCOMPARE(ir::warp(image, 0, 1, 1, 0, 0, 0), image);
        const GrayImage shifted = ir::warp(image, 0, 1, 1, 10, 0, 7);
        QCOMPARE(shifted.row(50)[60], image.row(50)[50]);
        QCOMPARE(shifted.row(50)[3], std::uint8_t{7});
        const GrayImage turned = ir::warp(image, 5, 1, 1, 0, 0, 0);
        QVERIFY(meanDifference(ir::warp(turned, -5, 1, 1, 0, 0, 0), image) < 12);
    }

    void flipAndTurnMoveCorners()
    {
        GrayImage image(3, 2);
        image.row(0)[0] = 200; // top left
        GrayImage flipped = image;
        ir::flipLeftRight(flipped);
        QCOMPARE(flipped.row(0)[2], std::uint8_t{200});
        const GrayImage turned = ir::turnRight(image);
        QCOMPARE(turned.size(), (ir::Size{2, 3}));
        QCOMPARE(turned.row(0)[1], std::uint8_t{200});
    }

    void invertTwiceIsNothing()
    {
        GrayImage image = picture();
        ir::invert(image);
        QCOMPARE(image.pixels[5], static_cast<std::uint8_t>(255 - picture().pixels[5]));
        ir::invert(image);
        QCOMPARE(image, picture());
    }

    void localEqualisationRaisesContrast()
    {
        GrayImage flat(80, 80);
        for (int y = 0; y < 80; ++y)
            for (int x = 0; x < 80; ++x)
                flat.row(y)[x] = static_cast<std::uint8_t>(120 + 6 * std::sin(x * 0.3));
        const auto range = [](const GrayImage& image) {
            const auto [low, high] = std::minmax_element(image.pixels.begin(), image.pixels.end());
            return *high - *low;
        };
        GrayImage equalised = flat;
        ir::equaliseLocally(equalised, 4, 4, 1);
        QVERIFY(range(equalised) > 2 * range(flat));
    }

    void jpegKeepsThePicture()
    {
        GrayImage image = picture();
        ir::compressAsJpeg(image, 40);
        QCOMPARE(image.size(), picture().size());
        QVERIFY(image.pixels != picture().pixels);
        QVERIFY(meanDifference(image, picture()) < 8);
    }

    // Preprocessing: the one way into the net.

    void letterboxKeepsShapeAndCentres()
    {
        ir::InputContract input;
        input.size = 60;
        const GrayImage fitted = ir::fitToInput(GrayImage(100, 200, 255), input);
        QCOMPARE(fitted.size(), (ir::Size{60, 60}));
        QCOMPARE(fitted.row(30)[14], std::uint8_t{0});
        QCOMPARE(fitted.row(30)[15], std::uint8_t{255});
        QCOMPARE(fitted.row(0)[44], std::uint8_t{255});
        QCOMPARE(fitted.row(59)[45], std::uint8_t{0});
        // A small image fills the frame as a large one of its shape does.
        QCOMPARE(ir::fitToInput(GrayImage(10, 20, 255), input), fitted);
    }

    void squashFillsTheFrame()
    {
        ir::InputContract input;
        input.size = 48;
        input.fit = ir::Fit::Squash;
        QCOMPARE(ir::fitToInput(GrayImage(100, 200, 9), input), GrayImage(48, 48, 9));
    }

    void anyShapeFits()
    {
        for (const auto fit : {ir::Fit::Letterbox, ir::Fit::Squash})
            for (const bool crop : {false, true})
                for (const auto& size : {ir::Size{0, 0}, ir::Size{1, 1}, ir::Size{1, 3000},
                                         ir::Size{3000, 1}, ir::Size{32, 32}}) {
                    const ir::InputContract input{32, fit, crop, crop, 0.5F, 0.5F};
                    QCOMPARE(ir::fitToInput(GrayImage(size.width, size.height, 5), input).size(),
                             (ir::Size{32, 32}));
                }
    }

    void marginsAreCutOffButNotThePicture()
    {
        const GrayImage framed = picture(100, 120, 20);
        const GrayImage cropped = ir::cropUniformMargins(framed);
        QCOMPARE(cropped.size(), (ir::Size{60, 80}));
        QCOMPARE(cropped.row(0)[0], framed.row(20)[20]);
        QCOMPARE(ir::cropUniformMargins(picture()), picture());
        const GrayImage plain(50, 50, 80); // nothing but margin: left as it is
        QCOMPARE(ir::cropUniformMargins(plain), plain);
        QCOMPARE(ir::cropUniformMargins(picture(100, 100, 40)).width, 100); // too little would be left
    }

    void greysAreStretchedUnlessThereAreHardlyAny()
    {
        GrayImage grey(100, 10);
        for (std::size_t i = 0; i < grey.pixels.size(); ++i)
            grey.pixels[i] = static_cast<std::uint8_t>(60 + i % 100);
        ir::stretchGreys(grey);
        const auto [low, high] = std::minmax_element(grey.pixels.begin(), grey.pixels.end());
        QCOMPARE(int(*low), 0);
        QCOMPARE(int(*high), 255);
        GrayImage flat(20, 20, 100);
        flat.pixels[3] = 104;
        const GrayImage before = flat;
        ir::stretchGreys(flat);
        QCOMPARE(flat, before);
    }

    void normaliseFollowsTheContract()
    {
        const ir::InputContract input{2, ir::Fit::Squash, false, false, 0.5F, 0.25F};
        GrayImage image(2, 2);
        image.pixels = {0, 255, 51, 102};
        std::vector<float> out(4);
        ir::normalise(image, input, out);
        QCOMPARE(out[0], -2.0F);
        QCOMPARE(out[1], 2.0F);
        QVERIFY(std::abs(out[2] - (0.2F - 0.5F) / 0.25F) < 1e-6F);
    }
};

QTEST_APPLESS_MAIN(TestAugment)
#include "test_augment.moc"
