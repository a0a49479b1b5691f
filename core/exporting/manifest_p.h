#pragma once

#include "base/result.h"
#include "exporting/journal_p.h"
#include "exporting/sortedexport.h"

#include <filesystem>
#include <vector>

namespace ir::exporting {

/// One line of a manifest.
struct ManifestLine
{
    JournalEntry entry;
    std::string status; ///< "exported", "superseded" (its source went elsewhere since), "failed", "skipped", "missing"
};

struct ManifestPaths
{
    std::filesystem::path csv;
    std::filesystem::path json;
};

/// manifest.csv and manifest.json in the destination; a file of that name which is not ours is left alone
/// and the next free number taken.
[[nodiscard]] Result<ManifestPaths> writeManifests(const SortedExportOptions& options,
                                                   const std::vector<ManifestLine>& lines,
                                                   bool isComplete);

} // namespace ir::exporting
