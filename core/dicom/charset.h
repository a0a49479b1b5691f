#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcspchrs.h>

#include <memory>
#include <string>

namespace ir {

/// Turns a file's strings into UTF-8 by its SpecificCharacterSet (PS3.5 section 6.1, ISO 2022 included).
/// What does not convert is read as UTF-8 where it is that, else as Latin-1: readable beats missing.
class CharacterSet
{
public:
    /// `names`: the value of SpecificCharacterSet, "" for the default repertoire.
    explicit CharacterSet(std::string names);

    /// Always well-formed UTF-8. `delimiters`: characters that end an escape's effect.
    [[nodiscard]] std::string toUtf8(const std::string& text, const char* delimiters = "\\");

    /// A person name for people: "Family, Given Middle", the ideographic form in brackets behind it.
    [[nodiscard]] std::string personName(const std::string& text);

private:
    std::string m_names;
    std::unique_ptr<DcmSpecificCharacterSet> m_converter; ///< made when a text needs it
    bool m_usable = false;
};

} // namespace ir
