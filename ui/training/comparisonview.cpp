#include "training/comparisonview.h"

#include "support/formatting.h"

#include <QCoreApplication>
#include <QGridLayout>
#include <QLabel>

#include <cmath>

namespace ir::ui {

namespace {

QString withInterval(double value, const Interval& interval)
{
    return formatInterval(value, interval.low, interval.high);
}

QString change(const ModelComparison& comparison)
{
    const QString sign = comparison.difference < 0 ? QStringLiteral("−") : QStringLiteral("+");
    return sign + QString::number(std::abs(comparison.difference), 'f', 3);
}

QString rightOf(std::size_t right, std::size_t images)
{
    return ComparisonView::tr("%1 of %2").arg(formatCount(qint64(right)), formatCount(qint64(images)));
}

} // namespace

QString verdictOf(const FineTuneReport& report)
{
    if (report.heldOut.isWorse())
        return ComparisonView::tr("The new model is worse on images it never saw, beyond what chance "
                                  "explains. Better discard it.");
    if (report.replay.isWorse())
        return ComparisonView::tr("The new model has forgotten some of what the present one knows. Better "
                                  "discard it.");
    if (report.heldOut.isBetter())
        return ComparisonView::tr("The new model is better on images it never saw, beyond what chance "
                                  "explains.");
    if (report.heldOut.images == 0)
        return ComparisonView::tr("None of the images held out could be read, so nothing tells whether the "
                                  "new model is better.");
    return ComparisonView::tr("On images it never saw, the difference to the present model is within "
                              "chance. More labels make it clearer.");
}

ComparisonView::ComparisonView(QWidget* parent) : QWidget(parent), m_grid(new QGridLayout(this))
{
    setObjectName(QStringLiteral("comparisonView"));
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(24);
    m_grid->setVerticalSpacing(6);
    m_grid->setColumnStretch(0, 1);
}

QLabel* ComparisonView::addCell(int row, int column, const QString& text, const char* tone)
{
    auto* label = new QLabel(text, this);
    if (tone)
        label->setProperty("tone", QLatin1String(tone));
    m_grid->addWidget(label, row, column,
                      (column == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    return label;
}

void ComparisonView::addHeader()
{
    const QStringList titles{QString(), tr("Right before"), tr("Right now"), tr("Macro F1 before"),
                             tr("Macro F1 now"), tr("Change")};
    for (int column = 0; column < titles.size(); ++column)
        addCell(m_rows, column, titles.at(column))->setProperty("type", QStringLiteral("section"));
    ++m_rows;
}

void ComparisonView::addRow(const QString& title, const QString& hint, const ModelComparison& comparison)
{
    if (comparison.images == 0)
        return;
    const char* tone = comparison.isWorse() ? "error" : nullptr;
    addCell(m_rows, 0, title, tone)->setToolTip(hint);
    addCell(m_rows, 1, rightOf(comparison.rightBefore, comparison.images), "dim");
    addCell(m_rows, 2, rightOf(comparison.rightAfter, comparison.images), tone);
    addCell(m_rows, 3, withInterval(comparison.macroF1Before, comparison.intervalBefore), "dim");
    addCell(m_rows, 4, withInterval(comparison.macroF1After, comparison.intervalAfter), tone);
    QLabel* difference = addCell(m_rows, 5, change(comparison), tone);
    difference->setToolTip(tr("With 95 % confidence between %1 and %2")
                               .arg(QString::number(comparison.intervalOfDifference.low, 'f', 3),
                                    QString::number(comparison.intervalOfDifference.high, 'f', 3)));
    QFont bold = difference->font();
    bold.setBold(true);
    difference->setFont(bold);
    ++m_rows;
}

void ComparisonView::addClassRows(const ModelComparison& comparison, const ClassStyles& styles)
{
    for (std::size_t c = 0; c < comparison.support.size() && c < std::size_t(styles.all().size()); ++c) {
        if (comparison.support[c] == 0)
            continue;
        const bool lost = comparison.rightAfterOf[c] < comparison.rightBeforeOf[c];
        addCell(m_rows, 0, QStringLiteral("    ") + styles.all().at(qsizetype(c)).display, "dim");
        addCell(m_rows, 1, rightOf(comparison.rightBeforeOf[c], comparison.support[c]), "dim");
        addCell(m_rows, 2, rightOf(comparison.rightAfterOf[c], comparison.support[c]),
                lost ? "error" : nullptr);
        ++m_rows;
    }
}

void ComparisonView::showReport(const FineTuneReport& report)
{
    while (QLayoutItem* item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_rows = 0;
    QStringList names;
    for (const std::string& name : report.training.model.classes)
        names << QString::fromStdString(name);
    addHeader();
    addRow(tr("Held out"), tr("Labelled images of patients the new model never saw: what counts"),
           report.heldOut);
    addClassRows(report.heldOut, ClassStyles(names));
    addRow(tr("Learnt from"), tr("The corrected and confirmed images it was trained on"),
           report.corrections);
    addRow(tr("Known before"), tr("Labelled images of the replay set it was not trained on"),
           report.replay);
    if (report.untouched > 0) {
        addCell(m_rows, 0, tr("Untouched images"))
            ->setToolTip(tr("Images nobody labelled, as the present model tags them; not trained on"));
        auto* text = new QLabel(tr("%1 of %2 are tagged otherwise than before")
                                    .arg(formatCount(qint64(report.untouchedChanged)),
                                         formatCount(qint64(report.untouched))),
                                this);
        text->setProperty("tone", QStringLiteral("dim"));
        m_grid->addWidget(text, m_rows, 1, 1, 5, Qt::AlignLeft);
        ++m_rows;
    }
}

} // namespace ir::ui
