#include "browser/imagegridview.h"

#include "browser/imagedelegate.h"
#include "browser/imagekeys.h"
#include "browser/imagelistmodel.h"
#include "browser/thumbnailprovider.h"

#include <QAccessible>
#include <QDrag>
#include <QLocale>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QSet>
#include <QWindow>

#include <algorithm>
#include <cmath>

namespace ir::ui {

namespace {

constexpr int kRequestMs = 50;
constexpr int kTileStep = 16;
constexpr int kFrame = 5; ///< how far selection and focus frames reach out of a tile

ThumbnailKey keyOf(const FileSummary& file)
{
    return {file.path, file.size, file.mtimeNs};
}

std::vector<std::pair<int, int>> rangesOf(std::vector<int> rows)
{
    std::sort(rows.begin(), rows.end());
    std::vector<std::pair<int, int>> ranges;
    for (const int row : rows) {
        if (!ranges.empty() && row <= ranges.back().second + 1)
            ranges.back().second = row;
        else
            ranges.emplace_back(row, row);
    }
    return ranges;
}

} // namespace

ImageGridView::ImageGridView(ThumbnailProvider* thumbnails, QWidget* parent)
    : QListView(parent), m_thumbnails(thumbnails), m_delegate(new ImageDelegate(thumbnails, this))
{
    setItemDelegate(m_delegate);
    setSelectionMode(ExtendedSelection);
    setDragEnabled(true);
    setDragDropMode(DragOnly);
    setDefaultDropAction(Qt::CopyAction);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    // Always there: its coming and going would change the number of columns.
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    setAccessibleName(tr("Images"));
    viewport()->setAutoFillBackground(false);

    m_requestTimer.setSingleShot(true);
    m_requestTimer.setInterval(kRequestMs);
    connect(&m_requestTimer, &QTimer::timeout, this, &ImageGridView::requestThumbnails);
    m_selectionTimer.setSingleShot(true);
    m_selectionTimer.setInterval(0);
    connect(&m_selectionTimer, &QTimer::timeout, this, &ImageGridView::selectionMoved);
    connect(m_thumbnails, &ThumbnailProvider::found, this, &ImageGridView::updateTiles);
    setTileSize(160);
}

ImageGridView::~ImageGridView() = default;

void ImageGridView::setModel(QAbstractItemModel* model)
{
    if (m_images)
        m_images->disconnect(this);
    m_images = qobject_cast<ImageListModel*>(model);
    QAbstractItemView::setModel(m_images);
    if (m_images) {
        connect(m_images, &QAbstractItemModel::modelAboutToBeReset, this, &ImageGridView::keep);
        // After the connections that the base class and the selection model made: they clear.
        connect(m_images, &QAbstractItemModel::modelReset, this, &ImageGridView::restore);
    }
    syncLayout();
}

// Geometry

void ImageGridView::syncLayout()
{
    std::vector<int> counts;
    bool headed = false;
    if (m_images) {
        for (const RowGroup& group : m_images->rows().groups())
            counts.push_back(group.count);
        headed = m_images->order().grouping != RowGrouping::None;
    }
    m_layout.setGroups(counts, headed);
    updateGeometries();
    viewport()->update();
    m_requestTimer.start();
}

void ImageGridView::doItemsLayout()
{
    QAbstractItemView::doItemsLayout();
    syncLayout();
}

void ImageGridView::updateGeometries()
{
    m_layout.setWidth(viewport()->width());
    QScrollBar* bar = verticalScrollBar();
    const int page = viewport()->height();
    bar->setRange(0, std::max(0, m_layout.contentHeight() - page));
    bar->setPageStep(page);
    bar->setSingleStep(std::max(1, (m_layout.tileHeight() + GridLayout::kGap) / 3));
    QAbstractItemView::updateGeometries();
}

int ImageGridView::anchorRow() const
{
    const auto [first, last] = visibleRows();
    const int current = currentIndex().row();
    return current >= first && current <= last ? current : (first <= last ? first : -1);
}

void ImageGridView::relayout(const std::function<void()>& change)
{
    const int row = anchorRow();
    const int y = row < 0 ? 0 : m_layout.tileRect(row).top() - verticalOffset();
    change();
    updateGeometries();
    if (row >= 0) {
        const QRect tile = m_layout.tileRect(row);
        const int fits = std::clamp(y, 0, std::max(0, viewport()->height() - tile.height()));
        // At the very top there is a gap above the first line.
        verticalScrollBar()->setValue(tile.top() - (y < 0 ? y : fits));
    }
    viewport()->update();
    m_requestTimer.start();
}

void ImageGridView::setTileSize(int side)
{
    side = std::clamp(side, kMinimumTile, kMaximumTile);
    if (side == m_layout.tile() && m_delegate->sizeHint({}, {}).isValid())
        return;
    relayout([this, side] { m_layout.setTile(side); });
    m_delegate->setTileSize({m_layout.tile(), m_layout.tileHeight()});
    Q_EMIT tileSizeChanged(side);
}

QRect ImageGridView::visualRect(const QModelIndex& index) const
{
    return index.isValid() ? m_layout.tileRect(index.row()).translated(0, -verticalOffset()) : QRect();
}

int ImageGridView::rowAtContent(const QPoint& viewportPoint) const
{
    return m_layout.rowAt(viewportPoint + QPoint(0, verticalOffset()));
}

QModelIndex ImageGridView::indexAt(const QPoint& point) const
{
    const int row = rowAtContent(point);
    return row < 0 ? QModelIndex() : m_images->index(row);
}

void ImageGridView::scrollTo(const QModelIndex& index, ScrollHint hint)
{
    if (!index.isValid())
        return;
    const QRect tile = m_layout.tileRect(index.row()).adjusted(0, -GridLayout::kGap, 0, GridLayout::kGap);
    const int page = viewport()->height();
    int value = verticalOffset();
    switch (hint) {
    case EnsureVisible:
        if (tile.top() < value)
            value = tile.top();
        else if (tile.bottom() >= value + page)
            value = std::min(tile.top(), tile.bottom() + 1 - page);
        break;
    case PositionAtTop:
        value = tile.top();
        break;
    case PositionAtBottom:
        value = tile.bottom() + 1 - page;
        break;
    case PositionAtCenter:
        value = tile.center().y() - page / 2;
        break;
    }
    verticalScrollBar()->setValue(value);
}

std::pair<int, int> ImageGridView::visibleRows() const
{
    const int top = verticalOffset();
    return m_layout.rowsBetween(top, top + viewport()->height() - 1);
}

int ImageGridView::horizontalOffset() const
{
    return 0;
}

int ImageGridView::verticalOffset() const
{
    return verticalScrollBar()->value();
}

bool ImageGridView::isIndexHidden(const QModelIndex&) const
{
    return false;
}

void ImageGridView::resizeEvent(QResizeEvent* event)
{
    relayout([this] { m_layout.setWidth(viewport()->width()); });
    QAbstractItemView::resizeEvent(event);
}

void ImageGridView::scrollContentsBy(int dx, int dy)
{
    viewport()->scroll(dx, dy);
    if (!m_band.isNull())
        viewport()->update();
    m_requestTimer.start();
}

// The model's changes

void ImageGridView::rowsInserted(const QModelIndex& parent, int start, int end)
{
    QAbstractItemView::rowsInserted(parent, start, end);
    syncLayout();
}

void ImageGridView::dataChanged(const QModelIndex& topLeft, const QModelIndex& bottomRight,
                                const QList<int>&)
{
    const auto [first, last] = visibleRows();
    const int from = std::max(first, topLeft.row());
    const int to = std::min(last, bottomRight.row());
    if (from > to)
        return;
    const QRect lines = visualRect(m_images->index(from)) | visualRect(m_images->index(to));
    viewport()->update(QRect(0, lines.top(), viewport()->width(), lines.height()));
    m_requestTimer.start();
    const int current = currentIndex().row();
    if (QAccessible::isActive() && hasFocus() && current >= topLeft.row() && current <= bottomRight.row()) {
        QAccessibleEvent event(this, QAccessible::NameChanged);
        event.setChild(current);
        QAccessible::updateAccessibility(&event);
    }
}

void ImageGridView::keep()
{
    m_kept = {};
    m_kept.selected = selectedFileIds();
    m_kept.current = currentFileId();
    m_kept.currentRow = currentIndex().row();
    if (const int row = anchorRow(); row >= 0) {
        m_kept.anchor = m_images->fileAt(row).id;
        m_kept.anchorY = visualRect(m_images->index(row)).top();
    }
}

void ImageGridView::restore()
{
    const Kept kept = std::exchange(m_kept, {});
    syncLayout();
    std::vector<int> rows;
    for (const FileId id : kept.selected) {
        if (const int row = m_images->rowOfFile(id); row >= 0)
            rows.push_back(row);
    }
    int current = m_images->rowOfFile(kept.current);
    // What was current is hidden now: go on from its place. Another folder's files are unknown: start anew.
    if (current < 0 && m_images->findFile(kept.current) != nullptr)
        current = std::min(kept.currentRow, m_images->rowCount() - 1);
    const int anchor = m_images->rowOfFile(kept.anchor);
    if (anchor >= 0)
        verticalScrollBar()->setValue(m_layout.tileRect(anchor).top() - kept.anchorY);
    else
        verticalScrollBar()->setValue(0);
    if (current >= 0) {
        const bool follow = hasAutoScroll();
        setAutoScroll(anchor < 0);
        selectionModel()->setCurrentIndex(m_images->index(current), QItemSelectionModel::NoUpdate);
        setAutoScroll(follow);
    }
    selectRanges(rangesOf(std::move(rows)), QItemSelectionModel::ClearAndSelect);
    m_selectionTimer.start();
}

// Selection

void ImageGridView::selectRanges(const std::vector<std::pair<int, int>>& ranges,
                                 QItemSelectionModel::SelectionFlags command)
{
    QItemSelection selection;
    for (const auto& [first, last] : ranges)
        selection.append(QItemSelectionRange(m_images->index(first), m_images->index(last)));
    selectionModel()->select(selection, command);
}

std::vector<std::pair<int, int>> ImageGridView::selectedRanges() const
{
    std::vector<std::pair<int, int>> ranges;
    if (selectionModel() == nullptr)
        return ranges;
    const QItemSelection selection = selectionModel()->selection();
    for (const QItemSelectionRange& range : selection) {
        if (range.isValid())
            ranges.emplace_back(range.top(), range.bottom());
    }
    std::sort(ranges.begin(), ranges.end());
    return ranges;
}

int ImageGridView::selectedCount() const
{
    int count = 0;
    for (const auto& [first, last] : selectedRanges())
        count += last - first + 1;
    return count;
}

QVector<FileId> ImageGridView::selectedFileIds() const
{
    QVector<FileId> ids;
    for (const auto& [first, last] : selectedRanges())
        for (int row = first; row <= last; ++row)
            ids.append(m_images->fileAt(row).id);
    return ids;
}

QVector<ImageId> ImageGridView::selectedImageIds() const
{
    QVector<ImageId> ids;
    QSet<ImageId> seen;
    seen.reserve(selectedCount());
    for (const auto& [first, last] : selectedRanges()) {
        for (int row = first; row <= last; ++row) {
            const ImageId id = m_images->fileAt(row).imageId;
            if (id == 0 || seen.contains(id))
                continue;
            seen.insert(id);
            ids.append(id);
        }
    }
    return ids;
}

FileId ImageGridView::currentFileId() const
{
    const QModelIndex index = currentIndex();
    return index.isValid() ? m_images->fileAt(index.row()).id : 0;
}

void ImageGridView::setCurrentFile(FileId id)
{
    const int row = m_images ? m_images->rowOfFile(id) : -1;
    if (row >= 0)
        setCurrentIndex(m_images->index(row));
}

void ImageGridView::setSelection(const QRect& rect, QItemSelectionModel::SelectionFlags command)
{
    // The base class gives the centre of the first tile and a point in the last, in this order.
    int first = rowAtContent(rect.topLeft());
    int last = rowAtContent(rect.bottomRight());
    if (first < 0 && last < 0)
        return;
    first = first < 0 ? last : first;
    last = last < 0 ? first : last;
    selectRanges({std::minmax(first, last)}, command);
}

QRegion ImageGridView::visualRegionForSelection(const QItemSelection& selection) const
{
    QRegion region;
    const auto [first, last] = visibleRows();
    for (const QItemSelectionRange& range : selection) {
        const int from = std::max(first, range.top());
        const int to = std::min(last, range.bottom());
        for (int row = from; row <= to; ++row)
            region += visualRect(m_images->index(row)).adjusted(-kFrame, -kFrame, kFrame, kFrame);
    }
    return region;
}

void ImageGridView::selectionChanged(const QItemSelection& selected, const QItemSelection& deselected)
{
    QAbstractItemView::selectionChanged(selected, deselected);
    m_selectionTimer.start();
    if (QAccessible::isActive() && !selected.isEmpty() && selected.first().isValid()) {
        QAccessibleEvent event(this, QAccessible::Selection);
        event.setChild(selected.first().top());
        QAccessible::updateAccessibility(&event);
    }
}

void ImageGridView::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QAbstractItemView::currentChanged(current, previous);
    for (const QModelIndex& index : {current, previous})
        viewport()->update(visualRect(index).adjusted(-kFrame, -kFrame, kFrame, kFrame));
    m_selectionTimer.start();
    if (QAccessible::isActive() && current.isValid() && hasFocus()) {
        QAccessibleEvent event(this, QAccessible::Focus);
        event.setChild(current.row());
        QAccessible::updateAccessibility(&event);
    }
}

QModelIndex ImageGridView::moveCursor(CursorAction action, Qt::KeyboardModifiers)
{
    const int rows = m_layout.rowCount();
    if (rows == 0)
        return {};
    const int current = currentIndex().row();
    if (current < 0)
        return m_images->index(std::max(0, visibleRows().first));
    const int page = std::max(1, viewport()->height() / (m_layout.tileHeight() + GridLayout::kGap));
    int row = current;
    switch (action) {
    case MoveLeft:
    case MovePrevious:
        row = std::max(0, current - 1);
        break;
    case MoveRight:
    case MoveNext:
        row = std::min(rows - 1, current + 1);
        break;
    case MoveUp:
        row = m_layout.rowBelow(current, -1);
        break;
    case MoveDown:
        row = m_layout.rowBelow(current, 1);
        break;
    case MovePageUp:
        row = m_layout.rowBelow(current, -page);
        break;
    case MovePageDown:
        row = m_layout.rowBelow(current, page);
        break;
    case MoveHome:
        row = 0;
        break;
    case MoveEnd:
        row = rows - 1;
        break;
    }
    return m_images->index(row);
}

// Keys and pointer

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

// Painting

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
