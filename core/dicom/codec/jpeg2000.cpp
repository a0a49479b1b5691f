#include "dicom/codec/jpeg2000.h"

#include "dicom/codec/jpeg2000stream.h"

#include <algorithm>
#include <cstring>

namespace ir {

namespace {

using namespace jpeg2000;

auto broken(const std::string& detail)
{
    return failure("its JPEG 2000 data is broken", detail);
}

/// The plain code stream starts with SOC and SIZ; anything else is taken for a JP2 file.
OPJ_CODEC_FORMAT formatOf(std::span<const std::uint8_t> stream)
{
    constexpr std::uint8_t start[] = {0xFF, 0x4F, 0xFF, 0x51};
    const bool plain = stream.size() >= sizeof start &&
                       std::memcmp(stream.data(), start, sizeof start) == 0;
    return plain ? OPJ_CODEC_J2K : OPJ_CODEC_JP2;
}

/// Decoding takes two 32-bit integers a sample: half a gigabyte at this count.
constexpr std::int64_t mostSamples = std::int64_t(64) << 20;

std::string misfit(const opj_image_t& image, const Jpeg2000Expectation& expected)
{
    const auto width = std::int64_t(image.x1) - image.x0;
    const auto height = std::int64_t(image.y1) - image.y0;
    if (width != expected.width || height != expected.height)
        return "the code stream is " + std::to_string(width) + " x " + std::to_string(height);
    // One more may be an alpha channel; it is dropped.
    if (image.numcomps != static_cast<OPJ_UINT32>(expected.components) &&
        image.numcomps != static_cast<OPJ_UINT32>(expected.components) + 1)
        return "the code stream has " + std::to_string(image.numcomps) + " components";
    if (width * height * image.numcomps > mostSamples)
        return "the code stream is larger than this program decodes";
    for (OPJ_UINT32 i = 0; i < static_cast<OPJ_UINT32>(expected.components); ++i) {
        const auto& component = image.comps[i];
        if (component.dx != 1 || component.dy != 1)
            return "its components are subsampled";
        if (component.prec < 1 || component.prec > 16 ||
            component.prec != image.comps[0].prec || component.sgnd != image.comps[0].sgnd)
            return "its components have " + std::to_string(component.prec) + " bits";
    }
    return {};
}

template <typename Word>
void interleave(const opj_image_t& image, Jpeg2000Image& out)
{
    const auto count = static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height);
    const auto step = static_cast<std::size_t>(out.components);
    auto* words = reinterpret_cast<Word*>(out.bytes.data());
    for (std::size_t c = 0; c < step; ++c) {
        const OPJ_INT32* from = image.comps[c].data;
        for (std::size_t i = 0; i < count; ++i)
            words[i * step + c] = static_cast<Word>(from[i]);
    }
}

Result<Jpeg2000Image> toImage(const opj_image_t& image, int components)
{
    Jpeg2000Image out;
    out.width = static_cast<int>(image.comps[0].w);
    out.height = static_cast<int>(image.comps[0].h);
    out.components = components;
    out.precision = static_cast<int>(image.comps[0].prec);
    out.isSigned = image.comps[0].sgnd != 0;
    for (int c = 0; c < components; ++c) {
        const auto& component = image.comps[c];
        if (!component.data || component.w != image.comps[0].w || component.h != image.comps[0].h)
            return broken("a component was not decoded");
    }
    const std::size_t word = out.precision > 8 ? 2 : 1;
    out.bytes.resize(static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height) *
                     static_cast<std::size_t>(components) * word);
    if (word == 2)
        interleave<std::uint16_t>(image, out);
    else
        interleave<std::uint8_t>(image, out);
    return out;
}

/// How often the image may be halved, and whether the stream has a colour transform of its own.
std::pair<int, bool> structureOf(opj_codec_t* codec)
{
    const InfoPtr info(opj_get_cstr_info(codec));
    if (!info || !info->m_default_tile_info.tccp_info)
        return {0, false};
    int resolutions = static_cast<int>(info->m_default_tile_info.tccp_info[0].numresolutions);
    for (OPJ_UINT32 i = 1; i < info->nbcomps; ++i)
        resolutions = std::min(
            resolutions, static_cast<int>(info->m_default_tile_info.tccp_info[i].numresolutions));
    return {std::max(0, resolutions - 1), info->m_default_tile_info.mct == 1};
}

Result<Jpeg2000Image> decodeOnce(std::span<const std::uint8_t> stream,
                                 const Jpeg2000Expectation& expected, int reduce)
{
    std::string message;
    ReadBuffer buffer{stream, 0};
    const CodecPtr codec(opj_create_decompress(formatOf(stream)));
    const StreamPtr input = makeReadStream(buffer);
    if (!codec || !input)
        return failure("there is not enough memory for its JPEG 2000 data");
    collectErrors(codec.get(), message);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    if (!opj_setup_decoder(codec.get(), &parameters) ||
        !opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE))
        return broken(message);
    opj_image_t* made = nullptr;
    const bool headerRead = opj_read_header(input.get(), codec.get(), &made) != OPJ_FALSE;
    const ImagePtr image(made);
    if (!headerRead || !image)
        return broken(message);
    // Before any pixel is allocated.
    if (const std::string why = misfit(*image, expected); !why.empty())
        return failure("its JPEG 2000 data does not fit its header", why);
    const auto [levels, mct] = structureOf(codec.get());
    reduce = std::min(reduce, levels);
    if (reduce > 0 && !opj_set_decoded_resolution_factor(codec.get(), static_cast<OPJ_UINT32>(reduce)))
        return broken(message);
    if (!opj_decode(codec.get(), input.get(), image.get()))
        return broken(message);
    auto result = toImage(*image, expected.components);
    if (result)
        result->inverseColorTransform = mct && expected.components == 3;
    return result;
}

} // namespace

Result<Jpeg2000Image> decodeJpeg2000(std::span<const std::uint8_t> stream,
                                     const Jpeg2000Expectation& expected, int reduce)
{
    auto result = decodeOnce(stream, expected, reduce);
    // A tile may have fewer levels than the main header says.
    if (!result && reduce > 0)
        return decodeOnce(stream, expected, 0);
    return result;
}

namespace {

template <typename Word>
void deinterleave(const Jpeg2000Source& source, opj_image_t& image)
{
    const auto count = static_cast<std::size_t>(source.width) * static_cast<std::size_t>(source.height);
    const auto step = static_cast<std::size_t>(source.components);
    for (std::size_t c = 0; c < step; ++c) {
        OPJ_INT32* to = image.comps[c].data;
        for (std::size_t i = 0; i < count; ++i) {
            Word word;
            std::memcpy(&word, source.bytes.data() + (i * step + c) * sizeof word, sizeof word);
            to[i] = word;
        }
    }
}

ImagePtr toOpjImage(const Jpeg2000Source& source)
{
    opj_image_cmptparm_t component{};
    component.dx = component.dy = 1;
    component.w = static_cast<OPJ_UINT32>(source.width);
    component.h = static_cast<OPJ_UINT32>(source.height);
    component.prec = static_cast<OPJ_UINT32>(source.precision);
    component.sgnd = source.isSigned ? 1 : 0;
    std::vector<opj_image_cmptparm_t> components(static_cast<std::size_t>(source.components), component);
    ImagePtr image(opj_image_create(static_cast<OPJ_UINT32>(source.components), components.data(),
                                    source.components == 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY));
    if (!image)
        return image;
    image->x1 = component.w;
    image->y1 = component.h;
    if (source.precision > 8)
        source.isSigned ? deinterleave<std::int16_t>(source, *image)
                        : deinterleave<std::uint16_t>(source, *image);
    else
        source.isSigned ? deinterleave<std::int8_t>(source, *image)
                        : deinterleave<std::uint8_t>(source, *image);
    return image;
}

} // namespace

Result<std::vector<std::uint8_t>> encodeJpeg2000Lossless(const Jpeg2000Source& source)
{
    const std::size_t needed = static_cast<std::size_t>(source.width) *
                               static_cast<std::size_t>(source.height) *
                               static_cast<std::size_t>(source.components) *
                               (source.precision > 8 ? 2 : 1);
    if (source.width < 1 || source.height < 1 || source.precision < 1 || source.precision > 16 ||
        (source.components != 1 && source.components != 3) || source.bytes.size() < needed)
        return failure("this image cannot be written as JPEG 2000");
    const ImagePtr image = toOpjImage(source);
    const CodecPtr codec(opj_create_compress(OPJ_CODEC_J2K));
    WriteBuffer buffer;
    const StreamPtr output = makeWriteStream(buffer);
    if (!image || !codec || !output)
        return failure("there is not enough memory to write JPEG 2000");
    std::string message;
    collectErrors(codec.get(), message);
    opj_cparameters_t parameters;
    opj_set_default_encoder_parameters(&parameters);
    parameters.tcp_numlayers = 1;
    parameters.cp_disto_alloc = 1;
    parameters.tcp_mct = source.components == 3 ? 1 : 0;
    // Every level halves the image: the last must keep a pixel.
    for (int side = std::min(source.width, source.height);
         parameters.numresolution > 1 && side < (1 << (parameters.numresolution - 1));)
        --parameters.numresolution;
    if (!opj_setup_encoder(codec.get(), &parameters, image.get()) ||
        !opj_start_compress(codec.get(), image.get(), output.get()) ||
        !opj_encode(codec.get(), output.get()) || !opj_end_compress(codec.get(), output.get()))
        return failure("this image cannot be written as JPEG 2000", message);
    return std::move(buffer.bytes);
}

} // namespace ir
