#include "review/driftchart.h"

#include "style/palette.h"
#include "support/formatting.h"

#include <QDateTime>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace ir::ui {

namespace {

constexpr int kAxis = 36;
constexpr int kHeader = 28;
constexpr int kFooter = 24;

QString dayOf(std::int64_t timeMs)
{
    return QDateTime::fromMSecsSinceEpoch(timeMs).toString(QStringLiteral("yyyy-MM-dd"));
}

} // namespace

DriftChart::DriftChart(QWidget* parent) : QWidget(parent)
{
    setMinimumHeight(140);
    setAccessibleName(tr("Agreement over time"));
}

void DriftChart::showDrift(const std::vector<DriftPoint>& points, const QString& title)
{
    m_points = points;
    m_title = title;
    QStringList spoken;
    for (const DriftPoint& point : points)
        if (point.kappa.value)
            spoken << QString::number(*point.kappa.value, 'f', 2);
    setAccessibleDescription(spoken.join(QStringLiteral(", ")));
    update();
}

void DriftChart::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QFont font = this->font();
    font.setPixelSize(kSmallFont);
    painter.setFont(font);
    painter.setPen(color(Role::DimText));
    painter.drawText(QRect(0, 0, width(), kHeader), Qt::AlignLeft | Qt::AlignVCenter, m_title);
    if (m_points.empty())
        return;
    const QRectF plot(kAxis, kHeader + 4, width() - kAxis - 16, height() - kHeader - kFooter - 8);
    double low = 0;
    for (const DriftPoint& point : m_points)
        if (point.kappa.value)
            low = std::min(low, std::max(-1.0, point.kappa.interval ? point.kappa.interval->low : *point.kappa.value));
    const auto place = [&](std::size_t i, double value) {
        const double x = m_points.size() == 1 ? 0.5 : double(i) / double(m_points.size() - 1);
        return QPointF(plot.left() + 12 + (plot.width() - 24) * x,
                       plot.bottom() - plot.height() * (value - low) / (1 - low));
    };
    for (const double level : {0.0, 0.2, 0.4, 0.6, 0.8, 1.0}) {
        const double y = place(0, level).y();
        painter.setPen(QPen(color(Role::Line), 1));
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
        painter.setPen(color(Role::DimText));
        painter.drawText(QRectF(0, y - 8, kAxis - 8, 16), Qt::AlignRight | Qt::AlignVCenter,
                         QString::number(level, 'f', 1));
    }
    painter.drawText(QRectF(plot.left(), plot.bottom() + 6, plot.width() / 2, kFooter), Qt::AlignLeft | Qt::AlignTop,
                     dayOf(m_points.front().fromMs));
    painter.drawText(QRectF(plot.center().x(), plot.bottom() + 6, plot.width() / 2, kFooter),
                     Qt::AlignRight | Qt::AlignTop, dayOf(m_points.back().toMs));
    QPainterPath kappas;
    QPainterPath shares;
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        const DriftPoint& point = m_points[i];
        const QPointF share =
            place(i, point.images == 0 ? 0 : double(point.agreed) / double(point.images));
        i == 0 ? shares.moveTo(share) : shares.lineTo(share);
        if (!point.kappa.value)
            continue;
        const QPointF kappa = place(i, *point.kappa.value);
        kappas.elementCount() == 0 ? kappas.moveTo(kappa) : kappas.lineTo(kappa);
        painter.setPen(QPen(color(Role::Accent), 1));
        if (point.kappa.interval)
            painter.drawLine(place(i, point.kappa.interval->low), place(i, point.kappa.interval->high));
        painter.setBrush(color(Role::Accent));
        painter.drawEllipse(kappa, 3, 3);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(color(Role::DimText), 1, Qt::DashLine));
    painter.drawPath(shares);
    painter.setPen(QPen(color(Role::Accent), 1.5));
    painter.drawPath(kappas);
}

} // namespace ir::ui
