#pragma once

#include "dicom/deidentify/deidentifier.h"
#include "dicom/deidentify/identifiersearch.h"

#include "dicombytes.h"
#include "dicomtest.h"

#include <string>
#include <vector>

namespace ir::test {

inline const std::string kName = "Quixotte^Esmeralda";
inline const std::string kId = "ZX-4711-0815";
inline const std::string kBirth = "19530607";
inline const std::string kStudyDate = "20190312";
inline const std::string kAccession = "ACC998877";
inline const std::string kHospital = "St Barnaby Infirmary";
inline const std::string kUid = "1.2.826.0.1.3680043.99.12345.678";

/// Everything that must be gone, in one string a piece.
inline const std::vector<std::string> kPlanted{"Quixotte", "Esmeralda", kId,       kBirth,
                                        kStudyDate, kAccession,  kHospital, kUid};

inline bool contains(const std::string& bytes, const std::string& part)
{
    return bytes.find(part) != std::string::npos;
}

inline std::string replaced(std::string text, const std::string& what, const std::string& with)
{
    return text.replace(text.find(what), what.size(), with);
}

/// A valid header with the planted identifiers where they belong, up to the pixel module's group.
inline DicomBytes planted(bool explicitVr = true, bool bigEndian = false)
{
    DicomBytes bytes(explicitVr, bigEndian);
    bytes.text(0x00080008, "CS", "ORIGINAL\\PRIMARY")
        .text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.1.1")
        .text(0x00080018, "UI", kUid)
        .text(0x00080020, "DA", kStudyDate)
        .text(0x00080030, "TM", "101112")
        .text(0x00080050, "SH", kAccession)
        .text(0x00080060, "CS", "DX")
        .text(0x00080080, "LO", kHospital)
        .text(0x00080090, "PN", "Doctor^Who")
        .text(0x00081030, "LO", "CHEST PA")
        .text(0x00100010, "PN", kName)
        .text(0x00100020, "LO", kId)
        .text(0x00100030, "DA", kBirth)
        .text(0x00100040, "CS", "F")
        .text(0x00180015, "CS", "CHEST")
        .text(0x0020000D, "UI", "1.2.826.0.1.3680043.99.1")
        .text(0x0020000E, "UI", "1.2.826.0.1.3680043.99.2");
    return bytes;
}

inline DicomBytes pixelGroups(bool explicitVr = true, bool bigEndian = false, int value = 7)
{
    DicomBytes bytes(explicitVr, bigEndian);
    bytes.us(0x00280002, {1})
        .text(0x00280004, "CS", "MONOCHROME2")
        .us(0x00280010, {2})
        .us(0x00280011, {2})
        .us(0x00280100, {16})
        .us(0x00280101, {12})
        .us(0x00280102, {11})
        .us(0x00280103, {0});
    bytes.element(0x7FE00010, "OW", bytes.words({value, 8, 9, 10}));
    return bytes;
}

inline DicomBytes joined(const DicomBytes& a, const DicomBytes& b)
{
    DicomBytes bytes = a;
    bytes.raw(b.dataSet());
    return bytes;
}

/// Files with planted identifiers and what becomes of them: what tests of de-identification derive from, beside QObject.
class DeidentifyTest
{
protected:
    DicomFolder m_folder;

    PseudonymKey key(char digit = '7') const
    {
        return PseudonymKey::read(m_folder.write(std::string(64, digit) + "\n", "key")).value();
    }

    DicomTree tree(const std::string& file) const
    {
        auto read = readDicomTree(m_folder.write(file));
        if (!read)
            qFatal("%s", read.error().message.c_str());
        return std::move(*read);
    }

    /// The de-identified file's bytes, or "error: …".
    std::string clean(const std::string& file, const DeidentifyOptions& options = {}) const
    {
        const auto result = deidentified(tree(file), key(), options);
        return result ? result->bytes : "error: " + result.error().message;
    }

    static void verifyNothingPlanted(const std::string& bytes)
    {
        QVERIFY2(!bytes.starts_with("error"), bytes.c_str());
        std::string lower = bytes;
        for (char& c : lower)
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        for (std::string part : kPlanted) {
            QVERIFY2(!contains(bytes, part), part.c_str());
            for (char& c : part)
                c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            QVERIFY2(!contains(lower, part), part.c_str());
        }
    }
};

} // namespace ir::test
