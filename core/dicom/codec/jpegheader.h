#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace ir {

/// What a JPEG or JPEG-LS stream says of itself before its first scan (ISO/IEC 10918-1 B.2, 14495-1 C.2).
struct JpegHeader
{
    std::uint8_t startOfFrame = 0; ///< the SOF marker's second byte: 0xC0 baseline … 0xC3 lossless, 0xF7 LS
    int precision = 0;
    int width = 0;
    int height = 0;
    int components = 0;
    bool jfif = false;       ///< colour streams are then YCbCr
    int adobeTransform = -1; ///< -1: no Adobe marker; 0: not YCbCr; 1: YCbCr
};

[[nodiscard]] std::optional<JpegHeader> readJpegHeader(std::span<const std::uint8_t> stream);

} // namespace ir
