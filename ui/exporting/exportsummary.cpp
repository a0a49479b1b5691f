#include "exporting/exportsummary.h"

#include "style/classstyle.h"
#include "support/formatting.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace ir::ui {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("ExportSummary", text); }

QString files(std::size_t n)
{
    return n == 1 ? tr("1 file") : tr("%1 files").arg(formatCount(qint64(n)));
}

QString text(const std::string& utf8) { return QString::fromStdString(utf8).toHtmlEscaped(); }

QString table(const std::map<std::string, std::size_t>& counts)
{
    QString rows;
    for (const auto& [name, count] : counts)
        rows += QStringLiteral("<tr><td>%1&nbsp;&nbsp;&nbsp;</td><td align='right'>%2</td></tr>")
                    .arg(displayClassName(text(name)), formatCount(qint64(count)));
    return rows.isEmpty() ? QString() : QStringLiteral("<table>%1</table>").arg(rows);
}

QString paragraphs(const QStringList& lines)
{
    return lines.isEmpty() ? QString() : QStringLiteral("<p>%1</p>").arg(lines.join(QStringLiteral("<br>")));
}

constexpr std::size_t kFailuresShown = 3;

} // namespace

QString describePlan(const ExportPlan& plan)
{
    QStringList lines;
    if (plan.options.mode == ExportMode::Copy || plan.bytesToWrite > 0)
        lines << tr("%1, %2 to write, %3 free")
                     .arg(files(plan.files.size()), formatBytes(qint64(plan.bytesToWrite)),
                          formatBytes(qint64(plan.bytesFree)));
    else
        lines << files(plan.files.size());
    if (plan.alreadyThere > 0)
        lines << tr("%1 there already from an earlier export").arg(files(plan.alreadyThere));
    if (plan.collisions > 0)
        lines << tr("%1 get a number to keep equal names apart").arg(files(plan.collisions));
    if (!plan.skipped.empty())
        lines << tr("%1 left out").arg(files(plan.skipped.size()));
    const auto untagged = std::count_if(plan.items.cbegin(), plan.items.cend(), [](const ExportItem& item) {
        return item.className.empty() && !item.unreadable && !item.needsReview;
    });
    if (untagged > 0)
        lines << tr("%1 not tagged yet; better wait until tagging is done")
                     .arg(files(static_cast<std::size_t>(untagged)));
    if (!plan.missing.empty())
        lines << tr("%1 not there any more").arg(files(plan.missing.size()));
    for (const std::string& warning : plan.warnings)
        lines << text(warning);
    return table(plan.countByFolder) + paragraphs(lines);
}

QString describeReport(const ExportReport& report)
{
    QStringList lines;
    if (report.cancelled)
        lines << tr("<b>Stopped.</b> Exporting again completes the rest.");
    else if (!report.error.empty())
        lines << tr("<b>It had to stop:</b> %1").arg(text(report.error));
    else
        lines << tr("<b>Done.</b>");
    lines << tr("%1 exported").arg(files(report.exported));
    if (report.alreadyThere > 0)
        lines << tr("%1 were there already").arg(files(report.alreadyThere));
    if (report.failed > 0) {
        lines << tr("%1 failed:").arg(files(report.failed));
        std::size_t shown = 0;
        for (const ExportOutcome& outcome : report.outcomes)
            if (outcome.status == ExportStatus::Failed && shown++ < kFailuresShown)
                lines << text(outcome.reason);
    }
    if (!report.manifestCsv.empty())
        lines << tr("List of all: %1").arg(text(report.manifestCsv.string()));
    return paragraphs(lines);
}

QString describeReport(const TrainingExportReport& report)
{
    QStringList lines;
    if (report.cancelled)
        lines << tr("<b>Stopped.</b> Exporting again completes the rest.");
    else if (!report.error.empty())
        lines << tr("<b>It had to stop:</b> %1").arg(text(report.error));
    else
        lines << tr("<b>Done.</b>");
    if (report.skipped > 0)
        lines << tr("%1 left out: their labels were not asked for").arg(files(report.skipped));
    if (report.duplicates > 0)
        lines << tr("%1 are copies of others").arg(files(report.duplicates));
    for (std::size_t i = 0; i < report.failed.size() && i < kFailuresShown; ++i)
        lines << text(report.failed[i].second);
    if (!report.manifest.empty())
        lines << tr("For training: %1").arg(text(report.manifest.string()));
    return table(report.countByLabel) + paragraphs(lines);
}

} // namespace ir::ui
