#pragma once

#include "catalog/records.h"
#include "review/picturestore.h"
#include "style/classstyle.h"

#include <QWidget>

#include <optional>

namespace ir::ui {

/// Images in columns and rows that fill the widget, one page at a time; a chip and a frame say what became of each.
/// Arrows move, Page Up and Page Down turn pages, a click or Space toggles.
class PictureGrid : public QWidget
{
    Q_OBJECT

public:
    struct Tile
    {
        ImageId image = 0;
        QString path;
        std::optional<ClassStyle> chip; ///< lower left
        bool isMarked = false;          ///< framed: an exception
        bool isCrossed = false;         ///< and dimmed: not to be labelled
        QString caption;
    };

    /// `pictures` is the grid's alone: it tells it the tiles' size and what to load.
    explicit PictureGrid(PictureStore* pictures, QWidget* parent = nullptr);

    void setShape(int columns, int rows);
    /// The current tile becomes the first. `ahead`: what is likely to be shown after these.
    void setTiles(const QVector<Tile>& tiles, const QVector<PictureStore::Wish>& ahead = {});
    void setTile(int index, const Tile& tile);
    [[nodiscard]] const QVector<Tile>& tiles() const { return m_tiles; }
    [[nodiscard]] int current() const { return m_current; } ///< -1: none
    void setCurrent(int index);
    /// Whether all images of the page, or why there is none, are on the screen.
    [[nodiscard]] bool isPainted() const { return m_isPainted; }
    [[nodiscard]] QRect tileRect(int index) const; ///< empty: on another page

Q_SIGNALS:
    void currentChanged(int index);
    void toggled(int index);   ///< clicked, or Space on it
    void activated(int index); ///< double click or Enter

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    [[nodiscard]] int pageSize() const { return m_columns * m_rows; }
    [[nodiscard]] int firstShown() const;
    [[nodiscard]] int tileAt(const QPoint& position) const;
    void paintTile(QPainter& painter, int index);
    void wish();

    PictureStore* m_pictures;
    QVector<Tile> m_tiles;
    QVector<PictureStore::Wish> m_ahead;
    int m_columns = 5;
    int m_rows = 4;
    int m_current = -1;
    int m_wheelDelta = 0;
    bool m_isPainted = false;
};

} // namespace ir::ui
