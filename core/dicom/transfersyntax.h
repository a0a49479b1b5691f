#pragma once

#include <string_view>

namespace ir {

/// Transfer syntaxes (PS3.5 section 10) and how this room treats them.
namespace uid {

inline constexpr std::string_view implicitLittleEndian = "1.2.840.10008.1.2";
inline constexpr std::string_view explicitLittleEndian = "1.2.840.10008.1.2.1";
inline constexpr std::string_view encapsulatedUncompressed = "1.2.840.10008.1.2.1.98";
inline constexpr std::string_view deflatedLittleEndian = "1.2.840.10008.1.2.1.99";
inline constexpr std::string_view explicitBigEndian = "1.2.840.10008.1.2.2";
inline constexpr std::string_view jpegBaseline = "1.2.840.10008.1.2.4.50";
inline constexpr std::string_view jpegExtended = "1.2.840.10008.1.2.4.51";
inline constexpr std::string_view jpegLossless = "1.2.840.10008.1.2.4.57";
inline constexpr std::string_view jpegLosslessSv1 = "1.2.840.10008.1.2.4.70";
inline constexpr std::string_view jpegLsLossless = "1.2.840.10008.1.2.4.80";
inline constexpr std::string_view jpegLsLossy = "1.2.840.10008.1.2.4.81";
inline constexpr std::string_view jpeg2000Lossless = "1.2.840.10008.1.2.4.90";
inline constexpr std::string_view jpeg2000 = "1.2.840.10008.1.2.4.91";
inline constexpr std::string_view rleLossless = "1.2.840.10008.1.2.5";
inline constexpr std::string_view deflatedFrames = "1.2.840.10008.1.2.8.1";
/// GE's private syntax: implicit little endian with big-endian pixels.
inline constexpr std::string_view implicitBigEndianGe = "1.2.840.113619.5.2";

} // namespace uid

enum class PixelCodec { Native, Rle, Jpeg, JpegLs, Jpeg2000, DeflatedFrames, Unsupported };

[[nodiscard]] PixelCodec pixelCodec(std::string_view transferSyntax);

/// For people: "HTJ2K", "MPEG video" …; the UID itself where it is unknown.
[[nodiscard]] std::string_view transferSyntaxName(std::string_view transferSyntax);

} // namespace ir
