#include "review/imagecanvas.h"

#include "browser/classchip.h"

#include <QPainter>
#include <QResizeEvent>

namespace ir::ui {

namespace {

constexpr int kMargin = 8;
constexpr int kChip = 20;

} // namespace

ImageCanvas::ImageCanvas(PictureStore* pictures, QWidget* parent) : QWidget(parent), m_pictures(pictures)
{
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Image"));
    setMinimumSize(160, 160);
    connect(pictures, &PictureStore::found, this, [this](qint64 image) {
        if (image == m_image)
            update();
    });
}

void ImageCanvas::showImage(ImageId image, const QVector<Tag>& tags)
{
    m_isPainted = m_isPainted && image == m_image;
    m_image = image;
    m_tags = tags;
    m_isFlagged = false;
    update();
}

void ImageCanvas::setFlagged(bool flagged)
{
    m_isFlagged = flagged;
    update();
}

void ImageCanvas::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const QSize area = event->size() - QSize(2 * kMargin, 2 * kMargin);
    m_pictures->setArea((QSizeF(area) * devicePixelRatioF()).toSize());
    Q_EMIT areaChanged();
}

void ImageCanvas::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), color(Role::Canvas, Scheme::Dark));
    const PictureStore::Picture* picture = m_image == 0 ? nullptr : m_pictures->find(m_image);
    if (picture == nullptr)
        return;
    if (picture->image.isNull()) {
        QFont font = this->font();
        font.setPixelSize(kTitleFont);
        painter.setFont(font);
        painter.setPen(color(Role::Text, Scheme::Dark));
        painter.drawText(rect().adjusted(48, 0, -48, 0), Qt::AlignCenter | Qt::TextWordWrap, picture->reason);
    } else {
        const QRectF area = QRectF(rect()).adjusted(kMargin, kMargin, -kMargin, -kMargin);
        QSizeF size = QSizeF(picture->image.size()) / devicePixelRatioF();
        if (size.width() > area.width() + 1 || size.height() > area.height() + 1)
            size.scale(area.size(), Qt::KeepAspectRatio); // made for another size; the right one is on its way
        QRectF target(QPointF(), size);
        target.moveCenter(area.center());
        target.moveTopLeft(target.topLeft().toPoint());
        painter.drawImage(target, picture->image);
    }
    paintTags(painter);
    if (!std::exchange(m_isPainted, true))
        Q_EMIT painted(m_image);
}

void ImageCanvas::paintTags(QPainter& painter) const
{
    QFont font = this->font();
    font.setPixelSize(kBodyFont);
    painter.setFont(font);
    int top = 16;
    const auto writeLine = [&](const QString& text, int left, Role role) {
        const QRect place(left, top, painter.fontMetrics().horizontalAdvance(text) + 12, kChip);
        QColor ground = color(Role::Canvas, Scheme::Dark);
        ground.setAlphaF(0.8F);
        painter.fillRect(place, ground);
        painter.setPen(color(role, Scheme::Dark));
        painter.drawText(place, Qt::AlignCenter, text);
    };
    for (const Tag& tag : m_tags) {
        const QRect chip(16, top, chipWidth(kChip), kChip);
        paintClassChip(&painter, chip, tag.style, tag.isSure ? Certainty::Guess : Certainty::Review);
        writeLine(tag.who + QStringLiteral(": ") + tag.style.display, chip.right() + 4, Role::Text);
        top += kChip + 8;
    }
    if (m_isFlagged)
        writeLine(tr("Flagged for discussion"), 16, Role::Review);
}

} // namespace ir::ui
