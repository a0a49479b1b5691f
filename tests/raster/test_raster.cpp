#include "raster/raster.h"

#include <QFile>
#include <QImage>
#include <QTemporaryDir>
#include <QtTest>

using namespace Qt::StringLiterals;

class TestRaster : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;

    std::filesystem::path at(const QString& name) const { return m_dir.filePath(name).toStdString(); }

    /// A ramp from black to white, darkest at the left.
    std::filesystem::path saveRamp(const QString& name, QImage::Format format, const char* codec) const
    {
        QImage image(256, 64, QImage::Format_Grayscale16);
        for (int y = 0; y < image.height(); ++y) {
            auto* line = reinterpret_cast<quint16*>(image.scanLine(y));
            for (int x = 0; x < image.width(); ++x)
                line[x] = static_cast<quint16>(x * 257);
        }
        if (!image.convertToFormat(format).save(m_dir.filePath(name), codec))
            qFatal("cannot write %s", codec);
        return at(name);
    }

    void write(const QString& name, const QByteArray& bytes) const
    {
        QFile file(m_dir.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }

private Q_SLOTS:
    void everyFormatGivesTheSameGreys_data()
    {
        QTest::addColumn<QByteArray>("codec");
        QTest::addColumn<int>("format");
        QTest::newRow("png 8 bit") << QByteArray("PNG") << int(QImage::Format_Grayscale8);
        QTest::newRow("png 16 bit") << QByteArray("PNG") << int(QImage::Format_Grayscale16);
        QTest::newRow("png colour") << QByteArray("PNG") << int(QImage::Format_RGB32);
        QTest::newRow("jpeg") << QByteArray("JPEG") << int(QImage::Format_Grayscale8);
        QTest::newRow("tiff") << QByteArray("TIFF") << int(QImage::Format_Grayscale8);
        QTest::newRow("tiff 16 bit") << QByteArray("TIFF") << int(QImage::Format_Grayscale16);
    }

    void everyFormatGivesTheSameGreys()
    {
        QFETCH(QByteArray, codec);
        QFETCH(int, format);
        // The name says nothing: content decides.
        const auto path = saveRamp(u"ramp.dat"_s, QImage::Format(format), codec.constData());
        QVERIFY(ir::looksLikeRaster(path));
        const auto decoded = ir::decodeRaster(path);
        QVERIFY2(decoded, decoded ? "" : decoded.error().message.c_str());
        QCOMPARE(decoded->image.size(), (ir::Size{256, 64}));
        QCOMPARE(decoded->facts.transferSyntax, codec.toStdString());
        for (int x = 0; x < 256; ++x)
            QVERIFY(std::abs(int(decoded->image.row(32)[x]) - x) <= 4);
    }

    void aSmallerSizeIsMadeOnRequestAndTheFullOneTold()
    {
        const auto path = saveRamp(u"ramp.png"_s, QImage::Format_Grayscale8, "PNG");
        const auto decoded = ir::decodeRaster(path, {.longestSide = 128});
        QVERIFY(decoded);
        QCOMPARE(decoded->image.size(), (ir::Size{128, 32}));
        QCOMPARE(decoded->fullSize, (ir::Size{256, 64}));
    }

    void damagedForeignAndAbsentFilesAreRefusedByName()
    {
        write(u"cut.png"_s, QByteArray("\x89PNG\r\n\x1a\n and no more"));
        write(u"notes.png"_s, "text");
        for (const QString& name : {u"cut.png"_s, u"notes.png"_s, u"absent.png"_s}) {
            const auto decoded = ir::decodeRaster(at(name));
            QVERIFY(!decoded);
            QVERIFY(decoded.error().message.find(name.toStdString()) != std::string::npos);
        }
        QVERIFY(!ir::looksLikeRaster(at(u"notes.png"_s)));
    }

    void aJpegCutShortIsRefused()
    {
        QFile whole(m_dir.filePath(u"whole.jpg"_s));
        saveRamp(u"whole.jpg"_s, QImage::Format_Grayscale8, "JPEG");
        QVERIFY(whole.open(QIODevice::ReadOnly));
        const QByteArray bytes = whole.readAll();
        write(u"padded.jpg"_s, bytes.left(2) + QByteArray(3, '\xff') + bytes.mid(2) + QByteArray(100, '\0'));
        QVERIFY(ir::decodeRaster(at(u"padded.jpg"_s)));
        // A thumbnail in the header is a whole JPEG itself: its end is not the picture's.
        const QByteArray thumbnail = "\xff\xe1" + QByteArray::fromHex("0006") + QByteArray("\xff\xd9") + "..";
        write(u"thumbnail.jpg"_s, bytes.left(2) + thumbnail + bytes.mid(2));
        QVERIFY(ir::decodeRaster(at(u"thumbnail.jpg"_s)));
        write(u"half.jpg"_s, bytes.left(2) + thumbnail + bytes.mid(2, bytes.size() * 3 / 4));
        const auto half = ir::decodeRaster(at(u"half.jpg"_s));
        QVERIFY(!half);
        QVERIFY2(half.error().message.find("half.jpg") != std::string::npos &&
                     half.error().message.find("ends before") != std::string::npos,
                 half.error().message.c_str());
    }

    void aHeaderThatClaimsTooManyPixelsIsRefusedBeforeTheyAreAllocated()
    {
        QImage image(20, 20, QImage::Format_Grayscale8);
        image.fill(0);
        QVERIFY(image.save(m_dir.filePath(u"bomb.png"_s), "PNG"));
        QFile file(m_dir.filePath(u"bomb.png"_s));
        QVERIFY(file.open(QIODevice::ReadWrite));
        file.seek(16); // IHDR: width, height; its checksum is then wrong, which libpng may say first
        file.write(QByteArray::fromHex("000fffff000fffff"));
        file.close();
        QVERIFY(!ir::decodeRaster(at(u"bomb.png"_s)));
    }

    void aFrameThatIsNotThereIsSaid()
    {
        const auto path = saveRamp(u"ramp.png"_s, QImage::Format_Grayscale8, "PNG");
        QVERIFY(!ir::decodeRaster(path, {.frame = 1}));
        QVERIFY(!ir::decodeRaster(path, {.frame = -1}));
    }

    void encodedImagesComeBack()
    {
        ir::GrayImage image(64, 48);
        for (std::size_t i = 0; i < image.pixels.size(); ++i)
            image.pixels[i] = static_cast<std::uint8_t>(i % 64 * 4);
        const auto jpeg = ir::decodeJpeg(ir::encodeJpeg(image, 95));
        QVERIFY(jpeg);
        QCOMPARE(jpeg->size(), image.size());
        QVERIFY(std::abs(int(jpeg->row(20)[40]) - 160) < 6);
        write(u"x.png"_s, QByteArray::fromStdString(ir::encodePng(image)));
        QCOMPARE(ir::decodeRaster(at(u"x.png"_s)).value().image, image);
        QVERIFY(!ir::decodeJpeg("no JPEG"));
    }
};

QTEST_GUILESS_MAIN(TestRaster)
#include "test_raster.moc"
