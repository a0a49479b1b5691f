#include "review/picturegrid.h"

#include "browser/classchip.h"

#include <QKeyEvent>
#include <QPainter>

#include <algorithm>
#include <utility>

namespace ir::ui {

namespace {

constexpr int kGap = 8;
constexpr int kChip = 20;

} // namespace

PictureGrid::PictureGrid(PictureStore* pictures, QWidget* parent) : QWidget(parent), m_pictures(pictures)
{
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Images"));
    connect(pictures, &PictureStore::found, this, qOverload<>(&QWidget::update));
}

void PictureGrid::setShape(int columns, int rows)
{
    m_columns = columns;
    m_rows = rows;
    update();
}

void PictureGrid::setTiles(const QVector<Tile>& tiles, const QVector<PictureStore::Wish>& ahead)
{
    m_tiles = tiles;
    m_ahead = ahead;
    m_isPainted = false;
    m_current = -1;
    setCurrent(tiles.isEmpty() ? -1 : 0);
    wish();
    update();
}

void PictureGrid::setTile(int index, const Tile& tile)
{
    m_tiles[index] = tile;
    update(tileRect(index));
}

void PictureGrid::setCurrent(int index)
{
    index = m_tiles.isEmpty() ? -1 : std::clamp(index, 0, int(m_tiles.size()) - 1);
    if (index == m_current)
        return;
    const int pageBefore = firstShown();
    m_current = index;
    if (firstShown() != pageBefore) {
        m_isPainted = false;
        wish();
    }
    update();
    Q_EMIT currentChanged(index);
}

int PictureGrid::firstShown() const { return m_current < 0 ? 0 : m_current / pageSize() * pageSize(); }

QRect PictureGrid::tileRect(int index) const
{
    const int place = index - firstShown();
    if (place < 0 || place >= pageSize() || index >= m_tiles.size())
        return {};
    const double width = (this->width() - kGap * (m_columns + 1)) / double(m_columns);
    const double height = (this->height() - kGap * (m_rows + 1)) / double(m_rows);
    return QRectF(kGap + (place % m_columns) * (width + kGap), kGap + (place / m_columns) * (height + kGap), width, height)
        .toAlignedRect();
}

int PictureGrid::tileAt(const QPoint& position) const
{
    for (int index = firstShown(); index < std::min(firstShown() + pageSize(), int(m_tiles.size())); ++index)
        if (tileRect(index).contains(position))
            return index;
    return -1;
}

void PictureGrid::wish()
{
    const QRect tile((QPoint()), QSize((width() - kGap * (m_columns + 1)) / m_columns - 4,
                                       (height() - kGap * (m_rows + 1)) / m_rows - 4));
    m_pictures->setArea((QSizeF(tile.size()) * devicePixelRatioF()).toSize());
    QVector<PictureStore::Wish> wishes;
    const int first = firstShown();
    for (int i = first; i < std::min(first + 2 * pageSize(), int(m_tiles.size())); ++i)
        wishes.append({m_tiles.at(i).image, m_tiles.at(i).path});
    m_pictures->want(wishes + m_ahead);
}

void PictureGrid::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), color(Role::Canvas, Scheme::Dark));
    const int end = std::min(firstShown() + pageSize(), int(m_tiles.size()));
    bool isWhole = end > firstShown();
    for (int index = firstShown(); index < end; ++index) {
        paintTile(painter, index);
        isWhole = isWhole && m_pictures->find(m_tiles.at(index).image) != nullptr;
    }
    m_isPainted = isWhole;
}

void PictureGrid::paintTile(QPainter& painter, int index)
{
    const Tile& tile = m_tiles.at(index);
    const QRect place = tileRect(index);
    const QRect inside = place.adjusted(2, 2, -2, -2);
    if (const PictureStore::Picture* picture = m_pictures->find(tile.image)) {
        if (picture->image.isNull()) {
            painter.setPen(color(Role::DimText, Scheme::Dark));
            painter.drawText(inside.adjusted(8, 8, -8, -8), Qt::AlignCenter | Qt::TextWordWrap, picture->reason);
        } else {
            QSizeF size = QSizeF(picture->image.size()) / devicePixelRatioF();
            if (size.width() > inside.width() + 1 || size.height() > inside.height() + 1)
                size.scale(inside.size(), Qt::KeepAspectRatio);
            QRectF target(QPointF(), size);
            target.moveCenter(QRectF(inside).center());
            target.moveTopLeft(target.topLeft().toPoint());
            painter.setOpacity(tile.isCrossed ? 0.35 : 1);
            painter.drawImage(target, picture->image);
            painter.setOpacity(1);
        }
    }
    painter.setRenderHint(QPainter::Antialiasing);
    const bool isCurrent = index == m_current && hasFocus();
    painter.setBrush(Qt::NoBrush);
    painter.setPen(isCurrent       ? QPen(color(Role::Accent, Scheme::Dark), 2)
                   : tile.isMarked ? QPen(color(Role::Review, Scheme::Dark), 2)
                                   : QPen(color(Role::Line, Scheme::Dark), 1));
    painter.drawRoundedRect(QRectF(place).adjusted(1, 1, -1, -1), kRadius, kRadius);
    if (tile.isCrossed) {
        painter.setPen(QPen(color(Role::Review, Scheme::Dark), 2));
        const QRectF cross(place.right() - 26, place.top() + 10, 16, 16);
        painter.drawLine(cross.topLeft(), cross.bottomRight());
        painter.drawLine(cross.topRight(), cross.bottomLeft());
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    int left = place.left() + 8;
    if (tile.chip) {
        const QRect chip(left, place.bottom() - kChip - 7, chipWidth(kChip), kChip);
        QFont font = this->font();
        font.setPixelSize(kSmallFont);
        painter.setFont(font);
        paintClassChip(&painter, chip, *tile.chip, Certainty::Human);
        left = chip.right() + 6;
    }
    if (!tile.caption.isEmpty()) {
        painter.setPen(color(Role::Text, Scheme::Dark));
        painter.drawText(QRect(left, place.bottom() - kChip - 7, place.right() - left - 8, kChip),
                         Qt::AlignLeft | Qt::AlignVCenter, tile.caption);
    }
}

void PictureGrid::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    wish();
}

void PictureGrid::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left:
        setCurrent(m_current - 1);
        break;
    case Qt::Key_Right:
        setCurrent(m_current + 1);
        break;
    case Qt::Key_Up:
        if (m_current >= m_columns)
            setCurrent(m_current - m_columns);
        break;
    case Qt::Key_Down:
        if (m_current + m_columns < m_tiles.size())
            setCurrent(m_current + m_columns);
        break;
    case Qt::Key_PageUp:
        setCurrent(m_current - pageSize());
        break;
    case Qt::Key_PageDown:
        setCurrent(m_current + pageSize());
        break;
    case Qt::Key_Home:
        setCurrent(0);
        break;
    case Qt::Key_End:
        setCurrent(int(m_tiles.size()) - 1);
        break;
    case Qt::Key_Space:
        if (m_current >= 0)
            Q_EMIT toggled(m_current);
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_current >= 0)
            Q_EMIT activated(m_current);
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

void PictureGrid::mousePressEvent(QMouseEvent* event)
{
    const int index = tileAt(event->position().toPoint());
    if (index < 0 || event->button() != Qt::LeftButton)
        return;
    setFocus(Qt::MouseFocusReason);
    setCurrent(index);
    Q_EMIT toggled(index);
}

void PictureGrid::mouseDoubleClickEvent(QMouseEvent* event)
{
    const int index = tileAt(event->position().toPoint());
    if (index >= 0)
        Q_EMIT activated(index);
}

void PictureGrid::wheelEvent(QWheelEvent* event)
{
    m_wheelDelta += event->angleDelta().y();
    const int steps = m_wheelDelta / QWheelEvent::DefaultDeltasPerStep;
    m_wheelDelta -= steps * QWheelEvent::DefaultDeltasPerStep;
    const int target = firstShown() - steps * pageSize();
    if (steps != 0 && target >= 0 && target < m_tiles.size())
        setCurrent(target);
    event->accept();
}

} // namespace ir::ui
