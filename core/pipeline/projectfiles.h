#pragma once

#include "catalog/catalog.h"
#include "review/project.h"

#include <filesystem>
#include <string>
#include <unordered_map>

namespace ir {

/// Where an image of an annotation project lies now, and what names it outside of the catalog.
/// Texts are UTF-8.
struct ProjectFile
{
    std::filesystem::path path; ///< the first of its paths; empty: the catalog knows none any more
    std::string sopInstanceUid;
    std::string digest; ///< SHA-256 of the file, hex
    std::string group;  ///< patient, else study; empty: neither is known
};

using ProjectFiles = std::unordered_map<std::int64_t, ProjectFile>;

/// Of every image of a project, also those whose file is gone. Blocks; reads only.
[[nodiscard]] Result<ProjectFiles> filesOf(const Catalog& catalog, const ReviewPlan& plan);

/// What people call an image of a project: its path, else its UID, digest or number in the catalog.
[[nodiscard]] std::string nameOf(const ProjectFiles& files, std::int64_t image);

/// What the project found out, as CSV, one row an image in the plan's order: path,
/// sop_instance_uid, digest, label, decision (none, single, agreed, adjudicated), then reader_1,
/// label_1, reader_2, label_2 of the rounds. Pure.
[[nodiscard]] std::string finalLabelTable(const ReviewProject& project, const ProjectFiles& files);

/// Every label as it stands, as CSV for agreementOf() and importRounds(): image (its path, else
/// UID, digest or number), sop_instance_uid, digest, reader, round (3: adjudication, 4: repeat),
/// label. Pure.
[[nodiscard]] std::string roundsTable(const ReviewProject& project, const ProjectFiles& files);

/// "none", "single", "agreed", "adjudicated".
[[nodiscard]] const char* toString(ReviewDecision decision);

} // namespace ir
