#pragma once

#include "base/result.h"
#include "image/grayimage.h"
#include "image/imagefacts.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ir {

/// How pixel data is written (PS3.5 annex A).
enum class DicomSyntax {
    ImplicitLittleEndian,
    ExplicitLittleEndian,
    ExplicitBigEndian,
    DeflatedLittleEndian,
    RleLossless,
    JpegBaseline, ///< lossy, 8 bits stored only
    JpegLosslessSv1,
    JpegLsLossless,
    Jpeg2000Lossless
};

struct DicomWindow
{
    double center = 0;
    double width = 0;
};

/// What goes into a projection image. Values are the stored ones, row-major, below 2^bitsStored.
struct DicomPixels
{
    int width = 0;
    int height = 0;
    std::vector<std::uint16_t> values; ///< width × height
    int bitsStored = 16;               ///< 1–16; up to 8 are stored in bytes
    bool monochrome1 = false;          ///< 0 is white
    std::optional<DicomWindow> window;
    std::optional<double> rescaleSlope; ///< written with rescaleIntercept when set
    double rescaleIntercept = 0;
};

/// The same image as 8-bit MONOCHROME2.
[[nodiscard]] DicomPixels toDicomPixels(const GrayImage& image);

/// A data element of a string VR by its tag, e.g. {0x0008, 0x2111, "SYNTHETIC"}; UTF-8.
struct DicomText
{
    std::uint16_t group = 0;
    std::uint16_t element = 0;
    std::string value;
};

/// Writes a DX image (CR where `facts.modality` says so) as a DICOM file, atomically. Facts fill the header
/// (rows, columns, bits, photometric interpretation and transfer syntax come from `pixels` and `syntax`);
/// missing UIDs are made. `more` overrides. Needs a DicomLibrary.
[[nodiscard]] Result<void> writeDicom(const std::filesystem::path& path, const DicomPixels& pixels,
                                      const ImageFacts& facts, DicomSyntax syntax,
                                      const std::vector<DicomText>& more = {});

} // namespace ir
