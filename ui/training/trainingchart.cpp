#include "training/trainingchart.h"

#include "style/palette.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace ir::ui {

namespace {

constexpr int kGap = 16;
constexpr int kHeader = 44;   ///< title and present value
constexpr int kFooter = 18;   ///< epochs
constexpr int kAxis = 46;     ///< of values, at the left
constexpr int kMostPoints = 2000; ///< then every second is dropped

/// Where the axis ends, such that the curve fills it but a hair's noise does not.
struct Range
{
    double low = 0;
    double high = 1;
};

Range rangeOf(const QVector<QPointF>& points, bool zeroBased)
{
    if (points.isEmpty())
        return {};
    const auto [least, most] = std::minmax_element(
        points.begin(), points.end(), [](const QPointF& a, const QPointF& b) { return a.y() < b.y(); });
    Range range{zeroBased ? 0 : least->y(), most->y()};
    const double margin = std::max(0.08 * (range.high - range.low), 0.02 * std::abs(range.high));
    range.high += margin > 0 ? margin : 1;
    if (!zeroBased) { // a share
        range.low -= margin > 0 ? margin : 1;
        range.high = std::min(range.high, 1.0);
    }
    return range;
}

/// Short: "0.0003" is "3e-4".
QString valueText(double value, int decimals)
{
    if (value != 0 && std::abs(value) < 0.001)
        return QString::number(value, 'e', 1).replace(QLatin1String("e-0"), QLatin1String("e-"));
    return QString::number(value, 'f', decimals);
}

} // namespace

TrainingChart::TrainingChart(QWidget* parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("trainingChart"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    m_loss = {tr("Loss"), {}, 3, true, false};
    m_macroF1 = {tr("Macro F1, held out"), {}, 3, false, true};
    m_rate = {tr("Learning rate"), {}, 4, true, false};
    updateAccessibleText();
}

void TrainingChart::start(int epochs)
{
    m_epochs = std::max(1, epochs);
    for (Curve* curve : {&m_loss, &m_macroF1, &m_rate})
        curve->points.clear();
    updateAccessibleText();
    update();
}

void TrainingChart::addLoss(double epoch, double loss, double learningRate)
{
    m_loss.points.append({epoch, loss});
    m_rate.points.append({epoch, learningRate});
    for (Curve* curve : {&m_loss, &m_rate}) {
        if (curve->points.size() <= kMostPoints)
            continue;
        QVector<QPointF> thinned;
        for (qsizetype i = 0; i < curve->points.size(); i += 2)
            thinned.append(curve->points.at(i));
        curve->points = thinned;
    }
    update();
}

void TrainingChart::addMacroF1(double epoch, double macroF1)
{
    m_macroF1.points.append({epoch, macroF1});
    updateAccessibleText();
    update();
}

void TrainingChart::updateAccessibleText()
{
    QStringList spoken;
    for (const Curve* curve : {&m_loss, &m_macroF1, &m_rate})
        if (!curve->points.isEmpty())
            spoken << curve->title + u' ' + valueText(curve->points.constLast().y(), curve->decimals);
    setAccessibleName(tr("Training curves"));
    setAccessibleDescription(spoken.join(QStringLiteral(", ")));
}

void TrainingChart::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double each = (width() - 2 * kGap) / 3.0;
    double left = 0;
    for (const Curve* curve : {&m_loss, &m_macroF1, &m_rate}) {
        paintCurve(painter, QRectF(left, 0, each, height()), *curve);
        left += each + kGap;
    }
}

void TrainingChart::paintCurve(QPainter& painter, const QRectF& rect, const Curve& curve) const
{
    painter.setPen(QPen(color(Role::Line), 1));
    painter.setBrush(color(Role::Canvas));
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);

    QFont font = painter.font();
    font.setPixelSize(kSmallFont);
    painter.setFont(font);
    painter.setPen(color(Role::DimText));
    const QRectF header = rect.adjusted(12, 8, -12, 0);
    painter.drawText(header, Qt::AlignTop | Qt::AlignLeft,
                     painter.fontMetrics().elidedText(curve.title, Qt::ElideRight, int(header.width())));
    const bool empty = curve.points.isEmpty();
    QFont large = font;
    large.setPixelSize(kTitleFont);
    painter.setFont(large);
    painter.setPen(color(Role::Text));
    painter.drawText(header.adjusted(0, 16, 0, 0), Qt::AlignTop | Qt::AlignLeft,
                     empty ? QStringLiteral("–")
                           : valueText(curve.points.constLast().y(), curve.decimals));
    painter.setFont(font);

    const QRectF plot = rect.adjusted(kAxis + 8, kHeader + 8, -12, -kFooter - 4);
    if (plot.width() < 20 || plot.height() < 20)
        return;
    painter.setPen(QPen(color(Role::Line), 1));
    painter.drawLine(plot.bottomLeft(), plot.bottomRight());
    painter.setPen(color(Role::DimText));
    painter.drawText(QRectF(plot.left() - 20, plot.bottom() + 2, 40, kFooter), Qt::AlignCenter,
                     QStringLiteral("0"));
    painter.drawText(QRectF(plot.right() - 60, plot.bottom() + 2, 66, kFooter),
                     Qt::AlignRight | Qt::AlignVCenter, m_epochs == 1 ? tr("1 epoch") : tr("%1 epochs").arg(m_epochs));
    if (empty)
        return;

    const Range range = rangeOf(curve.points, curve.zeroBased);
    const auto place = [&](const QPointF& point) {
        return QPointF(plot.left() + plot.width() * std::min(1.0, point.x() / m_epochs),
                       plot.bottom() - plot.height() * (point.y() - range.low) / (range.high - range.low));
    };
    const QRectF axis(rect.left() + 4, plot.top() - 8, kAxis, 16);
    painter.drawText(axis, Qt::AlignRight | Qt::AlignVCenter, valueText(range.high, curve.decimals));
    painter.drawText(axis.translated(0, plot.height()), Qt::AlignRight | Qt::AlignVCenter,
                     range.low == 0 ? QStringLiteral("0") : valueText(range.low, curve.decimals));

    QPainterPath path(place(curve.points.constFirst()));
    for (const QPointF& point : curve.points)
        path.lineTo(place(point));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(color(Role::Accent), 1.5));
    painter.drawPath(path);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color(Role::Accent));
    if (curve.dots)
        for (const QPointF& point : curve.points)
            painter.drawEllipse(place(point), 2.5, 2.5);
    else
        painter.drawEllipse(place(curve.points.constLast()), 2.5, 2.5);
}

} // namespace ir::ui
