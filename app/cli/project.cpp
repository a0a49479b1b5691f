#include "projectcommands.h"

#include "opencatalog.h"

#include <algorithm>

namespace ir::cli {

void addCatalogOption(CLI::App& command, std::string& catalog)
{
    command.add_option("--catalog", catalog, "The catalog that has it (default: your own)");
}

void addProjectOptions(CLI::App& command, ProjectOptions& options)
{
    addCatalogOption(command, options.catalog);
    command.add_option("--project", options.project,
                       "Its name; not needed where the catalog has one project only");
}

Result<OpenedProject> openProject(const ProjectOptions& options)
{
    auto catalog = existingCatalog(options.catalog);
    if (!catalog)
        return tl::unexpected(catalog.error());
    const auto projects = (*catalog)->reviews();
    if (!projects)
        return tl::unexpected(projects.error());
    const QString name = QString::fromStdString(options.project);
    const std::string where = "The catalog " + (*catalog)->path().toStdString();
    if (projects->isEmpty())
        return failure(where + " has no annotation project: make one with 'project create'.");
    if (name.isEmpty() && projects->size() > 1)
        return failure(where + " has " + std::to_string(projects->size()) +
                       " projects: say which with --project NAME.");
    const auto found = std::ranges::find_if(
        *projects, [&](const ReviewInfo& info) { return name.isEmpty() || info.name == name; });
    if (found == projects->end())
        return failure(where + " has no project named " + options.project +
                       ": 'project list' tells which there are.");
    auto project = (*catalog)->openReview(found->id);
    if (!project)
        return tl::unexpected(project.error());
    return OpenedProject{std::move(*catalog), *found, std::move(*project)};
}

void addProjectCommand(CLI::App& app, Invocation& invocation)
{
    auto* command = app.add_subcommand(
        "project", "Annotation projects: who labels which images in two rounds, how far they are, "
                   "how they agree, and what they found");
    command->require_subcommand(1);
    command->footer("Example: imaging-router-cli project status --catalog catalog.sqlite");
    addProjectCreate(*command, invocation);
    addProjectReports(*command, invocation);
    addProjectTables(*command, invocation);
}

} // namespace ir::cli
