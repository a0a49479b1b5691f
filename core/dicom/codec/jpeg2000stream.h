#pragma once

#include <openjpeg.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace ir::jpeg2000 {

struct CodecDeleter
{
    void operator()(opj_codec_t* codec) const { opj_destroy_codec(codec); }
};
struct StreamDeleter
{
    void operator()(opj_stream_t* stream) const { opj_stream_destroy(stream); }
};
struct ImageDeleter
{
    void operator()(opj_image_t* image) const { opj_image_destroy(image); }
};
struct InfoDeleter
{
    void operator()(opj_codestream_info_v2_t* info) const { opj_destroy_cstr_info(&info); }
};
using CodecPtr = std::unique_ptr<opj_codec_t, CodecDeleter>;
using StreamPtr = std::unique_ptr<opj_stream_t, StreamDeleter>;
using ImagePtr = std::unique_ptr<opj_image_t, ImageDeleter>;
using InfoPtr = std::unique_ptr<opj_codestream_info_v2_t, InfoDeleter>;

/// Bytes in memory as OpenJPEG reads them; must outlive the stream made of it.
struct ReadBuffer
{
    std::span<const std::uint8_t> bytes;
    std::size_t position = 0;
};
[[nodiscard]] StreamPtr makeReadStream(ReadBuffer& buffer);

/// Bytes that OpenJPEG writes; must outlive the stream made of it.
struct WriteBuffer
{
    std::vector<std::uint8_t> bytes;
    std::size_t position = 0;
};
[[nodiscard]] StreamPtr makeWriteStream(WriteBuffer& buffer);

/// Keeps the codec's first error in `message`, which must outlive the codec; warnings are dropped.
void collectErrors(opj_codec_t* codec, std::string& message);

} // namespace ir::jpeg2000
