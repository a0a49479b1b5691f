#include "dicom/scanner.h"

#include <algorithm>
#include <array>

namespace ir {

namespace {

constexpr std::size_t mostNesting = 64;
constexpr std::uint64_t mostElements = 20'000'000;
constexpr std::size_t mostFragments = 4'000'000;
constexpr std::uint64_t largestKept = std::uint64_t(4) << 20;

constexpr std::uint32_t perFrameGroupsTag = tagOf(0x5200, 0x9230);

/// What facts and rendering use; ascending.
constexpr std::array<std::uint32_t, 53> used{
    0x00080005, 0x00080016, 0x00080018, 0x00080020, 0x00080060, 0x00080070, 0x00081030, 0x0008103E,
    0x00081090, 0x00100010, 0x00100020, 0x00100030, 0x00100040, 0x00101010, 0x00180015, 0x00185101,
    0x0020000D, 0x0020000E, 0x00280002, 0x00280004, 0x00280006, 0x00280008, 0x00280010, 0x00280011,
    0x00280100, 0x00280101, 0x00280102, 0x00280103, 0x00280120, 0x00280121, 0x00280122, 0x00281050,
    0x00281051, 0x00281052, 0x00281053, 0x00281056, 0x00281101, 0x00281102, 0x00281103, 0x00281201,
    0x00281202, 0x00281203, 0x00281221, 0x00281222, 0x00281223, 0x00283000, 0x00283002, 0x00283006,
    0x00283010, 0x20500010, 0x20500020, 0x52009229, 0x52009230};

bool isUsed(std::uint32_t tag)
{
    return std::binary_search(used.begin(), used.end(), tag);
}

std::string hex(std::uint32_t tag)
{
    constexpr char digits[] = "0123456789ABCDEF";
    std::string text = "(";
    for (int shift = 28; shift >= 0; shift -= 4) {
        text.push_back(digits[tag >> shift & 15]);
        if (shift == 16)
            text.push_back(',');
    }
    return text + ")";
}

} // namespace

Scanner::Scanner(DicomLayout& layout, ScanDepth depth, int frame, std::uint64_t mostHeader)
    : m_layout(layout), m_source(layout.source()), m_depth(depth), m_frame(frame),
      m_mostHeader(mostHeader)
{}

std::string Scanner::run(std::uint64_t start)
{
    m_position = start;
    for (std::uint64_t seen = 0; !m_done; ++seen) {
        if (seen > mostElements)
            return "its header has too many elements";
        if (!closeEndedLevels())
            return m_why;
        const auto head = headAt(m_source, m_position,
                                 m_levels.empty() ? m_layout.encoding : m_levels.back().encoding);
        if (!head) { // the end
            if (!m_levels.empty() && !recover())
                return "its header is cut short";
            break;
        }
        const bool good = m_levels.empty()                                      ? inDataSet(*head)
                          : m_levels.back().kind == Level::Kind::Item ? inItem(*head)
                                                                      : inSequence(*head);
        if (!good)
            return m_why;
    }
    return {};
}

bool Scanner::closeEndedLevels()
{
    while (!m_levels.empty() && m_levels.back().end != open && m_position >= m_levels.back().end) {
        if (m_position > m_levels.back().end)
            return recover();
        pop();
    }
    return true;
}

bool Scanner::inDataSet(const ElementHead& head)
{
    if (head.group() == 0xFFFE) { // a stray delimiter
        m_position += 8;
        return true;
    }
    const bool pixels = head.tag >= 0x7FE00008 && head.tag <= pixelDataTag;
    if (pixels || head.group() > 0x7FE0) {
        if (pixels)
            notePixels(head);
        m_done = true;
        return true;
    }
    m_current = {m_position, head.undefined() ? open : head.end(), head.tag, true, 0};
    const bool plainVr = head.vr[0] != 0 && !head.is("SQ") && !head.is("UN");
    if (m_layout.encoding.explicitVr && vrKind(head.vr[0], head.vr[1]) == VrKind::Unknown)
        m_current.usable = false;
    if (!head.undefined() && head.end() > m_source.size()) {
        m_why = "its element " + hex(head.tag) + " is longer than the file";
        return false;
    }
    if (m_position > m_mostHeader) {
        m_why = "its header is larger than this program reads";
        return false;
    }
    if (head.undefined() || head.is("SQ") || holdsItems(head, m_layout.encoding)) {
        m_current.usable = m_current.usable && !plainVr;
        push(Level::Kind::Sequence, m_current.end,
             head.is("UN") ? Encoding{false, false} : m_layout.encoding);
        m_position = head.value;
        return true;
    }
    m_position = head.end();
    finishElement();
    return true;
}

bool Scanner::inSequence(const ElementHead& head)
{
    Level& level = m_levels.back();
    if (head.tag == sequenceEndTag) {
        m_position = level.end == open ? head.value : level.end;
        pop();
        return true;
    }
    if (head.tag != itemTag || (level.end != open && !head.undefined() && head.end() > level.end))
        return recover();
    if (level.kind == Level::Kind::Fragments) {
        if (head.undefined() || head.end() > m_source.size())
            return recover();
        m_position = head.end();
        return true;
    }
    if (m_levels.size() / 2 >= mostNesting) {
        m_why = "its sequences are nested more than 64 deep";
        return false;
    }
    push(Level::Kind::Item, head.undefined() ? open : head.end(), level.encoding);
    m_position = head.value;
    if (m_levels.size() == 2 && m_current.tag == perFrameGroupsTag && m_current.items++ == m_frame)
        m_frameItem = m_position;
    return true;
}

bool Scanner::inItem(const ElementHead& head)
{
    const Level level = m_levels.back();
    if (head.tag == itemEndTag) {
        if (level.end == open)
            pop();
        m_position = head.value;
        return true;
    }
    if (head.group() == 0xFFFE)
        return recover();
    if (!head.undefined() && (head.end() > level.end || head.end() > m_source.size()))
        return recover();
    if (level.encoding.explicitVr && vrKind(head.vr[0], head.vr[1]) == VrKind::Unknown)
        m_current.usable = false;
    const bool fragments = head.undefined() && head.tag == pixelDataTag;
    if (!head.undefined() && !head.is("SQ") && !holdsItems(head, level.encoding)) {
        m_position = head.end();
        return true;
    }
    push(fragments ? Level::Kind::Fragments : Level::Kind::Sequence,
         head.undefined() ? open : head.end(),
         head.is("UN") ? Encoding{false, false} : level.encoding);
    m_position = head.value;
    return true;
}

void Scanner::push(Level::Kind kind, std::uint64_t end, Encoding encoding)
{
    m_levels.push_back({kind, end, encoding});
}

void Scanner::pop()
{
    const bool frameItemEnds = m_levels.size() == 2 && m_frameItem != 0;
    m_levels.pop_back();
    if (frameItemEnds) {
        if (m_current.usable)
            keep(m_frameItem, m_position, m_layout.frameGroups);
        m_frameItem = 0;
    }
    if (m_levels.empty())
        finishElement();
}

/// After a fault: goes on behind the element where its length is known.
bool Scanner::recover()
{
    if (m_current.end == open || m_levels.empty()) {
        m_why = "its element " + hex(m_current.tag) + " is broken";
        return false;
    }
    m_levels.clear();
    m_frameItem = 0;
    m_position = m_current.end;
    m_current.usable = false;
    return true;
}

/// In implicit VR only the content tells a sequence; the toolkit decides by its dictionary, and what has no
/// items in it cannot nest.
bool Scanner::holdsItems(const ElementHead& head, Encoding encoding)
{
    if ((head.vr[0] != 0 && !head.is("UN")) || head.length < 8)
        return false;
    const auto inner = headAt(m_source, head.value, encoding);
    return inner && inner->tag == itemTag && (inner->undefined() || inner->end() <= head.end());
}

void Scanner::keep(std::uint64_t from, std::uint64_t to, std::vector<std::uint8_t>& in)
{
    if (to < from || to - from > largestKept)
        return;
    const auto bytes = m_source.view(from, static_cast<std::size_t>(to - from));
    if (bytes.size() == to - from)
        in.insert(in.end(), bytes.begin(), bytes.end());
}

void Scanner::finishElement()
{
    if (m_current.usable && m_current.tag != perFrameGroupsTag && isUsed(m_current.tag))
        keep(m_current.start, m_position, m_layout.header);
}

void Scanner::notePixels(const ElementHead& head)
{
    PixelLocation& pixels = m_layout.pixels;
    pixels.kind = head.tag == pixelDataTag ? PixelLocation::Kind::Integer
                  : head.tag == 0x7FE00008 ? PixelLocation::Kind::Float
                                           : PixelLocation::Kind::Double;
    pixels.wordVr = !head.is("OB") && !head.is("UN");
    pixels.offset = head.value;
    pixels.encapsulated = head.undefined();
    if (pixels.encapsulated) {
        if (m_depth == ScanDepth::Pixels)
            noteFragments(head.value);
        return;
    }
    pixels.claimed = head.length;
    const std::uint64_t left = m_source.size() - std::min(m_source.size(), head.value);
    pixels.length = std::min<std::uint64_t>(head.length, left);
}

void Scanner::noteFragments(std::uint64_t position)
{
    PixelLocation& pixels = m_layout.pixels;
    bool first = true;
    while (pixels.fragments.size() < mostFragments) {
        const auto head = headAt(m_source, position, m_layout.encoding);
        if (!head || head->tag != itemTag || head->undefined())
            break; // the delimiter, or whatever stands in its place
        Fragment fragment{head->value, head->length};
        if (head->end() > m_source.size()) {
            pixels.cutShort = true;
            fragment.length = static_cast<std::uint32_t>(m_source.size() - std::min(m_source.size(), head->value));
        }
        if (first)
            pixels.offsetTable = fragment;
        else
            pixels.fragments.push_back(fragment);
        first = false;
        position = head->end();
        if (pixels.cutShort)
            break;
    }
}

} // namespace ir
