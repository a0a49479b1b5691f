#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dccodec.h>

namespace ir {

/// JPEG 2000 for the toolkit: decodes both transfer syntaxes and encodes the lossless one, so that a data
/// set can change to and from them. Stateless and thread-safe.
class Jpeg2000Codec : public DcmCodec
{
public:
    OFCondition decode(const DcmRepresentationParameter* fromParameter, DcmPixelSequence* sequence,
                       DcmPolymorphOBOW& pixels, const DcmCodecParameter* parameter,
                       const DcmStack& stack, OFBool& removeOldRepresentation) const override;
    OFCondition decodeFrame(const DcmRepresentationParameter* fromParameter,
                            DcmPixelSequence* sequence, const DcmCodecParameter* parameter,
                            DcmItem* dataset, Uint32 frame, Uint32& startFragment, void* buffer,
                            Uint32 bufferSize, OFString& colorModel) const override;
    OFCondition encode(const Uint16* pixels, const Uint32 length,
                       const DcmRepresentationParameter* toParameter, DcmPixelSequence*& sequence,
                       const DcmCodecParameter* parameter, DcmStack& stack,
                       OFBool& removeOldRepresentation) const override;
    /// From one compressed syntax to another: always by way of plain pixels, so refused here.
    OFCondition encode(const E_TransferSyntax fromSyntax,
                       const DcmRepresentationParameter* fromParameter, DcmPixelSequence* from,
                       const DcmRepresentationParameter* toParameter, DcmPixelSequence*& to,
                       const DcmCodecParameter* parameter, DcmStack& stack,
                       OFBool& removeOldRepresentation) const override;
    OFBool canChangeCoding(const E_TransferSyntax from, const E_TransferSyntax to) const override;
    OFCondition determineDecompressedColorModel(const DcmRepresentationParameter* fromParameter,
                                                DcmPixelSequence* sequence,
                                                const DcmCodecParameter* parameter, DcmItem* dataset,
                                                OFString& colorModel) const override;
};

void registerJpeg2000();
void cleanUpJpeg2000();

} // namespace ir
