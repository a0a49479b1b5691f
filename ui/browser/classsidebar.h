#pragma once

#include "browser/rowindex.h"
#include "catalog/records.h"
#include "style/classstyle.h"

#include <QListView>

class QStandardItemModel;

namespace ir::ui {

class ImageListModel;

/// Classes with their counts and bars, and the rows "needs review" and "unreadable". A click (or Enter) shows
/// only that; again, or "All images", shows everything; with Ctrl it adds. Thumbnails dropped on a class get
/// that label.
class ClassSidebar : public QListView
{
    Q_OBJECT

public:
    /// `images` is not owned and outlives the view.
    explicit ClassSidebar(ImageListModel* images, QWidget* parent = nullptr);

    /// Marks the rows that a filter shows.
    void showFilter(const RowFilter& filter);
    /// After the model's class list changed.
    void rebuild();
    /// Row of a class, for drops (tests); invalid where there is none.
    [[nodiscard]] QModelIndex indexOfClass(const QString& name) const;

    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void filterChosen(const QStringList& classes, ir::ui::RowStates states);
    void imagesDropped(const QVector<qint64>& images, const QString& className);

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void updateCounts();
    void choose(const QModelIndex& index, bool add);
    void setDropTarget(const QModelIndex& index);
    [[nodiscard]] QString classAt(const QPoint& position) const;

    ImageListModel* m_images;
    QStandardItemModel* m_rows;
    RowFilter m_filter;
    QPersistentModelIndex m_dropTarget;
};

} // namespace ir::ui
