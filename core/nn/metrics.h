#pragma once

#include "base/bootstrap.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ir {

/// Counts of (true class, predicted class). Plain value; classes are indices.
class ConfusionMatrix
{
public:
    explicit ConfusionMatrix(std::size_t classes = 0);

    void add(std::size_t truth, std::size_t predicted, std::uint64_t count = 1);
    [[nodiscard]] std::size_t classes() const { return m_classes; }
    [[nodiscard]] std::uint64_t at(std::size_t truth, std::size_t predicted) const;
    [[nodiscard]] std::uint64_t total() const;
    [[nodiscard]] std::uint64_t support(std::size_t truth) const;       ///< row sum
    [[nodiscard]] std::uint64_t predicted(std::size_t predicted) const; ///< column sum
    [[nodiscard]] std::span<const std::uint64_t> counts() const { return m_counts; } ///< row-major

private:
    std::size_t m_classes;
    std::vector<std::uint64_t> m_counts;
};

struct ClassFigures
{
    double precision = 0;
    double recall = 0;
    double f1 = 0;
    std::uint64_t support = 0; ///< images whose label is this class
};

/// Figures as scikit-learn's precision_recall_fscore_support gives them with zero_division=0: 0/0 is 0,
/// and macro means run over the classes that occur as a label or as a prediction.
struct Figures
{
    double accuracy = 0;
    double macroPrecision = 0;
    double macroRecall = 0;
    double macroF1 = 0;
    std::vector<ClassFigures> perClass; ///< all classes of the matrix, also absent ones
};

[[nodiscard]] Figures figuresOf(const ConfusionMatrix& matrix);

struct FigureIntervals
{
    Interval accuracy;
    Interval macroPrecision;
    Interval macroRecall;
    Interval macroF1;
    std::vector<Interval> precision; ///< per class
    std::vector<Interval> recall;
    std::vector<Interval> f1;
};

/// Percentile bootstrap intervals. Images are resampled by their counts (base/bootstrap.h): the cost does not
/// depend on their number. Macro means run over the same classes in every resample. Images of one patient
/// count as independent, so where patients have many images the true interval is wider.
[[nodiscard]] FigureIntervals bootstrapIntervals(const ConfusionMatrix& matrix,
                                                 const BootstrapOptions& options = {});

/// How far two models' macro F1 lie apart on the same images.
struct PairedDifference
{
    double difference = 0; ///< of the first less of the second
    Interval interval;
    /// Two-sided: twice the smaller share of resamples in which the difference is ≥ 0 or ≤ 0, the sample
    /// itself counted with each (never 0), at most 1.
    double pValue = 1;
};

/// Paired bootstrap: each resample draws images with both models' answers. `truth`, `first` and `second` are
/// class indices, image by image.
[[nodiscard]] PairedDifference pairedMacroF1(std::size_t classes, std::span<const std::size_t> truth,
                                             std::span<const std::size_t> first,
                                             std::span<const std::size_t> second,
                                             const BootstrapOptions& options = {});

/// Area under the ROC curve of `scores` (higher = more likely positive), ties counted half (Mann–Whitney).
/// None when a score is not finite or one of the two kinds is missing.
[[nodiscard]] std::optional<double> auroc(std::span<const double> positives,
                                          std::span<const double> negatives);

} // namespace ir
