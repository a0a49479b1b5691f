#include "base/atomicfile.h"

#include "base/posixfile.h"

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ir {

namespace {

auto cannot(const char* verb, const std::filesystem::path& path, int error)
{
    return failure(std::string("Cannot ") + verb + " " + path.string() + ": " +
                   std::strerror(error) + ".");
}

/// What is not replaced but written into: pipes and devices, and what /dev names (/dev/stdout).
bool isStream(const std::filesystem::path& path)
{
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0)
        return false;
    return path.parent_path() == "/dev" || (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode));
}

Result<void> writeStream(const std::filesystem::path& path,
                         const std::function<Result<void>(const ByteSink&)>& produce)
{
    Descriptor stream(::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
    if (!stream.isOpen())
        return cannot("write", path, errno);
    auto written = produce([&](std::string_view bytes) -> Result<void> {
        if (const int error = writeAll(stream.get(), bytes); error != 0)
            return cannot("write", path, error);
        return {};
    });
    if (written && !stream.close())
        return cannot("write", path, errno);
    return written;
}

mode_t currentUmask()
{
    // umask can only be read by setting it; done once, before threads write files.
    static const mode_t mask = [] {
        const mode_t previous = ::umask(022);
        ::umask(previous);
        return previous;
    }();
    return mask;
}

} // namespace

Result<void> writeFileAtomically(const std::filesystem::path& path,
                                 const std::function<Result<void>(const ByteSink&)>& produce)
{
    if (isStream(path))
        return writeStream(path, produce);
    std::string temporary = path.string() + ".XXXXXX";
    Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!file.isOpen())
        return cannot("write", path, errno);
    const auto discard = [&](Result<void> error) {
        ::unlink(temporary.c_str());
        return error;
    };
    const ByteSink sink = [&](std::string_view bytes) -> Result<void> {
        if (const int error = writeAll(file.get(), bytes); error != 0)
            return cannot("write", path, error);
        return {};
    };
    if (auto written = produce(sink); !written)
        return discard(std::move(written));
    ::fchmod(file.get(), 0666 & ~currentUmask());
    if (::fsync(file.get()) != 0 || !file.close())
        return discard(cannot("write", path, errno));
    if (::rename(temporary.c_str(), path.c_str()) != 0)
        return discard(cannot("replace", path, errno));
    syncFolder(path.has_parent_path() ? path.parent_path() : std::filesystem::path("."));
    return {};
}

Result<void> writeFileAtomically(const std::filesystem::path& path, std::string_view bytes)
{
    return writeFileAtomically(path, [&](const ByteSink& sink) { return sink(bytes); });
}

Result<std::string> readFile(const std::filesystem::path& path, std::uintmax_t limit)
{
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.isOpen())
        return cannot("read", path, errno);
    struct stat info{};
    if (::fstat(file.get(), &info) != 0)
        return cannot("read", path, errno);
    if (!S_ISREG(info.st_mode))
        return failure("Cannot read " + path.string() + ": it is not a file.");
    if (static_cast<std::uintmax_t>(info.st_size) > limit)
        return failure("Cannot read " + path.string() + ": it is larger than " +
                       std::to_string(limit) + " bytes.");
    std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t got = ::read(file.get(), bytes.data() + done, bytes.size() - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return cannot("read", path, errno);
        if (got == 0)
            break; // the file shrank while being read
        done += static_cast<std::size_t>(got);
    }
    bytes.resize(done);
    return bytes;
}

} // namespace ir
