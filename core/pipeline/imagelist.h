#pragma once

#include "base/csv.h"
#include "catalog/catalog.h"

#include <filesystem>
#include <string>
#include <vector>

namespace ir {

/// A row of a list that nothing came of.
struct MissedRow
{
    std::string place;  ///< "row 3"
    std::string image;  ///< as the row has it: path, else UID, else digest
    std::string reason; ///< one sentence
};

/// A CSV whose rows name images of a catalog.
struct ImageList
{
    CsvTable table;
    std::vector<ImageId> images;   ///< of each row of the table; 0: none was found
    std::vector<MissedRow> missed; ///< those rows, in their order
};

/// "row 3" of a table whose first line names the columns; `row` counts from 0.
[[nodiscard]] std::string rowName(std::size_t row);
/// What a row says of its image: path (or image), else sop_instance_uid, else digest.
[[nodiscard]] std::string imageNamed(const CsvTable& table, std::size_t row);

/// Reads a CSV with the column path (or image), sop_instance_uid or digest, and finds each row's
/// image among `files`: by UID, else digest, else path or the longest end of it that only one file
/// has. Blocks; reads only. Errors: the file cannot be read, or has none of the columns.
[[nodiscard]] Result<ImageList> readImageList(const Catalog& catalog,
                                              const QVector<FileSummary>& files,
                                              const std::filesystem::path& csv);

} // namespace ir
