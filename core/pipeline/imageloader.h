#pragma once

#include "base/result.h"
#include "image/decoded.h"

#include <filesystem>

namespace ir {

/// What a file holds, by its content, never by its name.
enum class FileKind {
    Other,
    Dicom,
    Dicomdir,
    Raster, ///< PNG, JPEG or TIFF
};

[[nodiscard]] FileKind probeFile(const std::filesystem::path& path);

/// Decodes a DICOM, PNG, JPEG or TIFF file into a display image. Thread-safe. Needs a DicomLibrary.
[[nodiscard]] Result<DecodedImage> decodeImage(const std::filesystem::path& path,
                                               const DecodeOptions& options = {});

} // namespace ir
