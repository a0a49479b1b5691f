#include "dicom/dicomdir.h"
#include "dicom/dicomfile.h"
#include "dicom/dicomprobe.h"

namespace ir {

DicomKind probeDicom(const std::filesystem::path&) { return DicomKind::No; }
bool looksLikeDicom(const std::filesystem::path& p) { return probeDicom(p) == DicomKind::File; }
Result<ImageFacts> readFacts(const std::filesystem::path& p) { return failure(p.string() + " is not implemented."); }
Result<DecodedImage> decodeDicom(const std::filesystem::path& p, const DecodeOptions&) { return failure(p.string() + " is not implemented."); }
Result<std::vector<std::filesystem::path>> filesOfDicomdir(const std::filesystem::path& p) { return failure(p.string() + " is not implemented."); }

} // namespace ir
