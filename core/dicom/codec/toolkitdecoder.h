#pragma once

#include "base/result.h"
#include "dicom/pixelmodule.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcxfer.h>

#include <cstdint>
#include <span>
#include <vector>

namespace ir {

/// Decodes one frame's stream through the toolkit's registered codecs: words in host order, colour as the
/// stream has it and pixel by pixel (RLE: as `module.planar` says). `wordBytes`: 1 or 2, what the stream's
/// precision makes. Thread-safe.
[[nodiscard]] Result<std::vector<std::uint8_t>>
decodeWithToolkit(E_TransferSyntax syntax, std::span<const std::uint8_t> stream,
                  const PixelModule& module, int wordBytes);

} // namespace ir
