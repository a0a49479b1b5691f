#include "review/agreement.h"

#include <map>

namespace ir {

namespace {

struct ImageLabel
{
    std::uint32_t image = 0;
    std::uint32_t label = 0;
};
using ImageLabels = std::vector<ImageLabel>; ///< by image, each once

/// The labels of each reader; of several rounds the first.
std::vector<ImageLabels> firstLabels(const LabelSet& set)
{
    std::vector<ImageLabels> byReader(set.readers.size());
    for (const Rating& rating : set.ratings) { // by image, reader, round
        ImageLabels& labels = byReader[rating.reader];
        if (labels.empty() || labels.back().image != rating.image)
            labels.push_back({rating.image, rating.label});
    }
    return byReader;
}

PairAgreement compare(const ImageLabels& first, const ImageLabels& second, std::size_t classes,
                      double level)
{
    PairAgreement result;
    result.confusion = PairTable(classes);
    auto other = second.begin();
    for (const ImageLabel& one : first) {
        while (other != second.end() && other->image < one.image)
            ++other;
        if (other == second.end() || other->image != one.image)
            continue;
        result.confusion.add(one.label, other->label);
        if (one.label != other->label)
            result.disagreements.push_back({one.image, one.label, other->label});
    }
    const PairTable& table = result.confusion;
    const auto share = [](std::uint64_t part, std::uint64_t whole) {
        return static_cast<double>(part) / static_cast<double>(whole);
    };
    if (table.total() > 0)
        result.raw = share(table.agreed(), table.total());
    result.kappa = cohensKappa(table, level);
    for (std::size_t c = 0; c < classes && table.total() > 0; ++c) {
        const PairTable one = table.against(c);
        ClassAgreement of;
        of.images = one.total() - one.at(1, 1);
        of.raw = share(one.agreed(), one.total());
        if (of.images > 0)
            of.specific = share(2 * one.at(0, 0), one.ofFirst(0) + one.ofSecond(0));
        of.kappa = cohensKappa(one, level);
        result.perClass.push_back(std::move(of));
    }
    return result;
}

std::vector<ReaderPair> pairsOf(const LabelSet& set, double level)
{
    const std::vector<ImageLabels> labels = firstLabels(set);
    std::vector<ReaderPair> pairs;
    for (std::uint32_t a = 0; a < labels.size(); ++a)
        for (std::uint32_t b = a + 1; b < labels.size(); ++b)
            pairs.push_back({{a, b}, compare(labels[a], labels[b], set.classes.size(), level)});
    return pairs;
}

std::vector<RepeatPair> repeatsOf(const LabelSet& set, double level)
{
    std::vector<std::map<int, ImageLabels>> byReader(set.readers.size());
    for (const Rating& rating : set.ratings)
        byReader[rating.reader][rating.round].push_back({rating.image, rating.label});
    std::vector<RepeatPair> repeats;
    for (std::uint32_t reader = 0; reader < byReader.size(); ++reader) {
        const auto& rounds = byReader[reader];
        for (auto a = rounds.begin(); a != rounds.end(); ++a)
            for (auto b = std::next(a); b != rounds.end(); ++b) {
                auto agreement = compare(a->second, b->second, set.classes.size(), level);
                if (agreement.confusion.total() > 0)
                    repeats.push_back({reader, {a->first, b->first}, std::move(agreement)});
            }
    }
    return repeats;
}

/// The first labels of all readers, image by image.
LabelPatterns patternsOf(const LabelSet& set)
{
    std::vector<std::vector<std::uint32_t>> ofImage(set.images.size(),
                                                    std::vector<std::uint32_t>(set.classes.size()));
    for (const ImageLabels& labels : firstLabels(set))
        for (const ImageLabel& one : labels)
            ++ofImage[one.image][one.label];
    LabelPatterns patterns;
    for (const auto& pattern : ofImage)
        ++patterns[pattern];
    return patterns;
}

std::uint32_t labelsIn(const std::vector<std::uint32_t>& pattern)
{
    std::uint32_t sum = 0;
    for (const std::uint32_t count : pattern)
        sum += count;
    return sum;
}

FleissAgreement fleissOf(const LabelPatterns& patterns, const BootstrapOptions& options)
{
    std::map<std::uint32_t, std::uint64_t> imagesBySize;
    for (const auto& [pattern, images] : patterns)
        imagesBySize[labelsIn(pattern)] += images;
    FleissAgreement result;
    for (const auto& [size, images] : imagesBySize)
        if (size >= 2 &&
            images >= result.images) { // of equal numbers the larger: more labels tell more
            result.labelsPerImage = size;
            result.images = images;
        }
    LabelPatterns used;
    for (const auto& [pattern, images] : patterns) {
        if (result.labelsPerImage > 0 && labelsIn(pattern) == result.labelsPerImage)
            used.emplace(pattern, images);
        else
            result.leftOut += images;
    }
    result.kappa = fleissKappa(used, options);
    result.perClass = fleissKappaPerClass(used, options);
    return result;
}

KrippendorffAgreement krippendorffOf(const LabelPatterns& patterns, const BootstrapOptions& options)
{
    KrippendorffAgreement result;
    for (const auto& [pattern, images] : patterns)
        if (const std::uint32_t labels = labelsIn(pattern); labels >= 2) {
            result.images += images;
            result.labels += images * labels;
        }
    result.alpha = krippendorffsAlpha(patterns, options);
    return result;
}

} // namespace

Agreement agreementOf(const LabelSet& set, const BootstrapOptions& options)
{
    const LabelPatterns patterns = patternsOf(set);
    return {pairsOf(set, options.level), repeatsOf(set, options.level), fleissOf(patterns, options),
            krippendorffOf(patterns, options)};
}

} // namespace ir
