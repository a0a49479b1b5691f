#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ir {

/// Decodes a frame of RLE Lossless (PS3.5 Annex G): plane after plane, words little-endian. Of our own since DCMTK
/// 3.6.7's decoder reads past the end of a broken stream.
/// Errors: segments that do not fit the samples, or that end before the plane is full.
[[nodiscard]] Result<std::vector<std::uint8_t>> decodeRle(std::span<const std::uint8_t> stream,
                                                          std::size_t pixels, int samples, int wordBytes);

} // namespace ir
