#include "dicom/charset.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace ir {

namespace {

bool isAscii(std::string_view text)
{
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return (c & 0x80) != 0 || c == '\x1B'; });
}

/// Well-formed by RFC 3629: no overlong forms, no surrogates.
bool isUtf8(std::string_view text)
{
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<std::uint8_t>(text[i]);
        const std::size_t length = lead < 0x80                   ? 1
                                   : lead >= 0xC2 && lead < 0xE0 ? 2
                                   : lead >= 0xE0 && lead < 0xF0 ? 3
                                   : lead >= 0xF0 && lead < 0xF5 ? 4
                                                                 : 0;
        if (length == 0 || i + length > text.size())
            return false;
        const auto second = length > 1 ? static_cast<std::uint8_t>(text[i + 1]) : std::uint8_t(0);
        if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
            (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F))
            return false;
        for (std::size_t k = 1; k < length; ++k)
            if ((static_cast<std::uint8_t>(text[i + k]) & 0xC0) != 0x80)
                return false;
        i += length;
    }
    return true;
}

std::string fromLatin1(std::string_view text)
{
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<std::uint8_t>(c);
        if (byte < 0x80) {
            result.push_back(c);
        } else {
            result.push_back(static_cast<char>(0xC0 | byte >> 6));
            result.push_back(static_cast<char>(0x80 | (byte & 0x3F)));
        }
    }
    return result;
}

std::vector<std::string> split(const std::string& text, char at)
{
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == at)
            parts.emplace_back();
        else
            parts.back().push_back(c);
    }
    return parts;
}

/// One component group of a name, "Family^Given^Middle^Prefix^Suffix".
std::string readable(const std::string& group, const char* separator)
{
    const auto parts = split(group, '^');
    const auto strip = [](std::string part) {
        part.erase(0, part.find_first_not_of(' '));
        part.erase(part.find_last_not_of(' ') + 1);
        return part;
    };
    std::string given;
    for (const std::size_t i : {3U, 1U, 2U, 4U}) {
        const std::string part = i < parts.size() ? strip(parts[i]) : std::string();
        if (!part.empty())
            given += (given.empty() ? "" : " ") + part;
    }
    const std::string family = strip(parts[0]);
    return family.empty() || given.empty() ? family + given : family + separator + given;
}

} // namespace

CharacterSet::CharacterSet(std::string names) : m_names(std::move(names)) {}

std::string CharacterSet::toUtf8(const std::string& text, const char* delimiters)
{
    if (isAscii(text))
        return text;
    if (!m_converter) {
        m_converter = std::make_unique<DcmSpecificCharacterSet>();
        m_usable = m_converter->selectCharacterSet(OFString(m_names)).good();
    }
    OFString converted;
    if (m_usable && m_converter->convertString(OFString(text), converted, delimiters).good() &&
        isUtf8({converted.data(), converted.size()}))
        return {converted.data(), converted.size()};
    return isUtf8(text) ? text : fromLatin1(text);
}

std::string CharacterSet::personName(const std::string& text)
{
    const auto groups = split(toUtf8(text, "\\^="), '=');
    const std::string alphabetic = readable(groups[0], ", ");
    const std::string ideographic = groups.size() > 1 ? readable(groups[1], " ") : std::string();
    if (alphabetic.empty() || ideographic.empty())
        return alphabetic + ideographic;
    return alphabetic + " (" + ideographic + ")";
}

} // namespace ir
