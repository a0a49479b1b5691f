#include "projectcommands.h"

#include "json.h"
#include "opencatalog.h"
#include "projectplan.h"

#include "exporting/labelmatch.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

namespace ir::cli {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct Options
{
    std::string catalog;
    std::string plan;
    std::string guideline;
    Json given =
        Json::object(); ///< what options say, in the shape of a plan: it wins over the file's
    bool allowMissing = false;
    bool dryRun = false;
    bool json = false;
};

Result<std::string> textOf(const fs::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream.is_open() || stream.bad())
        return failure(file.string() + " cannot be read.");
    return text;
}

/// The plan's file with the options over it. Paths in the file are relative to it.
Result<Json> requestJson(const Options& options)
{
    Json json = Json::object();
    if (!options.plan.empty()) {
        const auto text = textOf(options.plan);
        if (!text)
            return tl::unexpected(text.error());
        json = Json::parse(*text, nullptr, false);
        if (!json.is_object())
            return failure(options.plan + " is no JSON object.");
        const fs::path folder = fs::path(options.plan).parent_path();
        if (json.contains("images") && json["images"].is_object())
            for (const char* key : {"folder", "list"})
                if (auto& images = json["images"]; images.contains(key) && images[key].is_string())
                    images[key] = (folder / images[key].get<std::string>()).string();
    }
    json.merge_patch(options.given);
    if (!options.guideline.empty()) {
        const auto text = textOf(options.guideline);
        if (!text)
            return tl::unexpected(text.error());
        json["guideline"] = *text;
    }
    return json;
}

/// The images that examples name; each must be one of the catalog's.
Result<std::vector<ReviewExample>> examplesOf(const Catalog& catalog,
                                              const std::vector<NamedExample>& named)
{
    std::vector<ReviewExample> examples;
    if (named.empty())
        return examples;
    const auto files = catalog.files({});
    if (!files)
        return tl::unexpected(files.error());
    std::vector<LabelTarget> targets;
    for (const FileSummary& file : *files)
        targets.push_back({QFile::encodeName(file.path).toStdString(),
                           file.sopInstanceUid.toStdString(),
                           {},
                           {}});
    std::vector<ImportedLabel> wanted;
    for (const NamedExample& example : named) {
        ImportedLabel one;
        one.path = one.sopInstanceUid = example.image;
        wanted.push_back(std::move(one));
    }
    const auto places = findTargets(wanted, targets);
    for (std::size_t i = 0; i < named.size(); ++i) {
        if (!places[i].target)
            return failure("The example " + named[i].image +
                           " is not in the catalog: " + places[i].reason);
        const FileSummary& file = (*files)[static_cast<qsizetype>(*places[i].target)];
        examples.push_back({file.imageId, named[i].label, named[i].caption});
    }
    return examples;
}

void print(const Options& options, const ReviewProject& project, const ChosenImages& chosen)
{
    const auto second = project.progress().wanted[1];
    if (options.json) {
        Json classes = Json::object();
        for (const auto& [name, count] : chosen.countOf)
            classes[name.toStdString()] = count;
        Json missed = Json::array();
        for (const MissedRow& row : chosen.missed)
            missed.push_back({{"place", row.place}, {"image", row.image}, {"reason", row.reason}});
        std::cout << dump({{"project", project.plan().name},
                           {"created", !options.dryRun},
                           {"images", chosen.images.size()},
                           {"available", chosen.available},
                           {"second_round", second},
                           {"repeats", project.progress().repeatsWanted},
                           {"predicted", classes},
                           {"files_unread", chosen.unread},
                           {"missed", missed}})
                  << '\n';
        return;
    }
    std::cout << project.plan().name << ": " << chosen.images.size() << " images, " << second
              << " of them read twice";
    if (chosen.images.size() < chosen.available)
        std::cout << ", drawn from " << chosen.available;
    std::cout << '\n';
    for (const auto& [name, count] : chosen.countOf)
        std::cout << "  " << (name.isEmpty() ? std::string("not classified") : name.toStdString())
                  << ' ' << count << '\n';
    std::cout << (options.dryRun ? "Nothing was made.\n" : "");
}

int create(const Options& options)
{
    const auto json = requestJson(options);
    if (!json)
        return fail(Failed, json.error().message);
    auto request = projectRequestOf(*json);
    if (!request)
        return fail(WrongUse, request.error().message);
    if (QString& folder = request->choice.folder;
        !folder.isEmpty()) // the catalog's paths are whole
        folder = QDir::cleanPath(QFileInfo(folder).absoluteFilePath());
    const auto catalog = existingCatalog(options.catalog);
    if (!catalog)
        return fail(Failed, catalog.error().message);
    const auto chosen = chooseImages(**catalog, request->choice);
    if (!chosen)
        return fail(Failed, chosen.error().message);
    auto examples = examplesOf(**catalog, request->examples);
    if (!examples)
        return fail(Failed, examples.error().message);
    if (!options.json)
        for (const MissedRow& row : chosen->missed)
            std::cerr << "Not found: " << row.place << ' ' << row.image << ": " << row.reason
                      << '\n';
    if (!chosen->missed.empty() && !options.allowMissing && !options.dryRun)
        return fail(
            Failed,
            std::to_string(chosen->missed.size()) + " of " + std::to_string(chosen->listed) +
                " listed images were not found, and a project cannot be changed later: mend the "
                "list (--dry-run tells which), or go without them with --allow-missing.");
    request->plan.images = chosen->images;
    request->plan.examples = std::move(*examples);
    const auto project = ReviewProject::create(request->plan);
    if (!project)
        return fail(Failed, project.error().message);
    if (!options.dryRun) {
        for (const std::string& reader : request->plan.readers)
            if (const auto added = (*catalog)->addReader(QString::fromStdString(reader)); !added)
                return fail(Failed, added.error().message);
        if (const auto made = (*catalog)->createReview(request->plan); !made)
            return fail(Failed, made.error().message);
    }
    print(options, *project, *chosen);
    return chosen->missed.empty() ? AllDone : SomeUnreadable;
}

/// Options that write into `given` what a plan's file would say.
class PlanOptions
{
public:
    PlanOptions(CLI::App& command, Json& given) : m_command(command), m_given(given) {}

    template <typename T>
    CLI::Option* value(const char* option, const char* pointer, const char* help)
    {
        return m_command.add_option_function<T>(
            option,
            [this, pointer](const T& value) { m_given[Json::json_pointer(pointer)] = value; },
            help);
    }
    CLI::Option* list(const char* option, const char* pointer, const char* help)
    {
        return value<std::vector<std::string>>(option, pointer, help)->delimiter(',');
    }
    void flag(const char* option, const char* pointer, const Json& meaning, const char* help)
    {
        m_command.add_flag_callback(
            option, [this, pointer, meaning] { m_given[Json::json_pointer(pointer)] = meaning; },
            help);
    }

private:
    CLI::App& m_command;
    Json& m_given;
};

} // namespace

void addProjectCreate(CLI::App& parent, Invocation& invocation)
{
    const auto options = std::make_shared<Options>();
    auto* command = parent.add_subcommand(
        "create",
        "Makes an annotation project of images in a catalog. It cannot be changed later: --dry-run "
        "tells first what it would be");
    const auto plan = std::make_shared<PlanOptions>(*command, options->given);
    addCatalogOption(*command, options->catalog);
    command->add_option("--plan", options->plan,
                        "JSON file with what follows; options win over it");
    plan->value<std::string>("--name", "/name", "Of the project");
    plan->list("--readers", "/readers", "Who reads, e.g. Ann,Bob");
    plan->list("--adjudicators", "/adjudicators", "Who decides conflicts");
    plan->list("--classes", "/classes", "What an image can be (default: the paper's five classes)");
    command->add_option("--guideline", options->guideline, "Text file that readers are shown");
    command->option_defaults()->group("Which images");
    plan->value<std::string>("--folder", "/images/folder", "Under this folder (default: all)");
    plan->list("--predicted", "/images/predicted", "That the model gave one of these classes");
    plan->flag("--needs-review", "/images/needs_review", true, "That the model abstains on");
    plan->value<std::string>("--labels", "/images/labels",
                             "With, without or with any label of people")
        ->check(CLI::IsMember({"any", "without", "with"}));
    plan->value<std::string>("--list", "/images/list",
                             "Of this CSV: path (or image), sop_instance_uid or digest");
    plan->value<std::size_t>("--sample", "/images/sample",
                             "So many, drawn at random by predicted class");
    plan->value<std::string>("--strata", "/images/strata", "Shares of the classes in the sample")
        ->check(CLI::IsMember({"proportional", "equal"}));
    plan->value<std::uint64_t>("--sample-seed", "/images/seed", "Of the sample (default: 1)");
    command->add_flag("--allow-missing", options->allowMissing,
                      "Go without listed images that are not found");
    command->option_defaults()->group("Rules");
    plan->value<double>("--overlap", "/rules/overlap",
                        "Share of images read by a second reader (default: 1)");
    plan->value<std::string>("--order", "/rules/order",
                             "In which readers see images (default: random)")
        ->check(CLI::IsMember({"random", "uncertainty", "date"}));
    plan->flag("--see-model", "/rules/blind_to_model", false, "Readers may see the model's tag");
    plan->flag("--see-first", "/rules/blind_to_first", false, "Round 2 may see round 1's label");
    plan->flag("--readers-adjudicate", "/rules/third_adjudicates", false,
               "Who labelled an image may decide its conflict");
    plan->value<int>("--lease-minutes", "/rules/lease_minutes",
                     "After so long without a word of its reader an image goes to others (default: "
                     "30; 0: never)");
    plan->value<double>("--repeats", "/rules/repeats",
                        "Share of images shown to the same reader again (default: 0)");
    plan->value<int>("--repeat-after-hours", "/rules/repeat_after_hours", "Earliest (default: 24)");
    plan->value<std::uint64_t>("--seed", "/rules/seed", "Of orders and shares (default: 1)");
    command->option_defaults()->group("Output");
    command->add_flag("--dry-run", options->dryRun, "Only tell what it would be");
    command->add_flag("--json", options->json, "One JSON object");
    command->footer(
        "Examples:\n"
        "  imaging-router-cli project create --name spines --readers Ann,Bob --adjudicators Cleo "
        "--sample 500\n"
        "  imaging-router-cli project create --catalog catalog.sqlite --plan plan.json --dry-run "
        "--json");
    command->callback(
        [&invocation, options, plan] { invocation.run = [options] { return create(*options); }; });
}

} // namespace ir::cli
