#pragma once

#include "dicom/header.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace ir {

/// A modality or VOI LUT (PS3.3 C.11.1, C.11.2): entries for the inputs from `first` on; inputs outside take
/// the nearest entry.
struct LookupTable
{
    int first = 0;
    int bits = 16; ///< of the entries
    std::vector<std::uint16_t> entries;

    [[nodiscard]] double at(double input) const;
};

/// The LUT in a sequence's item; nothing where it is broken. `isSigned`: of the values it is for.
[[nodiscard]] std::optional<LookupTable> lookupTable(DcmItem& item, bool isSigned);

/// One channel of a PALETTE COLOR image (PS3.3 C.7.6.3.1.5), plain or segmented.
[[nodiscard]] std::optional<LookupTable> paletteChannel(DcmItem& root, const DcmTagKey& descriptor,
                                                        const DcmTagKey& plain,
                                                        const DcmTagKey& segmented, bool isSigned);

} // namespace ir
