#pragma once

#include <QAbstractItemDelegate>
#include <QCache>
#include <QFont>
#include <QString>

namespace ir {
struct FileSummary;
}

namespace ir::ui {

class ImageListModel;
class ThumbnailProvider;

/// Paints one tile of the grid: the image in its square, below it the class as a chip and the confidence, marks
/// in the corner. How certain the class is shows in the chip: outlined = the model's guess, hatched = needs
/// review, filled = a person decided. Reads memory only: what is not loaded yet stays empty.
class ImageDelegate : public QAbstractItemDelegate
{
    Q_OBJECT

public:
    /// `thumbnails` is not owned and outlives the delegate.
    explicit ImageDelegate(const ThumbnailProvider* thumbnails, QObject* parent = nullptr);

    /// Longest side of the picture in a tile, which has a hairline around it.
    [[nodiscard]] static constexpr int pictureSide(int tile) { return tile - 2; }

    void setTileSize(const QSize& size) { m_tileSize = size; }
    /// Fonts or colours changed.
    void forgetTexts() { m_elided.clear(); }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    /// The same for all, whatever the index.
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;

private:
    void paintPicture(QPainter* painter, const QRect& square, const FileSummary& file) const;
    void paintReason(QPainter* painter, const QRect& square, const QString& reason) const;
    void paintFooter(QPainter* painter, const QRect& footer, const ImageListModel& model,
                     const FileSummary& file) const;
    void paintMark(QPainter* painter, const QRect& square, const FileSummary& file) const;
    void paintFrames(QPainter* painter, const QRect& tile, QStyle::State state) const;
    [[nodiscard]] QString elided(const QFont& font, const QString& text, int width,
                                 Qt::TextElideMode mode) const;

    const ThumbnailProvider* m_thumbnails;
    QSize m_tileSize;
    mutable QCache<QString, QString> m_elided;
};

} // namespace ir::ui
