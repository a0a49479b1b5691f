#include "dicom/deidentify/identifiers.h"

#include "dicom/charset.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <string_view>
#include <tuple>

namespace ir {

namespace {

constexpr std::array<std::uint32_t, 40> kNumbers{
    0x00020016, 0x00020017, 0x00020018, // application titles of the meta header
    0x00080050, 0x00080054, 0x00080055, 0x00081000, 0x00081010, 0x00100020, 0x00100021, 0x00101000,
    0x00101050, 0x00101090, 0x00120020, 0x00120040, 0x00120042, 0x00181000, 0x00181004, 0x00181005,
    0x00181007, 0x00181008, 0x00181009, 0x0018700A, 0x00200010, 0x00203401, 0x00321021, 0x00380010,
    0x00380011, 0x00380060, 0x00380061, 0x00400001, 0x00400009, 0x00400010, 0x00400241, 0x00400242,
    0x00400253, 0x00401001, 0x00402016, 0x00402017, 0x0040050A};

constexpr std::array<std::uint32_t, 28> kPlaces{
    0x00080080, 0x00080081, 0x00080092, 0x00080094, 0x00081040, 0x00101040, 0x00102152,
    0x00102154, 0x00102155, 0x00102297, 0x00102299, 0x00120010, 0x00120031, 0x00120060,
    0x00321020, 0x00321033, 0x00380300, 0x00380400, 0x0038001E, 0x00400011, 0x00400243,
    0x00401005, 0x00401102, 0x00401103, 0x00401104, 0x00402009, 0x00402010, 0x00404036};

template <std::size_t N> bool among(const std::array<std::uint32_t, N>& tags, std::uint32_t tag)
{
    return std::ranges::find(tags, tag) != tags.end();
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

std::size_t letters(std::string_view utf8)
{
    return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0xC0) == 0xC0;
    }));
}

bool isAscii(std::string_view text)
{
    return std::ranges::none_of(text, [](char c) { return (c & 0x80) != 0 || c == '\x1B'; });
}

/// What says that there is nothing to say.
bool isPlaceholder(std::string_view text)
{
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    for (const char* word : {"anonymous", "anonymized", "anonymised", "anon", "removed", "none",
                             "unknown", "n/a", "null", "not available", "unspecified"})
        if (lower == word)
            return true;
    return lower.empty() ||
           lower.find_first_not_of(lower[0]) == std::string::npos; // "00000", "-----"
}

/// Chinese, Japanese and Korean parts are words with one or two characters already.
bool isTellingName(std::string_view utf8)
{
    if (isPlaceholder(utf8))
        return false;
    return letters(utf8) >= 3 || (!isAscii(utf8) && utf8.size() >= 6);
}

bool isTellingNumber(std::string_view text)
{
    const bool isPlain = std::ranges::all_of(text, isDigit);
    return text.size() >= (isPlain ? 5 : 3) && !isPlaceholder(text);
}

bool isTellingDate(std::string_view date)
{
    return date.size() == 8 && std::ranges::all_of(date, isDigit) && date.substr(0, 4) > "1800" &&
           date != "19000101" && date.substr(0, 4) != "9999";
}

std::vector<std::string_view> split(std::string_view text, std::string_view at)
{
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = text.find_first_of(at);
        if (const auto part = unpadded(text.substr(0, end)); !part.empty())
            parts.push_back(part);
        if (end == std::string_view::npos)
            return parts;
        text.remove_prefix(end + 1);
    }
}

class Harvest
{
public:
    void item(const DicomItem& item, std::string characterSet)
    {
        if (const std::string own = item.text(0x00080005); !own.empty())
            characterSet = own;
        for (const DicomElement& element : item.elements) {
            if ((element.tag >> 16) % 2 != 0)
                continue;
            for (const DicomItem& inner : element.items)
                this->item(inner, characterSet);
            if (element.kind == DicomElement::Kind::Value && !element.value.empty())
                value(element, characterSet);
        }
    }

    std::vector<Identifier> found;

private:
    void value(const DicomElement& element, const std::string& characterSet)
    {
        if (element.is("PN"))
            names(element, characterSet);
        else if (element.is("DA") || element.is("DT"))
            dates(element);
        else if (element.is("UI") && !isClassUid(element.tag))
            uids(element);
        else if (among(kNumbers, element.tag))
            numbers(element, characterSet);
        else if (among(kPlaces, element.tag))
            places(element, characterSet);
    }

    void add(IdentifierKind kind, std::uint32_t tag, std::string_view text,
             std::string_view raw = {})
    {
        if (m_seen.emplace(kind, std::string(text), std::string(raw)).second)
            found.push_back({kind, tag, std::string(text), std::string(raw)});
    }

    /// With the bytes as they stand in the file; where the two cannot be told apart, once.
    void addText(IdentifierKind kind, std::uint32_t tag, std::string_view text,
                 std::string_view raw)
    {
        add(kind, tag, text, isAscii(raw) && raw == text ? std::string_view() : raw);
    }

    void names(const DicomElement& element, const std::string& characterSet)
    {
        CharacterSet converter(characterSet);
        const std::string_view raw = unpadded(element.value);
        const std::string text = converter.toUtf8(std::string(raw), "\\^=");
        for (const std::string_view part : split(text, "\\^=, -."))
            if (isTellingName(part))
                add(IdentifierKind::Name, element.tag, part);
        // The bytes of other character sets cannot be matched to the parts one by one.
        if (!isAscii(raw))
            for (const std::string_view part : split(raw, "^="))
                if (!isAscii(part) && part.size() >= 4)
                    add(IdentifierKind::Name, element.tag,
                        converter.toUtf8(std::string(part), "\\^="), part);
    }

    void numbers(const DicomElement& element, const std::string& characterSet)
    {
        CharacterSet converter(characterSet);
        for (const std::string_view one : valuesOf(element.value)) {
            const std::string_view raw = unpadded(one);
            if (isTellingNumber(raw))
                addText(IdentifierKind::Number, element.tag, converter.toUtf8(std::string(raw)),
                        raw);
        }
    }

    void places(const DicomElement& element, const std::string& characterSet)
    {
        CharacterSet converter(characterSet);
        const std::string_view raw = unpadded(element.value);
        const std::string text = converter.toUtf8(std::string(raw));
        if (text.size() >= 4 && !isPlaceholder(text))
            addText(IdentifierKind::Place, element.tag, text, raw);
        for (const std::string_view part : split(text, "\\,;^\r\n"))
            if (part.size() >= 5 && letters(part) >= 4 && !isPlaceholder(part))
                add(IdentifierKind::Place, element.tag, part);
    }

    void dates(const DicomElement& element)
    {
        for (const std::string_view one : valuesOf(element.value)) {
            std::string_view date = unpadded(one);
            std::string digits(date.substr(0, 8));
            if (date.size() == 10 && (date[4] == '.' || date[4] == '-')) // ACR-NEMA's way
                digits = std::string(date.substr(0, 4)) + std::string(date.substr(5, 2)) +
                         std::string(date.substr(8, 2));
            if (isTellingDate(digits))
                add(IdentifierKind::Date, element.tag, digits);
        }
    }

    void uids(const DicomElement& element)
    {
        for (const std::string_view one : valuesOf(element.value)) {
            const std::string_view uid = unpadded(one);
            if (uid.size() >= 5 && !uid.starts_with("1.2.840.10008."))
                add(IdentifierKind::Uid, element.tag, uid);
        }
    }

    std::set<std::tuple<IdentifierKind, std::string, std::string>> m_seen;
};

} // namespace

std::vector<Identifier> identifiersOf(const DicomTree& tree)
{
    Harvest harvest;
    harvest.item(tree.meta, {});
    harvest.item(tree.root, {});
    return std::move(harvest.found);
}

const char* nameOf(IdentifierKind kind)
{
    switch (kind) {
    case IdentifierKind::Name:
        return "name";
    case IdentifierKind::Number:
        return "number";
    case IdentifierKind::Place:
        return "place";
    case IdentifierKind::Date:
        return "date";
    case IdentifierKind::Uid:
        return "uid";
    }
    return "";
}

std::string tagName(std::uint32_t tag)
{
    char text[16];
    std::snprintf(text, sizeof text, "(%04X,%04X)", tag >> 16, tag & 0xFFFF);
    return text;
}

} // namespace ir
