#include "dicom/graylut.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace ir {

namespace {

constexpr std::size_t mostSampled = std::size_t(1) << 20;

/// How often each word occurs; large frames are sampled.
std::vector<std::uint32_t> histogram(const RawFrame& frame)
{
    const auto bytes = static_cast<std::size_t>(frame.format.bytes);
    std::vector<std::uint32_t> counts(std::size_t(1) << (8 * bytes));
    const std::size_t pixels = frame.pixelCount();
    // An odd step does not fall on the same columns of every row.
    const std::size_t step = pixels / mostSampled | 1;
    const std::uint8_t* data = frame.bytes.data();
    if (bytes == 1) {
        for (std::size_t i = 0; i < pixels; i += step)
            ++counts[data[i]];
        return counts;
    }
    for (std::size_t i = 0; i < pixels; i += step) {
        std::uint16_t word;
        std::memcpy(&word, data + 2 * i, 2);
        ++counts[word];
    }
    return counts;
}

int storedValue(std::size_t word, const WordFormat& format)
{
    const auto shifted = static_cast<std::uint32_t>(word) << (31 - format.highBit);
    const int shift = 32 - format.bitsStored;
    return format.isSigned ? static_cast<std::int32_t>(shifted) >> shift
                           : static_cast<int>(shifted >> shift);
}

class Table
{
public:
    Table(const RawFrame& frame, const Presentation& presentation)
        : m_frame(frame), m_presentation(presentation), m_counts(histogram(frame)),
          m_values(m_counts.size()), m_padding(m_counts.size())
    {
        const WordFormat& format = frame.format;
        for (std::size_t word = 0; word < m_values.size(); ++word) {
            const int stored = storedValue(word, format);
            const double number = stored * format.scale + format.offset;
            m_values[word] = presentation.modalityLut
                                 ? presentation.modalityLut->at(number)
                                 : presentation.slope * number + presentation.intercept;
            m_padding[word] = presentation.padding && stored >= presentation.padding->first &&
                              stored <= presentation.padding->second;
        }
        forgetPaddingThatIsAll();
    }

    std::vector<std::uint8_t> grays() const
    {
        if (m_presentation.voiLut) {
            const LookupTable& lut = *m_presentation.voiLut;
            const double white = (1 << lut.bits) - 1;
            return made([&](std::size_t word) { return lut.at(m_values[word]) / white; });
        }
        if (m_presentation.window)
            return made([&](std::size_t word) { return m_presentation.window->map(m_values[word]); });
        if (m_frame.format.bitsStored <= 8 && m_frame.format.scale == 1) {
            // Up to eight bits without a window are display values already.
            const double white = (1 << m_frame.format.bitsStored) - 1;
            const double black = m_frame.format.isSigned ? (white + 1) / 2 : 0;
            return made([&](std::size_t word) {
                return (storedValue(word, m_frame.format) + black) / white;
            });
        }
        const auto [least, most] = robustRange();
        const double range = most > least ? most - least : 1;
        return made([&, low = least](std::size_t word) { return (m_values[word] - low) / range; });
    }

private:
    template <typename Map>
    std::vector<std::uint8_t> made(Map map) const
    {
        std::vector<std::uint8_t> grays(m_values.size());
        for (std::size_t word = 0; word < grays.size(); ++word) {
            if (m_padding[word])
                continue; // black
            const double gray = std::clamp(map(word), 0.0, 1.0) * 255;
            grays[word] = static_cast<std::uint8_t>((m_presentation.inverted ? 255 - gray : gray) + 0.5);
        }
        return grays;
    }

    void forgetPaddingThatIsAll()
    {
        for (std::size_t word = 0; word < m_counts.size(); ++word)
            if (m_counts[word] > 0 && !m_padding[word])
                return;
        std::fill(m_padding.begin(), m_padding.end(), false);
    }

    struct Bin
    {
        double value;
        std::uint64_t count;
    };

    std::vector<Bin> occurring() const
    {
        std::vector<Bin> bins;
        for (std::size_t word = 0; word < m_counts.size(); ++word)
            if (m_counts[word] > 0 && !m_padding[word])
                bins.push_back({m_values[word], m_counts[word]});
        std::sort(bins.begin(), bins.end(),
                  [](const Bin& a, const Bin& b) { return a.value < b.value; });
        return bins;
    }

    /// The range from the 0.5th to the 99.5th percentile. A heap at one extreme value is collimation or
    /// direct exposure, not anatomy: it is left out first.
    std::pair<double, double> robustRange() const
    {
        const auto bins = occurring();
        if (bins.empty())
            return {0, 1};
        std::uint64_t total = 0;
        for (const Bin& bin : bins)
            total += bin.count;
        auto first = bins.begin();
        auto last = bins.end() - 1;
        std::uint64_t rest = total;
        // Images of a few levels (masks, drawings) are all heaps.
        const bool continuous = bins.size() > 16;
        const auto isHeap = [&](const Bin& bin) {
            return continuous && bin.count * 50 > total && (rest - bin.count) * 20 > total;
        };
        if (first != last && isHeap(*first))
            rest -= (first++)->count;
        if (first != last && isHeap(*last))
            rest -= (last--)->count;
        const std::uint64_t tail = rest / 200;
        for (std::uint64_t seen = first->count; first != last && seen <= tail;)
            seen += (++first)->count;
        for (std::uint64_t seen = last->count; first != last && seen <= tail;)
            seen += (--last)->count;
        return {first->value, last->value};
    }

    const RawFrame& m_frame;
    const Presentation& m_presentation;
    std::vector<std::uint32_t> m_counts;
    std::vector<double> m_values;
    std::vector<bool> m_padding;
};

} // namespace

std::vector<std::uint8_t> grayLut(const RawFrame& frame, const Presentation& presentation)
{
    return Table(frame, presentation).grays();
}

} // namespace ir
