#include "exporting/names_p.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cwctype>

#include <locale.h>

namespace ir::exporting {

namespace {

constexpr std::size_t longestName = 180; // of 255 bytes; leaves room for " (1234)", extension, temporary names

/// Length of the valid UTF-8 sequence at the front (RFC 3629, shortest form, no surrogates); 0: none.
std::size_t sequenceLength(std::string_view text, char32_t& codePoint)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    const std::size_t length = first < 0x80             ? 1
                               : (first & 0xe0) == 0xc0 ? 2
                               : (first & 0xf0) == 0xe0 ? 3
                               : (first & 0xf8) == 0xf0 ? 4
                                                        : 0;
    if (length == 0 || length > text.size())
        return 0;
    constexpr std::array<unsigned char, 5> masks{0, 0x7f, 0x1f, 0x0f, 0x07};
    codePoint = first & masks[length];
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80)
            return 0;
        codePoint = (codePoint << 6) | (byte(i) & 0x3f);
    }
    constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    const bool isValid = codePoint >= smallest[length] && codePoint <= 0x10ffff &&
                         (codePoint < 0xd800 || codePoint > 0xdfff);
    return isValid ? length : 0;
}

bool isUnsafe(char32_t c)
{
    constexpr std::string_view forbidden = "<>:\"/\\|?*";
    const bool isControl = c < 0x20 || (c >= 0x7f && c < 0xa0);
    // Marks that turn the direction of writing make a name read as another one.
    const bool turnsText = (c >= 0x200e && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
                           (c >= 0x2066 && c <= 0x2069);
    return isControl || turnsText ||
           (c < 0x80 && forbidden.find(static_cast<char>(c)) != std::string_view::npos);
}

std::string upperAscii(std::string_view text)
{
    std::string upper(text);
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return upper;
}

/// Names that Windows keeps for devices, with any extension.
bool isReserved(std::string_view name)
{
    const std::string stem = upperAscii(name.substr(0, name.find('.')));
    if (stem == "CON" || stem == "PRN" || stem == "AUX" || stem == "NUL")
        return true;
    return stem.size() == 4 && (stem.starts_with("COM") || stem.starts_with("LPT")) &&
           std::isdigit(static_cast<unsigned char>(stem[3])) != 0;
}

void trimEnds(std::string& name)
{
    const auto last = name.find_last_not_of(" .");
    name.erase(last == std::string::npos ? 0 : last + 1);
    name.erase(0, std::min(name.find_first_not_of(' '), name.size()));
}

bool isPlausibleExtension(std::string_view extension)
{
    if (extension.size() < 2 || extension.size() > 6)
        return false;
    const auto letters = extension.substr(1);
    const auto isAlnum = [](unsigned char c) { return std::isalnum(c) != 0; };
    const auto isAlpha = [](unsigned char c) { return std::isalpha(c) != 0; };
    // "1.2.840.113" is a UID, not a name with an extension.
    return std::all_of(letters.begin(), letters.end(), isAlnum) &&
           std::any_of(letters.begin(), letters.end(), isAlpha);
}

std::string valueOf(const std::string& placeholder, const ExportItem& item, std::size_t index)
{
    if (placeholder == "name") {
        const auto& name = item.source.filename();
        return isPlausibleExtension(name.extension().string()) ? name.stem().string() : name.string();
    }
    if (placeholder == "index") {
        const std::string digits = std::to_string(index);
        return std::string(6 - std::min<std::size_t>(6, digits.size()), '0') + digits;
    }
    const std::string& value = placeholder == "class"        ? item.className
                               : placeholder == "patient_id" ? item.patientId
                               : placeholder == "study_date" ? item.studyDate
                                                             : item.sopInstanceUid;
    return value.empty() ? "unknown" : value;
}

constexpr std::array<std::string_view, 6> placeholders{"name",       "class",   "patient_id",
                                                       "study_date", "sop_uid", "index"};

} // namespace

std::string safeName(std::string_view text)
{
    std::string name;
    while (!text.empty()) {
        char32_t codePoint = 0;
        const std::size_t length = sequenceLength(text, codePoint);
        if (name.size() + std::max<std::size_t>(length, 1) > longestName)
            break;
        if (length == 0 || isUnsafe(codePoint))
            name.push_back('_');
        else
            name.append(text.substr(0, length));
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    trimEnds(name);
    if (name.starts_with('.'))
        name.front() = '_'; // hidden files are overlooked
    if (name.empty())
        return "unnamed";
    return isReserved(name) ? "_" + name : name;
}

std::string foldedName(const std::filesystem::path& name)
{
    static const locale_t unicode = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    const std::string text = name.string();
    std::string_view rest = text;
    std::string folded;
    while (!rest.empty()) {
        char32_t codePoint = 0;
        const std::size_t length = sequenceLength(rest, codePoint);
        if (length <= 1) {
            folded.push_back(
                static_cast<char>(std::tolower(static_cast<unsigned char>(rest.front()))));
            rest.remove_prefix(1);
            continue;
        }
        const wint_t lower = unicode == nullptr
                                 ? static_cast<wint_t>(codePoint)
                                 : ::towlower_l(static_cast<wint_t>(codePoint), unicode);
        folded += '\x01' + std::to_string(lower); // a key, not a name
        rest.remove_prefix(length);
    }
    return folded;
}

std::string keptExtension(const ExportItem& item)
{
    const std::string extension = item.source.filename().extension().string();
    if (isPlausibleExtension(extension))
        return extension;
    return item.sopInstanceUid.empty() ? std::string() : ".dcm";
}

std::filesystem::path numbered(const std::filesystem::path& path, int n)
{
    const auto extension = path.extension();
    const bool keeps = isPlausibleExtension(extension.string());
    const std::string stem = keeps ? path.stem().string() : path.filename().string();
    return path.parent_path() /
           (stem + " (" + std::to_string(n) + ")" + (keeps ? extension.string() : std::string()));
}

Result<NamePattern> NamePattern::parse(const std::string& text)
{
    NamePattern pattern;
    std::string_view rest = text;
    pattern.m_components.emplace_back();
    while (!rest.empty()) {
        auto& pieces = pattern.m_components.back();
        if (rest.front() == '/') {
            if (!pieces.empty())
                pattern.m_components.emplace_back();
            rest.remove_prefix(1);
        } else if (rest.front() == '{') {
            const auto end = rest.find('}');
            if (end == std::string_view::npos)
                return failure("The name pattern \"" + text + "\" lacks a closing brace.");
            const std::string name(rest.substr(1, end - 1));
            if (std::find(placeholders.begin(), placeholders.end(), name) == placeholders.end())
                return failure("The name pattern \"" + text + "\" has the unknown placeholder {" + name +
                               "}: there are {name}, {class}, {patient_id}, {study_date}, {sop_uid} and "
                               "{index}.");
            pieces.push_back({true, name});
            rest.remove_prefix(end + 1);
        } else {
            const auto end = std::min(rest.find_first_of("{/"), rest.size());
            pieces.push_back({false, std::string(rest.substr(0, end))});
            rest.remove_prefix(end);
        }
    }
    if (pattern.m_components.back().empty())
        pattern.m_components.pop_back();
    if (pattern.m_components.empty())
        return failure("The name pattern is empty: {name} keeps the name of each file.");
    return pattern;
}

std::filesystem::path NamePattern::apply(const ExportItem& item, std::size_t index) const
{
    std::filesystem::path path;
    for (const auto& pieces : m_components) {
        std::string component;
        for (const auto& piece : pieces)
            component += piece.isPlaceholder ? valueOf(piece.text, item, index) : piece.text;
        path /= safeName(component);
    }
    path += keptExtension(item);
    return path;
}

} // namespace ir::exporting
