#include "review/picturestore.h"

#include "browser/grayqimage.h"

#include <QThread>

#include <algorithm>
#include <utility>

namespace ir::ui {

namespace {

constexpr qsizetype kHeldBytes = 192 << 20;

PictureStore::Picture load(const DisplayLoader& loader, const QString& path, const QSize& area)
{
    if (path.isEmpty())
        return {{}, PictureStore::tr("The catalog knows no file of this image any more: open its folder again.")};
    const auto image = loader(path, std::max(area.width(), area.height()));
    if (!image)
        return {{}, QString::fromStdString(image.error().message)};
    return {toQImage(*image).scaled(area, Qt::KeepAspectRatio, Qt::SmoothTransformation)
                .convertToFormat(QImage::Format_Grayscale8),
            {}};
}

} // namespace

PictureStore::PictureStore(DisplayLoader loader, QObject* parent)
    : QObject(parent), m_loader(std::move(loader)), m_held(kHeldBytes)
{
    m_pool.setMaxThreadCount(std::clamp(QThread::idealThreadCount() - 1, 1, 4));
}

PictureStore::~PictureStore()
{
    m_waiting.clear();
    m_pool.clear();
    m_pool.waitForDone();
}

void PictureStore::setArea(const QSize& area)
{
    if (m_area == area || area.isEmpty())
        return;
    m_area = area;
}

void PictureStore::want(const QVector<Wish>& wishes)
{
    m_waiting.clear();
    if (m_area.isEmpty())
        return;
    for (const Wish& wish : wishes) {
        const Held* held = m_held.object(wish.image); // used now: the last to be dropped
        if ((held == nullptr || held->area != m_area) && m_inFlight.value(wish.image) != m_area)
            m_waiting.prepend(wish);
    }
    startNext();
}

const PictureStore::Picture* PictureStore::find(ImageId image) const
{
    const Held* held = m_held.object(image);
    return held == nullptr ? nullptr : &held->picture;
}

void PictureStore::clear()
{
    ++m_generation;
    m_waiting.clear();
    m_inFlight.clear();
    m_held.clear();
}

void PictureStore::startNext()
{
    while (!m_waiting.isEmpty() && m_running < m_pool.maxThreadCount()) {
        const Wish wish = m_waiting.takeLast();
        m_inFlight.insert(wish.image, m_area);
        ++m_running;
        m_pool.start([this, wish, area = m_area, generation = m_generation] {
            const Held held{load(m_loader, wish.path, area), area};
            QMetaObject::invokeMethod(this, [this, image = wish.image, held, generation] {
                arrived(image, held, generation);
            });
        });
    }
}

void PictureStore::arrived(ImageId image, const Held& held, int generation)
{
    --m_running;
    // Of one that was asked for again since, in another size, the later load counts.
    if (generation == m_generation && m_inFlight.value(image) == held.area) {
        m_inFlight.remove(image);
        m_held.insert(image, new Held(held), std::max<qsizetype>(1, held.picture.image.sizeInBytes()));
        Q_EMIT found(image);
    }
    startNext();
}

} // namespace ir::ui
