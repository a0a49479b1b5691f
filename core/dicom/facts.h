#pragma once

#include "dicom/header.h"
#include "image/imagefacts.h"

namespace ir {

/// The facts in a parsed header; text through SpecificCharacterSet to UTF-8.
[[nodiscard]] ImageFacts factsOf(const Header& header, const DicomLayout& layout);

} // namespace ir
