#pragma once

#include "dicom/header.h"
#include "dicom/rawframe.h"
#include "image/grayimage.h"

namespace ir {

/// A frame's words as the 8-bit display image: see docs/DICOM.md for what it does in which order.
[[nodiscard]] Result<GrayImage> renderFrame(const RawFrame& frame, const Header& header,
                                            const PixelModule& module);

} // namespace ir
