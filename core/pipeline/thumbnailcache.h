#pragma once

#include "base/result.h"
#include "image/grayimage.h"

#include <QString>

#include <cstdint>
#include <memory>

namespace ir {

/// Names one version of one file; a changed file has another key.
struct ThumbnailKey
{
    QString path;
    qint64 size = 0;
    qint64 mtimeNs = 0;
    friend bool operator==(const ThumbnailKey&, const ThumbnailKey&) = default;
};

/// Small display images on the disk: JPEG files under the user's cache directory (mode 0700, since they show
/// patients). Safe to delete at any time; the oldest go when `maxBytes` is passed. Thread-safe, blocking.
class ThumbnailCache
{
public:
    /// Longest side of a stored thumbnail, pixels.
    static constexpr int side = 320;

    explicit ThumbnailCache(const QString& folder = defaultFolder(),
                            std::uintmax_t maxBytes = 2ULL << 30);
    ~ThumbnailCache();

    /// <cache directory>/imaging-router/thumbnails.
    [[nodiscard]] static QString defaultFolder();

    /// Another limit, in force at once: what is too much now goes before this returns.
    void setMaxBytes(std::uintmax_t maxBytes);

    /// From the disk, else decoded from the file and stored. An error says why the file cannot be shown.
    [[nodiscard]] Result<GrayImage> get(const ThumbnailKey& key);
    /// Stores an image that was decoded anyway (reduced to `side` if larger). Failure is not an error.
    void put(const ThumbnailKey& key, const GrayImage& image);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace ir
