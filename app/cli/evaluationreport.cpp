#include "evaluationreport.h"

#include "figures.h"
#include "json.h"

#include "base/atomicfile.h"
#include "base/csv.h"

#include <algorithm>
#include <iostream>

namespace ir::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t curvePoints = 200; ///< of the risk–coverage curve in JSON, at most

Json perClassJson(const ModelInfo& model, const Summary& summary)
{
    Json all = Json::object();
    for (std::size_t c = 0; c < model.classes.size(); ++c) {
        const ClassFigures& of = summary.figures.perClass[c];
        all[model.classes[c]] = {{"precision", of.precision},
                                 {"recall", of.recall},
                                 {"f1", of.f1},
                                 {"support", of.support},
                                 {"precision_interval", pair(summary.intervals.precision[c])},
                                 {"recall_interval", pair(summary.intervals.recall[c])},
                                 {"f1_interval", pair(summary.intervals.f1[c])}};
    }
    return all;
}

Json summaryJson(const ModelInfo& model, const Summary& summary)
{
    const auto figure = [&](double value) { return summary.matrix.total() > 0 ? Json(value) : Json(); };
    Json matrix = Json::array();
    for (std::size_t truth = 0; truth < model.classes.size(); ++truth) {
        Json line = Json::array();
        for (std::size_t predicted = 0; predicted < model.classes.size(); ++predicted)
            line.push_back(summary.matrix.at(truth, predicted));
        matrix.push_back(line);
    }
    const FigureIntervals& intervals = summary.intervals;
    Json json{{"images", summary.read + summary.unreadable},
              {"read", summary.read},
              {"unreadable", summary.unreadable},
              {"labelled", summary.matrix.total()},
              {"accuracy", figure(summary.figures.accuracy)},
              {"macro_precision", figure(summary.figures.macroPrecision)},
              {"macro_recall", figure(summary.figures.macroRecall)},
              {"macro_f1", figure(summary.figures.macroF1)},
              {"accuracy_interval", pair(intervals.accuracy)},
              {"macro_precision_interval", pair(intervals.macroPrecision)},
              {"macro_recall_interval", pair(intervals.macroRecall)},
              {"macro_f1_interval", pair(intervals.macroF1)},
              {"per_class", perClassJson(model, summary)},
              {"confusion_matrix", matrix},
              {"needs_review", summary.needReview},
              {"without_review",
               {{"images", summary.accepted.total()},
                {"accuracy", summary.acceptedFigures.accuracy},
                {"macro_f1", summary.acceptedFigures.macroF1}}},
              {"calibration_error", expectedCalibrationError(summary.confidences, summary.correct)}};
    if (!summary.otherLabels.empty())
        json["other_labels"] = {{"images", summary.otherScores.size()},
                                {"labels", summary.otherLabels},
                                {"needs_review", summary.othersNeedReview},
                                {"auroc_outlier_score", maybe(summary.scoreAuroc)},
                                {"auroc_low_confidence", maybe(summary.doubtAuroc)}};
    return json;
}

Json calibrationJson(const Calibration& calibration)
{
    Json bins = Json::array();
    for (const ReliabilityBin& bin : calibration.bins)
        bins.push_back({{"low", bin.low},
                        {"high", bin.high},
                        {"images", bin.images},
                        {"confidence", bin.images > 0 ? Json(bin.confidence) : Json()},
                        {"accuracy", bin.images > 0 ? Json(bin.accuracy) : Json()}});
    return {{"temperature", calibration.temperature},
            {"ece", calibration.error},
            {"ece_without_temperature", calibration.errorWithoutTemperature},
            {"temperature_fitted_here", calibration.fittedTemperature},
            {"bins", bins}};
}

Json pointJson(const AcceptancePoint& point)
{
    return {{"threshold", point.threshold},
            {"accepted", point.accepted},
            {"wrong", point.wrong},
            {"coverage", point.coverage},
            {"risk", point.risk}};
}

Json riskCoverageJson(const Calibration& calibration)
{
    Json curve = Json::array();
    const auto& points = calibration.curve;
    const std::size_t count = std::min(points.size(), curvePoints);
    for (std::size_t i = 0; i < count; ++i) // the last one always
        curve.push_back(pointJson(points[(i + 1) * points.size() / count - 1]));
    return {{"aurc", calibration.areaUnderCurve},
            {"precision", acceptedPrecision},
            {"at_precision", calibration.precise ? pointJson(*calibration.precise) : Json()},
            {"curve", curve}};
}

Json agesJson(const std::vector<AgeBalance>& ages)
{
    Json list = Json::array();
    for (const AgeBalance& age : ages)
        list.push_back({{"source", age.source.empty() ? Json() : Json(age.source)},
                        {"adults", age.adults},
                        {"children", age.children},
                        {"adult_recall", age.adultRecall},
                        {"child_recall", age.childRecall},
                        {"balanced_accuracy", age.balancedAccuracy},
                        {"balanced_accuracy_interval", age.interval ? pair(*age.interval) : Json()}});
    return list;
}

Json timeJson(const EvaluationReport& report)
{
    if (!report.time)
        return {};
    return {{"images", report.time->images},
            {"inference_ms", report.time->singleMs},
            {"inference_batched_ms", report.time->batchedMs},
            {"decode_ms", report.decodeMs},
            {"decode_and_inference_ms", report.decodeMs + report.time->singleMs}};
}

void printPerClass(const ModelInfo& model, const Summary& summary)
{
    std::cout << std::left << std::setw(18) << "class" << std::right << std::setw(10) << "precision"
              << std::setw(10) << "recall" << std::setw(10) << "F1" << std::setw(20) << "95 % of F1"
              << std::setw(10) << "images" << '\n';
    for (std::size_t c = 0; c < model.classes.size(); ++c) {
        const ClassFigures& of = summary.figures.perClass[c];
        std::cout << std::left << std::setw(18) << model.classes[c] << std::right << std::setw(10)
                  << decimals(of.precision) << std::setw(10) << decimals(of.recall) << std::setw(10)
                  << decimals(of.f1) << std::setw(20) << span(summary.intervals.f1[c]) << std::setw(10)
                  << of.support << '\n';
    }
}

void printConfusion(const ModelInfo& model, const ConfusionMatrix& matrix)
{
    std::cout << "\nlabel in rows, tag in columns\n" << std::left << std::setw(18) << "";
    for (const std::string& name : model.classes)
        std::cout << std::right << std::setw(17) << name;
    std::cout << '\n';
    for (std::size_t truth = 0; truth < model.classes.size(); ++truth) {
        std::cout << std::left << std::setw(18) << model.classes[truth] << std::right;
        for (std::size_t predicted = 0; predicted < model.classes.size(); ++predicted)
            std::cout << std::setw(17) << matrix.at(truth, predicted);
        std::cout << '\n';
    }
}

/// One line a value: accuracy, and the recall of each class that occurs there.
void printTable(const ModelInfo& model, const GroupTable& table)
{
    std::cout << "\nby " << table.column << ": images, accuracy [95 %], recall of each class (images)\n";
    for (const auto& [value, summary] : table.values) {
        std::cout << "  " << std::left << std::setw(28) << (value.empty() ? "(none)" : value) << std::right
                  << std::setw(6) << summary.matrix.total() << "  ";
        if (summary.matrix.total() > 0)
            std::cout << decimals(summary.figures.accuracy) << ' ' << span(summary.intervals.accuracy);
        for (std::size_t c = 0; c < summary.figures.perClass.size(); ++c)
            if (summary.figures.perClass[c].support > 0)
                std::cout << "  " << model.classes[c] << ' ' << decimals(summary.figures.perClass[c].recall)
                          << " (" << summary.figures.perClass[c].support << ')';
        if (!summary.otherLabels.empty())
            std::cout << "  other labels (" << summary.otherScores.size() << ')';
        std::cout << '\n';
    }
}

void printAges(const std::vector<AgeBalance>& ages)
{
    if (ages.empty())
        return;
    std::cout << "\nadult or child, on sources with both: balanced accuracy [95 %], recall (images)\n";
    for (const AgeBalance& age : ages) {
        std::cout << "  " << std::left << std::setw(28) << (age.source.empty() ? "all of them" : age.source)
                  << std::right << decimals(age.balancedAccuracy);
        if (age.interval)
            std::cout << ' ' << span(*age.interval);
        std::cout << "  adults " << decimals(age.adultRecall) << " (" << age.adults << ")  children "
                  << decimals(age.childRecall) << " (" << age.children << ")\n";
    }
}

void printConfidence(const Calibration& calibration)
{
    std::cout << "\ncalibration error " << decimals(calibration.error)
              << " (15 bins) at the model's temperature " << decimals(calibration.temperature) << ", "
              << decimals(calibration.errorWithoutTemperature) << " without it; these images would ask for "
              << decimals(calibration.fittedTemperature) << "\narea under the risk–coverage curve "
              << decimals(calibration.areaUnderCurve, 5);
    if (const auto& point = calibration.precise)
        std::cout << "; " << decimals(100 * acceptedPrecision, 1) << " % precision from a confidence of "
                  << decimals(point->threshold, 4) << " on, which accepts "
                  << decimals(100 * point->coverage, 1) << " %";
    else
        std::cout << "; no confidence gives " << decimals(100 * acceptedPrecision, 1) << " % precision";
    std::cout << '\n';
}

void printFigures(const EvaluationReport& report)
{
    const Summary& whole = report.whole;
    std::cout << "macro F1   " << decimals(whole.figures.macroF1) << ' ' << span(whole.intervals.macroF1)
              << "   accuracy   " << decimals(whole.figures.accuracy) << ' '
              << span(whole.intervals.accuracy) << "\nmacro precision "
              << decimals(whole.figures.macroPrecision) << ' ' << span(whole.intervals.macroPrecision)
              << "   macro recall " << decimals(whole.figures.macroRecall) << ' '
              << span(whole.intervals.macroRecall) << '\n'
              << "needs review: " << whole.needReview << " of " << whole.matrix.total()
              << "; accuracy of the others " << decimals(whole.acceptedFigures.accuracy) << "\n\n";
    printPerClass(report.evaluation.model, whole);
    printConfusion(report.evaluation.model, whole.matrix);
    printConfidence(report.calibration);
}

void printOtherLabels(const Summary& whole)
{
    std::cout << "\nlabels that are none of the model's classes:";
    for (const auto& [label, count] : whole.otherLabels)
        std::cout << ' ' << label << " (" << count << ')';
    std::cout << "; " << whole.othersNeedReview << " of them need review";
    if (whole.scoreAuroc)
        std::cout << "; told apart by the outlier score with AUROC " << decimals(*whole.scoreAuroc);
    if (whole.doubtAuroc)
        std::cout << ", by low confidence with " << decimals(*whole.doubtAuroc);
    std::cout << '\n';
}

} // namespace

void printJson(const EvaluationReport& report)
{
    const Evaluation& evaluation = report.evaluation;
    const ModelInfo& model = evaluation.model;
    Json json{{"manifest", evaluation.setName},
              {"split", evaluation.split.empty() ? Json() : Json(evaluation.split)},
              {"model",
               {{"name", evaluation.modelName},
                {"architecture", model.architecture},
                {"input_size", model.input.size},
                {"parameters", model.parameterCount},
                {"digest", model.digest}}},
              {"device", evaluation.device},
              {"seconds", evaluation.seconds},
              {"classes", model.classes}};
    json.update(summaryJson(model, report.whole));
    json["bootstrap"] = {{"resamples", report.bootstrap.resamples},
                         {"level", report.bootstrap.level},
                         {"seed", report.bootstrap.seed}};
    json["calibration"] = calibrationJson(report.calibration);
    json["risk_coverage"] = riskCoverageJson(report.calibration);
    json["adult_child"] = agesJson(report.ages);
    json["time"] = timeJson(report);
    Json& by = json["by"] = Json::object();
    for (const GroupTable& table : report.tables)
        for (const auto& [value, summary] : table.values)
            by[table.column][value] = summaryJson(model, summary);
    Json& unreadable = json["unreadable_files"] = Json::array();
    for (const Evaluation::Row& row : evaluation.rows)
        if (!row.prediction)
            unreadable.push_back({{"path", row.path}, {"reason", row.reason}});
    std::cout << dump(json) << '\n';
}

void printText(const EvaluationReport& report)
{
    const Evaluation& evaluation = report.evaluation;
    const Summary& whole = report.whole;
    std::cout << whole.read << " images read, " << whole.unreadable << " unreadable, "
              << decimals(evaluation.seconds, 1) << " s on " << evaluation.device << '\n'
              << evaluation.modelName << ": " << evaluation.model.architecture << " at "
              << evaluation.model.input.size << " pixels, " << evaluation.model.digest << '\n';
    if (report.time)
        std::cout << "per image: " << decimals(report.time->singleMs, 1) << " ms one at a time, "
                  << decimals(report.time->batchedMs, 1) << " ms in batches; decoding "
                  << decimals(report.decodeMs, 1) << " ms (mean of " << report.time->images << ")\n";
    std::cout << '\n';
    if (whole.matrix.total() > 0)
        printFigures(report);
    if (!whole.otherLabels.empty())
        printOtherLabels(whole);
    for (const GroupTable& table : report.tables)
        printTable(evaluation.model, table);
    printAges(report.ages);
    for (const Evaluation::Row& row : evaluation.rows)
        if (!row.prediction)
            std::cerr << "unreadable: " << row.path << ": " << row.reason << '\n';
}

Result<void> writePredictions(const std::string& path, const Evaluation& evaluation)
{
    std::vector<std::string> names{"path", "label", "class", "confidence"};
    names.insert(names.end(), evaluation.model.classes.begin(), evaluation.model.classes.end());
    names.insert(names.end(), {"outlier_score", "needs_review", "reason"});
    std::string text = csvLine(names);
    for (const Evaluation::Row& row : evaluation.rows) {
        std::vector<std::string> fields{row.path, row.label};
        if (const auto& said = row.prediction) {
            fields.push_back(evaluation.model.classes[static_cast<std::size_t>(said->classIndex)]);
            fields.push_back(decimals(said->confidence, 6));
            for (const float probability : said->probabilities)
                fields.push_back(decimals(probability, 6));
            fields.push_back(decimals(said->outlierScore, 6));
            fields.emplace_back(said->needsReview ? "true" : "false");
        }
        fields.resize(names.size() - 1);
        fields.push_back(row.reason);
        text += csvLine(fields);
    }
    return writeFileAtomically(path, text);
}

} // namespace ir::cli
