#include "dicom/facts.h"

#include "dicom/charset.h"

#include <dcmtk/dcmdata/dcdeftag.h>

#include <algorithm>

namespace ir {

ImageFacts factsOf(const Header& header, const DicomLayout& layout)
{
    DcmItem& root = header.root();
    CharacterSet charset(rawText(root, DCM_SpecificCharacterSet));
    const auto code = [&](const DcmTagKey& tag) { 
        return charset.toUtf8(firstValue(rawText(root, tag)));
    };
    const auto text = [&](const DcmTagKey& tag) { return charset.toUtf8(rawText(root, tag)); };
    const auto count = [&](const DcmTagKey& tag) {
        return std::max(0, shortValue(root, tag).value_or(0));
    };

    ImageFacts facts;
    facts.sopInstanceUid = code(DCM_SOPInstanceUID);
    facts.sopClassUid = code(DCM_SOPClassUID);
    facts.seriesInstanceUid = code(DCM_SeriesInstanceUID);
    facts.studyInstanceUid = code(DCM_StudyInstanceUID);
    facts.modality = code(DCM_Modality);
    facts.bodyPartExamined = code(DCM_BodyPartExamined);
    facts.viewPosition = code(DCM_ViewPosition);
    facts.studyDescription = text(DCM_StudyDescription);
    facts.seriesDescription = text(DCM_SeriesDescription);
    facts.studyDate = code(DCM_StudyDate);
    facts.patientName = charset.personName(rawText(root, DCM_PatientName));
    facts.patientId = text(DCM_PatientID);
    facts.patientSex = code(DCM_PatientSex);
    facts.patientAge = code(DCM_PatientAge);
    facts.patientBirthDate = code(DCM_PatientBirthDate);
    facts.manufacturer = text(DCM_Manufacturer);
    facts.manufacturerModelName = text(DCM_ManufacturerModelName);
    facts.photometricInterpretation = code(DCM_PhotometricInterpretation);
    facts.transferSyntax = layout.transferSyntax;
    facts.rows = count(DCM_Rows);
    facts.columns = count(DCM_Columns);
    facts.bitsStored = count(DCM_BitsStored);
    const auto frames = decimalValues(root, DCM_NumberOfFrames);
    if (!frames.empty() && frames[0] >= 1 && frames[0] < 2e9)
        facts.frames = static_cast<int>(frames[0]);
    return facts;
}

} // namespace ir
