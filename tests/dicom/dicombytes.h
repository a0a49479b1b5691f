#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace ir::test {

/// Builds DICOM data sets byte by byte, right or wrong, independent of the toolkit.
class DicomBytes
{
public:
    explicit DicomBytes(bool explicitVr = true, bool bigEndian = false)
        : m_explicit(explicitVr), m_big(bigEndian)
    {}

    DicomBytes& raw(const std::string& bytes)
    {
        m_bytes += bytes;
        return *this;
    }

    /// `length`: what the head says; by default the value's own.
    DicomBytes& element(std::uint32_t tag, const std::string& vr, std::string value,
                        std::int64_t length = -1)
    {
        if (value.size() % 2 != 0)
            value.push_back(vr == "OB" || vr == "UI" ? '\0' : ' ');
        const auto stated = static_cast<std::uint32_t>(length < 0 ? static_cast<std::int64_t>(value.size()) : length);
        number(tag >> 16, 2);
        number(tag & 0xFFFF, 2);
        const bool isLong = vr == "OB" || vr == "OW" || vr == "OF" || vr == "OD" || vr == "SQ" ||
                            vr == "UN" || vr == "UT";
        if (m_explicit)
            m_bytes += isLong ? vr + std::string(2, '\0') : vr;
        number(stated, m_explicit && !isLong ? 2 : 4);
        m_bytes += value;
        return *this;
    }

    DicomBytes& text(std::uint32_t tag, const std::string& vr, const std::string& value)
    {
        return element(tag, vr, value);
    }

    DicomBytes& us(std::uint32_t tag, std::initializer_list<int> values, const char* vr = "US")
    {
        return element(tag, vr, words(values));
    }

    DicomBytes& sequence(std::uint32_t tag, const std::vector<DicomBytes>& items)
    {
        DicomBytes content(m_explicit, m_big);
        for (const DicomBytes& item : items) {
            content.number(0xFFFE, 2);
            content.number(0xE000, 2);
            content.number(item.m_bytes.size(), 4);
            content.m_bytes += item.m_bytes;
        }
        return element(tag, "SQ", content.m_bytes);
    }

    /// Values as 16-bit words in the builder's byte order.
    [[nodiscard]] std::string words(std::initializer_list<int> values) const
    {
        return words(std::vector<int>(values));
    }
    [[nodiscard]] std::string words(const std::vector<int>& values) const
    {
        DicomBytes bytes(m_explicit, m_big);
        for (const int value : values)
            bytes.number(static_cast<std::uint64_t>(value) & 0xFFFF, 2);
        return bytes.m_bytes;
    }

    void number(std::uint64_t value, int bytes)
    {
        for (int i = 0; i < bytes; ++i)
            m_bytes.push_back(static_cast<char>(value >> 8 * (m_big ? bytes - 1 - i : i)));
    }

    [[nodiscard]] const std::string& dataSet() const { return m_bytes; }

    /// With preamble, mark and meta header.
    [[nodiscard]] std::string file(const std::string& transferSyntax = "1.2.840.10008.1.2.1") const
    {
        DicomBytes meta;
        meta.element(0x00020010, "UI", transferSyntax);
        DicomBytes head;
        DicomBytes length;
        length.number(meta.m_bytes.size(), 4);
        head.element(0x00020000, "UL", length.m_bytes);
        return std::string(128, '\0') + "DICM" + head.m_bytes + meta.m_bytes + m_bytes;
    }

private:
    bool m_explicit;
    bool m_big;
    std::string m_bytes;
};

/// The image pixel module of a one-row image, elements up to PixelRepresentation.
struct Pixels
{
    int rows = 1;
    int columns = 1;
    int allocated = 16;
    int stored = 16;
    int highBit = -1;
    bool isSigned = false;
    int samples = 1;
    std::string photometric = "MONOCHROME2";
    int planar = 0;
    int frames = 1;

    [[nodiscard]] DicomBytes module(bool explicitVr = true, bool bigEndian = false) const
    {
        DicomBytes bytes(explicitVr, bigEndian);
        bytes.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.1.1")
            .text(0x00080018, "UI", "1.2.3.4")
            .us(0x00280002, {samples})
            .text(0x00280004, "CS", photometric);
        if (samples > 1)
            bytes.us(0x00280006, {planar});
        if (frames > 1)
            bytes.text(0x00280008, "IS", std::to_string(frames));
        bytes.us(0x00280010, {rows})
            .us(0x00280011, {columns})
            .us(0x00280100, {allocated})
            .us(0x00280101, {stored})
            .us(0x00280102, {highBit < 0 ? stored - 1 : highBit})
            .us(0x00280103, {isSigned ? 1 : 0});
        return bytes;
    }
};

} // namespace ir::test
