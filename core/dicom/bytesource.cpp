#include "dicom/bytesource.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ir {

namespace {

constexpr std::size_t windowSize = 64 * 1024;
constexpr std::size_t glanceSize = 4 * 1024;

class FileSource : public ByteSource
{
public:
    FileSource(int fd, std::uint64_t size) : m_fd(fd), m_size(size) {}
    ~FileSource() override { ::close(m_fd); }
    FileSource(const FileSource&) = delete;
    FileSource& operator=(const FileSource&) = delete;

    std::uint64_t size() const override { return m_size; }

    std::span<const std::uint8_t> view(std::uint64_t offset, std::size_t length) override
    {
        if (offset >= m_size)
            return {};
        length = static_cast<std::size_t>(std::min<std::uint64_t>(length, m_size - offset));
        if (offset < m_start || offset + length > m_start + m_filled)
            // Reading on takes much at once; hopping over large values takes little.
            fill(offset, std::max(length, offset > m_start + m_filled + windowSize ? glanceSize
                                                                                    : windowSize));
        const auto skipped = static_cast<std::size_t>(offset - m_start);
        if (skipped >= m_filled)
            return {};
        return {m_window.data() + skipped, std::min(length, m_filled - skipped)};
    }

private:
    void fill(std::uint64_t offset, std::size_t wanted)
    {
        wanted = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, m_size - offset));
        if (m_window.size() < wanted)
            m_window = std::vector<std::uint8_t>(wanted); // the old bytes need no copying
        m_start = offset;
        m_filled = 0;
        while (m_filled < wanted) {
            const ssize_t got = ::pread(m_fd, m_window.data() + m_filled, wanted - m_filled,
                                        static_cast<off_t>(offset + m_filled));
            if (got < 0 && errno == EINTR)
                continue;
            if (got <= 0)
                break; // the file shrank, or the medium failed: the view is short
            m_filled += static_cast<std::size_t>(got);
        }
    }

    int m_fd;
    std::uint64_t m_size;
    std::vector<std::uint8_t> m_window;
    std::uint64_t m_start = 0;
    std::size_t m_filled = 0;
};

class InflateSource : public ByteSource
{
public:
    InflateSource(ByteSource& file, std::uint64_t offset, std::uint64_t limit)
        : m_file(file), m_next(offset),
          // Deflate shrinks at most 1032 : 1.
          m_size(std::min((file.size() - std::min(offset, file.size())) * 1032, limit))
    {
        m_ready = inflateInit2(&m_stream, -MAX_WBITS) == Z_OK;
    }
    ~InflateSource() override { inflateEnd(&m_stream); }
    InflateSource(const InflateSource&) = delete;
    InflateSource& operator=(const InflateSource&) = delete;

    std::uint64_t size() const override { return m_ended ? m_bytes.size() : m_size; }

    std::span<const std::uint8_t> view(std::uint64_t offset, std::size_t length) override
    {
        if (offset >= size())
            return {};
        length = static_cast<std::size_t>(std::min<std::uint64_t>(length, size() - offset));
        unfoldTo(static_cast<std::size_t>(offset) + length);
        if (offset >= m_bytes.size())
            return {};
        return {m_bytes.data() + offset,
                std::min(length, m_bytes.size() - static_cast<std::size_t>(offset))};
    }

private:
    void unfoldTo(std::size_t wanted)
    {
        wanted = std::max(wanted, std::min<std::size_t>(windowSize, static_cast<std::size_t>(m_size)));
        if (m_ended || wanted <= m_bytes.size())
            return;
        std::size_t done = m_bytes.size();
        m_bytes.resize(wanted);
        while (m_ready && done < wanted) {
            const auto input = m_file.view(m_next, windowSize);
            m_stream.next_in = const_cast<Bytef*>(input.data());
            m_stream.avail_in = static_cast<uInt>(input.size());
            m_stream.next_out = m_bytes.data() + done;
            m_stream.avail_out = static_cast<uInt>(std::min<std::size_t>(wanted - done, 1U << 30));
            const uInt offered = m_stream.avail_out;
            const int status = inflate(&m_stream, Z_NO_FLUSH);
            const std::size_t used = input.size() - m_stream.avail_in;
            const std::size_t made = offered - m_stream.avail_out;
            m_next += used;
            done += made;
            if (status != Z_OK || (used == 0 && made == 0))
                m_ready = false;
        }
        m_bytes.resize(done);
        m_ended = !m_ready;
    }

    ByteSource& m_file;
    std::uint64_t m_next;
    std::uint64_t m_size;
    z_stream m_stream{};
    std::vector<std::uint8_t> m_bytes;
    bool m_ready = false;
    bool m_ended = false;
};

} // namespace

Result<std::unique_ptr<ByteSource>> openFile(const std::filesystem::path& path)
{
    // Not blocking: opening a pipe must not wait for its writer.
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return failure("Cannot read " + path.string() + ": " + std::strerror(errno) + ".");
    struct stat info{};
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        ::close(fd);
        return failure("Cannot read " + path.string() + ": it is not a file.");
    }
    return std::make_unique<FileSource>(fd, static_cast<std::uint64_t>(info.st_size));
}

std::unique_ptr<ByteSource> inflated(ByteSource& file, std::uint64_t offset, std::uint64_t limit)
{
    return std::make_unique<InflateSource>(file, offset, limit);
}

} // namespace ir
