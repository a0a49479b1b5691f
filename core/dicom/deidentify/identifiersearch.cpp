#include "dicom/deidentify/identifiersearch.h"

#include "dicom/deidentify/deidentifier.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace ir {

namespace {

constexpr std::size_t wordLength = 6;

char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::string folded(std::string_view text)
{
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](char c) { return folded(c); });
    return result;
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Of a word: a letter or digit, or a byte of one in whatever character set.
bool isOfWord(char c)
{
    return isDigit(c) || (folded(c) >= 'a' && folded(c) <= 'z') || (c & 0x80) != 0;
}

std::uint32_t start(const char* bytes)
{
    const auto byte = [&](int i) {
        return std::uint32_t(static_cast<std::uint8_t>(folded(bytes[i])));
    };
    return byte(0) << 16 | byte(1) << 8 | byte(2);
}

std::vector<std::uint32_t> codePoints(std::string_view utf8)
{
    std::vector<std::uint32_t> points;
    for (std::size_t i = 0; i < utf8.size();) {
        const auto lead = static_cast<std::uint8_t>(utf8[i]);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        std::uint32_t point = length == 1 ? lead : lead & (0xFFU >> (length + 1));
        for (std::size_t k = 1; k < length && i + k < utf8.size(); ++k)
            point = point << 6 | (static_cast<std::uint8_t>(utf8[i + k]) & 0x3FU);
        points.push_back(point);
        i += length;
    }
    return points;
}

std::string utf16(std::string_view utf8, bool bigEndian)
{
    std::string bytes;
    const auto unit = [&](std::uint32_t value) {
        const auto high = static_cast<char>(value >> 8 & 0xFF);
        const auto low = static_cast<char>(value & 0xFF);
        bytes += bigEndian ? std::string{high, low} : std::string{low, high};
    };
    for (const std::uint32_t point : codePoints(utf8)) {
        if (point < 0x10000) {
            unit(point);
        } else {
            unit(0xD800 + ((point - 0x10000) >> 10));
            unit(0xDC00 + ((point - 0x10000) & 0x3FF));
        }
    }
    return bytes;
}

std::optional<std::string> latin1(std::string_view utf8)
{
    std::string bytes;
    for (const std::uint32_t point : codePoints(utf8)) {
        if (point > 0xFF)
            return std::nullopt;
        bytes.push_back(static_cast<char>(point));
    }
    return bytes;
}

/// Whether chance may write it into pixels: 16-bit values of 65, 66 and 68 are "ABD" in UTF-16.
bool isShort(const Identifier& identifier)
{
    if (identifier.kind == IdentifierKind::Date || identifier.kind == IdentifierKind::Uid)
        return false;
    const bool isPlain = std::ranges::all_of(identifier.text, isDigit);
    return codePoints(identifier.text).size() < (isPlain ? 8 : wordLength);
}

/// ISO 2022's escape sequences: another writer may have placed them elsewhere, or left them out.
std::string withoutEscapes(std::string_view raw)
{
    std::string plain;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != '\x1B') {
            plain.push_back(raw[i]);
            continue;
        }
        ++i;
        while (i < raw.size() && raw[i] >= 0x20 && raw[i] <= 0x2F)
            ++i; // ends with one byte more
    }
    return plain;
}

std::vector<std::string> waysOfWriting(const std::string& date)
{
    const std::string year = date.substr(0, 4);
    const std::string month = date.substr(4, 2);
    const std::string day = date.substr(6, 2);
    return {date,
            year + "-" + month + "-" + day,
            year + "." + month + "." + day,
            day + "." + month + "." + year,
            day + "/" + month + "/" + year,
            month + "/" + day + "/" + year};
}

bool holdsNumbers(const DicomElement& element)
{
    for (const char* vr : {"OB", "OW", "OF", "OD", "OL", "OV", "US", "SS", "UL", "SL", "FL", "FD",
                           "AT", "UV", "SV", "DS", "IS", "TM"})
        if (element.is(vr))
            return true;
    return element.tag >> 16 == 0x7FE0;
}

class Ranges
{
public:
    explicit Ranges(std::string_view whole) : m_whole(whole) {}

    void item(const DicomItem& item, bool datesShifted)
    {
        for (const DicomElement& element : item.elements) {
            for (const DicomItem& inner : element.items)
                this->item(inner, datesShifted);
            for (const std::string_view fragment : element.fragments)
                add(fragment, SearchRange::Kind::Binary);
            if (element.kind != DicomElement::Kind::Value || element.value.empty())
                continue;
            if (isProfilesWord(element))
                add(element.value, SearchRange::Kind::Ours);
            else if (datesShifted && (element.is("DA") || element.is("DT")))
                add(element.value, SearchRange::Kind::Dates);
            else if (holdsNumbers(element))
                add(element.value, SearchRange::Kind::Binary);
        }
    }

    std::vector<SearchRange> ranges;

private:
    void add(std::string_view part, SearchRange::Kind kind)
    {
        const auto from = static_cast<std::size_t>(part.data() - m_whole.data());
        if (!part.empty())
            ranges.push_back({from, from + part.size(), kind});
    }

    std::string_view m_whole;
};

/// Looks at each text by itself.
struct ValueSearch
{
    const DicomTree& tree;
    const IdentifierSearch& search;
    bool datesShifted;
    std::vector<IdentifierSearch::Hit>& hits;
    std::set<std::pair<std::size_t, std::size_t>> known;

    void item(const DicomItem& item)
    {
        for (const DicomElement& element : item.elements) {
            for (const DicomItem& inner : element.items)
                this->item(inner);
            const bool isSkipped = element.kind != DicomElement::Kind::Value ||
                                   holdsNumbers(element) || isProfilesWord(element) ||
                                   (datesShifted && (element.is("DA") || element.is("DT")));
            if (isSkipped)
                continue;
            for (auto hit : search.find(element.value)) {
                hit.offset += static_cast<std::size_t>(element.value.data() - tree.bytes->data());
                if (known.emplace(hit.offset, hit.identifier).second)
                    hits.push_back(hit);
            }
        }
    }
};

} // namespace

std::size_t IdentifierSearch::add(const Identifier& identifier)
{
    const std::string key = std::string(1, static_cast<char>(identifier.kind)) + identifier.text +
                            '\0' + identifier.raw;
    const auto [known, isNew] = m_numbers.emplace(key, m_identifiers.size());
    if (!isNew)
        return known->second;
    const std::size_t number = m_identifiers.size();
    m_identifiers.push_back(identifier);
    const std::string& text = identifier.text;
    switch (identifier.kind) {
    case IdentifierKind::Date:
        for (const std::string& way : waysOfWriting(text)) {
            addTerm(way, number, Bounds::Date);
            addTerm(utf16(way, false), number, Bounds::None);
            addTerm(utf16(way, true), number, Bounds::None);
        }
        break;
    case IdentifierKind::Uid:
        addTerm(text, number, Bounds::Uid);
        addTerm(utf16(text, false), number, Bounds::None);
        addTerm(utf16(text, true), number, Bounds::None);
        break;
    default: {
        const auto plain = [&](const std::string& bytes) {
            // A number of six digits turns up in a UID of 39 by chance.
            addTerm(bytes, number,
                    bytes.size() < wordLength             ? Bounds::Word
                    : std::ranges::all_of(bytes, isDigit) ? Bounds::Number
                                                          : Bounds::None);
        };
        plain(text);
        addTerm(utf16(text, false), number, Bounds::None);
        addTerm(utf16(text, true), number, Bounds::None);
        if (const auto bytes = latin1(text); bytes && *bytes != text)
            plain(*bytes);
        if (!identifier.raw.empty()) {
            plain(identifier.raw);
            plain(withoutEscapes(identifier.raw));
        }
    }
    }
    return number;
}

void IdentifierSearch::addTerm(std::string bytes, std::size_t identifier, Bounds bounds)
{
    if (bytes.size() < 3)
        return;
    bytes = folded(bytes);
    if (m_isStart.empty())
        m_isStart.resize(std::size_t(1) << 24);
    const std::uint32_t first = start(bytes.data());
    m_isStart[first] = true;
    m_terms[first].push_back(
        {std::move(bytes), identifier, bounds, isShort(m_identifiers[identifier])});
}

bool IdentifierSearch::isBounded(std::string_view bytes, std::size_t at, const Term& term) const
{
    const std::size_t end = at + term.bytes.size();
    const char before = at > 0 ? bytes[at - 1] : '\0';
    const char after = end < bytes.size() ? bytes[end] : '\0';
    switch (term.bounds) {
    case Bounds::None:
        return true;
    case Bounds::Word:
        return !isOfWord(before) && !isOfWord(after);
    case Bounds::Number:
        return !isDigit(before) && !isDigit(after);
    case Bounds::Date:
        return !isDigit(before);
    case Bounds::Uid:
        return !isDigit(before) && before != '.' && !isDigit(after) &&
               !(after == '.' && end + 1 < bytes.size() && isDigit(bytes[end + 1]));
    }
    return true;
}

std::vector<IdentifierSearch::Hit> IdentifierSearch::find(std::string_view bytes,
                                                          const std::vector<SearchRange>& ranges,
                                                          std::size_t most) const
{
    std::vector<Hit> hits;
    if (m_isStart.empty())
        return hits;
    auto range = ranges.begin();
    for (std::size_t i = 0; i + 3 <= bytes.size() && hits.size() < most; ++i) {
        const std::uint32_t first = start(bytes.data() + i);
        if (!m_isStart[first])
            continue;
        while (range != ranges.end() && range->to <= i)
            ++range;
        const bool isInside = range != ranges.end() && range->from <= i;
        for (const Term& term : m_terms.find(first)->second) {
            if (i + term.bytes.size() > bytes.size() ||
                !std::equal(term.bytes.begin(), term.bytes.end(),
                            bytes.begin() + static_cast<std::ptrdiff_t>(i),
                            [](char wanted, char c) { return wanted == folded(c); }))
                continue;
            const bool ends = isInside && i + term.bytes.size() <= range->to;
            if (ends && (range->kind == SearchRange::Kind::Ours ||
                         (range->kind == SearchRange::Kind::Dates &&
                          m_identifiers[term.identifier].kind == IdentifierKind::Date) ||
                         (range->kind == SearchRange::Kind::Binary && term.isShort)))
                continue;
            if (isBounded(bytes, i, term))
                hits.push_back({i, term.identifier});
        }
    }
    return hits;
}

std::vector<IdentifierSearch::Hit> identifiersIn(const DicomTree& tree,
                                                 const IdentifierSearch& search, std::size_t most)
{
    Ranges ranges(*tree.bytes);
    if (!tree.isDeflated)
        ranges.item(tree.meta, false);
    ranges.item(tree.root, saysDatesAreShifted(tree.root));
    std::ranges::sort(ranges.ranges, {}, &SearchRange::from);
    auto hits = search.find(*tree.bytes, ranges.ranges, most);
    if (tree.isDeflated) {
        const auto folded = search.find(*tree.metaBytes, {}, most);
        hits.insert(hits.end(), folded.begin(), folded.end());
    }
    ValueSearch values{tree, search, saysDatesAreShifted(tree.root), hits, {}};
    for (const auto& hit : hits)
        values.known.emplace(hit.offset, hit.identifier);
    if (!tree.isDeflated)
        values.item(tree.meta);
    values.item(tree.root);
    if (hits.size() > most)
        hits.resize(most);
    return hits;
}

} // namespace ir
