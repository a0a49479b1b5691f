#include "review/agreementtables.h"

#include "review/readercolumn.h"
#include "support/formatting.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>

namespace ir::ui {

namespace {

QString decimal(double value) { return QString::number(value, 'f', 2); }

} // namespace

QString formatCoefficient(const Coefficient& coefficient)
{
    if (!coefficient.value)
        return QStringLiteral("–");
    if (!coefficient.interval)
        return decimal(*coefficient.value);
    return QStringLiteral("%1 (%2 – %3)")
        .arg(decimal(*coefficient.value), decimal(coefficient.interval->low), decimal(coefficient.interval->high));
}

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
    chip->setPixmap(chipIcon(style, devicePixelRatioF()).pixmap(QSize(25, 20), devicePixelRatioF()));
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

void showOverall(FigureTable& table, const Agreement& agreement)
{
    table.clear();
    table.addHeader({FigureTable::tr("All readers"), FigureTable::tr("%1 images (95 %)")
                                                         .arg(formatCount(qint64(agreement.krippendorff.images)))});
    table.addTitle(FigureTable::tr("Fleiss' kappa"));
    table.addFigure(agreement.fleiss.kappa);
    table.addTitle(FigureTable::tr("Krippendorff's alpha"));
    table.addFigure(agreement.krippendorff.alpha);
}

void showPerClass(FigureTable& table, const PairAgreement& agreement, const std::vector<std::size_t>& order,
                  const QVector<ClassStyle>& styles)
{
    table.clear();
    table.addHeader({FigureTable::tr("Class"), FigureTable::tr("Images"), FigureTable::tr("Equal"),
                     FigureTable::tr("Specific"), FigureTable::tr("Kappa (95 %)")});
    for (std::size_t place = 0; place < order.size(); ++place) {
        const ClassAgreement& one = agreement.perClass[order[place]];
        table.addTitle(styles.at(qsizetype(place)));
        table.addFigure(formatCount(qint64(one.images)), FigureTable::tr("Called so by at least one of the two"));
        table.addFigure(formatPercent(one.raw), FigureTable::tr("Both say this class, or both another"));
        table.addFigure(one.specific ? formatPercent(*one.specific) : QStringLiteral("–"),
                        FigureTable::tr("Of the times either gave this class, how often both did"));
        table.addFigure(one.kappa);
    }
}

} // namespace ir::ui
