#include "support/figuretable.h"

#include "browser/classchip.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>

namespace ir::ui {

FigureTable::FigureTable(QWidget* parent) : QWidget(parent), m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(16);
    m_grid->setVerticalSpacing(8);
    m_grid->setColumnStretch(0, 1);
}

void FigureTable::clear()
{
    while (QLayoutItem* item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_row = 0;
    m_column = 0;
}

void FigureTable::addHeader(const QStringList& titles)
{
    for (int column = 0; column < titles.size(); ++column) {
        auto* label = new QLabel(titles.at(column), this);
        label->setProperty("type", QStringLiteral("section"));
        m_grid->addWidget(label, m_row, column, column == 0 ? Qt::AlignLeft : Qt::AlignRight);
    }
    ++m_row;
    m_column = 0;
}

void FigureTable::addTitle(const QString& text)
{
    m_row += m_column > 0 ? 1 : 0;
    m_grid->addWidget(new QLabel(text, this), m_row, 0, Qt::AlignLeft);
    m_column = 1;
}

void FigureTable::addTitle(const ClassStyle& style)
{
    m_row += m_column > 0 ? 1 : 0;
    auto* cell = new QWidget(this);
    auto* row = new QHBoxLayout(cell);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto* chip = new QLabel(cell);
    chip->setPixmap(chipIcon(style, devicePixelRatioF()));
    row->addWidget(chip);
    row->addWidget(new QLabel(style.display, cell));
    row->addStretch(1);
    m_grid->addWidget(cell, m_row, 0);
    m_column = 1;
}

void FigureTable::addFigure(const QString& text, const QString& toolTip)
{
    auto* label = new QLabel(text, this);
    if (!toolTip.isEmpty())
        label->setToolTip(toolTip);
    m_grid->addWidget(label, m_row, m_column++, Qt::AlignRight);
}

} // namespace ir::ui
