#include "review/agreementtables.h"

#include "support/formatting.h"

namespace ir::ui {

namespace {

QString decimal(double value) { return QString::number(value, 'f', 2); }

/// Why it is undefined is its tool tip.
void addCoefficient(FigureTable& table, const Coefficient& coefficient)
{
    table.addFigure(formatCoefficient(coefficient), QString::fromStdString(coefficient.reason));
}

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

void showOverall(FigureTable& table, const Agreement& agreement)
{
    table.clear();
    table.addHeader({FigureTable::tr("All readers"), FigureTable::tr("%1 images (95 %)")
                                                         .arg(formatCount(qint64(agreement.krippendorff.images)))});
    table.addTitle(FigureTable::tr("Fleiss' kappa"));
    addCoefficient(table, agreement.fleiss.kappa);
    table.addTitle(FigureTable::tr("Krippendorff's alpha"));
    addCoefficient(table, agreement.krippendorff.alpha);
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
        addCoefficient(table, one.kappa);
    }
}

} // namespace ir::ui
