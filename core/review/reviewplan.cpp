#include "review/reviewplan_p.h"

#include "base/mixing.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ir::review {

namespace {

template <typename T> bool hasTwice(std::vector<T> values)
{
    std::ranges::sort(values);
    return std::ranges::adjacent_find(values) != values.end();
}

bool isShare(double value)
{
    return value >= 0 && value <= 1;
}

/// The hash of each image under a seed: a lot to be drawn by.
std::vector<std::uint64_t> lotsOf(const ReviewPlan& plan, std::uint64_t seed)
{
    std::vector<std::uint64_t> lots;
    for (const ReviewImage& image : plan.images)
        lots.push_back(mixed(seed ^ static_cast<std::uint64_t>(image.id)));
    return lots;
}

/// The images with the lowest lots, so that the share is met to the image.
std::vector<bool> shareOf(const ReviewPlan& plan, const std::vector<std::uint64_t>& lots,
                          double share)
{
    std::vector<std::size_t> order(lots.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, {}, [&](std::size_t i) {
        return std::pair(lots[i], static_cast<std::uint64_t>(plan.images[i].id));
    });
    const auto count =
        static_cast<std::size_t>(std::llround(share * static_cast<double>(order.size())));
    std::vector<bool> chosen(order.size());
    for (std::size_t i = 0; i < std::min(count, order.size()); ++i)
        chosen[order[i]] = true;
    return chosen;
}

} // namespace

Result<void> checkPlan(const ReviewPlan& plan)
{
    if (plan.name.empty())
        return failure("A project needs a name.");
    if (plan.images.empty() || plan.classes.empty() || plan.readers.empty())
        return failure("The project " + plan.name + " needs images, classes and readers.");
    std::vector<std::int64_t> ids;
    for (const ReviewImage& image : plan.images)
        ids.push_back(image.id);
    if (hasTwice(ids) || hasTwice(plan.classes) || hasTwice(plan.readers) ||
        hasTwice(plan.adjudicators))
        return failure("The project " + plan.name + " names an image, class or reader twice.");
    if (std::ranges::find(plan.classes, std::string()) != plan.classes.end() ||
        std::ranges::find(plan.readers, std::string()) != plan.readers.end())
        return failure("A class and a reader of the project " + plan.name + " need names.");
    for (const ReviewExample& example : plan.examples)
        if (!example.label.empty() &&
            std::ranges::find(plan.classes, example.label) == plan.classes.end())
            return failure("An example of the project " + plan.name + " is of the class \"" +
                           example.label + "\", which it does not have.");
    const ReviewRules& rules = plan.rules;
    if (!isShare(rules.overlap))
        return failure("The share of images with a second round must be from 0 to 1.");
    if (!isShare(rules.repeats))
        return failure("The share of images that are repeated must be from 0 to 1.");
    if (rules.leaseMinutes < 0 || rules.repeatAfterHours < 0)
        return failure("The times of the project " + plan.name + " cannot be below 0.");
    if (rules.overlap > 0 && plan.readers.size() < 2)
        return failure("A second round needs a second reader.");
    return {};
}

std::vector<bool> chosenForSecond(const ReviewPlan& plan)
{
    return shareOf(plan, lotsOf(plan, mixed(plan.rules.seed)), plan.rules.overlap);
}

std::vector<int> chosenForRepeat(const ReviewPlan& plan, const std::vector<bool>& hasSecond)
{
    // Another seed than the second round's: who is read twice is not who is repeated.
    const auto lots = lotsOf(plan, mixed(mixed(plan.rules.seed)));
    const std::vector<bool> chosen = shareOf(plan, lots, plan.rules.repeats);
    std::vector<int> rounds(lots.size());
    for (std::size_t i = 0; i < lots.size(); ++i)
        if (chosen[i])
            rounds[i] = hasSecond[i] && (mixed(lots[i]) & 1) != 0 ? 2 : 1;
    return rounds;
}

std::vector<std::uint32_t> orderOf(const ReviewPlan& plan, const std::string& reader)
{
    std::vector<std::uint32_t> order(plan.images.size());
    std::iota(order.begin(), order.end(), 0U);
    const auto image = [&](std::uint32_t i) -> const ReviewImage& { return plan.images[i]; };
    switch (plan.rules.order) {
    case ReviewOrder::Random: {
        const std::uint64_t own = mixed(plan.rules.seed) ^ hashOf(reader);
        std::ranges::sort(order, {}, [&](std::uint32_t i) {
            return std::pair(mixed(own ^ mixed(static_cast<std::uint64_t>(image(i).id))), i);
        });
        break;
    }
    case ReviewOrder::Uncertainty:
        std::ranges::sort(order, {},
                          [&](std::uint32_t i) { return std::pair(-image(i).uncertainty, i); });
        break;
    case ReviewOrder::Date:
        std::ranges::sort(order, {}, [&](std::uint32_t i) { return std::pair(image(i).date, i); });
        break;
    }
    return order;
}

} // namespace ir::review
