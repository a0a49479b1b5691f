#pragma once

// Needs ir_dicom.

#include "dicom/dicomwriter.h"
#include "support/randommodel.h"

#include <QString>
#include <QtGlobal>

namespace ir::test {

/// Writes a small valid X-ray image whose content depends on `seed`.
inline void writeXray(const QString& path, std::uint32_t seed,
                      DicomSyntax syntax = DicomSyntax::ExplicitLittleEndian,
                      const std::string& modality = "DX")
{
    ImageFacts facts;
    facts.modality = modality;
    facts.sopInstanceUid = "2.25." + std::to_string(1000 + seed);
    const auto written = writeDicom(path.toStdString(), toDicomPixels(randomImage(seed, 96, 128)),
                                    facts, syntax);
    if (!written)
        qFatal("%s", written.error().message.c_str());
}

} // namespace ir::test
