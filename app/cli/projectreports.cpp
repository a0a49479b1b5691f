#include "projectcommands.h"

#include "agreementreport.h"
#include "json.h"
#include "opencatalog.h"

#include "pipeline/projectfiles.h"

#include <QDateTime>

#include <iomanip>
#include <iostream>
#include <map>

namespace ir::cli {

namespace {

using Json = nlohmann::ordered_json;

std::string isoTime(const QDateTime& time)
{
    return time.toUTC().toString(Qt::ISODate).toStdString();
}

std::string isoTime(std::int64_t timeMs)
{
    return isoTime(QDateTime::fromMSecsSinceEpoch(timeMs).toUTC());
}

int list(const ProjectOptions& options)
{
    const auto catalog = existingCatalog(options.catalog);
    if (!catalog)
        return fail(Failed, catalog.error().message);
    const auto projects = (*catalog)->reviews();
    if (!projects)
        return fail(Failed, projects.error().message);
    Json rows = Json::array();
    for (const ReviewInfo& info : *projects) {
        const auto project = (*catalog)->openReview(info.id);
        if (!project)
            return fail(Failed, project.error().message);
        const ReviewProgress progress = project->progress();
        if (!options.json) {
            std::cout << info.name.toStdString() << ": " << progress.wanted[0]
                      << " images, round 1 " << progress.done[0] << " of " << progress.wanted[0]
                      << ", round 2 " << progress.done[1] << " of " << progress.wanted[1] << ", "
                      << progress.conflicts << " conflicts open\n";
            continue;
        }
        rows.push_back({{"project", info.name.toStdString()},
                        {"created", isoTime(info.created)},
                        {"images", progress.wanted[0]},
                        {"readers", project->plan().readers},
                        {"wanted", progress.wanted},
                        {"done", progress.done},
                        {"conflicts", progress.conflicts}});
    }
    if (options.json)
        std::cout << dump({{"projects", rows}}) << '\n';
    return AllDone;
}

Json rulesJson(const ReviewRules& rules)
{
    constexpr std::array orders{"random", "uncertainty", "date"}; // as ReviewOrder
    return {{"blind_to_model", rules.blindToModel},
            {"blind_to_first", rules.blindToFirst},
            {"overlap", rules.overlap},
            {"order", orders[static_cast<std::size_t>(rules.order)]},
            {"third_adjudicates", rules.thirdAdjudicates},
            {"lease_minutes", rules.leaseMinutes},
            {"repeats", rules.repeats},
            {"repeat_after_hours", rules.repeatAfterHours},
            {"seed", rules.seed}};
}

struct FinalCounts
{
    std::map<std::string, std::size_t> byDecision;
    std::map<std::string, std::size_t> byLabel;
};

FinalCounts finalCounts(const ReviewProject& project)
{
    FinalCounts counts;
    for (const ReviewImage& image : project.plan().images) {
        const ReviewFinal found = project.finalLabel(image.id);
        ++counts.byDecision[toString(found.decision)];
        if (found.decision != ReviewDecision::None)
            ++counts.byLabel[found.label];
    }
    return counts;
}

void printStatusJson(const OpenedProject& opened)
{
    const ReviewPlan& plan = opened.project.plan();
    const ReviewProgress progress = opened.project.progress();
    const FinalCounts counts = finalCounts(opened.project);
    Json readers = Json::array();
    for (const std::string& reader : plan.readers) {
        const auto done = progress.doneBy.find(reader);
        const auto seconds = progress.secondsBy.find(reader);
        readers.push_back(
            {{"reader", reader},
             {"done", done == progress.doneBy.end() ? 0 : done->second},
             {"seconds", seconds == progress.secondsBy.end() ? 0.0 : seconds->second}});
    }
    Json rounds = Json::array();
    for (std::size_t r = 0; r < 2; ++r)
        rounds.push_back(
            {{"round", r + 1}, {"wanted", progress.wanted[r]}, {"done", progress.done[r]}});
    const auto& log = opened.project.log();
    std::cout << dump({{"project", plan.name},
                       {"created", isoTime(opened.info.created)},
                       {"images", plan.images.size()},
                       {"classes", plan.classes},
                       {"readers", readers},
                       {"adjudicators", plan.adjudicators},
                       {"rules", rulesJson(plan.rules)},
                       {"rounds", rounds},
                       {"repeats",
                        {{"wanted", progress.repeatsWanted}, {"done", progress.repeatsDone}}},
                       {"conflicts", progress.conflicts},
                       {"adjudicated", progress.adjudicated},
                       {"decided", counts.byDecision},
                       {"labels", counts.byLabel},
                       {"events", log.size()},
                       {"last_event", log.empty() ? Json() : Json(isoTime(log.back().timeMs))}})
              << '\n';
}

int status(const ProjectOptions& options)
{
    const auto opened = openProject(options);
    if (!opened)
        return fail(Failed, opened.error().message);
    if (options.json) {
        printStatusJson(*opened);
        return AllDone;
    }
    const ReviewProgress progress = opened->project.progress();
    std::cout << opened->info.name.toStdString() << ", made " << isoTime(opened->info.created)
              << '\n';
    for (std::size_t r = 0; r < 2; ++r)
        std::cout << "round " << r + 1 << ": " << progress.done[r] << " of " << progress.wanted[r]
                  << " images\n";
    if (progress.repeatsWanted > 0)
        std::cout << "repeats: " << progress.repeatsDone << " of " << progress.repeatsWanted
                  << '\n';
    for (const std::string& reader : opened->project.plan().readers) {
        const auto done = progress.doneBy.find(reader);
        if (done == progress.doneBy.end()) {
            std::cout << reader << ": nothing yet\n";
            continue;
        }
        std::cout << reader << ": " << done->second << " labels, " << std::fixed
                  << std::setprecision(1)
                  << progress.secondsBy.at(reader) / static_cast<double>(done->second)
                  << " s an image\n";
    }
    std::cout << progress.conflicts << " conflicts open, " << progress.adjudicated << " decided\n";
    for (const auto& [label, count] : finalCounts(opened->project).byLabel)
        std::cout << "  " << label << ' ' << count << '\n';
    return AllDone;
}

struct AgreementOptions
{
    ProjectOptions project;
    BootstrapOptions bootstrap;
    std::size_t driftImages = 0; ///< a point of drift; 0: a week each
};

int agreement(const AgreementOptions& options)
{
    const auto opened = openProject(options.project);
    if (!opened)
        return fail(Failed, opened.error().message);
    const ReviewProject& project = opened->project;
    auto labels = project.labels();
    if (!labels)
        return fail(Failed, "The project " + project.plan().name + " has no labels yet.");
    const auto files = filesOf(*opened->catalog, project.plan());
    if (!files)
        return fail(Failed, files.error().message);
    for (std::string& image : labels->images)
        image = nameOf(*files, std::stoll(image));
    AgreementReport report{project.plan().name, std::move(*labels), options.bootstrap, {}, {}};
    report.agreement = agreementOf(report.labels, options.bootstrap);
    const std::size_t classes = project.plan().classes.size();
    report.drift = options.driftImages > 0
                       ? driftPerImages(project.timedPairs(), classes, options.driftImages,
                                        options.bootstrap.level)
                       : driftPerWeek(project.timedPairs(), classes, options.bootstrap.level);
    if (options.project.json)
        printJson(report);
    else
        printText(report);
    return AllDone;
}

} // namespace

void addProjectReports(CLI::App& parent, Invocation& invocation)
{
    const auto listed = std::make_shared<ProjectOptions>();
    auto* lists = parent.add_subcommand("list", "The projects of a catalog");
    addCatalogOption(*lists, listed->catalog);
    lists->add_flag("--json", listed->json, "One JSON object");
    lists->callback([&invocation, listed] { invocation.run = [listed] { return list(*listed); }; });

    const auto asked = std::make_shared<ProjectOptions>();
    auto* tells =
        parent.add_subcommand("status", "How far readers and adjudicators are, and their pace");
    addProjectOptions(*tells, *asked);
    tells->add_flag("--json", asked->json, "One JSON object, with the rules");
    tells->footer("Example: imaging-router-cli project status --project spines --json");
    tells->callback([&invocation, asked] { invocation.run = [asked] { return status(*asked); }; });

    const auto options = std::make_shared<AgreementOptions>();
    auto* agrees =
        parent.add_subcommand("agreement", "How its readers agree, as 'agreement' of a CSV: "
                                           "between readers, with themselves where images "
                                           "were repeated, and over time");
    addProjectOptions(*agrees, options->project);
    addAgreementOptions(*agrees, options->bootstrap);
    agrees->add_option("--drift-images", options->driftImages,
                       "Follow agreement over every so many images (default: every week)");
    agrees->add_flag("--json", options->project.json, "One JSON object");
    agrees->footer(
        "Example: imaging-router-cli project agreement --project spines --drift-images 100 --json");
    agrees->callback(
        [&invocation, options] { invocation.run = [options] { return agreement(*options); }; });
}

} // namespace ir::cli
