#include "evaluation/evaluation.h"

#include "nn/calibrate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace ir {

namespace {

using Row = Evaluation::Row;

std::optional<std::size_t> indexOf(const std::vector<std::string>& names, const std::string& name)
{
    const auto found = std::ranges::find(names, name);
    if (found == names.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
}

void add(Summary& summary, const Row& row)
{
    if (!row.prediction) {
        ++summary.unreadable;
        return;
    }
    ++summary.read;
    const Prediction& said = *row.prediction;
    if (!row.truth) {
        ++summary.otherLabels[row.label];
        summary.othersNeedReview += said.needsReview ? 1 : 0;
        summary.otherConfidences.push_back(said.confidence);
        summary.otherScores.push_back(said.outlierScore);
        return;
    }
    const auto predicted = static_cast<std::size_t>(said.classIndex);
    summary.matrix.add(*row.truth, predicted);
    if (said.needsReview)
        ++summary.needReview;
    else
        summary.accepted.add(*row.truth, predicted);
    summary.confidences.push_back(said.confidence);
    summary.correct.push_back(predicted == *row.truth ? 1 : 0);
    summary.scores.push_back(said.outlierScore);
}

void finish(Summary& summary, const BootstrapOptions& bootstrap)
{
    summary.figures = figuresOf(summary.matrix);
    summary.intervals = bootstrapIntervals(summary.matrix, bootstrap);
    summary.acceptedFigures = figuresOf(summary.accepted);
    summary.scoreAuroc = auroc(summary.otherScores, summary.scores);
    summary.doubtAuroc = auroc(summary.confidences, summary.otherConfidences);
}

/// One summary for each value of a column.
GroupTable tableOf(const Evaluation& evaluation, std::size_t column, const BootstrapOptions& bootstrap)
{
    std::map<std::string, Summary> byValue;
    for (const Row& row : evaluation.rows)
        add(byValue.try_emplace(row.values[column], evaluation.model.classes.size()).first->second, row);
    GroupTable table{.column = evaluation.columns[column], .values = {}};
    for (auto& [value, summary] : byValue) {
        finish(summary, bootstrap);
        table.values.emplace_back(value, std::move(summary));
    }
    return table;
}

/// Right and wrong answers for adults and children.
struct AgeCounts
{
    std::uint64_t adultRight = 0;
    std::uint64_t adultWrong = 0;
    std::uint64_t childRight = 0;
    std::uint64_t childWrong = 0;
};

AgeBalance balanceOf(const std::string& source, const AgeCounts& counts, const BootstrapOptions& bootstrap)
{
    const std::array<std::uint64_t, 4> kinds{counts.adultRight, counts.adultWrong, counts.childRight,
                                             counts.childWrong};
    const auto recall = [](std::uint64_t right, std::uint64_t wrong) {
        return right + wrong == 0 ? std::numeric_limits<double>::quiet_NaN()
                                  : static_cast<double>(right) / static_cast<double>(right + wrong);
    };
    const auto balanced = [&](std::span<const std::uint64_t> drawn) {
        return (recall(drawn[0], drawn[1]) + recall(drawn[2], drawn[3])) / 2;
    };
    return {.source = source,
            .adults = counts.adultRight + counts.adultWrong,
            .children = counts.childRight + counts.childWrong,
            .adultRecall = recall(counts.adultRight, counts.adultWrong),
            .childRecall = recall(counts.childRight, counts.childWrong),
            .balancedAccuracy = balanced(kinds),
            .interval = bootstrapInterval(kinds, balanced, bootstrap)};
}

std::vector<AgeBalance> agesOf(const Evaluation& evaluation, const BootstrapOptions& bootstrap)
{
    const auto adult = indexOf(evaluation.model.classes, "adult_chest");
    const auto child = indexOf(evaluation.model.classes, "pediatric_chest");
    const auto column = indexOf(evaluation.columns, "source");
    if (!adult || !child || !column)
        return {};
    std::map<std::string, AgeCounts> bySource;
    for (const Row& row : evaluation.rows) {
        if (!row.prediction || (row.truth != adult && row.truth != child))
            continue;
        AgeCounts& counts = bySource[row.values[*column]];
        const bool right = static_cast<std::size_t>(row.prediction->classIndex) == *row.truth;
        if (row.truth == adult)
            ++(right ? counts.adultRight : counts.adultWrong);
        else
            ++(right ? counts.childRight : counts.childWrong);
    }
    std::vector<AgeBalance> ages;
    AgeCounts all;
    for (const auto& [source, counts] : bySource) {
        if (counts.adultRight + counts.adultWrong == 0 || counts.childRight + counts.childWrong == 0)
            continue;
        ages.push_back(balanceOf(source, counts, bootstrap));
        all.adultRight += counts.adultRight;
        all.adultWrong += counts.adultWrong;
        all.childRight += counts.childRight;
        all.childWrong += counts.childWrong;
    }
    if (!ages.empty())
        ages.push_back(balanceOf({}, all, bootstrap));
    return ages;
}

Calibration calibrationOf(const Evaluation& evaluation, const Summary& whole)
{
    Calibration result;
    result.temperature = evaluation.model.temperature;
    result.error = expectedCalibrationError(whole.confidences, whole.correct);
    result.bins = reliabilityDiagram(whole.confidences, whole.correct);
    result.curve = riskCoverage(whole.confidences, whole.correct);
    result.areaUnderCurve = areaUnderRiskCoverage(result.curve);
    result.precise = pointOfPrecision(result.curve, acceptedPrecision);

    // Logits up to a constant are the logarithms of the probabilities, times the temperature.
    LabelledLogits logits;
    logits.classes = static_cast<int>(evaluation.model.classes.size());
    std::vector<double> plain;
    for (const Row& row : evaluation.rows) {
        if (!row.prediction || !row.truth)
            continue;
        const auto untempered = retempered(row.prediction->probabilities, 1 / result.temperature);
        plain.push_back(std::ranges::max(untempered));
        for (const double probability : untempered)
            logits.logits.push_back(
                static_cast<float>(std::log(std::max(probability, std::numeric_limits<double>::min()))));
        logits.labels.push_back(static_cast<int>(*row.truth));
    }
    result.errorWithoutTemperature = expectedCalibrationError(plain, whole.correct);
    result.fittedTemperature = fitTemperature(logits);
    return result;
}

} // namespace

Evaluation evaluationOf(const LabelledSet& set, const Tagging& tagging, std::size_t engine,
                        const ModelInfo& model, std::string modelName)
{
    Evaluation evaluation{.setName = set.name,
                          .split = set.split,
                          .modelName = std::move(modelName),
                          .model = model,
                          .columns = set.columns,
                          .rows = {},
                          .device = {},
                          .seconds = tagging.seconds};
    const bool headersTell = std::ranges::any_of(
        tagging.images, [](const TaggedImage& image) { return !image.manufacturer.empty(); });
    if (headersTell && !indexOf(set.columns, "manufacturer"))
        evaluation.columns.emplace_back("manufacturer");
    const auto manufacturer = indexOf(evaluation.columns, "manufacturer");
    for (std::size_t i = 0; i < set.images.size(); ++i) {
        const LabelledImage& image = set.images[i];
        const TaggedImage& tagged = tagging.images[i];
        Row row{.path = image.path,
                .file = image.file,
                .label = image.label,
                .truth = indexOf(model.classes, image.label),
                .prediction = {},
                .reason = tagged.reason,
                .values = image.values};
        row.values.resize(evaluation.columns.size());
        if (manufacturer && row.values[*manufacturer].empty())
            row.values[*manufacturer] = tagged.manufacturer;
        if (!tagged.predictions.empty())
            row.prediction = tagged.predictions[engine];
        evaluation.rows.push_back(std::move(row));
    }
    return evaluation;
}

Summary summarise(const Evaluation& evaluation, const BootstrapOptions& bootstrap)
{
    Summary summary(evaluation.model.classes.size());
    for (const Row& row : evaluation.rows)
        add(summary, row);
    finish(summary, bootstrap);
    return summary;
}

EvaluationReport reportOf(Evaluation evaluation, const BootstrapOptions& bootstrap)
{
    Summary whole = summarise(evaluation, bootstrap);
    EvaluationReport report{.evaluation = std::move(evaluation),
                            .bootstrap = bootstrap,
                            .whole = std::move(whole),
                            .tables = {},
                            .ages = {},
                            .calibration = {},
                            .time = {}};
    for (std::size_t column = 0; column < report.evaluation.columns.size(); ++column)
        report.tables.push_back(tableOf(report.evaluation, column, bootstrap));
    report.ages = agesOf(report.evaluation, bootstrap);
    report.calibration = calibrationOf(report.evaluation, report.whole);
    return report;
}

} // namespace ir
