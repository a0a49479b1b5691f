#include "browser/thumbnailprovider.h"

#include "browser/grayqimage.h"

#include <QThread>

#include <algorithm>

namespace ir::ui {

namespace {

constexpr int kNewsMs = 10; ///< arrivals within this are told at once

GrayImage reduced(GrayImage image, int side)
{
    const Size size = fitWithin(image.size(), side);
    return size == image.size() ? std::move(image) : resampleArea(image, size);
}

} // namespace

ThumbnailProvider::ThumbnailProvider(ThumbnailLoader loader, QObject* parent, qint64 maxBytes)
    : QObject(parent), m_loader(std::move(loader)), m_images(maxBytes)
{
    m_pool.setMaxThreadCount(std::max(1, QThread::idealThreadCount() - 1));
    m_newsTimer.setSingleShot(true);
    m_newsTimer.setInterval(kNewsMs);
    connect(&m_newsTimer, &QTimer::timeout, this,
            [this] { Q_EMIT found(std::exchange(m_news, {})); });
}

ThumbnailProvider::~ThumbnailProvider()
{
    m_waiting.clear();
    m_pool.clear();
    m_pool.waitForDone();
}

void ThumbnailProvider::setTargetSide(int devicePixels)
{
    // The cache on the disk holds nothing larger.
    m_targetSide = std::clamp(devicePixels, 1, ThumbnailCache::side);
}

ThumbnailProvider::Found ThumbnailProvider::find(const ThumbnailKey& key) const
{
    if (const Held* held = m_images.object(key))
        return {held->image, {}};
    return {{}, m_failures.value(key)};
}

void ThumbnailProvider::want(const QVector<ThumbnailKey>& visible, const QVector<ThumbnailKey>& ahead)
{
    m_waiting.clear();
    QSet<ThumbnailKey> seen;
    for (const auto* keys : {&visible, &ahead}) {
        for (const ThumbnailKey& key : *keys) {
            const Held* held = m_images.object(key);
            const bool settled = held != nullptr ? held->side == m_targetSide
                                                 : m_failures.contains(key);
            if (settled || m_inFlight.contains(key) || seen.contains(key))
                continue;
            seen.insert(key);
            m_waiting.append(key);
        }
    }
    std::reverse(m_waiting.begin(), m_waiting.end());
    startNext();
}

void ThumbnailProvider::clear()
{
    ++m_generation;
    m_waiting.clear();
    m_images.clear();
    m_failures.clear();
    m_inFlight.clear();
    m_news.clear();
}

void ThumbnailProvider::startNext()
{
    // No more than one load a worker is handed over: what waits here can still be taken back.
    while (!m_waiting.isEmpty() && m_loadsRunning < m_pool.maxThreadCount()) {
        const ThumbnailKey key = m_waiting.takeLast();
        m_inFlight.insert(key);
        ++m_loadsStarted;
        ++m_loadsRunning;
        m_pool.start([this, key, loader = m_loader, side = m_targetSide, generation = m_generation] {
            Found found;
            if (Result<GrayImage> image = loader(key))
                found.image = toQImage(reduced(std::move(*image), side));
            else
                found.reason = QString::fromStdString(image.error().message);
            if (found.image.isNull() && found.reason.isEmpty())
                found.reason = tr("The image is empty.");
            // The destructor waits for the pool, so that `this` is alive; events to it die with it.
            QMetaObject::invokeMethod(
                this, [this, key, found, side, generation] { arrived(key, found, side, generation); },
                Qt::QueuedConnection);
        });
    }
}

void ThumbnailProvider::arrived(const ThumbnailKey& key, const Found& found, int side, int generation)
{
    --m_loadsRunning;
    if (generation == m_generation) {
        m_inFlight.remove(key);
        if (found.image.isNull())
            m_failures.insert(key, found.reason);
        else
            m_images.insert(key, new Held{found.image, side},
                            static_cast<qsizetype>(found.image.sizeInBytes()));
        m_news.append(key);
        if (!m_newsTimer.isActive())
            m_newsTimer.start();
    }
    startNext();
}

} // namespace ir::ui
