#include "dicom/dicomdir.h"

namespace ir {
Result<std::vector<std::filesystem::path>> filesOfDicomdir(const std::filesystem::path& p) { return failure(p.string() + " is not implemented."); }
} // namespace ir
