#pragma once

#include "base/result.h"
#include "image/grayimage.h"
#include "pipeline/thumbnailcache.h"

#include <QCache>
#include <QHash>
#include <QImage>
#include <QObject>
#include <QSet>
#include <QThreadPool>
#include <QTimer>
#include <QVector>

#include <functional>

namespace ir {

[[nodiscard]] inline size_t qHash(const ThumbnailKey& key, size_t seed = 0) noexcept
{
    return qHashMulti(seed, key.path, key.size, key.mtimeNs);
}

namespace ui {

/// Loads a thumbnail, blocking, on any thread: ThumbnailCache::get in the program, a double in tests.
using ThumbnailLoader = std::function<Result<GrayImage>(const ThumbnailKey&)>;

/// Thumbnails for what is on the screen: painting asks find(), which never blocks; the view says what it
/// wants; workers load it, visible first. A new want() replaces what still waits, so that scrolling past
/// costs nothing. Images are held up to `maxBytes`; failures are remembered. Lives in the GUI thread;
/// destruction waits for the loads in flight (one a worker).
class ThumbnailProvider : public QObject
{
    Q_OBJECT

public:
    struct Found
    {
        QImage image;   ///< Grayscale8, longer side ≤ targetSide(); null: not loaded (yet)
        QString reason; ///< why it cannot be shown; empty: nothing known against it
    };

    explicit ThumbnailProvider(ThumbnailLoader loader, QObject* parent = nullptr,
                               qint64 maxBytes = 128LL << 20);
    ~ThumbnailProvider() override;

    /// Longest side in device pixels; images of another size are still found until theirs is loaded.
    void setTargetSide(int devicePixels);
    [[nodiscard]] int targetSide() const { return m_targetSide; }

    [[nodiscard]] Found find(const ThumbnailKey& key) const;
    /// What is on the screen, top to bottom, then what is likely to be next. Replaces the last call.
    void want(const QVector<ThumbnailKey>& visible, const QVector<ThumbnailKey>& ahead = {});
    /// Forgets images, failures and wishes (another folder).
    void clear();

    /// Loads begun, ever; for tests that count work.
    [[nodiscard]] qint64 loadsStarted() const { return m_loadsStarted; }
    [[nodiscard]] qint64 bytesHeld() const { return m_images.totalCost(); }

Q_SIGNALS:
    /// find() has news of these.
    void found(const QVector<ir::ThumbnailKey>& keys);

private:
    struct Held
    {
        QImage image;
        int side = 0; ///< target side it was made for
    };

    void startNext();
    void arrived(const ThumbnailKey& key, const Found& found, int side, int generation);

    ThumbnailLoader m_loader;
    QThreadPool m_pool;
    mutable QCache<ThumbnailKey, Held> m_images; ///< cost: bytes
    QHash<ThumbnailKey, QString> m_failures;
    QVector<ThumbnailKey> m_waiting; ///< next at the end
    QSet<ThumbnailKey> m_inFlight;
    QVector<ThumbnailKey> m_news;
    int m_targetSide = ThumbnailCache::side;
    int m_generation = 0; ///< of clear()
    qint64 m_loadsStarted = 0;
    int m_loadsRunning = 0;
    QTimer m_newsTimer;
};

} // namespace ui
} // namespace ir
