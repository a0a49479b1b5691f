#pragma once

#include "dicom/deidentify/dicomtree.h"

#include <string>
#include <vector>

namespace ir {

/// Why a header lets one expect writing in the pixels (PS3.15 option "Clean Pixel Data"):
/// BurnedInAnnotation YES, secondary capture by class, image type or conversion, screen captures,
/// modalities that burn in (US, ES …), overlays in unused bits of the pixels. Words that finish a
/// sentence; empty: nothing does.
[[nodiscard]] std::vector<std::string> burnedInByHeader(const DicomItem& root);

} // namespace ir
