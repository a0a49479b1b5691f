#include "browser/imagedelegate.h"

#include "browser/classchip.h"
#include "browser/imagelistmodel.h"
#include "browser/thumbnailprovider.h"

#include <QPainter>
#include <QTextOption>

#include <cmath>

namespace ir::ui {

namespace {

constexpr int kPad = 4;
constexpr int kChipHeight = 16;
constexpr int kMark = 10; ///< of a corner mark, in its 18 px ground
constexpr qreal kFaded = 0.35;
constexpr int kElidedTexts = 4000;

QFont smallFont(const QFont& base)
{
    QFont font = base;
    font.setPixelSize(kSmallFont);
    return font;
}

/// The path would fill the tile; the tile is the file.
QString shortReason(const FileSummary& file, const QString& reason)
{
    const QString name = file.path.mid(file.path.lastIndexOf(u'/') + 1);
    return QString(reason).replace(file.path, name);
}

} // namespace

ImageDelegate::ImageDelegate(const ThumbnailProvider* thumbnails, QObject* parent)
    : QAbstractItemDelegate(parent), m_thumbnails(thumbnails), m_elided(kElidedTexts)
{}

QSize ImageDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return m_tileSize;
}

void ImageDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const
{
    const auto* model = qobject_cast<const ImageListModel*>(index.model());
    if (model == nullptr)
        return;
    const FileSummary& file = model->fileAt(index.row());
    const QRect tile = option.rect;
    const QRect square(tile.topLeft(), QSize(tile.width(), tile.width()));
    const QRect footer(tile.left(), square.bottom() + 1, tile.width(), tile.height() - square.height());

    painter->save();
    painter->setFont(smallFont(option.font));
    if (model->isFaded(index.row()))
        painter->setOpacity(kFaded);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(color(Role::Raised));
    painter->drawRoundedRect(tile, kRadius, kRadius);
    painter->restore();
    paintPicture(painter, square, file);
    paintFooter(painter, footer, *model, file);
    paintMark(painter, square, file);
    painter->setOpacity(1);
    paintFrames(painter, tile, option.state);
    painter->restore();
}

void ImageDelegate::paintPicture(QPainter* painter, const QRect& square, const FileSummary& file) const
{
    const QRect inner = square.adjusted(1, 1, -1, -1);
    painter->fillRect(inner, color(Role::Canvas));
    if (file.status == FileStatus::Unreadable) {
        paintReason(painter, inner, shortReason(file, file.reason));
        return;
    }
    const auto found = m_thumbnails->find({file.path, file.size, file.mtimeNs});
    if (!found.reason.isEmpty())
        paintReason(painter, inner, shortReason(file, found.reason));
    if (found.image.isNull())
        return;
    QSize size = found.image.size();
    size.scale(inner.size(), Qt::KeepAspectRatio);
    // Truncated, the short side may miss the thumbnail's by one: the thumbnail's is right.
    if (std::abs(size.width() - found.image.width()) <= 1 && std::abs(size.height() - found.image.height()) <= 1)
        size = found.image.size();
    QRect target(QPoint(), size.expandedTo({1, 1}));
    target.moveCenter(inner.center());
    painter->setRenderHint(QPainter::SmoothPixmapTransform);
    painter->drawImage(target, found.image);
}

void ImageDelegate::paintReason(QPainter* painter, const QRect& square, const QString& reason) const
{
    constexpr qreal cross = 20;
    const QPointF centre(square.center().x(), square.top() + square.height() * 0.3);
    ui::paintMark(painter, QRectF(centre.x() - cross / 2, centre.y() - cross / 2, cross, cross),
                  Mark::Unreadable);
    const QRect text = square.adjusted(2 * kPad, static_cast<int>(square.height() * 0.3) + 20, -2 * kPad,
                                       -kPad);
    painter->setPen(color(Role::DimText));
    QTextOption layout(Qt::AlignHCenter | Qt::AlignTop);
    layout.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    painter->save();
    painter->setClipRect(text, Qt::IntersectClip);
    painter->drawText(QRectF(text), reason, layout);
    painter->restore();
}

void ImageDelegate::paintFooter(QPainter* painter, const QRect& footer, const ImageListModel& model,
                                const FileSummary& file) const
{
    QRect rest = footer.adjusted(kPad, 0, -kPad - 2, 0);
    const QString name = file.finalClass();
    const bool readable = file.status != FileStatus::Unreadable;
    if (!readable || name.isEmpty()) {
        painter->setPen(color(Role::DimText));
        const QString fileName = file.path.mid(file.path.lastIndexOf(u'/') + 1);
        painter->drawText(rest, Qt::AlignLeft | Qt::AlignVCenter,
                          elided(painter->font(), fileName, rest.width(), Qt::ElideMiddle));
        return;
    }
    const ClassStyle style = model.classStyles().of(name);
    QRect chip(0, 0, chipWidth(kChipHeight), kChipHeight);
    chip.moveCenter(rest.center());
    chip.moveLeft(rest.left());
    paintClassChip(painter, chip, style, certaintyOf(file));
    rest.setLeft(chip.right() + 1 + kPad + 2);

    if (!file.predictedClass.isEmpty()) {
        painter->setPen(file.isReviewNeeded() ? color(Role::Review) : color(Role::DimText));
        const auto confidence = QString::number(std::lround(file.confidence * 100));
        painter->drawText(rest, Qt::AlignRight | Qt::AlignVCenter, confidence);
        rest.setRight(rest.right() - painter->fontMetrics().horizontalAdvance(confidence) - kPad);
    }
    painter->setPen(color(Role::Text));
    painter->drawText(rest, Qt::AlignLeft | Qt::AlignVCenter,
                      elided(painter->font(), style.display, rest.width(), Qt::ElideRight));
}

void ImageDelegate::paintMark(QPainter* painter, const QRect& square, const FileSummary& file) const
{
    if (file.status != FileStatus::Ok || !(file.isCorrected() || file.isReviewNeeded()))
        return;
    QRectF ground(0, 0, kMark + 8, kMark + 8);
    ground.moveTopRight(QPointF(square.right() - kPad, square.top() + kPad + 1));
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    QColor raised = color(Role::Raised);
    raised.setAlphaF(0.85F);
    painter->setBrush(raised);
    painter->drawRoundedRect(ground, kRadius, kRadius);
    painter->restore();
    ui::paintMark(painter, ground.adjusted(4, 4, -4, -4),
                  file.isCorrected() ? Mark::Corrected : Mark::Review);
}

void ImageDelegate::paintFrames(QPainter* painter, const QRect& tile, QStyle::State state) const
{
    const bool selected = state & QStyle::State_Selected;
    const bool focused = state & QStyle::State_HasFocus;
    if (!selected && !focused)
        return;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(Qt::NoBrush);
    const QColor accent = color(Role::Accent);
    if (selected) {
        painter->setPen(QPen(accent, 2));
        painter->drawRoundedRect(QRectF(tile).adjusted(0, 0, 0, 0), kRadius, kRadius);
    }
    if (focused) {
        painter->setPen(QPen(accent, 1.5, selected ? Qt::SolidLine : Qt::DashLine));
        painter->drawRoundedRect(QRectF(tile).adjusted(-3, -3, 3, 3), kRadius + 2, kRadius + 2);
    }
    painter->restore();
}

QString ImageDelegate::elided(const QFont& font, const QString& text, int width,
                              Qt::TextElideMode mode) const
{
    const QString key = QString::number(width) + u' ' + text;
    if (const QString* known = m_elided.object(key))
        return *known;
    auto* result = new QString(QFontMetrics(font).elidedText(text, mode, width));
    const QString copy = *result;
    m_elided.insert(key, result);
    return copy;
}

} // namespace ir::ui
