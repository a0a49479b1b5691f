#include "dicom/transfersyntax.h"

#include <array>
#include <utility>

namespace ir {

PixelCodec pixelCodec(std::string_view syntax)
{
    using enum PixelCodec;
    constexpr std::array<std::pair<std::string_view, PixelCodec>, 22> known{{
        {"", Native},
        {uid::implicitLittleEndian, Native},
        {uid::explicitLittleEndian, Native},
        {uid::encapsulatedUncompressed, Native},
        {uid::deflatedLittleEndian, Native},
        {uid::explicitBigEndian, Native},
        {uid::implicitBigEndianGe, Native},
        {uid::rleLossless, Rle},
        {uid::jpegBaseline, Jpeg},
        {uid::jpegExtended, Jpeg},
        // Retired, but decoded alike: spectral selection and full progression (processes 6, 8, 10, 12).
        {"1.2.840.10008.1.2.4.53", Jpeg},
        {"1.2.840.10008.1.2.4.55", Jpeg},
        {uid::jpegLossless, Jpeg},
        {uid::jpegLosslessSv1, Jpeg},
        {uid::jpegLsLossless, JpegLs},
        {uid::jpegLsLossy, JpegLs},
        {uid::jpeg2000Lossless, Jpeg2000},
        {uid::jpeg2000, Jpeg2000},
        // Multi-component (part 2) streams are refused by the decoder where they use its extensions.
        {"1.2.840.10008.1.2.4.92", Jpeg2000},
        {"1.2.840.10008.1.2.4.93", Jpeg2000},
        {uid::deflatedFrames, DeflatedFrames},
        {"1.2.840.10008.1.20", Native}, // Papyrus 3, implicit little endian
    }};
    for (const auto& [name, codec] : known)
        if (name == syntax)
            return codec;
    return Unsupported;
}

std::string_view transferSyntaxName(std::string_view syntax)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> prefixes{{
        {"1.2.840.10008.1.2.4.20", "HTJ2K"},
        {"1.2.840.10008.1.2.4.10", "MPEG video"},
        {"1.2.840.10008.1.2.4.11", "JPEG XL"},
        {"1.2.840.10008.1.2.4.94", "JPIP, pixels kept on a server"},
        {"1.2.840.10008.1.2.4.95", "JPIP, pixels kept on a server"},
        {"1.2.840.10008.1.2.7", "SMPTE ST 2110 video"},
        {"1.2.840.10008.1.2.4.", "retired JPEG process"},
    }};
    for (const auto& [prefix, name] : prefixes)
        if (syntax.starts_with(prefix))
            return name;
    return syntax;
}

} // namespace ir
