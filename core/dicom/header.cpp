#include "dicom/header.h"

#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcelem.h>
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcsequen.h>

#include <charconv>
#include <string_view>

namespace ir {

namespace {

E_TransferSyntax toolkitSyntax(Encoding encoding)
{
    if (encoding.explicitVr)
        return encoding.bigEndian ? EXS_BigEndianExplicit : EXS_LittleEndianExplicit;
    return encoding.bigEndian ? EXS_BigEndianImplicit : EXS_LittleEndianImplicit;
}

/// Null where the toolkit cannot make sense of it.
std::unique_ptr<DcmDataset> parseElements(const std::vector<std::uint8_t>& bytes, Encoding encoding,
                                          std::string& why)
{
    auto dataSet = std::make_unique<DcmDataset>();
    if (bytes.empty())
        return dataSet;
    DcmInputBufferStream stream;
    stream.setBuffer(bytes.data(), static_cast<offile_off_t>(bytes.size()));
    stream.setEos();
    dataSet->transferInit();
    // Every value is in memory already: nothing may be left for later.
    const OFCondition read = dataSet->read(stream, toolkitSyntax(encoding), EGL_noChange, 0xFFFFFFFE);
    dataSet->transferEnd();
    if (read.bad() && read != EC_EndOfStream) {
        why = read.text();
        return nullptr;
    }
    return dataSet;
}

std::string_view trimmed(std::string_view text)
{
    const auto isPadding = [](char c) { return c == ' ' || c == '\0'; };
    while (!text.empty() && isPadding(text.back()))
        text.remove_suffix(1);
    while (!text.empty() && isPadding(text.front()))
        text.remove_prefix(1);
    return text;
}

} // namespace

Result<Header> Header::parse(const DicomLayout& layout)
{
    std::string why;
    Header header;
    header.m_dataSet = parseElements(layout.header, layout.encoding, why);
    if (!header.m_dataSet)
        return failure("its header is broken", why);
    header.m_frameGroups = parseElements(layout.frameGroups, layout.encoding, why);
    return header;
}

DcmItem* Header::functionalGroup(const DcmTagKey& sequence) const
{
    if (m_frameGroups)
        if (DcmItem* item = firstItem(*m_frameGroups, sequence))
            return item;
    DcmItem* shared = firstItem(*m_dataSet, DCM_SharedFunctionalGroupsSequence);
    return shared ? firstItem(*shared, sequence) : nullptr;
}

std::optional<int> shortValue(DcmItem& item, const DcmTagKey& tag)
{
    DcmElement* element = nullptr;
    if (item.findAndGetElement(tag, element).bad() || !element || element->getLength() == 0)
        return std::nullopt;
    Uint16 value = 0;
    if (element->getUint16(value).good())
        return value;
    Sint16 negative = 0;
    if (element->getSint16(negative).good())
        return negative;
    const auto numbers = decimalValues(item, tag); // some writers use IS
    return numbers.empty() || !(numbers[0] >= -32768 && numbers[0] <= 65535)
               ? std::nullopt
               : std::optional(static_cast<int>(numbers[0]));
}

std::string rawText(DcmItem& item, const DcmTagKey& tag)
{
    OFString text;
    if (item.findAndGetOFStringArray(tag, text).bad())
        return {};
    return std::string(trimmed({text.data(), text.size()}));
}

std::string firstValue(const std::string& text)
{
    return std::string(trimmed(std::string_view(text).substr(0, text.find('\\'))));
}

std::vector<double> decimalValues(DcmItem& item, const DcmTagKey& tag)
{
    std::vector<double> values;
    const std::string text = rawText(item, tag);
    std::string_view rest = text;
    while (!rest.empty()) {
        const auto end = rest.find('\\');
        std::string_view one = trimmed(rest.substr(0, end));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (one.starts_with('+'))
            one.remove_prefix(1);
        double value = 0;
        const auto parsed = std::from_chars(one.data(), one.data() + one.size(), value);
        if (parsed.ec != std::errc() || parsed.ptr != one.data() + one.size())
            return values; // "0,5" is no number: what follows is not trusted either
        values.push_back(value);
    }
    return values;
}

std::vector<std::uint16_t> words(DcmItem& item, const DcmTagKey& tag)
{
    DcmElement* element = nullptr;
    if (item.findAndGetElement(tag, element).bad() || !element)
        return {};
    Uint16* data = nullptr;
    if (element->getUint16Array(data).good() && data)
        return {data, data + element->getLength() / 2};
    Sint16* negative = nullptr;
    if (element->getSint16Array(negative).good() && negative)
        return {negative, negative + element->getLength() / 2};
    Uint8* bytes = nullptr;
    if (element->getUint8Array(bytes).good() && bytes)
        return {bytes, bytes + element->getLength()};
    return {};
}

DcmItem* firstItem(DcmItem& item, const DcmTagKey& sequence)
{
    DcmItem* found = nullptr;
    return item.findAndGetSequenceItem(sequence, found, 0).good() ? found : nullptr;
}

} // namespace ir
