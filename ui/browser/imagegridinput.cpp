// ImageGridView: keys, wheel, pointer and drags.
#include "browser/imagegridview.h"

#include "browser/imagekeys.h"
#include "browser/imagelistmodel.h"

#include <QDrag>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

namespace ir::ui {

namespace {

constexpr int kTileStep = 16;

} // namespace

void ImageGridView::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Space && event->modifiers() == Qt::NoModifier) {
        if (const FileId id = currentFileId(); id != 0)
            Q_EMIT openRequested(id);
        return;
    }
    if (emitImageAction(this, event))
        return;
    // Letters are the window's; the base class would search 100,000 names for them.
    const auto modifiers = event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier);
    if (modifiers == Qt::NoModifier && !event->text().isEmpty() && event->text().at(0).isPrint()) {
        event->ignore();
        return;
    }
    QAbstractItemView::keyPressEvent(event);
}

void ImageGridView::wheelEvent(QWheelEvent* event)
{
    if (!(event->modifiers() & Qt::ControlModifier)) {
        QAbstractItemView::wheelEvent(event);
        return;
    }
    m_wheelDelta += event->angleDelta().y();
    const int steps = m_wheelDelta / QWheelEvent::DefaultDeltasPerStep;
    m_wheelDelta -= steps * QWheelEvent::DefaultDeltasPerStep;
    setTileSize(tileSize() + steps * kTileStep);
    event->accept();
}

void ImageGridView::mousePressEvent(QMouseEvent* event)
{
    const bool onEmpty = event->button() == Qt::LeftButton && m_images
                         && !indexAt(event->position().toPoint()).isValid();
    if (!onEmpty) {
        QAbstractItemView::mousePressEvent(event);
        return;
    }
    const bool add = event->modifiers() & (Qt::ControlModifier | Qt::ShiftModifier);
    m_bandBase = add ? selectionModel()->selection() : QItemSelection();
    if (!add)
        clearSelection();
    m_band = QRect(event->position().toPoint() + QPoint(0, verticalOffset()), QSize(1, 1));
}

void ImageGridView::mouseMoveEvent(QMouseEvent* event)
{
    if (m_band.isNull())
        QAbstractItemView::mouseMoveEvent(event);
    else
        dragBand(event->position().toPoint());
}

void ImageGridView::dragBand(const QPoint& viewportPoint)
{
    QScrollBar* bar = verticalScrollBar();
    if (viewportPoint.y() < 0)
        bar->setValue(bar->value() + viewportPoint.y());
    else if (viewportPoint.y() > viewport()->height())
        bar->setValue(bar->value() + viewportPoint.y() - viewport()->height());
    m_band.setBottomRight(viewportPoint + QPoint(0, verticalOffset()));
    if (m_band.isNull()) // one step up and left of its origin; null would mean that there is none
        m_band.setBottom(m_band.bottom() + 1);
    QItemSelection selection = m_bandBase;
    for (const auto& [first, last] : m_layout.rowsIn(m_band.normalized()))
        selection.merge(QItemSelection(m_images->index(first), m_images->index(last)),
                        QItemSelectionModel::Select);
    selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
    viewport()->update();
}

void ImageGridView::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_band.isNull()) {
        QAbstractItemView::mouseReleaseEvent(event);
        return;
    }
    m_band = {};
    m_bandBase.clear();
    viewport()->update();
}

void ImageGridView::mouseDoubleClickEvent(QMouseEvent* event)
{
    const QModelIndex index = indexAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && index.isValid())
        Q_EMIT openRequested(m_images->fileAt(index.row()).id);
}

void ImageGridView::startDrag(Qt::DropActions)
{
    const QVector<ImageId> images = selectedImageIds();
    if (images.isEmpty())
        return;
    auto* drag = new QDrag(this);
    drag->setMimeData(m_images->mimeDataOf(images));
    drag->setPixmap(dragPixmap(images.size()));
    drag->setHotSpot({-8, -8});
    drag->exec(Qt::CopyAction);
}

QPixmap ImageGridView::dragPixmap(qsizetype images) const
{
    const QString text = tr("%n image(s)", nullptr, static_cast<int>(images));
    QFont font = this->font();
    font.setPixelSize(kBodyFont);
    const QSize size = QFontMetrics(font).size(Qt::TextSingleLine, text) + QSize(16, 8);
    QPixmap pixmap(size * devicePixelRatioF());
    pixmap.setDevicePixelRatio(devicePixelRatioF());
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color(Role::Accent));
    painter.drawRoundedRect(QRect(QPoint(), size), kRadius, kRadius);
    painter.setFont(font);
    painter.setPen(color(Role::OnAccent));
    painter.drawText(QRect(QPoint(), size), Qt::AlignCenter, text);
    return pixmap;
}

} // namespace ir::ui
