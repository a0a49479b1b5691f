#include "review/methods.h"

#include "review/agreement.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace ir {

namespace {

std::string decimals(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", value);
    return text;
}

std::string words(const Coefficient& coefficient)
{
    if (!coefficient.value)
        return "undefined (" + coefficient.reason + ")";
    std::string text = decimals(*coefficient.value);
    if (coefficient.interval)
        text += " (95 % " + decimals(coefficient.interval->low) + " to " +
                decimals(coefficient.interval->high) + ")";
    return text;
}

std::string counted(std::size_t count, const char* one, const char* many)
{
    return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

std::string orderOf(ReviewOrder order)
{
    switch (order) {
    case ReviewOrder::Uncertainty:
        return "in the order of the network's doubt";
    case ReviewOrder::Date:
        return "in the order of their dates";
    case ReviewOrder::Random:
        break;
    }
    return "in a random order of each reader's own";
}

std::string designOf(const ReviewProject& project, const ReviewProgress& progress)
{
    const ReviewPlan& plan = project.plan();
    std::string text = counted(plan.images.size(), "image was", "images were") + " labelled by " +
                       counted(plan.readers.size(), "reader", "readers") + ", " +
                       orderOf(plan.rules.order) + "; " + std::to_string(progress.done[0]) +
                       " once";
    if (progress.wanted[1] > 0)
        text += ", " + std::to_string(progress.done[1]) + " of " +
                std::to_string(progress.wanted[1]) + " a second time by another reader";
    return text + ".";
}

std::string blindnessOf(const ReviewRules& rules)
{
    return std::string(rules.blindToModel ? "Readers did not see the network's class. "
                                          : "Readers saw the network's class. ") +
           (rules.blindToFirst ? "The second reader of an image did not see the label of the first."
                               : "The second reader of an image saw the label of the first.");
}

std::string adjudicationOf(const ReviewProject& project)
{
    std::size_t agreed = 0;
    std::size_t adjudicated = 0;
    std::size_t single = 0;
    std::size_t open = 0;
    for (const ReviewImage& image : project.plan().images)
        switch (project.finalLabel(image.id).decision) {
        case ReviewDecision::Agreed:
            ++agreed;
            break;
        case ReviewDecision::Adjudicated:
            ++adjudicated;
            break;
        case ReviewDecision::Single:
            ++single;
            break;
        case ReviewDecision::None:
            ++open;
        }
    const auto total = static_cast<double>(project.plan().images.size());
    const double share = std::round(1000 * static_cast<double>(adjudicated) / total) / 10;
    char percent[32];
    std::snprintf(percent, sizeof percent, "%.1f", share);
    std::string text =
        std::to_string(agreed) + " labels were agreed on, " + std::to_string(adjudicated) + " (" +
        percent + " % of the images) decided" +
        (project.plan().rules.thirdAdjudicates ? " by a third reader" : " by an adjudicator") +
        " after a conflict, " + std::to_string(single) + " given by one reader";
    if (open > 0)
        text += "; " + counted(open, "image has", "images have") + " no final label";
    return text + ".";
}

void addAgreement(const LabelSet& set, std::vector<std::string>& sentences)
{
    const Agreement agreement = agreementOf(set);
    for (const ReaderPair& pair : agreement.pairs)
        if (pair.agreement.raw)
            sentences.push_back(
                "Readers " + std::to_string(pair.readers[0] + 1) + " and " +
                std::to_string(pair.readers[1] + 1) + ": " +
                counted(pair.agreement.confusion.total(), "common image", "common images") +
                ", raw agreement " + decimals(*pair.agreement.raw) + ", Cohen's kappa " +
                words(pair.agreement.kappa) + ".");
    for (const RepeatPair& repeat : agreement.repeats)
        if (repeat.agreement.raw)
            sentences.push_back("Reader " + std::to_string(repeat.reader + 1) + " labelled " +
                                counted(repeat.agreement.confusion.total(), "image", "images") +
                                " again: raw agreement " + decimals(*repeat.agreement.raw) +
                                ", Cohen's kappa " + words(repeat.agreement.kappa) + ".");
    if (set.readers.size() > 2 && agreement.fleiss.images > 0)
        sentences.push_back("Fleiss' kappa " + words(agreement.fleiss.kappa) +
                            "; Krippendorff's alpha " + words(agreement.krippendorff.alpha) + ".");
}

} // namespace

std::vector<std::string> methodsOf(const ReviewProject& project)
{
    const ReviewProgress progress = project.progress();
    std::vector<std::string> sentences{designOf(project, progress),
                                       blindnessOf(project.plan().rules)};
    if (const auto set = project.labels())
        addAgreement(*set, sentences);
    sentences.push_back(adjudicationOf(project));
    return sentences;
}

std::vector<std::string> methodsOf(const LabelSet& set)
{
    std::vector<std::string> sentences{counted(set.readers.size(), "reader", "readers") + " gave " +
                                       counted(set.ratings.size(), "label", "labels") + " to " +
                                       counted(set.images.size(), "image", "images") + " in " +
                                       counted(set.rounds.size(), "round", "rounds") + "."};
    addAgreement(set, sentences);
    sentences.emplace_back(
        "How many conflicts were adjudicated by a third reader is not recorded.");
    return sentences;
}

} // namespace ir
