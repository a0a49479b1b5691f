#pragma once

#include <string>
#include <string_view>

namespace ir {

/// What the header's Modality (0008,0060; DICOM PS3.3 C.7.3.1.1.1) says of a picture.
enum class ModalityKind {
    Radiograph, ///< CR, DX …, or nothing that tells
    Unusual,    ///< none of those, but it may be an X-ray: fluoroscopy, a name of the maker's own
    Foreign,    ///< another kind of picture: cross-sections, ultrasound, photographs, documents
};

/// Small letters count as capitals: some write them.
[[nodiscard]] ModalityKind modalityKind(std::string_view modality);

/// Why a foreign picture has no tag, as a sentence for people.
[[nodiscard]] std::string foreignModalityReason(std::string_view modality);

} // namespace ir
