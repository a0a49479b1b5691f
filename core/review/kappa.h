#pragma once

#include "base/bootstrap.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ir {

/// Counts of (first reader's class, second reader's class). Plain value; classes are indices.
class PairTable
{
public:
    explicit PairTable(std::size_t classes = 0) : m_classes(classes), m_counts(classes * classes) {}

    void add(std::size_t first, std::size_t second, std::uint64_t count = 1)
    {
        m_counts[first * m_classes + second] += count;
    }
    [[nodiscard]] std::size_t classes() const { return m_classes; }
    [[nodiscard]] std::uint64_t at(std::size_t first, std::size_t second) const
    {
        return m_counts[first * m_classes + second];
    }
    [[nodiscard]] std::uint64_t total() const;
    [[nodiscard]] std::uint64_t agreed() const;                    ///< the diagonal's sum
    [[nodiscard]] std::uint64_t ofFirst(std::size_t label) const;  ///< row sum
    [[nodiscard]] std::uint64_t ofSecond(std::size_t label) const; ///< column sum
    /// The table of one class against all others: index 0 is the class.
    [[nodiscard]] PairTable against(std::size_t label) const;

private:
    std::size_t m_classes;
    std::vector<std::uint64_t> m_counts;
};

/// A coefficient of agreement. It may be undefined, and its interval too: `reason` then says why,
/// in words that finish a sentence; it is empty where both are there.
struct Coefficient
{
    std::optional<double> value;
    std::optional<Interval> interval;
    std::string reason;
};

/// Cohen's kappa (1960) and its interval from the asymptotic variance of Fleiss, Cohen and Everitt
/// (1969), cut at −1 and 1. Undefined without images and where both readers used one and the same
/// class only. Without an interval where every label agrees: the variance is 0 then, whatever the
/// number of images.
[[nodiscard]] Coefficient cohensKappa(const PairTable& table, double level = 0.95);

/// How often the labels of an image fell on each class; the images of equal counts are counted, not
/// listed. `key[c]`: labels of class c.
using LabelPatterns = std::map<std::vector<std::uint32_t>, std::uint64_t>;

/// Fleiss' kappa (1971) over images that all have the same number (≥ 2) of labels, with a
/// percentile bootstrap interval over images. Undefined without images and where one class only was
/// used.
[[nodiscard]] Coefficient fleissKappa(const LabelPatterns& patterns,
                                      const BootstrapOptions& options);

/// Fleiss' kappa of each class against all others.
[[nodiscard]] std::vector<Coefficient> fleissKappaPerClass(const LabelPatterns& patterns,
                                                           const BootstrapOptions& options);

/// Krippendorff's alpha for nominal data (2004): any number of labels an image; images with fewer
/// than two do not count. Percentile bootstrap interval over images. Undefined without two labels
/// of an image and where one class only was used.
[[nodiscard]] Coefficient krippendorffsAlpha(const LabelPatterns& patterns,
                                             const BootstrapOptions& options);

} // namespace ir
