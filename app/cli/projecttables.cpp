#include "projectcommands.h"

#include "json.h"

#include "base/atomicfile.h"
#include "pipeline/projectfiles.h"
#include "pipeline/roundsimport.h"

#include <QDateTime>

#include <functional>
#include <iostream>

namespace ir::cli {

namespace {

using Json = nlohmann::ordered_json;

struct TableOptions
{
    ProjectOptions project;
    std::string out;
};

using Table = std::function<std::string(const ReviewProject&, const ProjectFiles&)>;

int print(const TableOptions& options, const Table& table)
{
    const auto opened = openProject(options.project);
    if (!opened)
        return fail(Failed, opened.error().message);
    const auto files = filesOf(*opened->catalog, opened->project.plan());
    if (!files)
        return fail(Failed, files.error().message);
    const std::string text = table(opened->project, *files);
    if (options.out.empty()) {
        std::cout << text << std::flush;
        return std::cout ? AllDone
                         : fail(Failed, "The table cannot be written to standard output.");
    }
    const auto written = writeFileAtomically(options.out, text);
    return written ? AllDone : fail(Failed, written.error().message);
}

void addTable(CLI::App& parent, Invocation& invocation, const char* name, const char* help,
              Table table)
{
    const auto options = std::make_shared<TableOptions>();
    auto* command = parent.add_subcommand(name, help);
    addProjectOptions(*command, options->project);
    command->add_option("--out", options->out,
                        "Write it into this file instead of standard output");
    command->footer(std::string("Example: imaging-router-cli project ") + name +
                    " --project spines --out " + name + ".csv");
    command->callback([&invocation, options, table = std::move(table)] {
        invocation.run = [options, table] { return print(*options, table); };
    });
}

std::string audit(const ReviewProject& project, const ProjectFiles& files)
{
    return auditTrail(project, [&](std::int64_t image) -> ReviewImageName {
        const auto file = files.find(image);
        if (file == files.end())
            return {};
        return {file->second.path.string(), file->second.sopInstanceUid};
    });
}

struct ImportOptions
{
    ProjectOptions project;
    std::string rounds;
    bool dryRun = false;
};

void print(const ImportOptions& options, const RoundsImport& result)
{
    if (options.project.json) {
        Json missed = Json::array();
        for (const MissedRow& row : result.missed)
            missed.push_back({{"place", row.place}, {"image", row.image}, {"reason", row.reason}});
        std::cout << dump({{"rows", result.rows},
                           {"changed", result.changed},
                           {"unchanged", result.unchanged},
                           {"without_label", result.withoutLabel},
                           {"stored", !options.dryRun},
                           {"missed", missed}})
                  << '\n';
        return;
    }
    std::cout << result.rows << " rows, " << result.changed
              << (options.dryRun ? " labels would be set, " : " labels set, ") << result.unchanged
              << " there already, " << result.withoutLabel << " without a label, "
              << result.missed.size() << " left out\n";
    for (const MissedRow& row : result.missed)
        std::cerr << "Left out: " << row.place << ' ' << row.image << ": " << row.reason << '\n';
}

int importIt(const ImportOptions& options)
{
    auto opened = openProject(options.project);
    if (!opened)
        return fail(Failed, opened.error().message);
    const auto result =
        importRounds(*opened->catalog, opened->info.id, opened->project, options.rounds,
                     QDateTime::currentMSecsSinceEpoch(), !options.dryRun);
    if (!result)
        return fail(Failed, result.error().message);
    print(options, *result);
    return result->missed.empty() ? AllDone : SomeUnreadable;
}

} // namespace

void addProjectTables(CLI::App& parent, Invocation& invocation)
{
    addTable(parent, invocation, "labels",
             "What the project found: each image's label, how it was decided, and what the readers "
             "said (CSV)",
             finalLabelTable);
    addTable(parent, invocation, "rounds",
             "Every label as it stands, as 'agreement' and 'project import' read it (CSV)",
             roundsTable);
    addTable(parent, invocation, "audit", "Who did what, when, seeing what: the whole log (CSV)",
             audit);

    const auto options = std::make_shared<ImportOptions>();
    auto* command =
        parent.add_subcommand("import", "Takes labels that readers gave elsewhere into the "
                                        "project's log, under its rules, and reports "
                                        "what could not be taken");
    addProjectOptions(*command, options->project);
    command
        ->add_option(
            "ROUNDS", options->rounds,
            "CSV with columns reader, round (3: adjudication, 4: repeat) and label; image or path, "
            "sop_instance_uid, digest; maybe time (ISO 8601), seconds, comment")
        ->required();
    command->add_flag("--dry-run", options->dryRun, "Only report");
    command->add_flag("--json", options->project.json, "One JSON object");
    command->footer(
        "Example: imaging-router-cli project import rounds.csv --project spines --dry-run");
    command->callback(
        [&invocation, options] { invocation.run = [options] { return importIt(*options); }; });
}

} // namespace ir::cli
