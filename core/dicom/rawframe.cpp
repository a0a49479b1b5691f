#include "dicom/rawframe.h"

#include "dicom/codec/jpeg2000.h"
#include "dicom/codec/jpegheader.h"
#include "dicom/codec/rle.h"
#include "dicom/codec/toolkitdecoder.h"
#include "dicom/fragments.h"
#include "dicom/nativeframe.h"
#include "dicom/transfersyntax.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>

namespace ir {

namespace {

/// A small stream that claims a huge frame is a bomb: no image compresses like that.
constexpr std::uint64_t harmlessFrame = std::uint64_t(64) << 20;
constexpr std::uint64_t mostShrunk = 1000;

using Stream = std::vector<std::uint8_t>;

auto cutShort()
{
    return failure("its pixel data is cut short");
}

RawFrame emptyFrame(const PixelModule& module)
{
    RawFrame frame;
    frame.width = module.columns;
    frame.height = module.rows;
    frame.samples = module.samples;
    frame.planar = module.planar;
    frame.color = module.color;
    frame.format = module.format;
    return frame;
}

void own(RawFrame& frame, Stream bytes)
{
    frame.owned = std::move(bytes);
    frame.bytes = frame.owned;
}

std::size_t sampleCount(const RawFrame& frame)
{
    return frame.pixelCount() * static_cast<std::size_t>(frame.samples);
}

/// The frame's fragments put together.
Result<Stream> frameStream(const DicomLayout& layout, const PixelModule& module, int frame,
                           PixelCodec codec)
{
    const PixelLocation& pixels = layout.pixels;
    ByteSource& source = layout.source();
    std::vector<std::uint32_t> lengths;
    lengths.reserve(pixels.fragments.size());
    for (const Fragment& fragment : pixels.fragments)
        lengths.push_back(fragment.length);
    std::vector<std::uint32_t> offsets;
    const auto table = source.view(pixels.offsetTable.offset, pixels.offsetTable.length);
    for (std::size_t i = 0; i + 4 <= table.size(); i += 4)
        offsets.push_back(std::uint32_t(table[i]) | std::uint32_t(table[i + 1]) << 8 |
                          std::uint32_t(table[i + 2]) << 16 | std::uint32_t(table[i + 3]) << 24);
    const auto startsFrame = [&](std::size_t i) {
        const auto head = source.view(pixels.fragments[i].offset, 4);
        if (head.size() < 4 || pixels.fragments[i].length < 4)
            return false;
        if (codec == PixelCodec::Jpeg2000)
            return head[0] == 0xFF && head[1] == 0x4F && head[2] == 0xFF && head[3] == 0x51;
        return head[0] == 0xFF && head[1] == 0xD8;
    };
    const auto range = fragmentsOfFrame(static_cast<std::size_t>(frame),
                                        static_cast<std::size_t>(module.frames), lengths, offsets,
                                        startsFrame);
    if (!range)
        return lengths.empty() ? failure("its pixel data is empty") : cutShort();
    // Only the last fragment can run past the end of the file.
    if (pixels.cutShort && range->second == lengths.size())
        return cutShort();
    std::size_t total = 0;
    for (std::size_t i = range->first; i < range->second; ++i)
        total += lengths[i]; // no more than the file: the scan cut them
    Stream stream;
    stream.reserve(total);
    for (std::size_t i = range->first; i < range->second; ++i) {
        const auto bytes = source.view(pixels.fragments[i].offset, lengths[i]);
        if (bytes.size() < lengths[i])
            return cutShort();
        stream.insert(stream.end(), bytes.begin(), bytes.end());
    }
    if (module.frameBits() / 8 > harmlessFrame && module.frameBits() / 8 / mostShrunk > stream.size())
        return failure("its pixel data is too small for a frame of " + std::to_string(module.columns) +
                       " x " + std::to_string(module.rows));
    return stream;
}

/// How often a frame may be halved and still be at least as large as asked.
int halvings(const PixelModule& module, int longestSide)
{
    int times = 0;
    if (longestSide > 0)
        for (int side = std::max(module.columns, module.rows); (side + 1) / 2 >= longestSide;
             side = (side + 1) / 2)
            ++times;
    return times;
}

Result<RawFrame> fromJpeg2000(const Stream& stream, const PixelModule& module, int longestSide)
{
    auto image = decodeJpeg2000(stream, {module.columns, module.rows, module.samples},
                                halvings(module, longestSide));
    if (!image)
        return tl::unexpected(image.error());
    RawFrame frame = emptyFrame(module);
    frame.width = image->width;
    frame.height = image->height;
    frame.planar = false;
    frame.format.bytes = image->precision > 8 ? 2 : 1;
    // The stream knows its depth. Where the two disagree about the sign, the one that says signed is right:
    // by the other, what is below zero would be brighter than everything.
    frame.format.isSigned = module.format.isSigned || image->isSigned;
    frame.format.bitsStored = image->precision;
    frame.format.highBit = image->precision - 1;
    if (module.samples == 3 && image->inverseColorTransform)
        frame.color = PixelModule::Color::Rgb;
    own(frame, std::move(image->bytes));
    return frame;
}

E_TransferSyntax processOf(const JpegHeader& header)
{
    switch (header.startOfFrame) {
    case 0xC0:
        return EXS_JPEGProcess1;
    case 0xC1:
        return EXS_JPEGProcess2_4;
    case 0xC2:
        return EXS_JPEGProcess10_12;
    case 0xC3:
        return EXS_JPEGProcess14;
    case 0xF7:
        return EXS_JPEGLSLossless;
    default:
        return EXS_Unknown;
    }
}

PixelModule::Color jpegColor(const JpegHeader& header, const PixelModule& module)
{
    using enum PixelModule::Color;
    if (module.samples == 1)
        return module.color;
    const bool lossy = header.startOfFrame <= 0xC2;
    if (lossy && (header.jfif || header.adobeTransform == 1))
        return YbrFull;
    return module.color == Rgb ? Rgb : YbrFull;
}

/// JPEG and JPEG-LS. The stream's own header decides which process decodes it: transfer syntaxes are often
/// wrong among them.
Result<RawFrame> fromJpeg(const Stream& stream, const PixelModule& module)
{
    const auto header = readJpegHeader(stream);
    if (!header)
        return failure("its JPEG data is broken");
    if (header->width != module.columns || header->height != module.rows ||
        header->components != module.samples)
        return failure("its JPEG data of " + std::to_string(header->width) + " x " +
                       std::to_string(header->height) + " x " + std::to_string(header->components) +
                       " does not fit its header");
    if (header->precision < 2 || header->precision > 16)
        return failure("its JPEG data has " + std::to_string(header->precision) + " bits");
    RawFrame frame = emptyFrame(module);
    frame.planar = false;
    frame.color = jpegColor(*header, module);
    frame.format.bytes = header->precision > 8 ? 2 : 1;
    if (frame.format.bitsStored > frame.format.bytes * 8) {
        frame.format.bitsStored = header->precision;
        frame.format.highBit = header->precision - 1;
    }
    frame.format.highBit = std::min(frame.format.highBit, frame.format.bytes * 8 - 1);
    const E_TransferSyntax process = processOf(*header);
    if (process == EXS_Unknown)
        return failure("its kind of JPEG is not supported");
    auto bytes = decodeWithToolkit(process, stream, module, frame.format.bytes);
    if (!bytes)
        return tl::unexpected(bytes.error());
    own(frame, std::move(*bytes));
    return frame;
}

Result<RawFrame> fromRle(const Stream& stream, const PixelModule& module)
{
    if (module.bitsAllocated != 8 && module.bitsAllocated != 16)
        return failure("it is RLE with " + std::to_string(module.bitsAllocated) +
                       " bits allocated; 8 and 16 are supported");
    RawFrame frame = emptyFrame(module);
    if (module.samples == 3 && frame.color != PixelModule::Color::Rgb)
        frame.color = PixelModule::Color::YbrFull; // RLE has no subsampled form
    frame.planar = module.samples > 1;
    auto bytes = decodeRle(stream, frame.pixelCount(), module.samples, frame.format.bytes);
    if (!bytes)
        return tl::unexpected(bytes.error());
    own(frame, std::move(*bytes));
    return frame;
}

std::size_t frameBytes(const PixelModule& module)
{
    return static_cast<std::size_t>((module.frameBits() + 7) / 8);
}

/// Encapsulated frames whose bytes are those of a native one.
Result<RawFrame> fromPlain(Stream stream, const PixelModule& module, const DicomLayout& layout)
{
    if (stream.size() < frameBytes(module))
        return cutShort();
    RawFrame frame = emptyFrame(module);
    takeNativeFrame(frame, stream, 0, module, layout.pixels, false);
    if (frame.owned.empty())
        own(frame, std::move(stream));
    return frame;
}

Result<RawFrame> fromDeflated(const Stream& stream, const PixelModule& module,
                              const DicomLayout& layout)
{
    Stream plain(frameBytes(module));
    z_stream state{};
    if (inflateInit2(&state, -MAX_WBITS) != Z_OK)
        return failure("there is not enough memory for its pixel data");
    state.next_in = const_cast<Bytef*>(stream.data());
    state.avail_in = static_cast<uInt>(stream.size());
    state.next_out = plain.data();
    state.avail_out = static_cast<uInt>(plain.size());
    (void)inflate(&state, Z_FINISH); // the frame is there or not, whatever comes behind it
    const bool whole = state.avail_out == 0;
    inflateEnd(&state);
    if (!whole)
        return failure("its deflated pixel data is broken");
    return fromPlain(std::move(plain), module, layout);
}

Result<RawFrame> readNative(const DicomLayout& layout, PixelModule module, int frameIndex)
{
    const PixelLocation& pixels = layout.pixels;
    using enum PixelModule::Color;
    // Some writers say 4:2:2 and store every chroma sample.
    const auto whole = module.pixelCount() * 3 * static_cast<unsigned>(module.frames);
    if ((module.color == YbrFull422 || module.color == YbrPartial422) &&
        (module.planar || pixels.claimed >= whole))
        module.color = YbrFull;
    const std::uint64_t firstBit = static_cast<std::uint64_t>(frameIndex) * module.frameBits();
    const std::uint64_t end = (firstBit + module.frameBits() + 7) / 8;
    if (end > pixels.length)
        return failure("its pixel data is cut short: " + std::to_string(pixels.length) + " of " +
                       std::to_string(end) + " bytes are there");
    const std::uint64_t first = firstBit / 8;
    const auto bytes =
        layout.source().view(pixels.offset + first, static_cast<std::size_t>(end - first));
    if (bytes.size() < end - first)
        return cutShort();
    const bool bigEndian =
        layout.encoding.bigEndian || layout.transferSyntax == uid::implicitBigEndianGe;
    RawFrame frame = emptyFrame(module);
    takeNativeFrame(frame, bytes, firstBit % 8, module, pixels, bigEndian);
    return frame;
}

Result<RawFrame> readEncapsulated(const DicomLayout& layout, const PixelModule& module,
                                  int frameIndex, int longestSide)
{
    const PixelCodec codec = pixelCodec(layout.transferSyntax);
    if (codec == PixelCodec::Unsupported)
        return failure("its compression (" + std::string(transferSyntaxName(layout.transferSyntax)) +
                       ") is not supported");
    auto stream = frameStream(layout, module, frameIndex, codec);
    if (!stream)
        return tl::unexpected(stream.error());
    // Some writers name a compression and do not compress.
    const std::size_t plain = frameBytes(module);
    const bool jpeg = codec == PixelCodec::Jpeg || codec == PixelCodec::JpegLs;
    const bool marked = stream->size() >= 2 && (*stream)[0] == 0xFF && (*stream)[1] == 0xD8;
    if (jpeg && !marked && (stream->size() == plain || stream->size() == plain + plain % 2))
        return fromPlain(std::move(*stream), module, layout);
    switch (codec) {
    case PixelCodec::Jpeg2000:
        return fromJpeg2000(*stream, module, longestSide);
    case PixelCodec::Jpeg:
    case PixelCodec::JpegLs:
        return fromJpeg(*stream, module);
    case PixelCodec::Rle:
        return fromRle(*stream, module);
    case PixelCodec::DeflatedFrames:
        return fromDeflated(*stream, module, layout);
    default:
        return fromPlain(std::move(*stream), module, layout);
    }
}

} // namespace

Result<RawFrame> readRawFrame(const DicomLayout& layout, const PixelModule& module, int frame,
                              int longestSide)
{
    auto raw = layout.pixels.encapsulated ? readEncapsulated(layout, module, frame, longestSide)
                                          : readNative(layout, module, frame);
    using enum PixelModule::Color;
    if (raw) {
        const bool subsampled = raw->color == YbrFull422 || raw->color == YbrPartial422;
        const std::size_t needed = subsampled ? raw->pixelCount() * 2 : sampleCount(*raw);
        if (raw->bytes.size() < needed * static_cast<std::size_t>(raw->format.bytes))
            return cutShort();
    }
    return raw;
}

} // namespace ir
