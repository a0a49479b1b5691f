#include "pipeline/reviewimages.h"

#include "base/csv.h"
#include "base/mixing.h"
#include "exporting/labelmatch.h"

#include <QFile>
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

/// The rows of a list as labels, which matchLabels() knows how to find images for.
Result<std::vector<ImportedLabel>> wantedOf(const std::filesystem::path& list)
{
    const auto table = CsvTable::read(list);
    if (!table)
        return tl::unexpected(table.error());
    const char* path = table->hasColumn("path") ? "path" : "image";
    if (!table->hasColumn(path) && !table->hasColumn("sop_instance_uid") &&
        !table->hasColumn("digest"))
        return failure(list.string() +
                       " has no column to find images by: name one path (or image), "
                       "sop_instance_uid or digest.");
    std::vector<ImportedLabel> wanted;
    for (std::size_t row = 0; row < table->rows(); ++row) {
        ImportedLabel one;
        one.path = table->at(row, path);
        one.sopInstanceUid = table->at(row, "sop_instance_uid");
        one.digest = table->at(row, "digest");
        one.label = "wanted"; // the same for all: a row that repeats another says nothing else
        one.place = "row " + std::to_string(row + 2); // the first line names the columns
        wanted.push_back(std::move(one));
    }
    return wanted;
}

/// The images of a list, and what became of its rows.
Result<QSet<ImageId>> listedImages(const Catalog& catalog, const QVector<FileSummary>& files,
                                   const std::filesystem::path& list, ChosenImages& chosen)
{
    const auto wanted = wantedOf(list);
    if (!wanted)
        return tl::unexpected(wanted.error());
    QHash<FileId, FileOrigin> origins;
    if (std::ranges::any_of(*wanted,
                            [](const ImportedLabel& one) { return !one.digest.empty(); })) {
        QVector<FileId> ids;
        for (const FileSummary& file : files)
            ids.append(file.id);
        auto found = catalog.origins(ids);
        if (!found)
            return tl::unexpected(found.error());
        origins = std::move(*found);
    }
    std::vector<LabelTarget> targets;
    for (const FileSummary& file : files)
        targets.push_back({QFile::encodeName(file.path).toStdString(),
                           file.sopInstanceUid.toStdString(),
                           origins.value(file.id).digest,
                           {}});
    const LabelMatches matches = matchLabels(*wanted, targets);
    const auto miss = [&](std::size_t row, std::string reason) {
        const ImportedLabel& one = (*wanted)[row];
        chosen.missed.push_back({one.place,
                                 !one.path.empty()             ? one.path
                                 : !one.sopInstanceUid.empty() ? one.sopInstanceUid
                                                               : one.digest,
                                 std::move(reason)});
    };
    QSet<ImageId> images;
    for (const auto& match : matches.matches) {
        const FileSummary& file = files[static_cast<qsizetype>(match.target)];
        if (file.status != FileStatus::Ok || file.imageId == 0)
            miss(match.label, "This file could not be read, or is not read yet.");
        else
            images.insert(file.imageId);
    }
    for (const auto& one : matches.misses)
        miss(one.label, one.reason);
    chosen.listed = wanted->size();
    return images;
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
        auto images = listedImages(catalog, *files, *choice.list, chosen);
        if (!images)
            return tl::unexpected(images.error());
        listed = std::move(*images);
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
