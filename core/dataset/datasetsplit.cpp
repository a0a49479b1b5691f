#include "dataset/datasetsplit.h"

#include "base/digest.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

namespace ir {

namespace {

constexpr std::size_t splitCount = splitNames.size();
constexpr int refinements = 20; ///< rounds of moving units, at most; few are needed

std::optional<std::size_t> splitIndex(const std::string& name)
{
    const auto found = std::ranges::find(splitNames, name);
    if (found == splitNames.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - splitNames.begin());
}

/// Which images belong together: a forest of parents (union–find).
class Bonds
{
public:
    explicit Bonds(std::size_t count) : m_parents(count)
    {
        std::iota(m_parents.begin(), m_parents.end(), std::size_t{0});
    }
    std::size_t rootOf(std::size_t i)
    {
        while (m_parents[i] != i)
            i = m_parents[i] = m_parents[m_parents[i]];
        return i;
    }
    void join(std::size_t a, std::size_t b) { m_parents[rootOf(a)] = rootOf(b); }

private:
    std::vector<std::size_t> m_parents;
};

/// Images that go to one split together.
struct Unit
{
    std::vector<std::size_t> images;               ///< to be placed
    std::array<std::size_t, splitCount> staying{}; ///< images of it that stay, by split
    std::map<std::size_t, double> classes;         ///< images to be placed, by class index
    std::string order;
};

/// Has images that stay where they are.
bool isBound(const Unit& unit)
{
    return std::ranges::max(unit.staying) > 0;
}

/// How many images of each class are in each split, against how many there should be.
class Shares
{
public:
    Shares(std::vector<double> totals, const std::array<double, splitCount>& ratios)
        : m_totals(std::move(totals)), m_ratios(ratios)
    {
        for (auto& counts : m_counts)
            counts.resize(m_totals.size());
    }

    void add(std::size_t split, std::size_t label, double images) { m_counts[split][label] += images; }
    /// `sign` −1 takes the unit out again.
    void add(std::size_t split, const Unit& unit, double sign = 1)
    {
        for (const auto& [label, images] : unit.classes)
            add(split, label, sign * images);
    }

    /// The split where the unit does the most good; `present` where no other does more.
    [[nodiscard]] std::size_t bestFor(const Unit& unit, std::size_t present = splitCount) const
    {
        std::size_t best = present;
        double least = present < splitCount ? change(present, unit) - 1e-12 : 0;
        for (std::size_t split = 0; split < splitCount; ++split)
            if (m_ratios[split] > 0)
                if (const double here = change(split, unit); best == splitCount || here < least) {
                    least = here;
                    best = split;
                }
        return best;
    }

private:
    /// Of the sum of squared distances, each class in shares of its images, if the unit is added.
    [[nodiscard]] double change(std::size_t split, const Unit& unit) const
    {
        double sum = 0;
        for (const auto& [label, images] : unit.classes) {
            const double off = m_counts[split][label] - m_ratios[split] * m_totals[label];
            sum += images * (2 * off + images) / (m_totals[label] * m_totals[label]);
        }
        return sum;
    }

    std::vector<double> m_totals; ///< images of each class
    std::array<double, splitCount> m_ratios;
    std::array<std::vector<double>, splitCount> m_counts;
};

Result<void> check(std::span<const DatasetImage> images, const SplitOptions& options)
{
    const double sum = std::accumulate(options.ratios.begin(), options.ratios.end(), 0.0);
    if (std::ranges::any_of(options.ratios, [](double ratio) { return !(ratio >= 0); }) ||
        std::abs(sum - 1) > 1e-6)
        return failure("The ratios of train, val and test must be 0 or more and sum to 1.");
    if (options.force)
        return {};
    std::map<std::string, std::string> splitOfGroup;
    for (const DatasetImage& image : images) {
        if (!splitIndex(image.split))
            continue;
        const auto [known, isNew] = splitOfGroup.emplace(image.group, image.split);
        if (!isNew && known->second != image.split)
            return failure("The group " + image.group + " is in the splits \"" + known->second +
                           "\" and \"" + image.split +
                           "\" already; split anew by force to bring it together.");
    }
    return {};
}

/// The units with something to place, largest first.
std::vector<Unit> unitsOf(std::span<const DatasetImage> images, const std::vector<bool>& takesPart,
                          std::span<const DuplicatePair> duplicates, const SplitOptions& options,
                          const std::map<std::string, std::size_t>& classes)
{
    Bonds bonds(images.size());
    std::map<std::string, std::size_t> firstOfGroup;
    for (std::size_t i = 0; i < images.size(); ++i)
        if (takesPart[i])
            bonds.join(i, firstOfGroup.emplace(images[i].group, i).first->second);
    for (const DuplicatePair& pair : duplicates)
        if (takesPart[pair.first] && takesPart[pair.second])
            bonds.join(pair.first, pair.second);

    std::map<std::size_t, Unit> byRoot;
    for (std::size_t i = 0; i < images.size(); ++i) {
        if (!takesPart[i])
            continue;
        Unit& unit = byRoot[bonds.rootOf(i)];
        if (const auto split = splitIndex(images[i].split); split && !options.force) {
            ++unit.staying[*split];
        } else {
            unit.images.push_back(i);
            unit.classes[classes.at(images[i].label)] += 1;
        }
    }
    std::vector<Unit> units;
    for (auto& [root, unit] : byRoot) {
        if (unit.images.empty())
            continue;
        const auto first = std::ranges::min_element(
            unit.images, {}, [&](std::size_t i) -> const std::string& { return images[i].path; });
        unit.order = sha256(std::to_string(options.seed) + ' ' + images[*first].path);
        units.push_back(std::move(unit));
    }
    std::ranges::sort(units, [](const Unit& a, const Unit& b) {
        return a.images.size() != b.images.size() ? a.images.size() > b.images.size() : a.order < b.order;
    });
    return units;
}

} // namespace

Result<DatasetSplit> splitDataset(std::span<const DatasetImage> images,
                                  std::span<const DuplicatePair> duplicates, const SplitOptions& options)
{
    if (auto checked = check(images, options); !checked)
        return tl::unexpected(checked.error());

    DatasetSplit result;
    std::vector<bool> takesPart(images.size());
    std::map<std::string, std::size_t> classes; // by name, so that the order of rows plays no part
    for (std::size_t i = 0; i < images.size(); ++i) {
        result.splits.push_back(images[i].split);
        takesPart[i] = images[i].split.empty() || splitIndex(images[i].split);
        if (takesPart[i])
            classes.emplace(images[i].label, 0);
        else
            ++result.apart;
    }
    std::size_t index = 0;
    for (auto& [label, at] : classes)
        at = index++;
    std::vector<double> totals(classes.size());
    for (std::size_t i = 0; i < images.size(); ++i)
        if (takesPart[i])
            totals[classes.at(images[i].label)] += 1;

    std::vector<Unit> units = unitsOf(images, takesPart, duplicates, options, classes);
    result.units = units.size();
    Shares shares(std::move(totals), options.ratios);
    if (!options.force)
        for (const DatasetImage& image : images)
            if (const auto split = splitIndex(image.split)) {
                shares.add(*split, classes.at(image.label), 1);
                ++result.kept;
            }
    std::vector<std::size_t> places;
    // Those whose place is given come first, so that the others make up for them.
    const auto free = std::ranges::stable_partition(units, isBound).begin();
    for (const Unit& unit : units) {
        places.push_back(isBound(unit) ? static_cast<std::size_t>(std::ranges::max_element(unit.staying) -
                                                                  unit.staying.begin())
                                       : shares.bestFor(unit));
        shares.add(places.back(), unit);
    }
    // The first place was found without knowing what would come: units move while that helps.
    const auto firstFree = static_cast<std::size_t>(free - units.begin());
    bool moved = true;
    for (int round = 0; moved && round < refinements; ++round) {
        moved = false;
        for (std::size_t i = firstFree; i < units.size(); ++i) {
            shares.add(places[i], units[i], -1);
            const std::size_t better = shares.bestFor(units[i], places[i]);
            moved = moved || better != places[i];
            places[i] = better;
            shares.add(better, units[i]);
        }
    }
    for (std::size_t i = 0; i < units.size(); ++i) {
        for (const std::size_t image : units[i].images)
            result.splits[image] = splitNames[places[i]];
        result.assigned += units[i].images.size();
    }
    return result;
}

} // namespace ir
