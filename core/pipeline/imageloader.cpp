#include "pipeline/imageloader.h"

#include "dicom/dicomfile.h"
#include "dicom/dicomprobe.h"
#include "raster/raster.h"

namespace ir {

FileKind probeFile(const std::filesystem::path& path)
{
    if (looksLikeRaster(path))
        return FileKind::Raster;
    switch (probeDicom(path)) {
    case DicomKind::File:
        return FileKind::Dicom;
    case DicomKind::Dicomdir:
        return FileKind::Dicomdir;
    case DicomKind::No:
        break;
    }
    return FileKind::Other;
}

Result<DecodedImage> decodeImage(const std::filesystem::path& path, const DecodeOptions& options)
{
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error))
        return failure("Cannot read " + path.string() + ": " +
                       (error ? error.message() : std::string("it is not a file")) + ".");
    switch (probeFile(path)) {
    case FileKind::Raster:
        return decodeRaster(path, options);
    case FileKind::Dicom:
    case FileKind::Dicomdir: // says that it holds no image
        return decodeDicom(path, options);
    case FileKind::Other:
        break;
    }
    return failure("Cannot show " + path.string() +
                   ": it is neither DICOM nor a PNG, JPEG or TIFF image.");
}

Result<GrayImage> decodeWithin(const std::filesystem::path& path, int longestSide)
{
    DecodeOptions options;
    options.longestSide = longestSide;
    auto decoded = decodeImage(path, options);
    if (!decoded)
        return tl::unexpected(decoded.error());
    return std::move(decoded->image);
}

Result<GrayImage> decodeForTraining(const std::filesystem::path& path)
{
    return decodeWithin(path, workingSide);
}

} // namespace ir
