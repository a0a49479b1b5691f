#include "dicom/codec/jpeg2000stream.h"

#include <algorithm>
#include <cstring>

namespace ir::jpeg2000 {

namespace {

constexpr std::size_t chunkSize = 64 * 1024;
constexpr std::size_t largestOutput = std::size_t(1) << 31;

OPJ_SIZE_T readBytes(void* to, OPJ_SIZE_T count, void* user)
{
    auto& buffer = *static_cast<ReadBuffer*>(user);
    const std::size_t left = buffer.bytes.size() - buffer.position;
    if (left == 0)
        return static_cast<OPJ_SIZE_T>(-1);
    const std::size_t taken = std::min<std::size_t>(count, left);
    std::memcpy(to, buffer.bytes.data() + buffer.position, taken);
    buffer.position += taken;
    return taken;
}

OPJ_OFF_T skipRead(OPJ_OFF_T count, void* user)
{
    auto& buffer = *static_cast<ReadBuffer*>(user);
    const auto left = static_cast<OPJ_OFF_T>(buffer.bytes.size() - buffer.position);
    const OPJ_OFF_T moved =
        std::clamp(count, -static_cast<OPJ_OFF_T>(buffer.position), left);
    buffer.position = static_cast<std::size_t>(static_cast<OPJ_OFF_T>(buffer.position) + moved);
    return moved == 0 && count != 0 ? -1 : moved;
}

OPJ_BOOL seekRead(OPJ_OFF_T to, void* user)
{
    auto& buffer = *static_cast<ReadBuffer*>(user);
    if (to < 0 || static_cast<std::size_t>(to) > buffer.bytes.size())
        return OPJ_FALSE;
    buffer.position = static_cast<std::size_t>(to);
    return OPJ_TRUE;
}

OPJ_SIZE_T writeBytes(void* from, OPJ_SIZE_T count, void* user)
{
    auto& buffer = *static_cast<WriteBuffer*>(user);
    const std::size_t end = buffer.position + count;
    if (end > largestOutput)
        return static_cast<OPJ_SIZE_T>(-1);
    if (end > buffer.bytes.size())
        buffer.bytes.resize(end);
    std::memcpy(buffer.bytes.data() + buffer.position, from, count);
    buffer.position = end;
    return count;
}

OPJ_OFF_T skipWrite(OPJ_OFF_T count, void* user)
{
    auto& buffer = *static_cast<WriteBuffer*>(user);
    const OPJ_OFF_T to = static_cast<OPJ_OFF_T>(buffer.position) + count;
    if (to < 0 || static_cast<std::size_t>(to) > largestOutput)
        return -1;
    buffer.position = static_cast<std::size_t>(to);
    if (buffer.position > buffer.bytes.size())
        buffer.bytes.resize(buffer.position);
    return count;
}

OPJ_BOOL seekWrite(OPJ_OFF_T to, void* user)
{
    auto& buffer = *static_cast<WriteBuffer*>(user);
    if (to < 0 || static_cast<std::size_t>(to) > buffer.bytes.size())
        return OPJ_FALSE;
    buffer.position = static_cast<std::size_t>(to);
    return OPJ_TRUE;
}

void keepFirst(const char* text, void* user)
{
    auto& message = *static_cast<std::string*>(user);
    if (message.empty())
        message = text;
    while (!message.empty() && message.back() == '\n')
        message.pop_back();
}

void drop(const char*, void*) {}

} // namespace

StreamPtr makeReadStream(ReadBuffer& buffer)
{
    StreamPtr stream(opj_stream_create(chunkSize, OPJ_TRUE));
    if (!stream)
        return stream;
    opj_stream_set_user_data(stream.get(), &buffer, nullptr);
    opj_stream_set_user_data_length(stream.get(), buffer.bytes.size());
    opj_stream_set_read_function(stream.get(), readBytes);
    opj_stream_set_skip_function(stream.get(), skipRead);
    opj_stream_set_seek_function(stream.get(), seekRead);
    return stream;
}

StreamPtr makeWriteStream(WriteBuffer& buffer)
{
    StreamPtr stream(opj_stream_create(chunkSize, OPJ_FALSE));
    if (!stream)
        return stream;
    opj_stream_set_user_data(stream.get(), &buffer, nullptr);
    opj_stream_set_write_function(stream.get(), writeBytes);
    opj_stream_set_skip_function(stream.get(), skipWrite);
    opj_stream_set_seek_function(stream.get(), seekWrite);
    return stream;
}

void collectErrors(opj_codec_t* codec, std::string& message)
{
    opj_set_error_handler(codec, keepFirst, &message);
    opj_set_warning_handler(codec, drop, nullptr);
    opj_set_info_handler(codec, drop, nullptr);
}

} // namespace ir::jpeg2000
