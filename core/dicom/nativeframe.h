#pragma once

#include "dicom/rawframe.h"

namespace ir {

/// Makes words in host byte order of one frame's bytes as they stand in the file: unpacks 1 and 12 bits,
/// swaps big-endian words, brings floating point and 32-bit integers to 16 bits. `bytes` must hold the
/// frame from bit `firstBit` on; the result may refer to it.
void takeNativeFrame(RawFrame& frame, std::span<const std::uint8_t> bytes, std::uint64_t firstBit,
                     const PixelModule& module, const PixelLocation& pixels, bool bigEndian);

} // namespace ir
