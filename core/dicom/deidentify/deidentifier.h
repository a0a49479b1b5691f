#pragma once

#include "base/result.h"
#include "dicom/deidentify/dicomtree.h"
#include "dicom/deidentify/pseudonym.h"

#include <cstddef>
#include <string>
#include <vector>

namespace ir {

struct DeidentifyOptions
{
    /// Option "Retain Longitudinal Temporal Information with Modified Dates": all dates of a
    /// patient are moved back by the same 1 … 3652 days, times stay; else both go.
    bool shiftDates = false;
};

/// A file that may leave.
struct DeidentifiedFile
{
    std::string bytes;
    std::string patient; ///< stands for the patient: "P-…", also PatientID and PatientName
    std::string studyInstanceUid;
    std::string sopInstanceUid;
    std::size_t removed = 0;  ///< elements that are gone
    std::size_t replaced = 0; ///< emptied, dummies, other UIDs, shifted dates
    std::size_t found =
        0; ///< of the removed: kept by the profile, but an identifier of the file was in them
};

/// Applies PS3.15's Basic Application Level Confidentiality Profile. Where the profile's choice
/// depends on an attribute's type: Z is an empty value and so is X/Z; Z/D, X/D and X/Z/D are
/// dummies; a sequence that wants a dummy is left empty; X/Z/U* keeps the sequence. PatientID and
/// PatientName become the patient's stand-in, the same for the same PatientID under the same key.
/// Sequences are cleaned at every depth; preamble and meta header are new; deflated files are
/// written unfolded, others in their transfer syntax with the same pixels, but for comments inside
/// compressed streams, which are blanked. At last the result is searched for every identifier of
/// the source, and what still holds one is removed. Errors: no image in it; an identifier is left
/// where nothing can be removed. Pure; any thread.
[[nodiscard]] Result<DeidentifiedFile> deidentified(const DicomTree& source,
                                                    const PseudonymKey& key,
                                                    const DeidentifyOptions& options = {});

/// What a patient's stand-ins are made from: PatientID, else PatientName, else StudyInstanceUID.
[[nodiscard]] std::string patientIdentity(const DicomTree& tree);

/// Whether a file says that its dates were shifted by the profile's option.
[[nodiscard]] bool saysDatesAreShifted(const DicomItem& root);

/// Whether an element holds nothing but what deidentified() writes into every file.
[[nodiscard]] bool isProfilesWord(const DicomElement& element);

} // namespace ir
