#pragma once

#include "catalog/catalog.h"
#include "pipeline/imagelist.h"
#include "review/project.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace ir {

/// What came of labels that were given elsewhere.
struct RoundsImport
{
    std::size_t rows = 0;
    std::size_t withoutLabel = 0;    ///< rows with an empty label: passed over
    std::size_t unchanged = 0;       ///< said already
    std::size_t changed = 0;         ///< given, or given anew
    std::vector<MissedRow> missed;   ///< no image, no such round, or the rules refuse it
    std::vector<ReviewEvent> events; ///< what was, or would be, appended to the log
};

/// Puts labels that readers gave elsewhere into a project's log, under its rules, as if they were
/// given here: first those of round 1, then 2, 3 (adjudication) and 4 (repeats). The CSV has the
/// columns reader, round and label, the image as readImageList() finds it, and may have time (ISO
/// 8601; else `nowMs`), seconds and comment. Rows that cannot be are left out and told; what is
/// said already is not said again, so that the same file may be read twice. `store` false: only
/// tells. Blocks. Errors: the file cannot be read or lacks a column; the catalog's.
[[nodiscard]] Result<RoundsImport> importRounds(Catalog& catalog, qint64 review,
                                                ReviewProject& project,
                                                const std::filesystem::path& csv,
                                                std::int64_t nowMs, bool store = true);

} // namespace ir
