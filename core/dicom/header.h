#pragma once

#include "base/result.h"
#include "dicom/layout.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdatset.h>
#include <dcmtk/dcmdata/dctagkey.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ir {

/// The elements of a scanned file as the toolkit parses them. One thread at a time: its getters mutate.
class Header
{
public:
    [[nodiscard]] static Result<Header> parse(const DicomLayout& layout);

    /// The data set's own elements.
    [[nodiscard]] DcmItem& root() const { return *m_dataSet; }

    /// First item of a functional group sequence (PS3.3 C.7.6.16): the frame's own, else the shared one,
    /// else null.
    [[nodiscard]] DcmItem* functionalGroup(const DcmTagKey& sequence) const;

private:
    std::unique_ptr<DcmDataset> m_dataSet;
    std::unique_ptr<DcmDataset> m_frameGroups;
};

/// The first value of VR US or SS, or nothing.
[[nodiscard]] std::optional<int> shortValue(DcmItem& item, const DcmTagKey& tag);

/// All values of a decimal or integer string (VR DS, IS), as far as they are numbers.
[[nodiscard]] std::vector<double> decimalValues(DcmItem& item, const DcmTagKey& tag);

/// The raw string, trimmed of padding; "" where it is absent. Several values stay joined by backslashes.
[[nodiscard]] std::string rawText(DcmItem& item, const DcmTagKey& tag);

/// The first of several values, trimmed.
[[nodiscard]] std::string firstValue(const std::string& text);

/// An element's value as 16-bit words in host order (LUT data); VR OB's bytes are widened.
[[nodiscard]] std::vector<std::uint16_t> words(DcmItem& item, const DcmTagKey& tag);

/// The first item of a sequence, or null.
[[nodiscard]] DcmItem* firstItem(DcmItem& item, const DcmTagKey& sequence);

} // namespace ir
