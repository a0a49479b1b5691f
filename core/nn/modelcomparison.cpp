#include "nn/modelcomparison.h"

#include <algorithm>
#include <map>
#include <random>
#include <tuple>

namespace ir {

namespace {

struct Cell
{
    PairedTag tag;
    std::uint64_t count = 0;
};

std::vector<Cell> cellsOf(std::span<const PairedTag> tags)
{
    std::map<std::tuple<std::size_t, std::size_t, std::size_t>, std::uint64_t> counts;
    for (const PairedTag& tag : tags)
        ++counts[{tag.truth, tag.before, tag.after}];
    std::vector<Cell> cells;
    for (const auto& [key, count] : counts)
        cells.push_back({{std::get<0>(key), std::get<1>(key), std::get<2>(key)}, count});
    return cells;
}

/// Hits, labels and predictions by class, from which F1 follows.
class Tally
{
public:
    explicit Tally(std::size_t classes) : m_hits(classes + 1), m_labels(classes + 1), m_tags(classes + 1) {}

    void clear()
    {
        for (auto* counts : {&m_hits, &m_labels, &m_tags})
            std::ranges::fill(*counts, 0);
    }
    void add(std::size_t truth, std::size_t tag, std::uint64_t count)
    {
        m_labels[truth] += count;
        m_tags[tag] += count;
        if (truth == tag)
            m_hits[truth] += count;
    }
    [[nodiscard]] double macroF1(const std::vector<std::size_t>& classes) const
    {
        double sum = 0;
        for (const std::size_t c : classes) {
            const std::uint64_t both = m_labels[c] + m_tags[c];
            sum += both > 0 ? 2.0 * static_cast<double>(m_hits[c]) / static_cast<double>(both) : 0;
        }
        return classes.empty() ? 0 : sum / static_cast<double>(classes.size());
    }

private:
    std::vector<std::uint64_t> m_hits;
    std::vector<std::uint64_t> m_labels;
    std::vector<std::uint64_t> m_tags;
};

} // namespace

ModelComparison compareTags(std::span<const PairedTag> tags, std::size_t classes,
                            const BootstrapOptions& options)
{
    ModelComparison result;
    result.images = tags.size();
    result.support.resize(classes);
    result.rightBeforeOf.resize(classes);
    result.rightAfterOf.resize(classes);
    Tally before(classes);
    Tally after(classes);
    for (const PairedTag& tag : tags) {
        const bool was = tag.before == tag.truth;
        const bool is = tag.after == tag.truth;
        ++result.support[tag.truth];
        result.rightBeforeOf[tag.truth] += was ? 1 : 0;
        result.rightAfterOf[tag.truth] += is ? 1 : 0;
        result.rightBefore += was ? 1 : 0;
        result.rightAfter += is ? 1 : 0;
        result.mended += is && !was ? 1 : 0;
        result.broken += was && !is ? 1 : 0;
        before.add(tag.truth, tag.before, 1);
        after.add(tag.truth, tag.after, 1);
    }
    std::vector<std::size_t> present;
    for (std::size_t c = 0; c < classes; ++c)
        if (result.support[c] > 0)
            present.push_back(c);
    result.macroF1Before = before.macroF1(present);
    result.macroF1After = after.macroF1(present);
    result.difference = result.macroF1After - result.macroF1Before;
    if (tags.empty() || options.resamples < 1)
        return result;

    const std::vector<Cell> cells = cellsOf(tags);
    const auto resamples = static_cast<std::size_t>(options.resamples);
    std::vector<double> old(resamples);
    std::vector<double> fresh(resamples);
    std::vector<double> difference(resamples);
    std::vector<std::uint64_t> counts;
    for (const Cell& cell : cells)
        counts.push_back(cell.count);
    std::vector<std::uint64_t> drawn(cells.size());
    std::mt19937_64 random(options.seed);
    for (std::size_t r = 0; r < resamples; ++r) {
        resampleCounts(counts, random, drawn);
        before.clear();
        after.clear();
        for (std::size_t i = 0; i < cells.size(); ++i) {
            before.add(cells[i].tag.truth, cells[i].tag.before, drawn[i]);
            after.add(cells[i].tag.truth, cells[i].tag.after, drawn[i]);
        }
        old[r] = before.macroF1(present);
        fresh[r] = after.macroF1(present);
        difference[r] = fresh[r] - old[r];
    }
    result.intervalBefore = percentileInterval(old, options.level);
    result.intervalAfter = percentileInterval(fresh, options.level);
    result.intervalOfDifference = percentileInterval(difference, options.level);
    return result;
}

} // namespace ir
