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

/// Thread-safe. A file that cannot be opened is Other.
[[nodiscard]] FileKind probeFile(const std::filesystem::path& path);

/// Decodes a DICOM, PNG, JPEG or TIFF file into a display image. Thread-safe. Needs a DicomLibrary.
[[nodiscard]] Result<DecodedImage> decodeImage(const std::filesystem::path& path,
                                               const DecodeOptions& options = {});

/// The display image alone, its longest side no longer than `longestSide` pixels. Thread-safe. Needs a DicomLibrary.
[[nodiscard]] Result<GrayImage> decodeWithin(const std::filesystem::path& path, int longestSide);

/// Longest side that images are decoded at to be classified, evaluated or trained on; networks take theirs
/// from that. One value, so that all three see the same picture.
inline constexpr int workingSide = 512;

/// The display image of a file at the working side, as training takes it. Thread-safe.
[[nodiscard]] Result<GrayImage> decodeForTraining(const std::filesystem::path& path);

} // namespace ir
