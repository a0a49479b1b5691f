#include "image/textmarks.h"

#include <QtTest>

#include <array>
#include <random>
#include <string>

namespace {

/// 5 × 7 letters, rows from the top, the leftmost pixel in bit 4.
struct Letter
{
    char c;
    std::array<std::uint8_t, 7> rows;
};
constexpr std::array kLetters{Letter{'D', {0x1E, 0x11, 0x11, 0x11, 0x11, 0x11, 0x1E}},
                              Letter{'O', {0x0E, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0E}},
                              Letter{'E', {0x1F, 0x10, 0x10, 0x1E, 0x10, 0x10, 0x1F}},
                              Letter{'J', {0x07, 0x02, 0x02, 0x02, 0x02, 0x12, 0x0C}},
                              Letter{'H', {0x11, 0x11, 0x11, 0x1F, 0x11, 0x11, 0x11}},
                              Letter{'N', {0x11, 0x19, 0x15, 0x13, 0x11, 0x11, 0x11}},
                              Letter{'1', {0x04, 0x0C, 0x04, 0x04, 0x04, 0x04, 0x0E}},
                              Letter{'9', {0x0E, 0x11, 0x11, 0x0F, 0x01, 0x02, 0x0C}},
                              Letter{'5', {0x1F, 0x10, 0x1E, 0x01, 0x01, 0x11, 0x0E}},
                              Letter{'R', {0x1E, 0x11, 0x11, 0x1E, 0x14, 0x12, 0x11}}};

void write(ir::GrayImage& image, const std::string& text, int x, int y, int scale,
           std::uint8_t gray)
{
    for (const char c : text) {
        for (const Letter& letter : kLetters)
            if (letter.c == c)
                for (int row = 0; row < 7 * scale; ++row)
                    for (int column = 0; column < 5 * scale; ++column)
                        if (letter.rows[static_cast<std::size_t>(row / scale)] >>
                                (4 - column / scale) &
                            1)
                            image.row(y + row)[x + column] = gray;
        x += 6 * scale;
    }
}

/// Noise like a radiograph's, with a broad bright and a broad dark area.
ir::GrayImage radiograph(std::uint32_t seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<double> noise(0, 12);
    ir::GrayImage image(900, 1000);
    for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x) {
            const double base = x < 60 || x > 840 ? 255
                                : y > 900         ? 2
                                                  : 90 + 60 * ((x / 90 + y / 70) % 3);
            image.row(y)[x] =
                static_cast<std::uint8_t>(std::clamp(base + noise(random), 0.0, 255.0));
        }
    return image;
}

} // namespace

class TestTextMarks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writingIsFound_data()
    {
        QTest::addColumn<int>("scale");
        QTest::addColumn<int>("gray");
        for (const int scale : {1, 2, 4})
            for (const int gray : {255, 0})
                QTest::addRow("%d pixels high, grey %d", 7 * scale, gray) << scale << gray;
    }
    void writingIsFound()
    {
        QFETCH(int, scale);
        QFETCH(int, gray);
        ir::GrayImage image(600, 500, 120);
        write(image, "DOE JOHN 1955", 30, 40, scale, static_cast<std::uint8_t>(gray));
        const auto marks = ir::findTextMarks(image);
        QVERIFY(!marks.empty());
        int glyphs = 0;
        for (const ir::TextMark& mark : marks) {
            glyphs += mark.glyphs;
            QVERIFY(mark.x >= 30 && mark.y >= 40 && mark.y + mark.height <= 40 + 7 * scale);
            QVERIFY(mark.x + mark.width <= 30 + 13 * 6 * scale);
        }
        QVERIFY2(glyphs >= 10, qPrintable(QString::number(glyphs)));
    }

    void writingOnARadiographIsFound()
    {
        ir::GrayImage image = radiograph(1);
        write(image, "DOE JOHN", 100, 920, 2, 255);
        const auto marks = ir::findTextMarks(image);
        QCOMPARE(marks.size(), std::size_t(1));
        QVERIFY(std::abs(marks[0].y - 920) <= 2 && std::abs(marks[0].x - 100) <= 2);
    }

    void radiographsAndSideMarksAreNoWriting()
    {
        for (std::uint32_t seed = 0; seed < 5; ++seed) {
            ir::GrayImage image = radiograph(seed);
            QVERIFY(ir::findTextMarks(image).empty());
            write(image, "R", 120, 80, 6, 255);
            write(image, "HD", 700, 80, 4, 255);
            QVERIFY(ir::findTextMarks(image).empty());
        }
    }

    void smallAndFlatImagesAreNoWriting()
    {
        QVERIFY(ir::findTextMarks({}).empty());
        QVERIFY(ir::findTextMarks(ir::GrayImage(3, 3, 255)).empty());
        QVERIFY(ir::findTextMarks(ir::GrayImage(300, 300, 255)).empty());
        QVERIFY(ir::findTextMarks(ir::GrayImage(300, 300, 0)).empty());
    }
};

QTEST_GUILESS_MAIN(TestTextMarks)
#include "test_textmarks.moc"
