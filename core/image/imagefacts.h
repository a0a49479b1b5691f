#pragma once

#include <string>

namespace ir {

/// What a file's header says, as UTF-8 and trimmed; empty where it says nothing. Names are DICOM keywords
/// (PS3.6). Images that are not DICOM fill rows, columns and transferSyntax ("PNG", "JPEG", "TIFF").
struct ImageFacts
{
    std::string sopInstanceUid;
    std::string sopClassUid;
    std::string seriesInstanceUid;
    std::string studyInstanceUid;
    std::string modality;
    std::string bodyPartExamined;
    std::string viewPosition;
    std::string studyDescription;
    std::string seriesDescription;
    std::string studyDate; ///< YYYYMMDD
    std::string patientName; ///< for people: "Family, Given"; hidden in the GUI until asked for
    std::string patientId;
    std::string patientSex;
    std::string patientAge;       ///< as written, e.g. "034Y"
    std::string patientBirthDate; ///< YYYYMMDD
    std::string manufacturer;
    std::string manufacturerModelName;
    std::string photometricInterpretation;
    std::string transferSyntax; ///< UID
    int rows = 0;
    int columns = 0;
    int frames = 1;
    int bitsStored = 0;
};

} // namespace ir
