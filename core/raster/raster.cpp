#include "raster/raster.h"

#include <QBuffer>
#include <QFile>
#include <QImage>
#include <QImageReader>

#include <array>
#include <cstring>
#include <fstream>
#include <vector>

namespace ir {

namespace {

constexpr int maxSide = 16384;

QString toQt(const std::filesystem::path& path)
{
    return QFile::decodeName(path.c_str());
}

/// "PNG", "JPEG", "TIFF" or "" by the file's first bytes.
QByteArray formatOf(const QByteArray& start)
{
    if (start.startsWith("\x89PNG\r\n\x1a\n"))
        return "PNG";
    if (start.startsWith("\xff\xd8\xff"))
        return "JPEG";
    // Classic TIFF only: Qt's reader has no BigTIFF.
    if (start.startsWith(QByteArrayView("II*\0", 4)) || start.startsWith(QByteArrayView("MM\0*", 4)))
        return "TIFF";
    return {};
}

QByteArray formatOf(const std::filesystem::path& path)
{
    // Not QFile: it cannot open names that are not UTF-8, and these must be met to be told.
    std::ifstream file(path, std::ios::binary);
    std::array<char, 16> start{};
    file.read(start.data(), start.size());
    return formatOf(QByteArray(start.data(), static_cast<qsizetype>(file.gcount())));
}

/// Whether a JPEG's data end without the marker that closes them (ITU-T T.81, B.1.1.3: EOI): libjpeg makes up the
/// rest in grey and only warns.
bool isCutShort(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    file.seekg(2);
    // Segments up to the first scan: a thumbnail among them has an end of its own.
    std::array<unsigned char, 4> head{};
    while (file.read(reinterpret_cast<char*>(head.data()), head.size()) && head[0] == 0xff && head[1] != 0xda) {
        const bool padded = head[1] == 0xff; // any number of these may stand before a marker
        file.seekg(padded ? -3 : head[2] * 256 + head[3] - 2, std::ios::cur);
    }
    std::vector<char> block(1 << 16);
    bool afterFf = false;
    while (file.read(block.data(), static_cast<std::streamsize>(block.size())) || file.gcount() > 0)
        for (std::streamsize i = 0; i < file.gcount(); ++i) {
            const auto byte = static_cast<unsigned char>(block[static_cast<std::size_t>(i)]);
            if (afterFf && byte == 0xd9) // no such pair inside a scan: there 0xff is followed by 0 or a restart
                return false;
            afterFf = byte == 0xff;
        }
    return true;
}

GrayImage toGray(const QImage& image)
{
    // Grayscale16 keeps the full range of 16-bit files through one conversion; Qt's own luma otherwise.
    const QImage gray = image.convertToFormat(QImage::Format_Grayscale8);
    GrayImage result(gray.width(), gray.height());
    for (int y = 0; y < gray.height(); ++y)
        std::memcpy(result.row(y), gray.constScanLine(y), static_cast<std::size_t>(gray.width()));
    return result;
}

Result<QImage> readWith(QImageReader& reader, const std::string& name)
{
    reader.setAutoTransform(true);
    const QSize size = reader.size();
    if (size.width() > maxSide || size.height() > maxSide)
        return failure("Cannot show " + name + ": " + std::to_string(size.width()) + " × " +
                       std::to_string(size.height()) + " pixels is over the limit of " +
                       std::to_string(maxSide) + " a side.");
    QImage image = reader.read();
    if (image.isNull())
        return failure("Cannot show " + name + ": the " + reader.format().toUpper().toStdString() +
                           " data is damaged or of a kind that is not supported.",
                       reader.errorString().toStdString());
    return image;
}

std::string encode(const GrayImage& image, const char* format, int quality)
{
    const QImage view(image.pixels.data(), image.width, image.height, image.width,
                      QImage::Format_Grayscale8);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    view.save(&buffer, format, quality);
    return bytes.toStdString();
}

} // namespace

bool looksLikeRaster(const std::filesystem::path& path)
{
    return !formatOf(path).isEmpty();
}

Result<DecodedImage> decodeRaster(const std::filesystem::path& path, const DecodeOptions& options)
{
    const QByteArray format = formatOf(path);
    if (format.isEmpty())
        return failure("Cannot show " + path.string() + ": it is not a PNG, JPEG or TIFF file.");
    if (options.frame < 0)
        return failure("Cannot show frame " + std::to_string(options.frame) + " of " +
                       path.string() + ": frames count from 0.");
    QImageReader reader(toQt(path), format.toLower());
    DecodedImage decoded;
    decoded.facts.transferSyntax = format.toStdString();
    decoded.facts.frames = std::max(1, reader.imageCount());
    if (options.frame >= decoded.facts.frames ||
        (options.frame > 0 && !reader.jumpToImage(options.frame)))
        return failure("Cannot show frame " + std::to_string(options.frame) + " of " +
                       path.string() + ": it has " + std::to_string(decoded.facts.frames) +
                       ", counted from 0.");
    const auto image = readWith(reader, path.string());
    if (!image)
        return tl::unexpected(image.error());
    if (format == "JPEG" && isCutShort(path))
        return failure("Cannot show " + path.string() +
                       ": the file ends before the picture does. Copy it anew from where it came from.");
    decoded.image = toGray(*image);
    decoded.fullSize = decoded.image.size();
    decoded.facts.columns = decoded.fullSize.width;
    decoded.facts.rows = decoded.fullSize.height;
    decoded.facts.bitsStored = image->format() == QImage::Format_Grayscale16 ? 16 : 8;
    if (options.longestSide > 0)
        decoded.image =
            resampleArea(decoded.image, fitWithin(decoded.fullSize, options.longestSide));
    return decoded;
}

std::string encodeJpeg(const GrayImage& image, int quality)
{
    return encode(image, "JPEG", quality);
}

std::string encodePng(const GrayImage& image)
{
    return encode(image, "PNG", -1);
}

Result<GrayImage> decodeJpeg(const std::string& bytes)
{
    QByteArray data = QByteArray::fromRawData(bytes.data(), static_cast<qsizetype>(bytes.size()));
    QBuffer buffer(&data);
    QImageReader reader(&buffer, "jpeg");
    const auto image = readWith(reader, "a cached thumbnail");
    if (!image)
        return tl::unexpected(image.error());
    return toGray(*image);
}

} // namespace ir
