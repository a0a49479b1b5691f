#pragma once

#include "dicom/layout.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace ir {

/// The walk over a data set behind scanDicom(): a loop with a stack of its own, so that no file can exhaust
/// the thread's. Faults inside a sequence of stated length cost that sequence only.
class Scanner
{
public:
    Scanner(DicomLayout& layout, ScanDepth depth, int frame, std::uint64_t mostHeader);

    /// Fills the layout; "" or why the file is refused.
    [[nodiscard]] std::string run(std::uint64_t start);

private:
    static constexpr std::uint64_t open = std::numeric_limits<std::uint64_t>::max();

    struct Level
    {
        enum class Kind { Sequence, Item, Fragments };
        Kind kind = Kind::Sequence;
        std::uint64_t end = open; ///< `open`: until its delimiter
        Encoding encoding;
    };

    /// The element of the data set itself that is being walked.
    struct Current
    {
        std::uint64_t start = 0;
        std::uint64_t end = open;
        std::uint32_t tag = 0;
        bool usable = true;
        int items = 0;
    };

    [[nodiscard]] bool closeEndedLevels();
    [[nodiscard]] bool inDataSet(const ElementHead& head);
    [[nodiscard]] bool inSequence(const ElementHead& head);
    [[nodiscard]] bool inItem(const ElementHead& head);
    void pop();
    void push(Level::Kind kind, std::uint64_t end, Encoding encoding);
    [[nodiscard]] bool recover();
    [[nodiscard]] bool holdsItems(const ElementHead& head, Encoding encoding);
    void keep(std::uint64_t from, std::uint64_t to, std::vector<std::uint8_t>& in);
    void finishElement();
    void notePixels(const ElementHead& head);
    void noteFragments(std::uint64_t position);

    DicomLayout& m_layout;
    ByteSource& m_source;
    ScanDepth m_depth;
    int m_frame;
    std::uint64_t m_mostHeader;
    std::vector<Level> m_levels;
    Current m_current;
    std::uint64_t m_position = 0;
    std::uint64_t m_frameItem = 0; ///< where the frame's functional groups start; 0: not in them
    std::string m_why;
    bool m_done = false;
};

} // namespace ir
