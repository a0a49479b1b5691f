#include "browser/imagegridview.h"

#include "browser/imagedelegate.h"
#include "browser/imagelistmodel.h"
#include "browser/thumbnailprovider.h"

#include <QAccessible>
#include <QScrollBar>
#include <QSet>

#include <algorithm>

namespace ir::ui {

namespace {

constexpr int kRequestMs = 50;

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

} // namespace ir::ui
