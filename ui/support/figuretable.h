#pragma once

#include "style/classstyle.h"

#include <QWidget>

class QGridLayout;

namespace ir::ui {

/// Figures in rows: a title at the left, numbers at the right.
class FigureTable : public QWidget
{
    Q_OBJECT

public:
    explicit FigureTable(QWidget* parent = nullptr);

    void clear();
    void addHeader(const QStringList& titles);
    void addTitle(const QString& text);
    void addTitle(const ClassStyle& style);
    void addFigure(const QString& text, const QString& toolTip = {});

private:
    QGridLayout* m_grid;
    int m_row = 0;
    int m_column = 0;
};

} // namespace ir::ui
