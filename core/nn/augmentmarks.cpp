// What is drawn on films and what files do to them: letters, boxes, arrows, local equalisation, JPEG.

#include "nn/augment.h"

#include <jpeglib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>

namespace ir {

namespace {

/// 5 × 7 glyphs of what is mostly printed on films, a row in the low five bits of each byte.
constexpr std::array<std::array<std::uint8_t, 7>, 12> glyphs{{
    {0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x1F}, // L
    {0x1E, 0x11, 0x11, 0x1E, 0x14, 0x12, 0x11}, // R
    {0x0E, 0x11, 0x11, 0x1F, 0x11, 0x11, 0x11}, // A
    {0x1E, 0x11, 0x11, 0x1E, 0x10, 0x10, 0x10}, // P
    {0x1F, 0x10, 0x10, 0x1E, 0x10, 0x10, 0x1F}, // E
    {0x0E, 0x11, 0x10, 0x0E, 0x01, 0x11, 0x0E}, // S
    {0x1F, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04}, // T
    {0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0E}, // U
    {0x04, 0x0C, 0x04, 0x04, 0x04, 0x04, 0x0E}, // 1
    {0x0E, 0x11, 0x01, 0x06, 0x08, 0x10, 0x1F}, // 2
    {0x1F, 0x02, 0x04, 0x02, 0x01, 0x11, 0x0E}, // 3
    {0x0E, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0E}, // 0
}};

void plot(GrayImage& image, int x, int y, int size, std::uint8_t grey)
{
    for (int dy = 0; dy < size; ++dy)
        for (int dx = 0; dx < size; ++dx)
            if (x + dx >= 0 && x + dx < image.width && y + dy >= 0 && y + dy < image.height)
                image.row(y + dy)[x + dx] = grey;
}

void drawGlyph(GrayImage& image, const std::array<std::uint8_t, 7>& glyph, int x, int y, int scale,
               std::uint8_t grey)
{
    for (int row = 0; row < 7; ++row)
        for (int column = 0; column < 5; ++column)
            if (glyph[static_cast<std::size_t>(row)] >> (4 - column) & 1)
                plot(image, x + column * scale, y + row * scale, scale, grey);
}

void drawText(GrayImage& image, Rng& rng, std::uint8_t grey)
{
    const int scale = 1 + rng.below(std::max(1, std::min(image.width, image.height) / 90));
    const int letters = rng.chance(0.5) ? 1 : 2 + rng.below(12);
    const int width = letters * 6 * scale;
    // Mostly near an edge, as printed; a lone letter may lie anywhere.
    int x = rng.below(std::max(1, image.width - width));
    int y = rng.below(std::max(1, image.height - 7 * scale));
    if (letters > 1 || rng.chance(0.5)) {
        const int margin = 1 + rng.below(std::max(1, image.height / 10));
        y = rng.chance(0.5) ? margin : std::max(0, image.height - 7 * scale - margin);
    }
    if (rng.chance(0.2))
        for (int row = -2; row < 7 * scale + 2; ++row)
            for (int column = -2; column < width + 2; ++column)
                plot(image, x + column, y + row, 1, static_cast<std::uint8_t>(255 - grey));
    for (int i = 0; i < letters; ++i)
        drawGlyph(image, glyphs[static_cast<std::size_t>(rng.below(static_cast<int>(glyphs.size())))],
                  x + i * 6 * scale, y, scale, grey);
}

void drawLine(GrayImage& image, double x0, double y0, double x1, double y1, int thickness,
              std::uint8_t grey)
{
    const int steps = 1 + static_cast<int>(std::max(std::abs(x1 - x0), std::abs(y1 - y0)));
    for (int i = 0; i <= steps; ++i) {
        const double t = static_cast<double>(i) / steps;
        plot(image, static_cast<int>(x0 + (x1 - x0) * t), static_cast<int>(y0 + (y1 - y0) * t), thickness,
             grey);
    }
}

void drawArrow(GrayImage& image, Rng& rng, std::uint8_t grey)
{
    const double x = rng.uniform(0.1, 0.9) * image.width;
    const double y = rng.uniform(0.1, 0.9) * image.height;
    const double length = rng.uniform(0.05, 0.15) * image.width;
    const double angle = rng.uniform(0, 6.2832);
    const int thickness = 1 + rng.below(3);
    drawLine(image, x, y, x + length * std::cos(angle), y + length * std::sin(angle), thickness, grey);
    for (const double side : {0.5, -0.5})
        drawLine(image, x, y, x + 0.4 * length * std::cos(angle + side),
                 y + 0.4 * length * std::sin(angle + side), thickness, grey);
}

void drawBox(GrayImage& image, Rng& rng, std::uint8_t grey)
{
    const double left = rng.uniform(0.05, 0.7) * image.width;
    const double top = rng.uniform(0.05, 0.7) * image.height;
    const double right = left + rng.uniform(0.05, 0.25) * image.width;
    const double bottom = top + rng.uniform(0.05, 0.25) * image.height;
    const int thickness = 1 + rng.below(2);
    drawLine(image, left, top, right, top, thickness, grey);
    drawLine(image, left, bottom, right, bottom, thickness, grey);
    drawLine(image, left, top, left, bottom, thickness, grey);
    drawLine(image, right, top, right, bottom, thickness, grey);
}

using Table = std::array<std::uint8_t, 256>;

/// The equalising table of one tile with its histogram clipped at `clip` times the mean.
Table tileTable(const GrayImage& image, int left, int top, int right, int bottom, double clip)
{
    std::array<int, 256> histogram{};
    for (int y = top; y < bottom; ++y)
        for (int x = left; x < right; ++x)
            ++histogram[image.row(y)[x]];
    const int total = std::max(1, (right - left) * (bottom - top));
    const int limit = std::max(1, static_cast<int>(clip * total / 256));
    int excess = 0;
    for (int& count : histogram) {
        excess += std::max(0, count - limit);
        count = std::min(count, limit);
    }
    Table table{};
    double sum = 0;
    for (std::size_t v = 0; v < 256; ++v) {
        sum += histogram[v] + excess / 256.0;
        table[v] = static_cast<std::uint8_t>(std::clamp(255 * sum / total, 0.0, 255.0));
    }
    return table;
}

struct JpegError
{
    jpeg_error_mgr manager;
    std::jmp_buf jump;
};

void leaveJpeg(j_common_ptr info)
{
    std::longjmp(reinterpret_cast<JpegError*>(info->err)->jump, 1);
}

void silent(j_common_ptr) {}

/// Owns what libjpeg allocates; the functions with setjmp hold no C++ objects of their own.
unsigned char* encode(GrayImage& image, int quality, unsigned long& size)
{
    unsigned char* bytes = nullptr;
    jpeg_compress_struct info{};
    JpegError error{};
    info.err = jpeg_std_error(&error.manager);
    error.manager.error_exit = leaveJpeg;
    error.manager.output_message = silent;
    if (setjmp(error.jump)) {
        jpeg_destroy_compress(&info);
        std::free(bytes);
        return nullptr;
    }
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &bytes, &size);
    info.image_width = static_cast<JDIMENSION>(image.width);
    info.image_height = static_cast<JDIMENSION>(image.height);
    info.input_components = 1;
    info.in_color_space = JCS_GRAYSCALE;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, quality, TRUE);
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) {
        JSAMPROW row = image.row(static_cast<int>(info.next_scanline));
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    return bytes;
}

void decodeInto(GrayImage& image, const unsigned char* bytes, unsigned long size)
{
    jpeg_decompress_struct info{};
    JpegError error{};
    info.err = jpeg_std_error(&error.manager);
    error.manager.error_exit = leaveJpeg;
    error.manager.output_message = silent;
    if (setjmp(error.jump)) {
        jpeg_destroy_decompress(&info);
        return;
    }
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, bytes, size);
    jpeg_read_header(&info, TRUE);
    jpeg_start_decompress(&info);
    while (info.output_scanline < info.output_height) {
        JSAMPROW row = image.row(static_cast<int>(info.output_scanline));
        jpeg_read_scanlines(&info, &row, 1);
    }
    jpeg_finish_decompress(&info);
    jpeg_destroy_decompress(&info);
}

} // namespace

void burnInMarks(GrayImage& image, Rng& rng)
{
    const std::uint8_t grey = rng.chance(0.8) ? static_cast<std::uint8_t>(200 + rng.below(56))
                                              : static_cast<std::uint8_t>(rng.below(60));
    drawText(image, rng, grey);
    if (rng.chance(0.3))
        drawText(image, rng, grey);
    if (rng.chance(0.15))
        drawArrow(image, rng, grey);
    if (rng.chance(0.08))
        drawBox(image, rng, grey);
}

void equaliseLocally(GrayImage& image, int tiles, double clip, double amount)
{
    tiles = std::clamp(tiles, 1, std::max(1, std::min(image.width, image.height) / 8));
    std::vector<Table> tables;
    for (int ty = 0; ty < tiles; ++ty)
        for (int tx = 0; tx < tiles; ++tx)
            tables.push_back(tileTable(image, tx * image.width / tiles, ty * image.height / tiles,
                                       (tx + 1) * image.width / tiles, (ty + 1) * image.height / tiles,
                                       clip));
    const auto table = [&](int tx, int ty) -> const Table& {
        return tables[static_cast<std::size_t>(std::clamp(ty, 0, tiles - 1) * tiles +
                                               std::clamp(tx, 0, tiles - 1))];
    };
    for (int y = 0; y < image.height; ++y) {
        const double ty = (y + 0.5) * tiles / image.height - 0.5;
        const int top = static_cast<int>(std::floor(ty));
        const double fy = ty - top;
        for (int x = 0; x < image.width; ++x) {
            const double tx = (x + 0.5) * tiles / image.width - 0.5;
            const int left = static_cast<int>(std::floor(tx));
            const double fx = tx - left;
            std::uint8_t& pixel = image.row(y)[x];
            const double upper = table(left, top)[pixel] * (1 - fx) + table(left + 1, top)[pixel] * fx;
            const double lower =
                table(left, top + 1)[pixel] * (1 - fx) + table(left + 1, top + 1)[pixel] * fx;
            const double equalised = upper * (1 - fy) + lower * fy;
            pixel = static_cast<std::uint8_t>(
                std::clamp(pixel + amount * (equalised - pixel) + 0.5, 0.0, 255.0));
        }
    }
}

void compressAsJpeg(GrayImage& image, int quality)
{
    unsigned long size = 0;
    unsigned char* bytes = encode(image, quality, size);
    if (!bytes)
        return;
    decodeInto(image, bytes, size);
    std::free(bytes);
}

} // namespace ir
