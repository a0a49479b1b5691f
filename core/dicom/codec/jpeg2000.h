#pragma once

#include "base/result.h"

#include <cstdint>
#include <span>
#include <vector>

namespace ir {

/// A decoded JPEG 2000 code stream (ISO/IEC 15444-1). Samples are interleaved, rows packed, in host byte
/// order; 1 byte each up to 8 bits of precision, else 2. Signed samples are sign-extended to their word.
struct Jpeg2000Image
{
    int width = 0;
    int height = 0;
    int components = 0;
    int precision = 0;
    bool isSigned = false;
    bool inverseColorTransform = false; ///< the code stream's own RCT or ICT was undone: samples are RGB
    std::vector<std::uint8_t> bytes;
};

/// What the frame must be by the DICOM header; another size or count is refused, a larger image never
/// allocated.
struct Jpeg2000Expectation
{
    int width = 0;
    int height = 0;
    int components = 1;
};

/// Decodes a raw code stream or a JP2 file in memory. The result is halved up to `reduce` times, as far as
/// the stream's resolution levels allow (ceil(size / 2^n)). Truncated streams fail. Thread-safe.
[[nodiscard]] Result<Jpeg2000Image> decodeJpeg2000(std::span<const std::uint8_t> stream,
                                                   const Jpeg2000Expectation& expected, int reduce = 0);

/// Samples to be encoded, in the layout of Jpeg2000Image.
struct Jpeg2000Source
{
    int width = 0;
    int height = 0;
    int components = 1; ///< 1 or 3 (RGB; the reversible colour transform is applied)
    int precision = 16; ///< 1–16
    bool isSigned = false;
    std::span<const std::uint8_t> bytes;
};

/// Encodes without loss (reversible 5/3 wavelet) as a raw code stream. Thread-safe.
[[nodiscard]] Result<std::vector<std::uint8_t>> encodeJpeg2000Lossless(const Jpeg2000Source& source);

} // namespace ir
