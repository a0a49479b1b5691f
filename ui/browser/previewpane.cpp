#include "browser/previewpane.h"

#include "browser/grayqimage.h"
#include "browser/thumbnailprovider.h"
#include "style/palette.h"

#include <QPainter>

namespace ir::ui {

namespace {

constexpr int kDelayMs = 120;

} // namespace

PreviewPane::PreviewPane(ThumbnailProvider* thumbnails, DisplayLoader loader, QWidget* parent)
    : QWidget(parent), m_thumbnails(thumbnails), m_loader(std::move(loader))
{
    setObjectName(QStringLiteral("previewCanvas"));
    setAccessibleName(tr("Preview"));
    setMinimumHeight(120);
    m_pool.setMaxThreadCount(1);
    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelayMs);
    connect(&m_delay, &QTimer::timeout, this, &PreviewPane::load);
    connect(thumbnails, &ThumbnailProvider::found, this, [this] {
        if (m_image.isNull() && m_file.id != 0)
            showFile(FileSummary(m_file));
    });
}

PreviewPane::~PreviewPane()
{
    m_pool.clear();
    m_pool.waitForDone();
}

void PreviewPane::showFile(const FileSummary& file)
{
    const bool isSame = file.id == m_file.id && file.mtimeNs == m_file.mtimeNs;
    m_file = file;
    m_reason = file.reason;
    if (isSame && !m_image.isNull())
        return;
    ++m_generation;
    m_loadedSide = 0;
    m_image = m_thumbnails->find({file.path, file.size, file.mtimeNs}).image;
    if (file.status != FileStatus::Unreadable)
        m_delay.start();
    update();
}

void PreviewPane::clear()
{
    ++m_generation;
    m_delay.stop();
    m_file = {};
    m_image = {};
    m_reason.clear();
    update();
}

void PreviewPane::load()
{
    if (m_file.id == 0 || !isVisible())
        return;
    const int side = int(qMax(width(), height()) * devicePixelRatioF());
    if (side <= m_loadedSide)
        return;
    const int generation = m_generation;
    m_pool.clear();
    m_pool.start([this, loader = m_loader, path = m_file.path, side, generation] {
        auto loaded = loader(path, side);
        const QImage image = loaded ? toQImage(*loaded) : QImage();
        const QString reason =
            loaded ? QString() : QString::fromStdString(loaded.error().message);
        QMetaObject::invokeMethod(this, [this, image, reason, side, generation] {
            if (generation != m_generation)
                return;
            m_reason = reason;
            m_loadedSide = side;
            if (!image.isNull())
                m_image = image;
            update();
        });
    });
}

void PreviewPane::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), color(Role::Canvas));
    const QRect room = rect().adjusted(8, 8, -8, -8);
    if (!m_image.isNull()) {
        const QSize size = m_image.size().scaled(room.size(), Qt::KeepAspectRatio);
        QRect target(QPoint(), size);
        target.moveCenter(room.center());
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        painter.drawImage(target, m_image);
        return;
    }
    painter.setPen(color(m_reason.isEmpty() ? Role::DimText : Role::Error));
    painter.drawText(room, Qt::AlignCenter | Qt::TextWordWrap,
                     m_file.id == 0 ? tr("Select an image to see it here") : m_reason);
}

void PreviewPane::resizeEvent(QResizeEvent*)
{
    if (m_file.id != 0 && m_file.status != FileStatus::Unreadable)
        m_delay.start();
}

void PreviewPane::mouseDoubleClickEvent(QMouseEvent*)
{
    if (m_file.id != 0)
        Q_EMIT openRequested();
}

} // namespace ir::ui
