#include "exporting/transfer_p.h"

#include "base/digest.h"
#include "base/posixfile.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ir::exporting {

namespace {

tl::unexpected<TransferFailure> sourceFailure(const std::filesystem::path& source, int error)
{
    return tl::unexpected(TransferFailure{
        "Cannot read " + source.string() + ": " + std::strerror(error) + ".", false});
}

tl::unexpected<TransferFailure> targetFailure(const std::filesystem::path& target, int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return tl::unexpected(TransferFailure{
            "The disk of " + target.parent_path().string() +
                " is full: free some space, then export again to complete what is missing.",
            true});
    case ENAMETOOLONG:
    case EILSEQ:
    case EINVAL:
        return tl::unexpected(TransferFailure{"The disk does not take the name " + target.string() +
                                                  ": choose another name pattern.",
                                              false});
    default:
        return tl::unexpected(TransferFailure{
            "Cannot write " + target.string() + ": " + std::strerror(error) + ".", true});
    }
}

tl::unexpected<TransferFailure> stopped()
{
    return tl::unexpected(TransferFailure{"Stopped.", true});
}

/// Reads a file in pieces; `take` returns 0 or the errno of the target.
Transfer<CopiedBytes> readPieces(int file, const std::filesystem::path& source,
                                 const std::filesystem::path& target, const std::stop_token& stop,
                                 const std::function<int(std::string_view)>& take)
{
    std::vector<char> buffer(1 << 20);
    Sha256 digest;
    CopiedBytes copied;
    for (;;) {
        if (stop.stop_requested())
            return stopped();
        const ssize_t got = ::read(file, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return sourceFailure(source, errno);
        if (got == 0)
            break;
        const std::string_view piece(buffer.data(), static_cast<std::size_t>(got));
        digest.add(piece);
        copied.size += piece.size();
        if (const int error = take(piece); error != 0)
            return targetFailure(target, error);
    }
    copied.digest = digest.finish();
    return copied;
}

Transfer<Placed> placed(int result, const std::filesystem::path& target)
{
    if (result == 0)
        return Placed::Done;
    if (errno == EEXIST)
        return Placed::NameTaken;
    if (errno == EXDEV)
        return Placed::OtherDevice;
    return targetFailure(target, errno);
}

Transfer<Placed> linked(int result, const std::filesystem::path& link)
{
    const bool isRefused =
        result != 0 && (errno == EPERM || errno == EOPNOTSUPP || errno == EMLINK);
    if (!isRefused)
        return placed(result, link);
    return tl::unexpected(TransferFailure{"The disk of " + link.parent_path().string() +
                                              " does not allow such links to these files: export "
                                              "copies instead.",
                                          true});
}

} // namespace

Transfer<CopiedBytes> measure(const std::filesystem::path& source, const std::stop_token& stop)
{
    const Descriptor file(::open(source.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.isOpen())
        return sourceFailure(source, errno);
    return readPieces(file.get(), source, {}, stop, [](std::string_view) { return 0; });
}

Transfer<CopiedBytes> copyToTemporary(const std::filesystem::path& source,
                                      const std::filesystem::path& temporary,
                                      const std::stop_token& stop)
{
    const Descriptor in(::open(source.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat info{};
    if (!in.isOpen() || ::fstat(in.get(), &info) != 0)
        return sourceFailure(source, errno);
    if (!S_ISREG(info.st_mode))
        return sourceFailure(source, EINVAL);
    ::unlink(temporary.c_str()); // left by a run that was killed
    Descriptor out(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!out.isOpen())
        return targetFailure(temporary, errno);
    auto copied = readPieces(in.get(), source, temporary, stop,
                             [&](std::string_view piece) { return writeAll(out.get(), piece); });
    if (copied) {
        // Who may read the original may read the copy; CDs are read-only, copies need not be.
        ::fchmod(out.get(), (info.st_mode & 0666) | S_IWUSR);
        const std::array<timespec, 2> times{info.st_atim, info.st_mtim};
        ::futimens(out.get(), times.data());
        if (::fsync(out.get()) != 0 || !out.close())
            copied = targetFailure(temporary, errno);
    }
    if (!copied)
        ::unlink(temporary.c_str());
    return copied;
}

Transfer<Placed> renameWithoutReplacing(const std::filesystem::path& from,
                                        const std::filesystem::path& to)
{
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0)
        return Placed::Done;
    if (errno != EINVAL && errno != ENOSYS)
        return placed(-1, to);
    // File systems without that (some network ones): a hard link does not replace either.
    if (::link(from.c_str(), to.c_str()) == 0) {
        ::unlink(from.c_str());
        return Placed::Done;
    }
    if (errno != EPERM && errno != EOPNOTSUPP)
        return placed(-1, to);
    // Nor links: all that is left is to look before.
    struct stat info{};
    if (::lstat(to.c_str(), &info) == 0)
        return Placed::NameTaken;
    return placed(::rename(from.c_str(), to.c_str()), to);
}

Transfer<Placed> linkTo(const std::filesystem::path& source, const std::filesystem::path& link)
{
    return linked(::linkat(AT_FDCWD, source.c_str(), AT_FDCWD, link.c_str(), AT_SYMLINK_FOLLOW), link);
}

Transfer<Placed> symlinkTo(const std::filesystem::path& source, const std::filesystem::path& link)
{
    return linked(::symlink(source.c_str(), link.c_str()), link);
}

Transfer<void> makeFolders(const std::filesystem::path& folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return targetFailure(folder, error.value());
    return {};
}

} // namespace ir::exporting
