#include "projectplan.h"

#include "base/prediction.h"

#include <QFile>

#include <functional>
#include <map>

namespace ir::cli {

namespace {

using Json = nlohmann::ordered_json;

/// What each key of an object does with its value; a wrong value throws nlohmann's type_error.
using Keys = std::map<std::string, std::function<void(const Json&)>>;

/// A sentence for people, thrown inside this file only.
struct Refusal
{
    std::string message;
};

void read(const Json& object, const std::string& what, const Keys& keys)
{
    if (!object.is_object())
        throw Refusal{what + " must be an object of keys and values."};
    for (const auto& [key, value] : object.items()) {
        const auto known = keys.find(key);
        if (known == keys.end())
            throw Refusal{what + " has the key \"" + key + "\", which means nothing here."};
        try {
            known->second(value);
        } catch (const Json::exception&) {
            throw Refusal{what + " has a value for \"" + key +
                          "\" that is of another kind than it takes."};
        }
    }
}

template <typename T> std::function<void(const Json&)> into(T& target)
{
    return [&target](const Json& value) { value.get_to(target); };
}

std::function<void(const Json&)> into(QString& target)
{
    return [&target](const Json& value) {
        target = QFile::decodeName(value.get<std::string>().c_str());
    };
}

std::function<void(const Json&)> into(QStringList& target)
{
    return [&target](const Json& value) {
        target.clear();
        for (const auto& text : value.get<std::vector<std::string>>())
            target.append(QString::fromStdString(text));
    };
}

/// One of several words.
template <typename T>
std::function<void(const Json&)> into(T& target, const std::string& key,
                                      const std::map<std::string, T>& words)
{
    return [&target, key, words](const Json& value) {
        const auto word = words.find(value.get<std::string>());
        if (word == words.end()) {
            std::string list;
            for (const auto& [name, meaning] : words)
                list += (list.empty() ? "" : ", ") + name;
            throw Refusal{"\"" + key + "\" is one of " + list + "."};
        }
        target = word->second;
    };
}

void readRules(const Json& json, ReviewRules& rules)
{
    read(json, "\"rules\"",
         {{"blind_to_model", into(rules.blindToModel)},
          {"blind_to_first", into(rules.blindToFirst)},
          {"overlap", into(rules.overlap)},
          {"order", into<ReviewOrder>(rules.order, "order",
                                      {{"random", ReviewOrder::Random},
                                       {"uncertainty", ReviewOrder::Uncertainty},
                                       {"date", ReviewOrder::Date}})},
          {"third_adjudicates", into(rules.thirdAdjudicates)},
          {"lease_minutes", into(rules.leaseMinutes)},
          {"repeats", into(rules.repeats)},
          {"repeat_after_hours", into(rules.repeatAfterHours)},
          {"seed", into(rules.seed)}});
}

void readChoice(const Json& json, ReviewChoice& choice)
{
    read(json, "\"images\"",
         {{"folder", into(choice.folder)},
          {"predicted", into(choice.classes)},
          {"needs_review", into(choice.needsReview)},
          {"labels", into<ReviewChoice::Labels>(choice.labels, "labels",
                                                {{"any", ReviewChoice::Labels::Any},
                                                 {"without", ReviewChoice::Labels::Without},
                                                 {"with", ReviewChoice::Labels::With}})},
          {"list", [&](const Json& value) { choice.list = value.get<std::string>(); }},
          {"sample", into(choice.sample)},
          {"strata",
           into<ReviewChoice::Strata>(choice.strata, "strata",
                                      {{"proportional", ReviewChoice::Strata::Proportional},
                                       {"equal", ReviewChoice::Strata::Equal}})},
          {"seed", into(choice.seed)}});
}

NamedExample exampleOf(const Json& json)
{
    NamedExample example;
    read(json, "An example",
         {{"image", into(example.image)},
          {"label", into(example.label)},
          {"caption", into(example.caption)}});
    return example;
}

} // namespace

Result<ProjectRequest> projectRequestOf(const Json& json)
{
    ProjectRequest request;
    ReviewPlan& plan = request.plan;
    plan.classes = defaultClasses();
    try {
        read(json, "The plan",
             {{"name", into(plan.name)},
              {"guideline", into(plan.guideline)},
              {"classes", into(plan.classes)},
              {"readers", into(plan.readers)},
              {"adjudicators", into(plan.adjudicators)},
              {"rules", [&](const Json& value) { readRules(value, plan.rules); }},
              {"images", [&](const Json& value) { readChoice(value, request.choice); }},
              {"examples", [&](const Json& value) {
                   for (const Json& example : value)
                       request.examples.push_back(exampleOf(example));
               }}});
    } catch (const Refusal& refusal) {
        return failure(refusal.message);
    }
    return request;
}

} // namespace ir::cli
