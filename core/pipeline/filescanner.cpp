#include "pipeline/filescanner.h"

#include "dicom/dicomdir.h"
#include "pipeline/imageloader.h"

#include <QFile>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace ir {

namespace fs = std::filesystem;

namespace {

using Inode = std::pair<dev_t, ino_t>;

fs::path toPath(const QString& path)
{
    return QFile::encodeName(path).constData();
}

class Walk
{
public:
    Walk(const ScanCallbacks& callbacks, const std::stop_token& stop)
        : m_callbacks(callbacks), m_stop(stop)
    {}

    void root(const fs::path& given)
    {
        std::error_code error;
        const fs::path path = fs::absolute(given, error).lexically_normal();
        struct stat info{};
        if (error || ::stat(path.c_str(), &info) != 0) {
            m_callbacks.unusableRoot(path, "Cannot open \"" + given.string() + "\": " +
                                               (error ? error.message() : std::strerror(errno)) + ".");
            return;
        }
        if (S_ISDIR(info.st_mode)) {
            folder(path);
            return;
        }
        if (const std::string problem = problemOf(path, info); !problem.empty()) {
            m_callbacks.unusableRoot(path, problem);
            return;
        }
        switch (probeFile(path)) {
        case FileKind::Dicom:
        case FileKind::Raster:
            report(path, info);
            break;
        case FileKind::Dicomdir:
            media(path);
            break;
        case FileKind::Other:
            m_callbacks.unusableRoot(path, "Cannot show " + path.string() +
                                               ": it is neither DICOM nor a PNG, JPEG or TIFF image.");
            break;
        }
    }

    /// Links come last: what they lead to has its own name if the walk met it.
    void links()
    {
        while (!m_links.empty() && !m_stop.stop_requested()) {
            auto links = std::exchange(m_links, {});
            std::sort(links.begin(), links.end());
            for (const auto& path : links) {
                std::error_code error;
                if (fs::is_directory(path, error))
                    folder(path);
                else
                    file(path);
            }
        }
    }

private:
    /// Why a file cannot be taken, whatever is in it; "": it can. A pipe must not even be opened.
    [[nodiscard]] static std::string problemOf(const fs::path& path, const struct stat& info)
    {
        if (!S_ISREG(info.st_mode))
            return "Cannot read " + path.string() + ": it is not a file.";
        if (::access(path.c_str(), R_OK) != 0)
            return "Cannot read " + path.string() + ": " + std::strerror(errno) + ".";
        if (toPath(QFile::decodeName(path.c_str())) != path)
            return "Cannot read " + path.string() + ": its name is not UTF-8; rename it (convmv does that).";
        return {};
    }

    void media(const fs::path& dicomdir)
    {
        const auto files = filesOfDicomdir(dicomdir);
        if (!files) {
            m_callbacks.unusableRoot(dicomdir, files.error().message);
            return;
        }
        std::vector<fs::path> absent;
        for (const auto& path : *files) {
            if (m_stop.stop_requested())
                return;
            std::error_code error;
            if (fs::exists(path, error))
                file(path);
            else
                absent.push_back(path);
        }
        if (!absent.empty())
            m_callbacks.notice(std::to_string(absent.size()) + " of the " + std::to_string(files->size()) +
                               " files that " + dicomdir.string() + " lists are not there, " +
                               absent.front().string() + " first.");
    }

    /// Depth first with a stack of our own: archives can be deeper than threads' stacks like.
    void folder(const fs::path& top)
    {
        std::vector<fs::path> open{top};
        while (!open.empty() && !m_stop.stop_requested()) {
            const fs::path path = std::move(open.back());
            open.pop_back();
            struct stat info{};
            if (::stat(path.c_str(), &info) != 0 || !m_seen.insert({info.st_dev, info.st_ino}).second)
                continue;
            std::error_code error;
            std::vector<fs::path> folders;
            std::vector<fs::path> files;
            for (fs::directory_iterator it(path, error), end; !error && it != end;
                 it.increment(error)) {
                std::error_code none;
                if (it->is_symlink(none)) {
                    m_links.push_back(it->path());
                } else if (it->is_directory(none)) {
                    if (it->path().filename() != ".imaging-router")
                        folders.push_back(it->path());
                } else if (it->is_regular_file(none)) {
                    files.push_back(it->path());
                }
            }
            if (error)
                m_callbacks.notice("Cannot read the folder " + path.string() + ": " +
                                   error.message() + "; the files in it are left out.");
            std::sort(files.begin(), files.end());
            for (const auto& name : files) {
                if (m_stop.stop_requested())
                    return;
                file(name);
            }
            std::sort(folders.rbegin(), folders.rend());
            open.insert(open.end(), folders.begin(), folders.end());
        }
    }

    void file(const fs::path& path)
    {
        struct stat info{};
        if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode))
            return;
        const std::string problem = problemOf(path, info);
        const FileKind kind = probeFile(path);
        if (kind != FileKind::Dicom && kind != FileKind::Raster && ::access(path.c_str(), R_OK) == 0)
            return;
        if (problem.empty())
            report(path, info);
        else
            m_callbacks.notice(problem);
    }

    void report(const fs::path& path, const struct stat& info)
    {
        // Hard links stay two files, each a path that the user sees; a symbolic link is its target.
        std::error_code error;
        const bool link = fs::is_symlink(path, error);
        if (!m_reported.insert(link ? fs::weakly_canonical(path, error) : path).second)
            return;
        m_callbacks.found({QFile::decodeName(path.c_str()), info.st_size,
                           info.st_mtim.tv_sec * 1'000'000'000LL + info.st_mtim.tv_nsec});
    }

    const ScanCallbacks& m_callbacks;
    const std::stop_token& m_stop;
    std::set<Inode> m_seen;
    std::set<fs::path> m_reported;
    std::vector<fs::path> m_links; ///< met on the way
};

} // namespace

bool scanFiles(const std::vector<fs::path>& roots, const ScanCallbacks& callbacks,
               const std::stop_token& stop)
{
    Walk walk(callbacks, stop);
    for (const auto& root : roots) {
        if (stop.stop_requested())
            return false;
        walk.root(root);
    }
    walk.links();
    return !stop.stop_requested();
}

} // namespace ir
