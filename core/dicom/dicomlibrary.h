#pragma once

#include <string>
#include <vector>

namespace ir {

/// Starts the DICOM toolkit and ends it: data dictionary, decoders and encoders, logging. Make one in main()
/// before threads start and let it outlive every thread that uses this room; objects may nest (tests), the
/// last one ends the toolkit. The toolkit's own log is silenced: it would hold values of patients.
class DicomLibrary
{
public:
    DicomLibrary();
    ~DicomLibrary();
    DicomLibrary(const DicomLibrary&) = delete;
    DicomLibrary& operator=(const DicomLibrary&) = delete;

    /// False where the toolkit's data dictionary is missing (broken installation): values of files in
    /// implicit VR are then unreadable.
    [[nodiscard]] static bool dictionaryLoaded();
    /// For people, e.g. "JPEG 2000 (OpenJPEG 2.5.0)".
    [[nodiscard]] static std::vector<std::string> codecNames();
    /// "DCMTK 3.6.7".
    [[nodiscard]] static std::string version();
};

} // namespace ir
