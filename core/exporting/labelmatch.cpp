#include "exporting/labelmatch.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace ir {

namespace {

/// Targets by one of their properties.
class Index
{
public:
    void add(std::string_view key, std::size_t target)
    {
        if (!key.empty())
            m_targets[std::string(key)].push_back(target);
    }
    [[nodiscard]] const std::vector<std::size_t>& of(const std::string& key) const
    {
        static const std::vector<std::size_t> none;
        const auto found = m_targets.find(key);
        return key.empty() || found == m_targets.end() ? none : found->second;
    }

private:
    std::unordered_map<std::string, std::vector<std::size_t>> m_targets;
};

std::string_view nameOf(std::string_view path)
{
    return path.substr(path.rfind('/') + 1); // npos + 1 is 0
}

std::string_view stemOf(std::string_view path)
{
    const std::size_t slash = path.rfind('/') + 1;
    const std::size_t dot = path.rfind('.');
    return dot == std::string_view::npos || dot <= slash ? path : path.substr(0, dot);
}

/// Components that two paths have in common from their end, each written the same.
std::size_t commonComponents(std::string_view a, std::string_view b)
{
    std::size_t count = 0;
    while (!a.empty() && !b.empty() && nameOf(a) == nameOf(b)) {
        ++count;
        const std::size_t slashA = a.rfind('/');
        const std::size_t slashB = b.rfind('/');
        a = slashA == std::string_view::npos ? std::string_view() : a.substr(0, slashA);
        b = slashB == std::string_view::npos ? std::string_view() : b.substr(0, slashB);
    }
    return count;
}

std::string withSlashes(std::string path)
{
    std::ranges::replace(path, '\\', '/');
    while (path.starts_with("./"))
        path.erase(0, 2);
    return path;
}

struct Found
{
    std::optional<std::size_t> target;
    const char* by = "";
    bool isAmbiguous = false;
};

class Matcher
{
public:
    explicit Matcher(const std::vector<LabelTarget>& targets) : m_targets(targets)
    {
        for (std::size_t i = 0; i < targets.size(); ++i) {
            m_paths.push_back(withSlashes(targets[i].path));
            m_byUid.add(targets[i].sopInstanceUid, i);
            m_byDigest.add(targets[i].digest, i);
            m_byName.add(nameOf(m_paths[i]), i);
            m_byStem.add(stemOf(nameOf(m_paths[i])), i);
            m_byStandIn.add(targets[i].standIn, i);
        }
    }

    [[nodiscard]] Found find(const ImportedLabel& label) const
    {
        // Files with one UID or digest are copies of one image: the first stands for them.
        if (const auto& same = m_byUid.of(label.sopInstanceUid); !same.empty())
            return {same.front(), "sop_instance_uid", false};
        if (const auto& same = m_byDigest.of(label.digest); !same.empty())
            return {same.front(), "digest", false};
        if (label.path.empty())
            return {};
        const std::string path = withSlashes(label.path);
        const std::string stem(stemOf(nameOf(path)));
        for (const std::string& name :
             {stem, std::string(nameOf(path))}) // a UID's last number is no extension
            if (const auto& same = m_byStandIn.of(name); !same.empty())
                return {same.front(), "stand_in", false};
        if (auto found = byEnd(m_byName.of(std::string(nameOf(path))), path, false);
            found.target || found.isAmbiguous)
            return found;
        return byEnd(m_byStem.of(stem), std::string(stemOf(path)), true);
    }

private:
    /// Of the candidates, all of the label's name, the one that has most of its path.
    [[nodiscard]] Found byEnd(const std::vector<std::size_t>& candidates, const std::string& path,
                              bool withoutExtension) const
    {
        std::size_t most = 0;
        std::vector<std::size_t> best;
        for (const std::size_t i : candidates) {
            const std::string_view whole =
                withoutExtension ? stemOf(m_paths[i]) : std::string_view(m_paths[i]);
            if (whole == path)
                return {i, "path", false};
            const std::size_t common = commonComponents(whole, path);
            if (common > most)
                best.clear();
            if (common >= most)
                best.push_back(i);
            most = std::max(most, common);
        }
        if (best.size() == 1)
            return {best.front(), most > 1 ? "path" : "name", false};
        return {std::nullopt, "", !best.empty()};
    }

    const std::vector<LabelTarget>& m_targets;
    std::vector<std::string> m_paths;
    Index m_byUid;
    Index m_byDigest;
    Index m_byName;
    Index m_byStem;
    Index m_byStandIn;
};

} // namespace

std::vector<LabelPlace> findTargets(const std::vector<ImportedLabel>& labels,
                                    const std::vector<LabelTarget>& targets)
{
    const Matcher matcher(targets);
    std::vector<LabelPlace> places;
    for (const ImportedLabel& label : labels) {
        const Found found = matcher.find(label);
        places.push_back({found.target, found.by, {}});
        if (!found.target)
            places.back().reason =
                found.isAmbiguous ? "Several images have this name; more of the path would tell."
                                  : "No image has this UID, digest or path.";
    }
    return places;
}

LabelMatches matchLabels(const std::vector<ImportedLabel>& labels,
                         const std::vector<LabelTarget>& targets)
{
    const std::vector<LabelPlace> places = findTargets(labels, targets);
    LabelMatches result;
    std::map<std::size_t, LabelMatches::Match> ofTarget;
    std::map<std::size_t, std::vector<std::size_t>> contradictions;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const LabelPlace& found = places[i];
        if (!found.target) {
            result.misses.push_back({i, found.reason});
            continue;
        }
        const auto [known, isNew] =
            ofTarget.emplace(*found.target, LabelMatches::Match{i, *found.target, found.by});
        if (!isNew && labels[known->second.label].label != labels[i].label)
            contradictions[*found.target].push_back(i);
    }
    for (const auto& [target, others] : contradictions) {
        const std::size_t first = ofTarget.at(target).label;
        result.misses.push_back(
            {first, "Its image has another label at " + labels[others.front()].place + "."});
        for (const std::size_t other : others)
            result.misses.push_back(
                {other, "Its image has another label at " + labels[first].place + "."});
        ofTarget.erase(target);
    }
    for (const auto& [target, match] : ofTarget)
        result.matches.push_back(match);
    std::ranges::sort(result.misses, {}, &LabelMatches::Miss::label);
    result.withoutLabel = targets.size() - result.matches.size();
    return result;
}

} // namespace ir
