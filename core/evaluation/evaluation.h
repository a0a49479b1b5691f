#pragma once

#include "base/prediction.h"
#include "evaluation/labelledset.h"
#include "evaluation/tagging.h"
#include "nn/confidence.h"
#include "nn/metrics.h"
#include "nn/modelinfo.h"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ir {

/// What a model said of a labelled set, image by image.
struct Evaluation
{
    struct Row
    {
        std::string path; ///< as listed
        std::filesystem::path file;
        std::string label;
        std::optional<std::size_t> truth; ///< the label as a class index; none: no class of the model
        std::optional<Prediction> prediction;
        std::string reason;              ///< why there is none
        std::vector<std::string> values; ///< of `columns`
    };

    std::string setName; ///< path of the manifest or catalog, as given
    std::string split;   ///< empty: all
    std::string modelName;
    ModelInfo model;
    std::vector<std::string>
        columns; ///< those of the set, and "manufacturer" where anything is known of it
    std::vector<Row> rows;
    std::string device;
    double seconds = 0; ///< of reading and tagging
};

/// `engine`: the index of the model in `tagging`. The manufacturer is what the set says, else what the
/// file's header says.
[[nodiscard]] Evaluation evaluationOf(const LabelledSet& set, const Tagging& tagging, std::size_t engine,
                                      const ModelInfo& model, std::string modelName);

/// Figures of some of the rows.
struct Summary
{
    explicit Summary(std::size_t classes) : matrix(classes), accepted(classes) {}

    std::size_t read = 0;
    std::size_t unreadable = 0;
    ConfusionMatrix matrix; ///< of those whose label is a class of the model; so are the next ones
    Figures figures;
    FigureIntervals intervals;
    std::size_t needReview = 0;
    ConfusionMatrix accepted; ///< without those that need review
    Figures acceptedFigures;
    std::vector<double> confidences;
    std::vector<std::uint8_t> correct;
    std::vector<double> scores; ///< outlier scores

    // Images whose label is none of the model's classes.
    std::map<std::string, std::size_t> otherLabels;
    std::size_t othersNeedReview = 0;
    std::vector<double> otherConfidences;
    std::vector<double> otherScores;
    std::optional<double> scoreAuroc; ///< telling others from classes by the outlier score
    std::optional<double> doubtAuroc; ///< … by low confidence
};

/// All rows.
[[nodiscard]] Summary summarise(const Evaluation& evaluation, const BootstrapOptions& bootstrap = {});

struct GroupTable
{
    std::string column;
    std::vector<std::pair<std::string, Summary>> values; ///< in order of the value
};

/// Whether adults are told from children where one source has both, so that the source's looks do not help.
struct AgeBalance
{
    std::string source; ///< empty: all that have both, together
    std::size_t adults = 0;
    std::size_t children = 0;
    double adultRecall = 0;
    double childRecall = 0;
    double balancedAccuracy = 0; ///< mean of the two
    std::optional<Interval> interval;
};

/// How far confidences can be trusted.
struct Calibration
{
    double temperature = 1;             ///< the model's own, fitted when it was trained
    double error = 0;                   ///< expected calibration error, 15 bins
    double errorWithoutTemperature = 0; ///< … had the logits been left as they were
    double fittedTemperature = 1;       ///< what these images would ask for
    std::vector<ReliabilityBin> bins;
    std::vector<AcceptancePoint> curve;     ///< risk against coverage
    double areaUnderCurve = 0;              ///< of it
    std::optional<AcceptancePoint> precise; ///< the most that can be accepted at `acceptedPrecision`
};

inline constexpr double acceptedPrecision = 0.995;

/// An evaluation summed up.
struct EvaluationReport
{
    Evaluation evaluation;
    BootstrapOptions bootstrap;
    Summary whole;
    std::vector<GroupTable> tables; ///< one a column
    std::vector<AgeBalance> ages;   ///< by source, then all; empty where no source has both
    Calibration calibration;
    std::optional<InferenceTime> time; ///< where it was measured
    double decodeMs = 0;               ///< mean per image, on one core; where `time` is
};

[[nodiscard]] EvaluationReport reportOf(Evaluation evaluation, const BootstrapOptions& bootstrap = {});

} // namespace ir
