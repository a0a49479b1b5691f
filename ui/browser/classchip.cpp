#include "browser/classchip.h"

#include <QPainter>
#include <QPainterPath>

namespace ir::ui {

namespace {

void paintHatch(QPainter* painter, const QRectF& rect, const QColor& color)
{
    QPainterPath outline;
    outline.addRoundedRect(rect, kRadius, kRadius);
    painter->setClipPath(outline, Qt::IntersectClip);
    painter->setPen(QPen(color, 1));
    for (qreal x = rect.left() - rect.height(); x < rect.right(); x += 4)
        painter->drawLine(QPointF(x, rect.bottom()), QPointF(x + rect.height(), rect.top()));
}

} // namespace

void paintClassChip(QPainter* painter, const QRect& rect, const ClassStyle& style, Certainty certainty)
{
    const QColor hue = style.color();
    const QRectF frame = QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (certainty == Certainty::Review) {
        painter->save();
        QColor lines = hue;
        lines.setAlphaF(0.55F);
        paintHatch(painter, frame, lines);
        painter->restore();
    }
    painter->setPen(QPen(hue, 1));
    painter->setBrush(certainty == Certainty::Human ? QBrush(hue) : QBrush(Qt::NoBrush));
    painter->drawRoundedRect(frame, kRadius, kRadius);

    QFont font = painter->font();
    font.setBold(true);
    painter->setFont(font);
    if (certainty == Certainty::Review) {
        // Ground behind the letter, or the hatching would swallow it.
        QPainterPath letter;
        const QFontMetricsF metrics(font);
        letter.addText(frame.center().x() - metrics.horizontalAdvance(style.letter) / 2,
                       frame.center().y() + metrics.capHeight() / 2, font, style.letter);
        painter->strokePath(letter, QPen(color(Role::Raised), 4, Qt::SolidLine, Qt::RoundCap,
                                         Qt::RoundJoin));
        painter->fillPath(letter, color(Role::Text));
    } else {
        painter->setPen(certainty == Certainty::Human ? color(Role::OnClass) : hue);
        painter->drawText(rect, Qt::AlignCenter, style.letter);
    }
    painter->restore();
}

QPixmap chipIcon(const ClassStyle& style, qreal devicePixelRatio)
{
    QPixmap pixmap(kChipIcon * devicePixelRatio);
    pixmap.setDevicePixelRatio(devicePixelRatio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    QFont font = painter.font();
    font.setPixelSize(kSmallFont);
    painter.setFont(font);
    paintClassChip(&painter, QRect(QPoint(), kChipIcon), style, Certainty::Human);
    return pixmap;
}

void paintMark(QPainter* painter, const QRectF& rect, Mark mark)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QPointF c = rect.center();
    const qreal r = rect.width() / 2;
    const auto pen = [&](Role role) {
        painter->setPen(QPen(color(role), std::max(1.5, r / 5), Qt::SolidLine, Qt::RoundCap,
                             Qt::RoundJoin));
    };
    switch (mark) {
    case Mark::Corrected: {
        pen(Role::Text);
        QPainterPath pencil;
        pencil.moveTo(c + QPointF(-r, r));
        pencil.lineTo(c + QPointF(-0.75 * r, 0.2 * r));
        pencil.lineTo(c + QPointF(0.45 * r, -r));
        pencil.lineTo(c + QPointF(r, -0.45 * r));
        pencil.lineTo(c + QPointF(-0.2 * r, 0.75 * r));
        pencil.closeSubpath();
        painter->drawPath(pencil);
        break;
    }
    case Mark::Review:
        pen(Role::Review);
        painter->drawEllipse(c, r, r);
        painter->setBrush(color(Role::Review));
        painter->drawPie(QRectF(c.x() - r, c.y() - r, 2 * r, 2 * r), 90 * 16, 180 * 16);
        break;
    case Mark::Unreadable:
        pen(Role::Error);
        painter->drawLine(c + QPointF(-r, -r), c + QPointF(r, r));
        painter->drawLine(c + QPointF(r, -r), c + QPointF(-r, r));
        break;
    }
    painter->restore();
}

} // namespace ir::ui
