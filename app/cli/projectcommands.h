#pragma once

#include "commands.h"

#include "catalog/catalog.h"
#include "review/project.h"

#include <memory>
#include <string>

namespace ir::cli {

void addProjectCommand(CLI::App& app, Invocation& invocation);
void addReadersCommand(CLI::App& app, Invocation& invocation);

/// Which project of which catalog a command is about.
struct ProjectOptions
{
    std::string catalog; ///< empty: the user's own
    std::string project; ///< empty: the only one
    bool json = false;
};

struct OpenedProject
{
    std::unique_ptr<Catalog> catalog;
    ReviewInfo info;
    ReviewProject project;
};

void addCatalogOption(CLI::App& command, std::string& catalog);
/// Both, and --json.
void addProjectOptions(CLI::App& command, ProjectOptions& options);

/// Errors: no such catalog or project; a project must be named where there are several.
[[nodiscard]] Result<OpenedProject> openProject(const ProjectOptions& options);

/// Of `project`, each with its options.
void addProjectCreate(CLI::App& project, Invocation& invocation);
/// list, status, agreement.
void addProjectReports(CLI::App& project, Invocation& invocation);
/// labels, rounds, audit, import.
void addProjectTables(CLI::App& project, Invocation& invocation);

} // namespace ir::cli
