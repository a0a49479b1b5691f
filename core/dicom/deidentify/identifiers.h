#pragma once

#include "dicom/deidentify/dicomtree.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ir {

enum class IdentifierKind : std::uint8_t {
    Name,   ///< of any person, a part of it
    Number, ///< patient and order numbers, accession, stations, devices, application titles
    Place,  ///< institutions, departments, addresses, telephone numbers
    Date,   ///< any date but times of day: YYYYMMDD
    Uid     ///< of an instance, study, device …, not of a class
};

/// Something in a header that says whose images these are, or leads there.
struct Identifier
{
    IdentifierKind kind = IdentifierKind::Name;
    std::uint32_t tag = 0; ///< where it stood
    std::string text;      ///< UTF-8
    std::string raw;       ///< as the file wrote it, in its own character set
};

/// The identifiers in the standard's elements of a file, meta header and nested sequences included,
/// each once. Left out, as they cannot be told from ordinary content: name parts of fewer than
/// three letters, other values of fewer than three characters, plain numbers of fewer than five
/// digits, placeholders
/// ("unknown", "00000", dates of year 1 or 1900-01-01).
[[nodiscard]] std::vector<Identifier> identifiersOf(const DicomTree& tree);

/// For people: "name", "number" …
[[nodiscard]] const char* nameOf(IdentifierKind kind);

/// "(0010,0020)"
[[nodiscard]] std::string tagName(std::uint32_t tag);

} // namespace ir
