#pragma once

#include "base/result.h"
#include "dicom/deidentify/identifiers.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace ir {

/// An identifier of a source that is still there. Its text is not repeated: reports are passed on.
struct IdentifierLeft
{
    std::filesystem::path file; ///< under the folder that was checked
    IdentifierKind kind = IdentifierKind::Name;
    std::uint32_t tag = 0;             ///< where the source has it
    std::filesystem::path source;      ///< one that has it
    std::optional<std::size_t> offset; ///< in the file (deflated: unfolded); none: in its name
};

struct DeidentifyCheck
{
    std::size_t sources = 0;     ///< DICOM files whose identifiers were collected
    std::size_t identifiers = 0; ///< different ones
    std::size_t files = 0;       ///< searched, of any kind
    std::size_t matched = 0;     ///< of those with the pixels of a source
    std::uintmax_t bytes = 0;
    std::vector<IdentifierLeft> left;    ///< in the order of the files; at most 100 a file
    std::vector<std::string> unreadable; ///< sentences: sources and files that could not be read
    bool cancelled = false;
};

/// Searches every byte and name under `folder` for identifiersOf() the DICOM files under `sources`,
/// by the rules of IdentifierSearch. A DICOM file with the very pixels of sources is searched for
/// what those say: words of one patient's header are ordinary in another's. Everything else is
/// searched for all. Where a file says that its dates were shifted, no date element may hold what
/// the same element of its source holds. Needs a DicomLibrary. Errors: one of the folders cannot be
/// read; no DICOM file under `sources`.
[[nodiscard]] Result<DeidentifyCheck> checkDeidentified(const std::filesystem::path& folder,
                                                        const std::filesystem::path& sources,
                                                        const std::stop_token& stop = {});

} // namespace ir
