#include "evaluationreport.h"

#include "json.h"

#include "base/atomicfile.h"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>

namespace ir::cli {

namespace {

using Json = nlohmann::ordered_json;

/// Figures of some of the rows.
struct Part
{
    explicit Part(std::size_t classes) : matrix(classes), accepted(classes) {}

    ConfusionMatrix matrix;
    std::size_t read = 0;
    std::size_t unreadable = 0;
    std::size_t needReview = 0; ///< of those with a label of the model's
    ConfusionMatrix accepted;   ///< without those that need review
    std::vector<double> confidences;
    std::vector<std::uint8_t> correct;
    std::vector<double> scores; ///< outlier scores of those with a label of the model's
    std::vector<double> doubts; ///< 1 − confidence of the same

    // Images whose label is none of the model's classes.
    std::map<std::string, std::size_t> strangeLabels;
    std::size_t strangeNeedReview = 0;
    std::vector<double> strangeScores;
    std::vector<double> strangeDoubts;
};

std::string decimals(double value, int digits = 3)
{
    std::ostringstream text;
    text << std::fixed << std::setprecision(digits) << value;
    return text.str();
}

std::string span(const Interval& interval)
{
    return "[" + decimals(interval.low) + ", " + decimals(interval.high) + "]";
}

Json pair(const Interval& interval)
{
    return Json::array({interval.low, interval.high});
}

Json maybe(const std::optional<double>& value)
{
    return value ? Json(*value) : Json();
}

void add(Part& part, const Evaluation::Row& row)
{
    if (!row.prediction) {
        ++part.unreadable;
        return;
    }
    ++part.read;
    const Prediction& said = *row.prediction;
    const auto predicted = static_cast<std::size_t>(said.classIndex);
    if (!row.truth) {
        ++part.strangeLabels[row.label];
        part.strangeNeedReview += said.needsReview ? 1 : 0;
        part.strangeScores.push_back(said.outlierScore);
        part.strangeDoubts.push_back(1 - said.confidence);
        return;
    }
    part.matrix.add(*row.truth, predicted);
    if (said.needsReview)
        ++part.needReview;
    else
        part.accepted.add(*row.truth, predicted);
    part.confidences.push_back(said.confidence);
    part.correct.push_back(predicted == *row.truth ? 1 : 0);
    part.scores.push_back(said.outlierScore);
    part.doubts.push_back(1 - said.confidence);
}

Part partOf(const Evaluation& evaluation, const std::string& column = {}, const std::string& value = {})
{
    Part part(evaluation.model.classes.size());
    for (const Evaluation::Row& row : evaluation.rows)
        if (column.empty() || evaluation.manifest.at(row.line, column) == value)
            add(part, row);
    return part;
}

/// The values of a column among the rows, sorted.
std::vector<std::string> valuesOf(const Evaluation& evaluation, const std::string& column)
{
    std::vector<std::string> values;
    for (const Evaluation::Row& row : evaluation.rows)
        values.push_back(evaluation.manifest.at(row.line, column));
    std::ranges::sort(values);
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values;
}

Json perClassJson(const ModelInfo& model, const Figures& figures, const FigureIntervals& intervals)
{
    Json all = Json::object();
    for (std::size_t c = 0; c < model.classes.size(); ++c) {
        const ClassFigures& of = figures.perClass[c];
        all[model.classes[c]] = {{"precision", of.precision},
                                 {"recall", of.recall},
                                 {"f1", of.f1},
                                 {"support", of.support},
                                 {"precision_interval", pair(intervals.precision[c])},
                                 {"recall_interval", pair(intervals.recall[c])},
                                 {"f1_interval", pair(intervals.f1[c])}};
    }
    return all;
}

Json partJson(const ModelInfo& model, const Part& part, const BootstrapOptions& bootstrap)
{
    const Figures figures = figuresOf(part.matrix);
    const FigureIntervals intervals = bootstrapIntervals(part.matrix, bootstrap);
    const std::size_t classes = model.classes.size();
    const auto figure = [&](double value) { return part.matrix.total() > 0 ? Json(value) : Json(); };
    Json matrix = Json::array();
    for (std::size_t truth = 0; truth < classes; ++truth) {
        Json line = Json::array();
        for (std::size_t predicted = 0; predicted < classes; ++predicted)
            line.push_back(part.matrix.at(truth, predicted));
        matrix.push_back(line);
    }
    Json json{{"images", part.read + part.unreadable},
              {"read", part.read},
              {"unreadable", part.unreadable},
              {"labelled", part.matrix.total()},
              {"accuracy", figure(figures.accuracy)},
              {"macro_precision", figure(figures.macroPrecision)},
              {"macro_recall", figure(figures.macroRecall)},
              {"macro_f1", figure(figures.macroF1)},
              {"accuracy_interval", pair(intervals.accuracy)},
              {"macro_precision_interval", pair(intervals.macroPrecision)},
              {"macro_recall_interval", pair(intervals.macroRecall)},
              {"macro_f1_interval", pair(intervals.macroF1)},
              {"per_class", perClassJson(model, figures, intervals)},
              {"confusion_matrix", matrix},
              {"needs_review", part.needReview},
              {"without_review",
               {{"images", part.accepted.total()},
                {"accuracy", figuresOf(part.accepted).accuracy},
                {"macro_f1", figuresOf(part.accepted).macroF1}}},
              {"calibration_error", expectedCalibrationError(part.confidences, part.correct)}};
    if (!part.strangeLabels.empty())
        json["other_labels"] = {
            {"images", part.strangeScores.size()},
            {"labels", part.strangeLabels},
            {"needs_review", part.strangeNeedReview},
            {"auroc_outlier_score", maybe(auroc(part.strangeScores, part.scores))},
            {"auroc_low_confidence", maybe(auroc(part.strangeDoubts, part.doubts))}};
    return json;
}

void printPerClass(const ModelInfo& model, const Figures& figures, const FigureIntervals& intervals)
{
    std::cout << std::left << std::setw(18) << "class" << std::right << std::setw(10) << "precision"
              << std::setw(10) << "recall" << std::setw(10) << "F1" << std::setw(20) << "95 % of F1"
              << std::setw(10) << "images" << '\n';
    for (std::size_t c = 0; c < model.classes.size(); ++c) {
        const ClassFigures& of = figures.perClass[c];
        std::cout << std::left << std::setw(18) << model.classes[c] << std::right << std::setw(10)
                  << decimals(of.precision) << std::setw(10) << decimals(of.recall) << std::setw(10)
                  << decimals(of.f1) << std::setw(20) << span(intervals.f1[c]) << std::setw(10)
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
void printBy(const Evaluation& evaluation, const std::string& column)
{
    std::cout << "\nby " << column << ": images, accuracy [95 %], recall of each class (images)\n";
    for (const std::string& value : valuesOf(evaluation, column)) {
        const Part part = partOf(evaluation, column, value);
        const Figures figures = figuresOf(part.matrix);
        std::cout << "  " << std::left << std::setw(28) << (value.empty() ? "(none)" : value)
                  << std::right << std::setw(6) << part.matrix.total() << "  ";
        if (part.matrix.total() > 0)
            std::cout << decimals(figures.accuracy) << ' '
                      << span(bootstrapIntervals(part.matrix, evaluation.bootstrap).accuracy);
        for (std::size_t c = 0; c < figures.perClass.size(); ++c)
            if (figures.perClass[c].support > 0)
                std::cout << "  " << evaluation.model.classes[c] << ' '
                          << decimals(figures.perClass[c].recall) << " ("
                          << figures.perClass[c].support << ')';
        if (!part.strangeLabels.empty())
            std::cout << "  other labels (" << part.strangeScores.size() << ')';
        std::cout << '\n';
    }
}

void printFigures(const Evaluation& evaluation, const Part& part)
{
    const Figures figures = figuresOf(part.matrix);
    const FigureIntervals intervals = bootstrapIntervals(part.matrix, evaluation.bootstrap);
    std::cout << "macro F1   " << decimals(figures.macroF1) << ' ' << span(intervals.macroF1)
              << "   accuracy   " << decimals(figures.accuracy) << ' ' << span(intervals.accuracy)
              << "\nmacro precision " << decimals(figures.macroPrecision) << "   macro recall "
              << decimals(figures.macroRecall) << "   calibration error "
              << decimals(expectedCalibrationError(part.confidences, part.correct)) << '\n'
              << "needs review: " << part.needReview << " of " << part.matrix.total()
              << "; accuracy of the others " << decimals(figuresOf(part.accepted).accuracy) << "\n\n";
    printPerClass(evaluation.model, figures, intervals);
    printConfusion(evaluation.model, part.matrix);
}

} // namespace

void printJson(const Evaluation& evaluation)
{
    const ModelInfo& model = evaluation.model;
    Json json{{"manifest", evaluation.manifestName},
              {"split", evaluation.split.empty() ? Json() : Json(evaluation.split)},
              {"model",
               {{"name", evaluation.modelName},
                {"architecture", model.architecture},
                {"input_size", model.input.size},
                {"digest", model.digest}}},
              {"device", evaluation.device},
              {"seconds", evaluation.seconds},
              {"classes", model.classes}};
    json.update(partJson(model, partOf(evaluation), evaluation.bootstrap));
    json["bootstrap"] = {{"resamples", evaluation.bootstrap.resamples},
                         {"level", evaluation.bootstrap.level},
                         {"seed", evaluation.bootstrap.seed}};
    Json& by = json["by"] = Json::object();
    for (const std::string& column : evaluation.by)
        for (const std::string& value : valuesOf(evaluation, column))
            by[column][value] = partJson(model, partOf(evaluation, column, value), evaluation.bootstrap);
    Json& unreadable = json["unreadable_files"] = Json::array();
    for (const Evaluation::Row& row : evaluation.rows)
        if (!row.prediction)
            unreadable.push_back({{"path", row.path}, {"reason", row.reason}});
    std::cout << dump(json) << '\n';
}

void printText(const Evaluation& evaluation)
{
    const Part part = partOf(evaluation);
    std::cout << part.read << " images read, " << part.unreadable << " unreadable, "
              << decimals(evaluation.seconds, 1) << " s on " << evaluation.device << '\n'
              << evaluation.modelName << ": " << evaluation.model.architecture << " at "
              << evaluation.model.input.size << " pixels, " << evaluation.model.digest << "\n\n";
    if (part.matrix.total() > 0)
        printFigures(evaluation, part);
    if (!part.strangeLabels.empty()) {
        std::cout << "\nlabels that are none of the model's classes:";
        for (const auto& [label, count] : part.strangeLabels)
            std::cout << ' ' << label << " (" << count << ')';
        std::cout << "; " << part.strangeNeedReview << " of them need review";
        if (const auto area = auroc(part.strangeScores, part.scores))
            std::cout << "; told apart by the outlier score with AUROC " << decimals(*area);
        if (const auto area = auroc(part.strangeDoubts, part.doubts))
            std::cout << ", by low confidence with " << decimals(*area);
        std::cout << '\n';
    }
    for (const std::string& column : evaluation.by)
        printBy(evaluation, column);
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
