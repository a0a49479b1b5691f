#include "pipeline/reviewimages.h"

#include "base/mixing.h"

#include <QSet>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ir {

namespace {

using Stratum = std::vector<std::size_t>; ///< indices into the candidates
using Strata = std::map<QString, Stratum>;

bool fits(const FileSummary& file, const ReviewChoice& choice)
{
    if (!choice.classes.isEmpty() && !choice.classes.contains(file.predictedClass))
        return false;
    if (choice.needsReview && !file.isReviewNeeded())
        return false;
    return choice.labels == ReviewChoice::Labels::Any ||
           (choice.labels == ReviewChoice::Labels::With) == !file.label.isEmpty();
}

ReviewImage imageOf(const FileSummary& file)
{
    const bool isTagged = !file.predictedClass.isEmpty();
    return {file.imageId, isTagged ? 1 - double(file.confidence) : 1.0,
            file.studyDate.toStdString()};
}

/// Shares of `count` in proportion to the sizes, by largest remainders.
std::map<QString, std::size_t> proportional(const Strata& strata, std::size_t count)
{
    const auto all =
        std::accumulate(strata.begin(), strata.end(), std::size_t(0),
                        [](std::size_t sum, const auto& one) { return sum + one.second.size(); });
    std::map<QString, std::size_t> shares;
    std::vector<std::pair<std::size_t, QString>> remainders; // whole numbers: ties are ties
    std::size_t given = 0;
    for (const auto& [name, members] : strata) {
        given += shares[name] = members.size() * count / all;
        remainders.emplace_back(members.size() * count % all, name);
    }
    std::ranges::sort(remainders, [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    for (std::size_t i = 0; given < count; ++i, ++given)
        ++shares[remainders[i].second];
    return shares;
}

/// As many for each as there are, one by one.
std::map<QString, std::size_t> equal(const Strata& strata, std::size_t count)
{
    std::map<QString, std::size_t> shares;
    for (std::size_t given = 0; given < count;)
        for (const auto& [name, members] : strata)
            if (given < count && shares[name] < members.size()) {
                ++shares[name];
                ++given;
            }
    return shares;
}

/// Draws from each class the images whose hash is lowest: the same ones whatever else is in the
/// catalog's tables.
std::vector<FileSummary> sampleOf(const std::vector<FileSummary>& candidates,
                                  const ReviewChoice& choice)
{
    Strata strata;
    for (std::size_t i = 0; i < candidates.size(); ++i)
        strata[candidates[i].predictedClass].push_back(i);
    const auto shares = choice.strata == ReviewChoice::Strata::Equal
                            ? equal(strata, choice.sample)
                            : proportional(strata, choice.sample);
    const auto lot = [&](std::size_t i) {
        const FileSummary& file = candidates[i];
        const std::string name =
            (file.sopInstanceUid.isEmpty() ? file.path : file.sopInstanceUid).toStdString();
        return std::pair(mixed(mixed(choice.seed) ^ hashOf(name)), i);
    };
    Stratum drawn;
    for (auto& [name, members] : strata) {
        std::ranges::sort(members, {}, lot);
        const auto share = shares.find(name);
        drawn.insert(drawn.end(), members.begin(),
                     members.begin() + (share == shares.end() ? 0 : std::ptrdiff_t(share->second)));
    }
    std::ranges::sort(drawn);
    std::vector<FileSummary> sample;
    for (const std::size_t i : drawn)
        sample.push_back(candidates[i]);
    return sample;
}

} // namespace

Result<ChosenImages> chooseImages(const Catalog& catalog, const ReviewChoice& choice,
                                  const std::string& modelId)
{
    const auto files = catalog.files(choice.folder, modelId);
    if (!files)
        return tl::unexpected(files.error());
    ChosenImages chosen;
    QSet<ImageId> listed;
    if (choice.list) {
        auto list = readImageList(catalog, *files, *choice.list);
        if (!list)
            return tl::unexpected(list.error());
        listed = QSet<ImageId>(list->images.begin(), list->images.end());
        chosen.listed = list->images.size();
        chosen.missed = std::move(list->missed);
    }
    std::vector<FileSummary> candidates;
    QSet<ImageId> seen;
    for (const FileSummary& file : *files) {
        if (file.status != FileStatus::Ok || file.imageId == 0) {
            ++chosen.unread;
            continue;
        }
        if ((choice.list && !listed.contains(file.imageId)) || !fits(file, choice) ||
            seen.contains(file.imageId))
            continue;
        seen.insert(file.imageId);
        candidates.push_back(file);
    }
    chosen.available = candidates.size();
    if (choice.sample > candidates.size())
        return failure("There are " + std::to_string(candidates.size()) +
                       " images to draw from, fewer than " + std::to_string(choice.sample) +
                       ": ask for fewer, or filter less.");
    if (choice.sample > 0)
        candidates = sampleOf(candidates, choice);
    for (const FileSummary& file : candidates) {
        chosen.images.push_back(imageOf(file));
        ++chosen.countOf[file.predictedClass];
    }
    return chosen;
}

} // namespace ir
