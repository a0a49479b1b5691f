#include "pipeline/thumbnailcache.h"

#include "base/atomicfile.h"
#include "base/digest.h"
#include "pipeline/imageloader.h"
#include "raster/raster.h"

#include <QFile>
#include <QStandardPaths>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <utility>
#include <vector>

#include <unistd.h>

namespace ir {

namespace fs = std::filesystem;

struct ThumbnailCache::Impl
{
    fs::path folder;
    std::mutex mutex; // guards the three below
    std::uintmax_t maxBytes = 0;
    bool counted = false;
    std::uintmax_t bytes = 0;

    [[nodiscard]] fs::path fileOf(const ThumbnailKey& key) const
    {
        const std::string name =
            sha256(key.path.toStdString() + '\n' + std::to_string(key.size) + '\n' +
                   std::to_string(key.mtimeNs));
        return folder / name.substr(0, 2) / (name.substr(2) + ".jpg");
    }

    void write(const fs::path& file, const std::string& jpeg)
    {
        std::error_code error;
        fs::create_directories(file.parent_path(), error);
        fs::permissions(folder, fs::perms::owner_all, error);
        // Renamed into place, but not synced: a thumbnail that a crash spoils is made again.
        fs::path part = file;
        part += '.' + std::to_string(::gettid());
        std::ofstream out(part, std::ios::binary);
        out.write(jpeg.data(), static_cast<std::streamsize>(jpeg.size()));
        out.close();
        if (!out) {
            fs::remove(part, error);
            return;
        }
        fs::rename(part, file, error);
        account(jpeg.size());
    }

    void account(std::uintmax_t added)
    {
        const std::lock_guard lock(mutex);
        if (std::exchange(counted, true))
            bytes += added;
        else
            bytes = bytesOnDisk();
        if (bytes > maxBytes)
            evict();
    }

    struct CachedFile
    {
        fs::path path;
        std::uintmax_t bytes = 0;
        fs::file_time_type time;
    };

    [[nodiscard]] std::vector<CachedFile> filesByAge() const
    {
        std::vector<CachedFile> files;
        std::error_code error;
        for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
             it.increment(error)) {
            std::error_code gone;
            if (it->is_regular_file(gone))
                files.push_back({it->path(), it->file_size(gone), it->last_write_time(gone)});
        }
        std::sort(files.begin(), files.end(),
                  [](const CachedFile& a, const CachedFile& b) { return a.time < b.time; });
        return files;
    }

    [[nodiscard]] std::uintmax_t bytesOnDisk() const
    {
        std::uintmax_t total = 0;
        for (const auto& file : filesByAge())
            total += file.bytes;
        return total;
    }

    /// Down to nine tenths, so that it does not run again at the next image.
    void evict()
    {
        std::uintmax_t total = 0;
        const auto files = filesByAge();
        for (const auto& file : files)
            total += file.bytes;
        for (const auto& file : files) {
            if (total <= maxBytes / 10 * 9)
                break;
            std::error_code error;
            fs::remove(file.path, error);
            total -= file.bytes;
        }
        bytes = total;
    }
};

ThumbnailCache::ThumbnailCache(const QString& folder, std::uintmax_t maxBytes)
    : m_impl(std::make_unique<Impl>())
{
    m_impl->folder = fs::path(QFile::encodeName(folder).constData());
    m_impl->maxBytes = maxBytes;
}

ThumbnailCache::~ThumbnailCache() = default;

void ThumbnailCache::setMaxBytes(std::uintmax_t maxBytes)
{
    const std::lock_guard lock(m_impl->mutex);
    m_impl->maxBytes = maxBytes;
    if (!std::exchange(m_impl->counted, true))
        m_impl->bytes = m_impl->bytesOnDisk();
    if (m_impl->bytes > maxBytes)
        m_impl->evict();
}

QString ThumbnailCache::defaultFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) +
           QStringLiteral("/imaging-router/thumbnails");
}

Result<GrayImage> ThumbnailCache::get(const ThumbnailKey& key)
{
    const auto bytes = readFile(m_impl->fileOf(key), 4 << 20);
    if (bytes) {
        auto image = decodeJpeg(*bytes);
        if (image)
            return image;
    }
    auto decoded = decodeImage(fs::path(QFile::encodeName(key.path).constData()), {.longestSide = side});
    if (!decoded)
        return tl::unexpected(decoded.error());
    put(key, decoded->image);
    return std::move(decoded->image);
}

void ThumbnailCache::put(const ThumbnailKey& key, const GrayImage& image)
{
    const GrayImage small = resampleArea(image, fitWithin(image.size(), side));
    m_impl->write(m_impl->fileOf(key), encodeJpeg(small, 85));
}

} // namespace ir
