#include "dicom/charset.h"

#include <iconv.h>

#include <algorithm>
#include <cstdint>
#include <optional>
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

/// ISO 2022 Japanese (IR 13, 87, 159) as EUC-JP, which holds the same sets without escapes. The toolkit's
/// iconv build knows no IR 87.
std::string toEucJp(std::string_view text)
{
    enum class Set { Single, Jis0208, Jis0212 };
    Set set = Set::Single;
    std::string euc;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::string_view rest = text.substr(i);
        const auto escape = [&](std::string_view code) { return rest.starts_with(code); };
        if (escape("\x1B$B") || escape("\x1B$@")) {
            set = Set::Jis0208;
            i += 2;
        } else if (escape("\x1B$(D")) {
            set = Set::Jis0212;
            i += 3;
        } else if (escape("\x1B(B") || escape("\x1B(J") || escape("\x1B)I")) {
            set = escape("\x1B)I") ? set : Set::Single;
            i += 2;
        } else if (set == Set::Single || i + 1 == text.size()) {
            const auto byte = static_cast<std::uint8_t>(text[i]);
            if (byte >= 0xA1 && byte <= 0xDF) // half-width katakana
                euc.push_back('\x8E');
            euc.push_back(text[i]);
        } else {
            if (set == Set::Jis0212)
                euc.push_back('\x8F');
            euc.push_back(static_cast<char>(text[i] | '\x80'));
            euc.push_back(static_cast<char>(text[++i] | '\x80'));
        }
    }
    return euc;
}

std::optional<std::string> fromJapanese(std::string_view text)
{
    const iconv_t converter = iconv_open("UTF-8", "EUC-JP");
    if (converter == reinterpret_cast<iconv_t>(-1))
        return std::nullopt;
    std::string euc = toEucJp(text);
    std::string utf8(euc.size() * 4 + 4, '\0');
    char* from = euc.data();
    char* to = utf8.data();
    std::size_t fromLeft = euc.size();
    std::size_t toLeft = utf8.size();
    const bool converted =
        iconv(converter, &from, &fromLeft, &to, &toLeft) != static_cast<std::size_t>(-1);
    iconv_close(converter);
    utf8.resize(utf8.size() - toLeft);
    return converted ? std::optional(utf8) : std::nullopt;
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
    if (m_names.find("IR 87") != std::string::npos || m_names.find("IR 159") != std::string::npos)
        if (auto japanese = fromJapanese(text); japanese && isUtf8(*japanese))
            return *japanese;
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
