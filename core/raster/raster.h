#pragma once

#include "base/result.h"
#include "image/decoded.h"

#include <filesystem>
#include <string>

namespace ir {

/// Whether the file's first bytes are those of a PNG, JPEG or TIFF.
[[nodiscard]] bool looksLikeRaster(const std::filesystem::path& path);

/// PNG, JPEG and TIFF through Qt's readers, as 8-bit luma; 16-bit grey is scaled from its full range. Larger
/// than 16,384 pixels a side or 128 MiB decoded is refused. Thread-safe.
[[nodiscard]] Result<DecodedImage> decodeRaster(const std::filesystem::path& path,
                                                const DecodeOptions& options = {});

/// Quality 0–100 as libjpeg has it.
[[nodiscard]] std::string encodeJpeg(const GrayImage& image, int quality);
[[nodiscard]] std::string encodePng(const GrayImage& image);
[[nodiscard]] Result<GrayImage> decodeJpeg(const std::string& bytes);

} // namespace ir
