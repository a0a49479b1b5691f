#include "browser/classsidebar.h"

#include "browser/imagelistmodel.h"
#include "style/icons.h"
#include "support/formatting.h"

#include <QDragEnterEvent>
#include <QKeyEvent>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>

namespace ir::ui {

namespace {

enum RowRole {
    NameRole = Qt::UserRole + 1, ///< class name; empty: not a class
    StatesRole,                  ///< RowStates of a state row
    CountRole,
    ShareRole,  ///< of the largest class, 0–1
    ActiveRole, ///< the filter shows it
    DropRole,   ///< a drag hangs over it
    IconRole,
};

constexpr int kRowHeight = 30;

class RowDelegate : public QStyledItemDelegate
{
public:
    RowDelegate(const ImageListModel* images, QObject* parent)
        : QStyledItemDelegate(parent), m_images(images)
    {}

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        return {160, kRowHeight};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QRectF row = QRectF(option.rect).adjusted(4, 1, -4, -1);
        const bool active = index.data(ActiveRole).toBool();
        const bool drop = index.data(DropRole).toBool();
        if (drop || active) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(color(drop ? Role::Accent : Role::Line));
            painter->drawRoundedRect(row, kRadius, kRadius);
        } else if (option.state & QStyle::State_MouseOver) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(color(Role::Raised));
            painter->drawRoundedRect(row, kRadius, kRadius);
        }
        if ((option.state & QStyle::State_HasFocus) != 0) {
            painter->setPen(QPen(color(Role::Accent), 1.5));
            painter->setBrush(Qt::NoBrush);
            painter->drawRoundedRect(row.adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);
        }
        if (active) {
            painter->fillRect(QRectF(row.left(), row.top() + 6, 2, row.height() - 12),
                              color(Role::Accent));
        }
        paintContent(painter, row.adjusted(8, 0, -8, 0), index, drop);
        painter->restore();
    }

private:
    void paintContent(QPainter* painter, const QRectF& row, const QModelIndex& index,
                      bool drop) const
    {
        const QString name = index.data(NameRole).toString();
        const ClassStyle style = m_images->classStyles().of(name);
        const QRectF mark(row.left(), row.center().y() - 9, 18, 18);
        if (!name.isEmpty()) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(style.color());
            painter->drawRoundedRect(mark, kRadius, kRadius);
            QFont bold = painter->font();
            bold.setPixelSize(kSmallFont);
            bold.setBold(true);
            painter->setFont(bold);
            painter->setPen(color(Role::OnClass));
            painter->drawText(mark, Qt::AlignCenter, style.letter);
        } else {
            index.data(IconRole).value<QIcon>().paint(painter, mark.toRect().adjusted(1, 1, -1, -1));
        }

        QFont font = painter->font();
        font.setPixelSize(kBodyFont);
        font.setBold(false);
        painter->setFont(font);
        const QString count = formatCount(index.data(CountRole).toInt());
        const int countWidth = painter->fontMetrics().horizontalAdvance(count);
        constexpr int barWidth = 32;
        const QRectF countRect(row.right() - countWidth, row.top(), countWidth, row.height());
        painter->setPen(color(drop ? Role::OnAccent : Role::DimText));
        painter->drawText(countRect, Qt::AlignVCenter | Qt::AlignRight, count);

        QRectF text = row.adjusted(mark.width() + 8, 0, -(countWidth + 8), 0);
        if (!name.isEmpty() && row.width() > 190) {
            QRectF bar(countRect.left() - 8 - barWidth, row.center().y() - 2, barWidth, 4);
            painter->setPen(Qt::NoPen);
            painter->setBrush(color(Role::Line));
            painter->drawRoundedRect(bar, 2, 2);
            bar.setWidth(barWidth * index.data(ShareRole).toDouble());
            painter->setBrush(style.color());
            painter->drawRoundedRect(bar, 2, 2);
            text.setRight(countRect.left() - 16 - barWidth);
        }
        painter->setPen(color(drop ? Role::OnAccent : Role::Text));
        painter->drawText(text, Qt::AlignVCenter | Qt::AlignLeft,
                          painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight,
                                                            int(text.width())));
    }

    const ImageListModel* m_images;
};

QStandardItem* stateRow(const QString& text, RowStates states, const QIcon& icon)
{
    auto* item = new QStandardItem(text);
    item->setData(int(states), StatesRole);
    item->setData(icon, IconRole);
    return item;
}

} // namespace

ClassSidebar::ClassSidebar(ImageListModel* images, QWidget* parent)
    : QListView(parent), m_images(images), m_rows(new QStandardItemModel(this))
{
    setObjectName(QStringLiteral("classSidebar"));
    setAccessibleName(tr("Classes"));
    setModel(m_rows);
    setItemDelegate(new RowDelegate(images, this));
    setSelectionMode(NoSelection);
    setEditTriggers(NoEditTriggers);
    setMouseTracking(true);
    setAcceptDrops(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(ScrollPerPixel);
    viewport()->setAutoFillBackground(false);
    connect(images, &ImageListModel::countsChanged, this, &ClassSidebar::updateCounts);
    rebuild();
}

void ClassSidebar::rebuild()
{
    m_rows->clear();
    m_rows->appendRow(stateRow(tr("All images"), 0, icon(QStringLiteral("images"), Role::DimText)));
    for (const ClassStyle& style : m_images->classStyles().all()) {
        auto* item = new QStandardItem(style.display);
        item->setData(style.name, NameRole);
        if (const QString key = style.keyText(); !key.isEmpty())
            item->setToolTip(
                tr("Show %1; drop images here to label them so (key %2)").arg(style.display, key));
        m_rows->appendRow(item);
    }
    m_rows->appendRow(stateRow(tr("Needs review"), stateBit(RowState::NeedsReview),
                               icon(QStringLiteral("review"), Role::Review)));
    m_rows->appendRow(stateRow(tr("Corrected"), stateBit(RowState::Corrected),
                               icon(QStringLiteral("corrected"), Role::Text)));
    m_rows->appendRow(stateRow(tr("Unreadable"), stateBit(RowState::Unreadable),
                               icon(QStringLiteral("unreadable"), Role::Error)));
    setCurrentIndex(m_rows->index(0, 0));
    updateCounts();
    showFilter(m_filter);
    updateGeometry();
}

QModelIndex ClassSidebar::indexOfClass(const QString& name) const
{
    for (int row = 0; row < m_rows->rowCount(); ++row)
        if (m_rows->index(row, 0).data(NameRole).toString() == name && !name.isEmpty())
            return m_rows->index(row, 0);
    return {};
}

QSize ClassSidebar::sizeHint() const { return {220, m_rows->rowCount() * kRowHeight + 8}; }

void ClassSidebar::updateCounts()
{
    const RowIndex& index = m_images->rows();
    int largest = 1;
    for (const ClassStyle& style : m_images->classStyles().all())
        largest = qMax(largest, index.countOf(style.name));
    for (int row = 0; row < m_rows->rowCount(); ++row) {
        QStandardItem* item = m_rows->item(row);
        const QString name = item->data(NameRole).toString();
        int count = index.fileCount();
        if (!name.isEmpty())
            count = index.countOf(name);
        for (int state = 0; state < kRowStates; ++state)
            if (item->data(StatesRole).toInt() == stateBit(static_cast<RowState>(state)))
                count = index.countOf(static_cast<RowState>(state));
        if (item->data(CountRole).isValid() && item->data(CountRole).toInt() == count
            && name.isEmpty())
            continue;
        item->setData(count, CountRole);
        item->setData(double(count) / largest, ShareRole);
        item->setData(tr("%1, %2 images").arg(item->text(), formatCount(count)),
                      Qt::AccessibleTextRole);
    }
}

void ClassSidebar::showFilter(const RowFilter& filter)
{
    m_filter = filter;
    for (int row = 0; row < m_rows->rowCount(); ++row) {
        QStandardItem* item = m_rows->item(row);
        const QString name = item->data(NameRole).toString();
        const int states = item->data(StatesRole).toInt();
        bool active = filter.classes.isEmpty() && filter.states == 0;
        if (!name.isEmpty())
            active = filter.classes.contains(name);
        else if (states != 0)
            active = filter.states == states;
        item->setData(active, ActiveRole);
    }
}

void ClassSidebar::choose(const QModelIndex& index, bool add)
{
    if (!index.isValid())
        return;
    const QString name = index.data(NameRole).toString();
    const auto states = static_cast<RowStates>(index.data(StatesRole).toInt());
    const bool wasActive = index.data(ActiveRole).toBool();
    QStringList classes = add ? m_filter.classes : QStringList();
    RowStates newStates = add ? m_filter.states : RowStates(0);
    if (!name.isEmpty()) {
        const bool wasOnly = wasActive && m_filter.classes.size() == 1;
        if (add && wasActive)
            classes.removeAll(name);
        else if (add || !wasOnly)
            classes << name;
    } else if (states != 0) {
        newStates = wasActive ? RowStates(0) : states;
    } else {
        classes.clear();
        newStates = 0;
    }
    Q_EMIT filterChosen(classes, newStates);
}

void ClassSidebar::mousePressEvent(QMouseEvent* event)
{
    QListView::mousePressEvent(event);
    if (event->button() == Qt::LeftButton)
        choose(indexAt(event->position().toPoint()),
               event->modifiers().testFlag(Qt::ControlModifier));
}

void ClassSidebar::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        choose(currentIndex(), event->modifiers().testFlag(Qt::ControlModifier));
        return;
    default:
        QListView::keyPressEvent(event);
    }
}

QString ClassSidebar::classAt(const QPoint& position) const
{
    return indexAt(position).data(NameRole).toString();
}

void ClassSidebar::setDropTarget(const QModelIndex& index)
{
    if (QModelIndex(m_dropTarget) == index)
        return;
    if (m_dropTarget.isValid())
        m_rows->setData(m_dropTarget, false, DropRole);
    m_dropTarget = index;
    if (index.isValid())
        m_rows->setData(index, true, DropRole);
}

void ClassSidebar::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasFormat(QLatin1String(kImagesMimeType)))
        event->acceptProposedAction();
}

void ClassSidebar::dragMoveEvent(QDragMoveEvent* event)
{
    const QPoint position = event->position().toPoint();
    const bool isOverClass = event->mimeData()->hasFormat(QLatin1String(kImagesMimeType))
                             && !classAt(position).isEmpty();
    setDropTarget(isOverClass ? indexAt(position) : QModelIndex());
    if (isOverClass)
        event->acceptProposedAction();
    else
        event->ignore();
}

void ClassSidebar::dragLeaveEvent(QDragLeaveEvent*) { setDropTarget({}); }

void ClassSidebar::dropEvent(QDropEvent* event)
{
    setDropTarget({});
    const QString name = classAt(event->position().toPoint());
    const QVector<ImageId> images = imageIdsOf(event->mimeData());
    if (name.isEmpty() || images.isEmpty())
        return;
    event->acceptProposedAction();
    Q_EMIT imagesDropped(images, name);
}

} // namespace ir::ui
