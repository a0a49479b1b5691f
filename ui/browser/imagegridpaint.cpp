// ImageGridView: painting, and the thumbnails for it.
#include "browser/imagegridview.h"

#include "browser/imagedelegate.h"
#include "browser/imagelistmodel.h"
#include "browser/thumbnailprovider.h"

#include <QLocale>
#include <QPaintEvent>
#include <QPainter>
#include <QSet>
#include <QWindow>

#include <algorithm>
#include <cmath>

namespace ir::ui {

namespace {

ThumbnailKey keyOf(const FileSummary& file)
{
    return {file.path, file.size, file.mtimeNs};
}

} // namespace

void ImageGridView::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    painter.fillRect(event->rect(), color(Role::Canvas));
    if (m_layout.rowCount() == 0) {
        paintEmpty(&painter);
        return;
    }
    const QRect area = event->rect().translated(0, verticalOffset());
    if (m_layout.isHeaded()) {
        const auto [firstGroup, lastGroup] = m_layout.groupsBetween(area.top(), area.bottom());
        for (int group = firstGroup; group <= lastGroup; ++group)
            paintHeading(&painter, group);
    }
    QStyleOptionViewItem option;
    initViewItemOption(&option);
    const int current = hasFocus() ? currentIndex().row() : -1;
    for (const auto& [first, last] : m_layout.rowsIn(area.adjusted(-kFrame, -kFrame, kFrame, kFrame))) {
        for (int row = first; row <= last; ++row) {
            const QModelIndex index = m_images->index(row);
            option.rect = visualRect(index);
            option.state.setFlag(QStyle::State_Selected, selectionModel()->isSelected(index));
            option.state.setFlag(QStyle::State_HasFocus, row == current);
            m_delegate->paint(&painter, option, index);
            ++m_tilesPainted;
        }
    }
    if (!m_band.isNull()) {
        QColor fill = color(Role::Accent);
        fill.setAlphaF(0.2F);
        painter.setPen(color(Role::Accent));
        painter.setBrush(fill);
        painter.drawRect(m_band.normalized().translated(0, -verticalOffset()));
    }
}

void ImageGridView::paintHeading(QPainter* painter, int group) const
{
    const RowGroup& rows = m_images->rows().groups()[static_cast<std::size_t>(group)];
    QRect rect = m_layout.headingRect(group).translated(0, -verticalOffset());
    QFont font = this->font();
    font.setPixelSize(kBodyFont);
    font.setBold(true);
    painter->setFont(font);
    painter->setPen(color(Role::Text));
    const QString count = QLocale().toString(rows.count);
    const int countWidth = painter->fontMetrics().horizontalAdvance(count);
    const QString title = painter->fontMetrics().elidedText(m_images->groupTitle(rows), Qt::ElideMiddle,
                                                            rect.width() - countWidth - 12);
    painter->drawText(rect, Qt::AlignLeft | Qt::AlignVCenter, title);
    rect.setLeft(rect.left() + painter->fontMetrics().horizontalAdvance(title) + 12);
    font.setBold(false);
    painter->setFont(font);
    painter->setPen(color(Role::DimText));
    painter->drawText(rect, Qt::AlignLeft | Qt::AlignVCenter, count);
    const int right = rect.right();
    rect.setLeft(rect.left() + countWidth + 12);
    painter->setPen(color(Role::Line));
    painter->drawLine(rect.left(), rect.center().y(), right, rect.center().y());
}

void ImageGridView::paintEmpty(QPainter* painter) const
{
    if (!m_images || m_images->rows().fileCount() == 0)
        return;
    QFont font = this->font();
    font.setPixelSize(kTitleFont);
    painter->setFont(font);
    painter->setPen(color(Role::DimText));
    painter->drawText(viewport()->rect(), Qt::AlignCenter, tr("No image matches the filter."));
}

void ImageGridView::showEvent(QShowEvent* event)
{
    QAbstractItemView::showEvent(event);
    // Another screen may have another pixel ratio. There is no event for it in Qt 6.4.
    if (QWindow* handle = window()->windowHandle())
        connect(handle, &QWindow::screenChanged, &m_requestTimer, qOverload<>(&QTimer::start),
                Qt::UniqueConnection);
    m_requestTimer.start();
}

void ImageGridView::changeEvent(QEvent* event)
{
    QAbstractItemView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange
        || event->type() == QEvent::StyleChange) {
        m_delegate->forgetTexts();
        viewport()->update();
    }
}

// Thumbnails

void ImageGridView::requestThumbnails()
{
    m_requestTimer.stop();
    if (!m_images || !isVisible())
        return;
    // Exactly what the delegate draws: scaling again while painting would cost time and sharpness.
    const double side = ImageDelegate::pictureSide(tileSize()) * devicePixelRatioF();
    m_thumbnails->setTargetSide(static_cast<int>(std::lround(side)));
    const auto [first, last] = visibleRows();
    const auto [from, to] = m_layout.rowsBetween(verticalOffset() - viewport()->height(),
                                                 verticalOffset() + 2 * viewport()->height() - 1);
    QVector<ThumbnailKey> visible;
    QVector<ThumbnailKey> ahead;
    const auto add = [this](QVector<ThumbnailKey>& keys, int row) {
        const FileSummary& file = m_images->fileAt(row);
        if (file.status != FileStatus::Unreadable)
            keys.append(keyOf(file));
    };
    for (int row = first; row <= last; ++row)
        add(visible, row);
    for (int row = last + 1; row <= to; ++row)
        add(ahead, row);
    for (int row = first - 1; row >= from; --row)
        add(ahead, row);
    m_thumbnails->want(visible, ahead);
}

void ImageGridView::updateTiles(const QVector<ThumbnailKey>& keys)
{
    if (!m_images)
        return;
    const QSet<ThumbnailKey> changed(keys.begin(), keys.end());
    const auto [first, last] = visibleRows();
    for (int row = first; row <= last; ++row) {
        if (changed.contains(keyOf(m_images->fileAt(row))))
            viewport()->update(visualRect(m_images->index(row)));
    }
}

} // namespace ir::ui
