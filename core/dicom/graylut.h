#pragma once

#include "dicom/rawframe.h"
#include "dicom/voi.h"

#include <cstdint>
#include <vector>

namespace ir {

/// The grey of every word a monochrome frame can hold (256 or 65,536 of them).
[[nodiscard]] std::vector<std::uint8_t> grayLut(const RawFrame& frame,
                                                const Presentation& presentation);

} // namespace ir
