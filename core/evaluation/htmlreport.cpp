#include "evaluation/htmlreport.h"

#include "evaluation/charts_p.h"
#include "evaluation/html_p.h"
#include "evaluation/htmlstyle_p.h"

#include "base/parallel.h"
#include "pipeline/imageloader.h"
#include "raster/raster.h"

#include <algorithm>
#include <cmath>

namespace ir {

namespace {

using html::count;
using html::number;
using html::percent;
using html::text;

using Row = Evaluation::Row;

constexpr int pictureSide = 176; ///< longest side of a picture, pixels
constexpr int pictureQuality = 80;

std::string span(const Interval& interval)
{
    return "<small>[" + number(interval.low) + ", " + number(interval.high) + "]</small>";
}

std::string cell(const std::string& content)
{
    return "<td>" + content + "</td>";
}

std::string heads(const std::vector<std::string>& names)
{
    std::string row = "<thead><tr>";
    for (const std::string& name : names)
        row += "<th scope=\"col\">" + text(name) + "</th>";
    return row + "</tr></thead>";
}

std::string shown(const std::string& value)
{
    return value.empty() ? "<span class=\"dim\">(none)</span>" : "<bdi>" + text(value) + "</bdi>";
}

std::string tile(const std::string& value, const std::string& name, const std::string& more)
{
    return "<div class=\"tile\"><span>" + name + "</span><b>" + value + "</b><span>" + more +
           "</span></div>";
}

std::string head(const EvaluationReport& report)
{
    const Evaluation& evaluation = report.evaluation;
    const ModelInfo& model = evaluation.model;
    std::string page =
        "<header><h1>" + text(evaluation.modelName) + " on <bdi>" + text(evaluation.setName) + "</bdi>" +
        (evaluation.split.empty() ? "" : ", split " + text(evaluation.split)) + "</h1><div class=\"dim\">" +
        text(model.architecture) + " at " + std::to_string(model.input.size) + " × " +
        std::to_string(model.input.size) + " pixels, " +
        count(static_cast<std::size_t>(model.parameterCount)) + " parameters · " + text(evaluation.device) +
        "</div><div class=\"dim mono\">SHA-256 " + text(model.digest) + "</div></header>";
    return page;
}

std::string tiles(const EvaluationReport& report)
{
    const Summary& whole = report.whole;
    const auto interval = [](const Interval& of) {
        return "95 % " + number(of.low) + " to " + number(of.high);
    };
    std::string page = "<div class=\"tiles\">";
    page += tile(number(whole.figures.macroF1), "Macro F1", interval(whole.intervals.macroF1));
    page += tile(number(whole.figures.accuracy), "Accuracy", interval(whole.intervals.accuracy));
    page += tile(count(whole.matrix.total()), "Images with a class",
                 count(whole.read) + " read, " + count(whole.unreadable) + " unreadable");
    page += tile(count(whole.needReview), "Sent to review",
                 percent(whole.acceptedFigures.accuracy) + " of the others are right");
    page += tile(number(report.calibration.error), "Calibration error", "15 bins");
    if (report.time)
        page += tile(number(report.time->singleMs, 1) + " ms", "Per image",
                     "and " + number(report.decodeMs, 1) + " ms to decode it");
    return page + "</div>";
}

std::string perClass(const EvaluationReport& report)
{
    const Summary& whole = report.whole;
    double low = 1; // where the scale of the bars begins
    for (std::size_t c = 0; c < whole.figures.perClass.size(); ++c)
        if (whole.figures.perClass[c].support > 0)
            low = std::min(low, whole.intervals.f1[c].low);
    low = std::min(0.9, std::floor(10 * low) / 10);
    std::string page =
        "<section><h2>Classes</h2><div class=\"scroll\"><table>" +
        heads({"class", "images", "precision", "recall", "F1", number(low, 1) + " – F1, 95 % – 1.0"}) +
        "<tbody>";
    for (std::size_t c = 0; c < whole.figures.perClass.size(); ++c) {
        const ClassFigures& of = whole.figures.perClass[c];
        page += "<tr>" + cell(shown(report.evaluation.model.classes[c])) + cell(count(of.support)) +
                cell(number(of.precision) + " " + span(whole.intervals.precision[c])) +
                cell(number(of.recall) + " " + span(whole.intervals.recall[c])) +
                cell(number(of.f1) + " " + span(whole.intervals.f1[c])) +
                cell(html::intervalBar(of.f1, whole.intervals.f1[c], low)) + "</tr>";
    }
    page += "<tr>" + cell("<b>macro mean</b>") + cell(count(whole.matrix.total())) +
            cell(number(whole.figures.macroPrecision) + " " + span(whole.intervals.macroPrecision)) +
            cell(number(whole.figures.macroRecall) + " " + span(whole.intervals.macroRecall)) +
            cell(number(whole.figures.macroF1) + " " + span(whole.intervals.macroF1)) +
            cell(html::intervalBar(whole.figures.macroF1, whole.intervals.macroF1, low)) + "</tr>";
    return page + "</tbody></table></div></section>";
}

std::string confusion(const EvaluationReport& report)
{
    const ConfusionMatrix& matrix = report.whole.matrix;
    const auto& classes = report.evaluation.model.classes;
    std::vector<std::string> names{"label ↓  tag →"};
    names.insert(names.end(), classes.begin(), classes.end());
    std::string page = "<section><h2>Confusion matrix</h2><div class=\"scroll\"><table class=\"matrix\">" +
                       heads(names) + "<tbody>";
    for (std::size_t truth = 0; truth < classes.size(); ++truth) {
        page += "<tr>" + cell(shown(classes[truth]));
        for (std::size_t tag = 0; tag < classes.size(); ++tag) {
            const std::uint64_t images = matrix.at(truth, tag);
            const double share = matrix.support(truth) > 0 ? static_cast<double>(images) /
                                                                 static_cast<double>(matrix.support(truth))
                                                           : 0;
            const char* kind = images == 0 ? "none" : truth == tag ? "hit" : "miss";
            // A single error must still be seen.
            const double shade = images == 0 ? 0 : truth == tag ? share : std::max(0.25, share);
            page +=
                "<td class=\"cell " + std::string(kind) + "\" style=\"--share:" + number(shade, 2) + "\">" +
                count(images) +
                (images > 0 ? " <small>" + (share < 0.01 ? "&lt;1\u00A0%" : percent(share, 0)) + "</small>"
                            : "") +
                "</td>";
        }
        page += "</tr>";
    }
    return page + "</tbody></table></div></section>";
}

std::string confidence(const Calibration& calibration)
{
    std::string page = "<section><h2>Confidence</h2><div class=\"charts\"><figure>" +
                       html::reliabilityChart(calibration) + "<figcaption>Expected calibration error " +
                       number(calibration.error) + " at the model’s temperature of " +
                       number(calibration.temperature) + ", " +
                       number(calibration.errorWithoutTemperature) +
                       " without it; these images would ask for " + number(calibration.fittedTemperature) +
                       ". Bars: share right; strokes: mean confidence.</figcaption></figure><figure>" +
                       html::riskCoverageChart(calibration) + "<figcaption>Area under the curve " +
                       number(calibration.areaUnderCurve, 5) + ". ";
    if (const auto& point = calibration.precise)
        page += percent(acceptedPrecision) + " of the accepted are right from a confidence of " +
                number(point->threshold, 4) + " on, which accepts " + percent(point->coverage) + ".";
    else
        page += "No confidence makes " + percent(acceptedPrecision) + " of the accepted right.";
    return page + " Dashed: " + percent(1 - acceptedPrecision) +
           " wrong.</figcaption></figure></div></section>";
}

std::string groupTable(const EvaluationReport& report, const GroupTable& table)
{
    std::vector<std::string> names{table.column, "images", "accuracy"};
    for (const std::string& name : report.evaluation.model.classes)
        names.push_back(name);
    const auto anyWith = [&](auto&& has) {
        return std::ranges::any_of(table.values, [&](const auto& row) { return has(row.second); });
    };
    const bool others = anyWith([](const Summary& summary) { return !summary.otherScores.empty(); });
    const bool unreadable = anyWith([](const Summary& summary) { return summary.unreadable > 0; });
    if (others)
        names.emplace_back("other labels");
    if (unreadable)
        names.emplace_back("unreadable");
    std::string page = "<section><h2>By <bdi>" + text(table.column) +
                       "</bdi></h2><p class=\"dim\">Recall of each class, with its images.</p>"
                       "<div class=\"scroll\"><table>" +
                       heads(names) + "<tbody>";
    for (const auto& [value, summary] : table.values) {
        const bool any = summary.matrix.total() > 0;
        page += "<tr>" + cell(shown(value)) + cell(count(summary.matrix.total())) +
                cell(any ? number(summary.figures.accuracy) + " " + span(summary.intervals.accuracy) : "");
        for (const ClassFigures& of : summary.figures.perClass)
            page +=
                cell(of.support > 0 ? number(of.recall) + " <small>" + count(of.support) + "</small>" : "");
        if (others)
            page += cell(summary.otherScores.empty() ? "" : count(summary.otherScores.size()));
        if (unreadable)
            page += cell(summary.unreadable == 0 ? "" : count(summary.unreadable));
        page += "</tr>";
    }
    return page + "</tbody></table></div></section>";
}

std::string ages(const EvaluationReport& report)
{
    if (report.ages.empty())
        return {};
    std::string page =
        "<section><h2>Adult or child</h2><p class=\"dim\">On sources that have both, where the "
        "looks of a source do not give the answer.</p><div class=\"scroll\"><table>" +
        heads({"source", "balanced accuracy", "adults right", "adults", "children right", "children"}) +
        "<tbody>";
    for (const AgeBalance& age : report.ages)
        page += "<tr>" + cell(age.source.empty() ? "<b>all of them</b>" : shown(age.source)) +
                cell(number(age.balancedAccuracy) + (age.interval ? " " + span(*age.interval) : "")) +
                cell(percent(age.adultRecall)) + cell(count(age.adults)) + cell(percent(age.childRecall)) +
                cell(count(age.children)) + "</tr>";
    return page + "</tbody></table></div></section>";
}

std::string picture(const std::filesystem::path& file)
{
    const auto decoded = decodeImage(file, {.longestSide = pictureSide});
    if (!decoded || decoded->image.empty())
        return "cannot be shown";
    return "<img alt=\"\" src=\"data:image/jpeg;base64," +
           html::base64(encodeJpeg(decoded->image, pictureQuality)) + "\">";
}

/// One group of images with their pictures, the most confident first.
std::string pictures(const EvaluationReport& report, const std::string& title, std::vector<const Row*> rows,
                     const HtmlOptions& options, const std::stop_token& stop)
{
    if (rows.empty())
        return {};
    std::ranges::stable_sort(rows, [](const Row* a, const Row* b) {
        return a->prediction->confidence > b->prediction->confidence;
    });
    std::string page = "<h3>" + title + " (" + count(rows.size()) + ")</h3>";
    if (rows.size() > options.pictures) {
        rows.resize(options.pictures);
        page += "<p class=\"dim\">The " + count(rows.size()) + " most confident are shown.</p>";
    }
    std::vector<std::string> drawn(rows.size());
    parallelFor(rows.size(), usableCores(), stop,
                [&](std::size_t i) { drawn[i] = picture(rows[i]->file); });
    page += "<div class=\"pictures\">";
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Prediction& said = *rows[i]->prediction;
        const auto tag = static_cast<std::size_t>(said.classIndex);
        page += "<figure><div class=\"frame\">" + drawn[i] + "</div><figcaption>" + shown(rows[i]->label) +
                " → <span class=\"tag\">" + shown(report.evaluation.model.classes[tag]) + "</span> " +
                percent(said.confidence) + "<span class=\"path\"><bdi>" + text(rows[i]->path) +
                "</bdi></span></figcaption></figure>";
    }
    return page + "</div>";
}

std::string errors(const EvaluationReport& report, const HtmlOptions& options, const std::stop_token& stop)
{
    std::vector<const Row*> accepted;
    std::vector<const Row*> reviewed;
    std::vector<const Row*> others;
    for (const Row& row : report.evaluation.rows) {
        if (!row.prediction)
            continue;
        if (!row.truth && !row.prediction->needsReview)
            others.push_back(&row);
        else if (row.truth && *row.truth != static_cast<std::size_t>(row.prediction->classIndex))
            (row.prediction->needsReview ? reviewed : accepted).push_back(&row);
    }
    std::string page = "<section><h2>Errors</h2>";
    if (accepted.empty() && reviewed.empty() && others.empty())
        page += "<p>None.</p>";
    page += pictures(report, "Wrong and not sent to review", accepted, options, stop);
    page += pictures(report, "No class of the model, and not sent to review", others, options, stop);
    page += pictures(report, "Wrong, but sent to review", reviewed, options, stop);
    return page + "</section>";
}

std::string unreadable(const EvaluationReport& report)
{
    if (report.whole.unreadable == 0)
        return {};
    std::string page =
        "<section><h2>Unreadable</h2><div class=\"scroll\"><table>" + heads({"file", "reason"}) + "<tbody>";
    for (const Row& row : report.evaluation.rows)
        if (!row.prediction)
            page += "<tr>" + cell(shown(row.path)) + "<td style=\"text-align:left;white-space:normal\">" +
                    text(row.reason) + "</td></tr>";
    return page + "</tbody></table></div></section>";
}

std::string foot(const EvaluationReport& report, const HtmlOptions& options)
{
    return "<footer class=\"dim\"><p>Intervals: 95 % percentile bootstrap over images, " +
           count(static_cast<std::size_t>(report.bootstrap.resamples)) + " resamples, seed " +
           std::to_string(report.bootstrap.seed) +
           ". Figures as scikit-learn defines them; macro means run over the classes that occur. Images of "
           "one "
           "patient count as independent. This page shows images of patients: keep it as you keep "
           "those.</p><p>" +
           text(options.madeBy) + "</p></footer>";
}

} // namespace

std::string htmlReport(const EvaluationReport& report, const HtmlOptions& options,
                       const std::stop_token& stop)
{
    std::string page = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                       "style-src 'unsafe-inline'; img-src data:\"><title>" +
                       text(report.evaluation.modelName) + ": evaluation</title><style>" +
                       html::styleSheet + "</style></head><body><main>\n";
    page += head(report) + "\n" + tiles(report) + "\n" + perClass(report) + "\n" + confusion(report) +
            "\n" + confidence(report.calibration) + "\n";
    for (const GroupTable& table : report.tables)
        page += groupTable(report, table) + "\n";
    page += ages(report) + "\n" + errors(report, options, stop) + "\n" + unreadable(report) + "\n" +
            foot(report, options);
    return page + "\n</main></body></html>\n";
}

} // namespace ir
