#pragma once

#include "pipeline/reviewimages.h"
#include "review/project.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace ir::cli {

/// An example image as a plan names it: by path, SOP Instance UID or digest.
struct NamedExample
{
    std::string image;
    std::string label;
    std::string caption;
};

/// A project as it is asked for: all of the plan but its images, and how to choose those.
struct ProjectRequest
{
    ReviewPlan plan;
    std::vector<NamedExample> examples;
    ReviewChoice choice;
};

/// Reads what docs/CLI.md says of a plan. Errors: a key that is unknown, or a value of another kind
/// than it takes.
[[nodiscard]] Result<ProjectRequest> projectRequestOf(const nlohmann::ordered_json& json);

} // namespace ir::cli
