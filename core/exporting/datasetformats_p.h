#pragma once

#include "exporting/datasetexport.h"

#include <map>
#include <string>
#include <vector>

namespace ir::exporting {

/// One image as it lies in the data set.
struct DatasetRow
{
    std::string path;  ///< under the destination, with '/'
    std::string dicom; ///< the same; empty: none
    std::string label;
    std::string group;
    std::string split;
};

/// Relative path → content of every text file that describes the rows (sorted by path): manifest,
/// Table 1, datasheet and the formats asked for. Pure: the same rows give the same bytes.
[[nodiscard]] std::map<std::string, std::string> datasetTexts(const std::vector<DatasetRow>& rows,
                                                              const DatasetExportReport& report,
                                                              const DatasetExportOptions& options);

} // namespace ir::exporting
