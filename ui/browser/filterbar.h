#pragma once

#include "browser/rowindex.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLineEdit;
class QSlider;
class QSpinBox;
class QToolButton;

namespace ir::ui {

/// What is shown in the grid and in which order: search, state, confidence, sort, group, size. Owns the parts
/// of the filter that it shows; classes and folder belong to the side panel.
class FilterBar : public QWidget
{
    Q_OBJECT

public:
    explicit FilterBar(QWidget* parent = nullptr);

    /// Shows a filter, an order and a size that were set elsewhere; emits nothing.
    void showFilter(const RowFilter& filter);
    void showOrder(const RowOrder& order);
    void showTileSize(int side);
    void setStale(bool stale);
    void focusSearch();
    /// Without the size slider and the refresh button, which give way to the rest (both have keys).
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void textChosen(const QString& text);
    void statesChosen(ir::ui::RowStates states);
    void confidenceChosen(float minimum, float maximum);
    void orderChosen(const ir::ui::RowOrder& order);
    void tileSizeChosen(int side);
    void refreshRequested();
    void searchLeft(); ///< Enter, Escape or Down: the grid takes the focus

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildConfidence();
    void confidenceEdited();
    void orderEdited();

    QLineEdit* m_search;
    QComboBox* m_state;
    QToolButton* m_confidence;
    QSpinBox* m_from = nullptr;
    QSpinBox* m_to = nullptr;
    QComboBox* m_sort;
    QToolButton* m_direction;
    QComboBox* m_group;
    QToolButton* m_refresh;
    QSlider* m_size;
    QTimer m_searchTimer;
    RowOrder m_order;
};

} // namespace ir::ui
