#include "dicom/deidentify/deidentifier.h"

#include "base/digest.h"
#include "dicom/deidentify/codestreamcomments.h"
#include "dicom/deidentify/identifiersearch.h"
#include "dicom/transfersyntax.h"

#include <algorithm>
#include <array>
#include <deque>

namespace ir {

namespace {

using enum ProfileAction;

constexpr std::uint32_t patientNameTag = 0x00100010;
constexpr std::uint32_t patientIdTag = 0x00100020;
constexpr std::uint32_t studyUidTag = 0x0020000D;
constexpr std::uint32_t sopClassTag = 0x00080016;
constexpr std::uint32_t sopInstanceTag = 0x00080018;
constexpr std::uint32_t methodTag = 0x00120063;
constexpr std::uint32_t methodCodesTag = 0x00120064;

/// Of the program, for the meta header: a UUID made once.
constexpr std::string_view implementationUid = "2.25.328308124513759494184018217731998485097";
constexpr std::string_view implementationName = "IMAGING_ROUTER";

struct Code
{
    std::string_view value;
    std::string_view meaning;
};
// PS3.16 context group 7050.
constexpr Code basicProfile{"113100", "Basic Application Confidentiality Profile"};
constexpr Code shiftedDates{"113107",
                            "Retain Longitudinal Temporal Information Modified Dates Option"};
constexpr std::string_view codingScheme = "DCM";
constexpr std::string_view method = "DICOM PS3.15 2024b E.1, basic profile";
constexpr std::string_view methodShifted = "DICOM PS3.15 2024b E.1, basic profile, modified dates";

/// A value that says nothing, of the right form (PS3.5 section 6.2).
std::string_view dummy(Vr vr)
{
    struct Form
    {
        const char* vr;
        std::string_view value;
    };
    using namespace std::string_view_literals;
    constexpr std::array forms{Form{"DA", "19000101"},
                               Form{"DT", "19000101000000"},
                               Form{"TM", "000000"},
                               Form{"AS", "000D"},
                               Form{"PN", "Anonymous"},
                               Form{"DS", "0"},
                               Form{"IS", "0"},
                               Form{"US", "\0\0"sv},
                               Form{"SS", "\0\0"sv},
                               Form{"UL", "\0\0\0\0"sv},
                               Form{"SL", "\0\0\0\0"sv},
                               Form{"FL", "\0\0\0\0"sv},
                               Form{"FD", "\0\0\0\0\0\0\0\0"sv}};
    for (const Form& form : forms)
        if (isVr(vr, form.vr))
            return form.value;
    for (const char* text : {"AE", "CS", "LO", "LT", "SH", "ST", "UC", "UT"})
        if (isVr(vr, text))
            return "REMOVED";
    return {};
}

bool isPixels(const DicomElement& element)
{
    return element.tag >> 16 == 0x7FE0;
}

/// Makes the new data set. What it puts into elements lives in `m_texts`.
class Cleaner
{
public:
    Cleaner(const PseudonymKey& key, const DeidentifyOptions& options, const std::string& identity)
        : m_key(key), m_options(options), m_patient(key.patient(identity)),
          m_days(key.days(identity))
    {
    }

    DicomItem clean(const DicomItem& source)
    {
        DicomItem result;
        for (const DicomElement& element : source.elements)
            clean(element, result);
        return result;
    }

    void put(DicomItem& item, std::uint32_t tag, const char* vr, std::string_view value)
    {
        DicomElement element;
        element.tag = tag;
        element.vr = {vr[0], vr[1]};
        element.value = kept(std::string(value));
        put(item, std::move(element));
    }

    void put(DicomItem& item, DicomElement element)
    {
        std::erase_if(item.elements,
                      [&](const DicomElement& other) { return other.tag == element.tag; });
        const auto behind = std::ranges::find_if(
            item.elements, [&](const DicomElement& other) { return other.tag > element.tag; });
        item.elements.insert(behind, std::move(element));
    }

    std::string_view kept(std::string text) { return m_texts.emplace_back(std::move(text)); }

    [[nodiscard]] const std::string& patient() const { return m_patient; }

    std::size_t removed = 0;
    std::size_t replaced = 0;

private:
    void clean(const DicomElement& element, DicomItem& into)
    {
        if (element.tag == patientNameTag || element.tag == patientIdTag) {
            ++replaced;
            put(into, element.tag, element.tag == patientNameTag ? "PN" : "LO", m_patient);
            return;
        }
        const ProfileAction action = actionFor(element.tag, element.vr, m_options.shiftDates);
        if (action == X) {
            ++removed;
            return;
        }
        DicomElement copy = element;
        copy.items.clear();
        switch (element.kind) {
        case DicomElement::Kind::Encapsulated:
            for (std::string_view& fragment : copy.fragments)
                if (auto blanked = withoutComments(fragment))
                    fragment = kept(std::move(*blanked));
            break;
        case DicomElement::Kind::Sequence:
            if (action == K || action == U || action == XZU)
                for (const DicomItem& item : element.items)
                    copy.items.push_back(clean(item));
            else
                ++replaced;
            break;
        case DicomElement::Kind::Value:
            if (action != K) {
                ++replaced;
                copy.value = replacement(element, action);
            }
            break;
        }
        into.elements.push_back(std::move(copy));
    }

    std::string_view replacement(const DicomElement& element, ProfileAction action)
    {
        if (element.value.empty() || action == Z || action == XZ)
            return {};
        if (element.is("UI"))
            return eachValue(element.value, [&](std::string_view uid) {
                // Well-known instances (PS3.6 annex A) are nobody's.
                return uid.empty() || uid.starts_with("1.2.840.10008.") ? std::string(uid)
                                                                        : m_key.uid(uid);
            });
        if (action == C)
            return eachValue(element.value, [&](std::string_view date) {
                return shiftedDate(date, m_days).value_or(std::string());
            });
        return dummy(element.vr);
    }

    template <typename Replace>
    std::string_view eachValue(std::string_view values, const Replace& replace)
    {
        std::string result;
        bool isFirst = true;
        for (const std::string_view one : valuesOf(values)) {
            result += (isFirst ? "" : "\\") + replace(unpadded(one));
            isFirst = false;
        }
        return kept(std::move(result));
    }

    const PseudonymKey& m_key;
    const DeidentifyOptions& m_options;
    std::string m_patient;
    int m_days;
    std::deque<std::string> m_texts;
};

DicomElement codeSequence(std::initializer_list<Code> codes)
{
    const auto text = [](std::uint32_t tag, const char* vr, std::string_view value) {
        DicomElement element;
        element.tag = tag;
        element.vr = {vr[0], vr[1]};
        element.value = value;
        return element;
    };
    DicomElement sequence;
    sequence.tag = methodCodesTag;
    sequence.vr = {'S', 'Q'};
    sequence.kind = DicomElement::Kind::Sequence;
    for (const Code& code : codes)
        sequence.items.push_back(
            {{text(0x00080100, "SH", code.value), text(0x00080102, "SH", codingScheme),
              text(0x00080104, "LO", code.meaning)}});
    return sequence;
}

/// Says what was done (PS3.15 section E.1.1).
void declare(Cleaner& cleaner, DicomItem& root, const DeidentifyOptions& options)
{
    cleaner.put(root, 0x00120062, "CS", "YES");
    cleaner.put(root, methodTag, "LO", options.shiftDates ? methodShifted : method);
    cleaner.put(root, options.shiftDates ? codeSequence({basicProfile, shiftedDates})
                                         : codeSequence({basicProfile}));
    cleaner.put(root, 0x00280303, "CS", options.shiftDates ? "MODIFIED" : "REMOVED");
}

std::string transferSyntaxOf(const DicomTree& source)
{
    if (source.isDeflated)
        return std::string(uid::explicitLittleEndian);
    if (!source.transferSyntax.empty())
        return source.transferSyntax;
    return std::string(!source.encoding.explicitVr ? uid::implicitLittleEndian
                       : source.encoding.bigEndian ? uid::explicitBigEndian
                                                   : uid::explicitLittleEndian);
}

struct FileBytes
{
    std::string bytes;
    std::size_t dataSet = 0; ///< where it starts
};

FileBytes fileBytes(Cleaner& cleaner, const DicomItem& root, const DicomTree& source)
{
    DicomItem meta;
    cleaner.put(meta, 0x00020001, "OB", std::string_view("\0\1", 2));
    cleaner.put(meta, 0x00020002, "UI", root.text(sopClassTag));
    cleaner.put(meta, 0x00020003, "UI", root.text(sopInstanceTag));
    cleaner.put(meta, 0x00020010, "UI", transferSyntaxOf(source));
    cleaner.put(meta, 0x00020012, "UI", implementationUid);
    cleaner.put(meta, 0x00020013, "SH", implementationName);
    std::string metaBytes;
    appendItem(meta, {}, metaBytes);
    DicomItem length;
    std::string four;
    for (int i = 0; i < 4; ++i)
        four.push_back(static_cast<char>(metaBytes.size() >> 8 * i & 0xFF));
    cleaner.put(length, 0x00020000, "UL", four);
    std::string bytes(128, '\0');
    bytes += "DICM";
    appendItem(length, {}, bytes);
    bytes += metaBytes;
    const std::size_t dataSet = bytes.size();
    appendItem(root, source.encoding, bytes);
    return {std::move(bytes), dataSet};
}

/// Takes out every text that still holds an identifier; how many there were.
std::size_t removeFound(DicomItem& item, const IdentifierSearch& search, bool datesShifted)
{
    std::size_t count = 0;
    for (DicomElement& element : item.elements)
        for (DicomItem& inner : element.items)
            count += removeFound(inner, search, datesShifted);
    count += std::erase_if(item.elements, [&](const DicomElement& element) {
        // Without these it is no image any more; the last search says so if one of them holds
        // something.
        if (element.kind != DicomElement::Kind::Value || isPixels(element) ||
            isProfilesWord(element) || element.tag == sopClassTag || element.tag >> 16 == 0x0028 ||
            element.tag == patientIdTag || element.tag == patientNameTag ||
            (datesShifted && (element.is("DA") || element.is("DT"))))
            return false;
        return !search.find(element.value, {}, 1).empty();
    });
    return count;
}

/// For people: where a byte of a file is.
std::string placeOf(const DicomTree& tree, std::size_t offset)
{
    const char* const at = tree.bytes->data() + offset;
    const auto holds = [&](std::string_view part) {
        return at >= part.data() && at < part.data() + part.size();
    };
    for (const DicomElement& element : tree.root.elements) {
        if (holds(element.value))
            return "in its element " + tagName(element.tag);
        if (std::ranges::any_of(element.fragments, holds))
            return "in its compressed pixels";
    }
    return "in its bytes from " + std::to_string(offset) + " on";
}

} // namespace

std::string patientIdentity(const DicomTree& tree)
{
    for (const std::uint32_t tag : {patientIdTag, patientNameTag, studyUidTag})
        if (const std::string text = tree.root.text(tag); !text.empty())
            return text;
    return {};
}

bool saysDatesAreShifted(const DicomItem& root)
{
    const DicomElement* const codes = root.find(methodCodesTag);
    return codes != nullptr && std::ranges::any_of(codes->items, [](const DicomItem& code) {
               return code.text(0x00080100) == shiftedDates.value;
           });
}

bool isProfilesWord(const DicomElement& element)
{
    const std::string_view text = unpadded(element.value);
    switch (element.tag) {
    case methodTag:
        return text == method || text == methodShifted;
    case 0x00080100:
        return text == basicProfile.value || text == shiftedDates.value;
    case 0x00080102:
        return text == codingScheme;
    case 0x00080104:
        return text == basicProfile.meaning || text == shiftedDates.meaning;
    case 0x00020012:
        return text == implementationUid;
    case 0x00020013:
        return text == implementationName;
    default:
        return false;
    }
}

Result<DeidentifiedFile> deidentified(const DicomTree& source, const PseudonymKey& key,
                                      const DeidentifyOptions& options)
{
    if (pixelDigest(source.root).empty())
        return failure("it holds no image; reports and other objects are not de-identified");
    std::string identity = patientIdentity(source);
    if (identity.empty())
        identity = sha256(*source.bytes);
    Cleaner cleaner(key, options, identity);
    DicomItem root = cleaner.clean(source.root);
    std::string sopInstance = source.root.text(sopInstanceTag);
    cleaner.put(root, sopInstanceTag, "UI",
                sopInstance.empty() ? key.uid(sha256(*source.bytes)) : root.text(sopInstanceTag));
    cleaner.put(root, patientIdTag, "LO", cleaner.patient());
    cleaner.put(root, patientNameTag, "PN", cleaner.patient());
    declare(cleaner, root, options);

    IdentifierSearch search;
    for (const Identifier& identifier : identifiersOf(source))
        search.add(identifier);
    DeidentifiedFile result;
    result.found = removeFound(root, search, options.shiftDates);
    result.removed = cleaner.removed + result.found;
    result.replaced = cleaner.replaced;
    result.patient = cleaner.patient();
    result.studyInstanceUid = root.text(studyUidTag);
    result.sopInstanceUid = root.text(sopInstanceTag);
    FileBytes file = fileBytes(cleaner, root, source);
    const auto written = dicomTreeOf(std::move(file.bytes), file.dataSet, source.encoding);
    if (!written)
        return failure("its de-identified form cannot be read back", written.error().message);
    if (const auto left = identifiersIn(*written, search, 1); !left.empty()) {
        const Identifier& which = search.identifier(left[0].identifier);
        return failure(std::string("the ") + nameOf(which.kind) + " of its element " +
                       tagName(which.tag) + " is also " + placeOf(*written, left[0].offset) +
                       ", where it cannot be removed");
    }
    result.bytes = std::move(*written->bytes);
    return result;
}

} // namespace ir
