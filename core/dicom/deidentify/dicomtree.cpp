#include "dicom/deidentify/dicomtree.h"

#include "base/atomicfile.h"
#include "base/digest.h"
#include "dicom/deidentify/codestreamcomments.h"
#include "dicom/layout.h"
#include "dicom/transfersyntax.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctag.h>

#include <algorithm>
#include <cstdio>

namespace ir {

namespace {

constexpr int mostNesting = 64;
constexpr std::size_t mostElements = 4'000'000;
constexpr std::uint64_t mostUnfolded = std::uint64_t(1) << 30;

class MemorySource : public ByteSource
{
public:
    explicit MemorySource(std::string_view bytes) : m_bytes(bytes) {}
    std::uint64_t size() const override { return m_bytes.size(); }
    std::span<const std::uint8_t> view(std::uint64_t offset, std::size_t length) override
    {
        if (offset >= m_bytes.size())
            return {};
        const std::string_view part = m_bytes.substr(static_cast<std::size_t>(offset), length);
        return {reinterpret_cast<const std::uint8_t*>(part.data()), part.size()};
    }

private:
    std::string_view m_bytes;
};

std::string named(std::uint32_t tag)
{
    char text[16];
    std::snprintf(text, sizeof text, "(%04X,%04X)", tag >> 16, tag & 0xFFFF);
    return text;
}

/// Of an attribute of the standard, also of a repeating group; zeros where the toolkit does not
/// know it.
Vr dictionaryVr(std::uint32_t tag)
{
    const DcmTag known(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xFFFF));
    const DcmEVR evr = known.getEVR();
    if (evr == EVR_UNKNOWN || evr == EVR_UN || (tag >> 16) % 2 != 0)
        return {};
    const char* const name = DcmVR(evr).getValidVRName();
    return {name[0], name[1]};
}

Vr resolvedVr(const ElementHead& head)
{
    if (head.vr[0] != 0 && !head.is("UN") && vrKind(head.vr[0], head.vr[1]) != VrKind::Unknown)
        return {head.vr[0], head.vr[1]};
    return dictionaryVr(head.tag);
}

class Parser
{
public:
    explicit Parser(std::string_view bytes) : m_bytes(bytes), m_source(bytes) {}

    [[nodiscard]] const std::string& why() const { return m_why; }

    /// The data set from `position` to the end of the bytes.
    bool readRoot(std::size_t position, Encoding encoding, DicomItem& root)
    {
        bool hasPixels = false;
        while (position < m_bytes.size()) {
            const auto head = headAt(m_source, position, encoding);
            const bool fits = head && head->group() != 0xFFFE &&
                              (head->undefined() || head->end() <= m_bytes.size());
            if (!fits) {
                // Writers pad files to whole blocks; only behind the pixels can nothing be lost by
                // that.
                if (hasPixels || isPadding(position))
                    return true;
                return fault(head ? head->tag : 0);
            }
            hasPixels = hasPixels || head->group() == 0x7FE0;
            if (!readElement(*head, encoding, position, root, 0))
                return false;
        }
        return true;
    }

    /// Elements of group 2 from `position` on.
    void readMeta(std::size_t position, DicomItem& meta)
    {
        while (const auto head = headAt(m_source, position, {})) {
            if (head->group() != 0x0002 || head->undefined() || head->end() > m_bytes.size())
                return;
            if (!readElement(*head, {}, position, meta, 0))
                return;
        }
    }

private:
    bool fault(std::uint32_t tag)
    {
        if (m_why.empty())
            m_why = tag == 0 ? "it ends within an element"
                             : "its element " + named(tag) + " is broken or cut short";
        return false;
    }

    [[nodiscard]] bool isPadding(std::size_t position) const
    {
        return m_bytes.find_first_not_of('\0', position) == std::string_view::npos;
    }

    [[nodiscard]] std::string_view part(const ElementHead& head) const
    {
        return m_bytes.substr(static_cast<std::size_t>(head.value), head.length);
    }

    bool readElement(const ElementHead& head, Encoding encoding, std::size_t& position,
                     DicomItem& into, int depth)
    {
        if (++m_elements > mostElements) {
            m_why = "it has more than four million elements";
            return false;
        }
        DicomElement element;
        element.tag = head.tag;
        element.vr = resolvedVr(head);
        position = static_cast<std::size_t>(head.undefined() ? head.value : head.end());
        if (head.undefined() && head.group() == 0x7FE0) {
            element.kind = DicomElement::Kind::Encapsulated;
            if (!readFragments(position, element))
                return fault(head.tag);
        } else if (head.undefined() || element.is("SQ") || holdsItems(head, element.vr, encoding)) {
            // Of unknown VR and undefined length means implicit inside (PS3.5 section 6.2.2).
            const Encoding inner = head.is("UN") ? Encoding{false, false} : encoding;
            element.kind = DicomElement::Kind::Sequence;
            element.vr = element.vr == Vr{} ? Vr{} : Vr{'S', 'Q'};
            auto start = static_cast<std::size_t>(head.value);
            const std::size_t end = head.undefined() ? std::string_view::npos : position;
            if (!readItems(start, end, inner, element, depth)) {
                if (head.undefined() || m_isTooDeep)
                    return fault(head.tag);
                // Its length says where to go on; what it holds is not understood and belongs to
                // nothing.
                m_why.clear();
                element = DicomElement{head.tag, {}, DicomElement::Kind::Value, part(head), {}, {}};
            } else if (head.undefined()) {
                position = start;
            }
        } else {
            element.value = part(head);
        }
        into.elements.push_back(std::move(element));
        return true;
    }

    /// In implicit VR and in VR UN only the content tells.
    bool holdsItems(const ElementHead& head, Vr vr, Encoding encoding)
    {
        const bool isUntold = vr == Vr{} || (head.is("UN") && isVr(vr, "SQ"));
        if (!isUntold || head.length < 8)
            return false;
        const Encoding inner = head.is("UN") ? Encoding{false, false} : encoding;
        const auto first = headAt(m_source, head.value, inner);
        return first && first->tag == itemTag && (first->undefined() || first->end() <= head.end());
    }

    bool readFragments(std::size_t& position, DicomElement& element)
    {
        for (;;) {
            const auto head = headAt(m_source, position, {});
            if (!head || head->undefined() || head->end() > m_bytes.size())
                return false;
            position = static_cast<std::size_t>(head->end());
            if (head->tag == sequenceEndTag)
                return true;
            if (head->tag != itemTag)
                return false;
            element.fragments.push_back(part(*head));
        }
    }

    /// Until `end`, or until the delimiter where that is npos.
    bool readItems(std::size_t& position, std::size_t end, Encoding encoding, DicomElement& element,
                   int depth)
    {
        if (depth >= mostNesting) {
            m_isTooDeep = true;
            m_why = "its sequences are nested more than 64 deep";
            return false;
        }
        while (position < std::min(end, m_bytes.size())) {
            const auto head = headAt(m_source, position, encoding);
            if (!head)
                return false;
            position = static_cast<std::size_t>(head->value);
            if (head->tag == sequenceEndTag)
                return end == std::string_view::npos || position == end;
            if (head->tag != itemTag)
                return false;
            const std::size_t itemEnd =
                head->undefined() ? std::string_view::npos : static_cast<std::size_t>(head->end());
            if (itemEnd != std::string_view::npos && itemEnd > std::min(end, m_bytes.size()))
                return false;
            DicomItem item;
            if (!readItem(position, itemEnd, encoding, item, depth + 1))
                return false;
            element.items.push_back(std::move(item));
        }
        return end != std::string_view::npos && position == end;
    }

    bool readItem(std::size_t& position, std::size_t end, Encoding encoding, DicomItem& item,
                  int depth)
    {
        while (position < std::min(end, m_bytes.size())) {
            const auto head = headAt(m_source, position, encoding);
            if (!head)
                return false;
            if (head->tag == itemEndTag) {
                position = static_cast<std::size_t>(head->value);
                return end == std::string_view::npos || position == end;
            }
            if (head->group() == 0xFFFE ||
                (!head->undefined() && head->end() > std::min(end, m_bytes.size())))
                return fault(head->tag);
            if (!readElement(*head, encoding, position, item, depth))
                return false;
        }
        return end != std::string_view::npos && position == end;
    }

    std::string_view m_bytes;
    MemorySource m_source;
    std::string m_why;
    std::size_t m_elements = 0;
    bool m_isTooDeep = false;
};

void readMetaOf(std::string_view file, DicomItem& meta)
{
    for (const std::size_t mark : {128U, 0U})
        if (meta.elements.empty() && file.size() > mark && file.substr(mark).starts_with("DICM"))
            Parser(file).readMeta(mark + 4, meta);
}

/// All that a deflated file unfolds to; nothing where that is over the limit.
std::unique_ptr<std::string> unfoldedBytes(ByteSource& source)
{
    std::size_t length = std::size_t(1) << 20;
    for (;;) {
        const auto view = source.view(0, length);
        if (view.size() < length)
            return std::make_unique<std::string>(view.begin(), view.end());
        if (length >= mostUnfolded)
            return nullptr;
        length *= 2;
    }
}

void appendNumber(std::string& to, std::uint32_t value, int bytes, bool bigEndian)
{
    for (int i = 0; i < bytes; ++i)
        to.push_back(static_cast<char>(value >> 8 * (bigEndian ? bytes - 1 - i : i) & 0xFF));
}

void appendTag(std::string& to, std::uint32_t tag, bool bigEndian)
{
    appendNumber(to, tag >> 16, 2, bigEndian);
    appendNumber(to, tag & 0xFFFF, 2, bigEndian);
}

void appendHead(std::string& to, std::uint32_t tag, Vr vr, std::size_t length, Encoding encoding)
{
    const bool big = encoding.bigEndian;
    appendTag(to, tag, big);
    if (!encoding.explicitVr) {
        appendNumber(to, static_cast<std::uint32_t>(length), 4, big);
        return;
    }
    if (vrKind(vr[0], vr[1]) == VrKind::ShortLength && length > 0xFFFE)
        vr = {'U', 'N'}; // PS3.5 section 6.2.2, note 2
    to.append(vr.data(), vr.size());
    if (vrKind(vr[0], vr[1]) == VrKind::ShortLength) {
        appendNumber(to, static_cast<std::uint32_t>(length), 2, big);
    } else {
        appendNumber(to, 0, 2, big);
        appendNumber(to, static_cast<std::uint32_t>(length), 4, big);
    }
}

bool padsWithNul(Vr vr)
{
    for (const char* name : {"UI", "OB", "OW", "UN", "OF", "OD", "OL", "OV"})
        if (isVr(vr, name))
            return true;
    return false;
}

void appendFragments(std::string& to, const DicomElement& element, bool bigEndian)
{
    for (const std::string_view fragment : element.fragments) {
        appendTag(to, itemTag, bigEndian);
        appendNumber(to, static_cast<std::uint32_t>(fragment.size() + fragment.size() % 2), 4,
                     bigEndian);
        to += fragment;
        to.append(fragment.size() % 2, '\0');
    }
    appendTag(to, sequenceEndTag, bigEndian);
    appendNumber(to, 0, 4, bigEndian);
}

} // namespace

const DicomElement* DicomItem::find(std::uint32_t tag) const
{
    const auto found = std::ranges::find(elements, tag, &DicomElement::tag);
    return found == elements.end() ? nullptr : &*found;
}

std::string DicomItem::text(std::uint32_t tag) const
{
    const DicomElement* const element = find(tag);
    return element == nullptr ? std::string() : std::string(unpadded(element->value));
}

Result<DicomTree> readDicomTree(const std::filesystem::path& path)
{
    const auto layout = scanDicom(path, ScanDepth::Header);
    if (!layout)
        return tl::unexpected(layout.error());
    const auto cannot = [&](const std::string& why) {
        return failure("Cannot read all of " + path.string() + ": " + why + ".");
    };
    auto file = readFile(path);
    if (!file)
        return tl::unexpected(file.error());
    DicomTree tree;
    tree.transferSyntax = layout->transferSyntax;
    tree.encoding = layout->encoding;
    tree.isDeflated = layout->unfolded != nullptr;
    tree.bytes = std::make_unique<std::string>(std::move(*file));
    readMetaOf(*tree.bytes, tree.meta);
    if (tree.isDeflated) {
        tree.metaBytes = std::move(tree.bytes);
        tree.bytes = unfoldedBytes(*layout->unfolded);
        if (!tree.bytes)
            return cannot("it unfolds to more than 1 GiB");
    }
    Parser parser(*tree.bytes);
    if (!parser.readRoot(static_cast<std::size_t>(layout->dataSet), tree.encoding, tree.root))
        return cannot(parser.why());
    return tree;
}

Result<DicomTree> dicomTreeOf(std::string bytes, std::size_t dataSet, Encoding encoding)
{
    DicomTree tree;
    tree.encoding = encoding;
    tree.bytes = std::make_unique<std::string>(std::move(bytes));
    readMetaOf(*tree.bytes, tree.meta);
    Parser parser(*tree.bytes);
    if (!parser.readRoot(dataSet, encoding, tree.root))
        return failure("The DICOM bytes cannot be read: " + parser.why() + ".");
    return tree;
}

void appendItem(const DicomItem& item, Encoding encoding, std::string& to)
{
    for (const DicomElement& element : item.elements) {
        switch (element.kind) {
        case DicomElement::Kind::Encapsulated:
            appendHead(to, element.tag, {'O', 'B'}, undefinedLength, encoding);
            appendFragments(to, element, encoding.bigEndian);
            break;
        case DicomElement::Kind::Sequence: {
            std::string content;
            for (const DicomItem& inner : element.items) {
                std::string bytes;
                appendItem(inner, encoding, bytes);
                appendTag(content, itemTag, encoding.bigEndian);
                appendNumber(content, static_cast<std::uint32_t>(bytes.size()), 4,
                             encoding.bigEndian);
                content += bytes;
            }
            appendHead(to, element.tag, {'S', 'Q'}, content.size(), encoding);
            to += content;
            break;
        }
        case DicomElement::Kind::Value:
            appendHead(to, element.tag, element.vr, element.value.size() + element.value.size() % 2,
                       encoding);
            to += element.value;
            if (element.value.size() % 2 != 0)
                to.push_back(padsWithNul(element.vr) ? '\0' : ' ');
            break;
        }
    }
}

std::string pixelDigest(const DicomItem& root)
{
    Sha256 digest;
    bool hasPixels = false;
    const auto add = [&](std::string_view part) {
        hasPixels = hasPixels || !part.empty();
        digest.add(part);
        digest.add(
            std::string_view(part.size() % 2 != 0 ? "\0" : "", part.size() % 2)); // as written
    };
    for (const DicomElement& element : root.elements) {
        if (element.tag >> 16 != 0x7FE0 ||
            element.tag == 0x7FE00000) // the group's length is not written
            continue;
        add(element.value);
        for (const std::string_view fragment : element.fragments) {
            const auto blanked = withoutComments(fragment);
            add(blanked ? std::string_view(*blanked) : fragment);
        }
    }
    return hasPixels ? digest.finish() : std::string();
}

std::string_view unpadded(std::string_view text)
{
    constexpr std::string_view padding(" \0\t\r\n", 5);
    const std::size_t first = text.find_first_not_of(padding);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(padding) - first + 1);
}

std::vector<std::string_view> valuesOf(std::string_view text)
{
    std::vector<std::string_view> values;
    for (;;) {
        const std::size_t end = text.find('\\');
        values.push_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return values;
        text.remove_prefix(end + 1);
    }
}

} // namespace ir
