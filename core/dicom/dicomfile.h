#pragma once

#include "base/result.h"
#include "image/decoded.h"

#include <filesystem>

namespace ir {

/// A file's header as facts; pixel data is not read. Text comes through SpecificCharacterSet to UTF-8.
/// Files of any size and any content are safe to give. Thread-safe across files; needs a DicomLibrary.
[[nodiscard]] Result<ImageFacts> readFacts(const std::filesystem::path& path);

/// One frame as a display image (see docs/DICOM.md): modality LUT or rescale, VOI LUT or window, else a
/// robust window over the pixels; MONOCHROME1 inverted; colour as luma. Refuses by the header what would
/// take more than 512 MiB a frame, and pixel data cut short. Thread-safe across files; needs a
/// DicomLibrary.
[[nodiscard]] Result<DecodedImage> decodeDicom(const std::filesystem::path& path,
                                               const DecodeOptions& options = {});

} // namespace ir
