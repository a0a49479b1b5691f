#include "review/confusionview.h"

#include "browser/classchip.h"
#include "support/formatting.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace ir::ui {

namespace {

constexpr int kHeader = 48; ///< the reader's name, the chips
constexpr int kSide = 92;
constexpr int kSmallestCell = 32;
constexpr int kLargestCell = 64;
constexpr int kChip = 18;

} // namespace

ConfusionView::ConfusionView(QWidget* parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Confusion between readers"));
}

void ConfusionView::showTable(const PairTable& table, const QString& first, const QString& second,
                              const std::vector<std::size_t>& order, const QVector<ClassStyle>& styles)
{
    m_table = table;
    m_first = first;
    m_second = second;
    m_order = order;
    m_styles = styles;
    m_chosen = m_hovered = QPoint(-1, -1);
    QStringList spoken;
    for (int row = 0; row < classes(); ++row)
        for (int column = 0; column < classes(); ++column)
            if (const auto count = m_table.at(m_order[std::size_t(row)], m_order[std::size_t(column)]);
                count > 0 && row != column)
                spoken << tr("%1 %2, %3 %4: %5")
                              .arg(m_first, m_styles.at(row).display, m_second, m_styles.at(column).display,
                                   formatCount(qint64(count)));
    setAccessibleDescription(spoken.join(QStringLiteral("; ")));
    setMinimumSize(kSide + kSmallestCell * classes(), kHeader + kSmallestCell * classes());
    updateGeometry();
    update();
}

QSize ConfusionView::sizeHint() const { return {kSide + 48 * classes(), kHeader + 48 * classes()}; }

QRectF ConfusionView::cellRect(int row, int column) const
{
    const double side = std::clamp(std::min((width() - kSide) / std::max(1.0, double(classes())),
                                            (height() - kHeader) / std::max(1.0, double(classes()))),
                                   double(kSmallestCell), double(kLargestCell));
    return {kSide + column * side, kHeader + row * side, side, side};
}

QPoint ConfusionView::cellAt(const QPointF& position) const
{
    for (int row = 0; row < classes(); ++row)
        for (int column = 0; column < classes(); ++column)
            if (cellRect(row, column).contains(position))
                return {column, row};
    return {-1, -1};
}

void ConfusionView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QFont small = font();
    small.setPixelSize(kSmallFont);
    painter.setFont(small);
    painter.setPen(color(Role::DimText));
    const auto elided = [&](const QString& text, int width) {
        return painter.fontMetrics().elidedText(text, Qt::ElideRight, width);
    };
    painter.drawText(QRect(kSide, 0, width() - kSide, 20), Qt::AlignLeft | Qt::AlignVCenter,
                     elided(m_second, width() - kSide));
    painter.drawText(QRect(0, kHeader - 24, kSide - 36, 20), Qt::AlignLeft | Qt::AlignVCenter,
                     elided(m_first, kSide - 36));
    for (int i = 0; i < classes(); ++i) {
        const QRectF top = cellRect(0, i);
        paintClassChip(&painter, QRect(int(top.center().x()) - chipWidth(kChip) / 2, kHeader - 24, chipWidth(kChip), kChip),
                       m_styles.at(i), Certainty::Human);
        const QRectF left = cellRect(i, 0);
        paintClassChip(&painter, QRect(kSide - chipWidth(kChip) - 8, int(left.center().y()) - kChip / 2, chipWidth(kChip), kChip),
                       m_styles.at(i), Certainty::Human);
    }
    std::uint64_t most = 1;
    for (const std::size_t row : m_order)
        for (const std::size_t column : m_order)
            most = std::max(most, m_table.at(row, column));
    QFont number = font();
    number.setPixelSize(kBodyFont);
    painter.setFont(number);
    for (int row = 0; row < classes(); ++row)
        for (int column = 0; column < classes(); ++column) {
            const std::uint64_t count = m_table.at(m_order[std::size_t(row)], m_order[std::size_t(column)]);
            const QRectF cell = cellRect(row, column).adjusted(1, 1, -1, -1);
            painter.setPen(Qt::NoPen);
            painter.setBrush(color(Role::Raised));
            painter.drawRoundedRect(cell, 2, 2);
            if (count > 0) {
                QColor fill = row == column ? m_styles.at(row).color() : color(Role::Review);
                // Seen even where it is one image among thousands.
                fill.setAlphaF(float(0.12 + 0.4 * double(count) / double(most)));
                painter.setBrush(fill);
                painter.drawRoundedRect(cell, 2, 2);
            }
            if (QPoint(column, row) == m_chosen || QPoint(column, row) == m_hovered) {
                painter.setBrush(Qt::NoBrush);
                painter.setPen(QPen(color(QPoint(column, row) == m_chosen ? Role::Accent : Role::DimText), 2));
                painter.drawRoundedRect(cell.adjusted(1, 1, -1, -1), 2, 2);
            }
            painter.setPen(color(count > 0 ? Role::Text : Role::DimText));
            painter.drawText(cell, Qt::AlignCenter, count > 0 ? formatCount(qint64(count)) : QStringLiteral("·"));
        }
}

void ConfusionView::choose(const QPoint& cell)
{
    if (cell.x() < 0)
        return;
    m_chosen = cell;
    update();
    Q_EMIT cellChosen(m_order[std::size_t(cell.y())], m_order[std::size_t(cell.x())]);
}

void ConfusionView::chooseCell(std::size_t first, std::size_t second)
{
    const auto row = std::ranges::find(m_order, first);
    const auto column = std::ranges::find(m_order, second);
    if (row != m_order.end() && column != m_order.end())
        choose({int(column - m_order.begin()), int(row - m_order.begin())});
}

void ConfusionView::mousePressEvent(QMouseEvent* event) { choose(cellAt(event->position())); }

void ConfusionView::mouseMoveEvent(QMouseEvent* event)
{
    m_hovered = cellAt(event->position());
    setCursor(m_hovered.x() < 0 ? Qt::ArrowCursor : Qt::PointingHandCursor);
    if (m_hovered.x() >= 0)
        setToolTip(tr("%1: %2, %3: %4").arg(m_first, m_styles.at(m_hovered.y()).display, m_second,
                                            m_styles.at(m_hovered.x()).display));
    else
        setToolTip({});
    update();
}

void ConfusionView::leaveEvent(QEvent*)
{
    m_hovered = QPoint(-1, -1);
    update();
}

void ConfusionView::keyPressEvent(QKeyEvent* event)
{
    QPoint cell = m_chosen.x() < 0 ? QPoint(0, 0) : m_chosen;
    switch (event->key()) {
    case Qt::Key_Left:
        cell.rx() -= m_chosen.x() < 0 ? 0 : 1;
        break;
    case Qt::Key_Right:
        cell.rx() += m_chosen.x() < 0 ? 0 : 1;
        break;
    case Qt::Key_Up:
        cell.ry() -= m_chosen.x() < 0 ? 0 : 1;
        break;
    case Qt::Key_Down:
        cell.ry() += m_chosen.x() < 0 ? 0 : 1;
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    if (classes() > 0)
        choose({std::clamp(cell.x(), 0, classes() - 1), std::clamp(cell.y(), 0, classes() - 1)});
}

} // namespace ir::ui
