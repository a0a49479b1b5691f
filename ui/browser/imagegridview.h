#pragma once

#include "browser/gridlayout.h"
#include "catalog/records.h"
#include "pipeline/thumbnailcache.h"

#include <QListView>
#include <QPointer>
#include <QTimer>
#include <QVector>

#include <functional>

namespace ir::ui {

class ImageDelegate;
class ImageListModel;
class ThumbnailProvider;

/// The grid of thumbnails over an ImageListModel. All geometry is computed, none is stored for an item, so that
/// layout, appending, selecting and dragging cost the same at 100 and at 100,000 rows; only what is visible
/// is painted and asked for. Knows no catalog: what the user wants done goes up as a signal, for the
/// selection. Selection and current image survive resets of the model, by file.
///
/// A QListView for what it is to screen readers and style sheets; its own layout, which stores and walks all
/// items, is never used, so every override goes on to QAbstractItemView.
class ImageGridView : public QListView
{
    Q_OBJECT

public:
    static constexpr int kMinimumTile = 96;
    static constexpr int kMaximumTile = 320;

    /// `thumbnails` is not owned and outlives the view.
    explicit ImageGridView(ThumbnailProvider* thumbnails, QWidget* parent = nullptr);
    ~ImageGridView() override;

    void setModel(QAbstractItemModel* model) override; ///< an ImageListModel, or nullptr
    [[nodiscard]] ImageListModel* images() const { return m_images; }

    /// Side of the square image in a tile, device-independent pixels; kept within the limits.
    void setTileSize(int side);
    [[nodiscard]] int tileSize() const { return m_layout.tile(); }

    /// Selected images that have been read, each once, in grid order.
    [[nodiscard]] QVector<ImageId> selectedImageIds() const;
    [[nodiscard]] QVector<FileId> selectedFileIds() const; ///< in grid order
    [[nodiscard]] int selectedCount() const;
    [[nodiscard]] FileId currentFileId() const; ///< 0: none
    /// Makes a file the current and only selected one and scrolls to it, where it is shown.
    void setCurrentFile(FileId id);
    /// First and last row on the screen; {0, -1}: none.
    [[nodiscard]] std::pair<int, int> visibleRows() const;

    [[nodiscard]] QRect visualRect(const QModelIndex& index) const override;
    void scrollTo(const QModelIndex& index, ScrollHint hint = EnsureVisible) override;
    [[nodiscard]] QModelIndex indexAt(const QPoint& point) const override;
    void doItemsLayout() override;

    /// Tiles painted, ever; for tests that count work.
    [[nodiscard]] qint64 tilesPainted() const { return m_tilesPainted; }

Q_SIGNALS:
    // Of the selection: selectedImageIds().
    void classKeyPressed(int number); ///< 1–9, as the key says
    void classLetterPressed(const QString& letter); ///< A–Z, with Shift
    void acceptRequested();           ///< Enter: what the model said is right
    void clearLabelRequested();       ///< 0: nobody decided
    void undoRequested();             ///< U
    void redoRequested();             ///< Ctrl+Shift+Z
    void openRequested(qint64 fileId); ///< Space or double click: show it large
    void tileSizeChanged(int side);
    /// Selection or current image changed (coalesced; also after a reset).
    void selectionMoved();

protected:
    void rowsInserted(const QModelIndex& parent, int start, int end) override;
    void dataChanged(const QModelIndex& topLeft, const QModelIndex& bottomRight,
                     const QList<int>& roles) override;
    void selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    void updateGeometries() override;
    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    [[nodiscard]] int horizontalOffset() const override;
    [[nodiscard]] int verticalOffset() const override;
    [[nodiscard]] bool isIndexHidden(const QModelIndex& index) const override;
    void setSelection(const QRect& rect, QItemSelectionModel::SelectionFlags command) override;
    [[nodiscard]] QRegion visualRegionForSelection(const QItemSelection& selection) const override;
    void startDrag(Qt::DropActions actions) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    /// How far selection and focus frames reach out of a tile.
    static constexpr int kFrame = 5;

    /// Selection, current image and scroll position over a reset, by file.
    struct Kept
    {
        QVector<FileId> selected;
        FileId current = 0;
        int currentRow = -1;
        FileId anchor = 0; ///< stays where it is on the screen
        int anchorY = 0;
    };

    void keep();
    void restore();
    void syncLayout();
    /// The row that should stay in place when the layout changes: the current one, else the first on screen.
    [[nodiscard]] int anchorRow() const;
    void relayout(const std::function<void()>& change);
    void selectRanges(const std::vector<std::pair<int, int>>& ranges,
                      QItemSelectionModel::SelectionFlags command);
    [[nodiscard]] std::vector<std::pair<int, int>> selectedRanges() const;
    [[nodiscard]] int rowAtContent(const QPoint& viewportPoint) const;
    void paintHeading(QPainter* painter, int group) const;
    void paintEmpty(QPainter* painter) const;
    void dragBand(const QPoint& viewportPoint);
    void requestThumbnails();
    void updateTiles(const QVector<ThumbnailKey>& keys);
    [[nodiscard]] QPixmap dragPixmap(qsizetype images) const;

    ThumbnailProvider* m_thumbnails;
    ImageDelegate* m_delegate;
    QPointer<ImageListModel> m_images;
    GridLayout m_layout;
    QTimer m_requestTimer;   ///< coalesces scrolling and resizing
    QTimer m_selectionTimer; ///< coalesces selectionMoved
    Kept m_kept;
    QRect m_band; ///< rubber band, content coordinates; null: none
    QItemSelection m_bandBase; ///< what was selected before it
    int m_wheelDelta = 0;
    qint64 m_tilesPainted = 0;
};

} // namespace ir::ui
