#pragma once

#include "review/kappa.h"
#include "style/classstyle.h"

#include <QWidget>

namespace ir::ui {

/// A confusion table of two readers: rows are the first's classes, columns the second's. A click, or the arrows and
/// Enter, choose a cell.
class ConfusionView : public QWidget
{
    Q_OBJECT

public:
    explicit ConfusionView(QWidget* parent = nullptr);

    /// `order[i]`: which class of the table stands at place i; `styles` in the same order.
    void showTable(const PairTable& table, const QString& first, const QString& second,
                   const std::vector<std::size_t>& order, const QVector<ClassStyle>& styles);
    /// As a click on it does.
    void chooseCell(std::size_t first, std::size_t second);
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    /// Classes of the table, not places.
    void cellChosen(std::size_t first, std::size_t second);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    [[nodiscard]] int classes() const { return static_cast<int>(m_order.size()); }
    [[nodiscard]] QRectF cellRect(int row, int column) const;
    [[nodiscard]] QPoint cellAt(const QPointF& position) const; ///< (column, row); (-1, -1): none
    void choose(const QPoint& cell);

    PairTable m_table;
    QString m_first;
    QString m_second;
    std::vector<std::size_t> m_order;
    QVector<ClassStyle> m_styles;
    QPoint m_hovered{-1, -1};
    QPoint m_chosen{-1, -1};
};

} // namespace ir::ui
