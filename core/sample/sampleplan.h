#pragma once

#include "dicom/dicomwriter.h"
#include "sample/phantom.h"

#include <filesystem>
#include <string>

namespace ir::sample {

/// What one image of the sample archive is, decided by the archive's seed and the image's number
/// alone: archives of any length begin alike, and an interrupted one can be gone on with.
struct PlannedImage
{
    PhantomRequest phantom;
    std::filesystem::path path; ///< inside the archive
    std::string label;
    std::string patientName;
    std::string patientId;
    std::string studyUid;
    std::string seriesUid;
    std::string sopUid;
    std::string studyDate; ///< YYYYMMDD
    bool computed = false; ///< CR rather than DX
    DicomSyntax syntax = DicomSyntax::ExplicitLittleEndian;
    int bitsStored = 12;
    bool monochrome1 = false;
    bool window = true;
    double darkest = 0; ///< where black and white lie in the range of stored values
    double brightest = 1;
    /// What the header claims of the body part: right mostly, now and then nothing or nonsense.
    enum class Tag { Right, Missing, Wrong } tag = Tag::Right;
};

/// Image `number` (from 0) of the archive with this seed; `size` is the longest side aimed at.
[[nodiscard]] PlannedImage planImage(std::uint64_t seed, int number, int size);

} // namespace ir::sample
