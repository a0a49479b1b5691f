#include "dicom/codec/jpeg2000codec.h"

#include "dicom/codec/jpeg2000.h"
#include "dicom/fragments.h"

#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcerror.h>
#include <dcmtk/dcmdata/dcitem.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dcstack.h>
#include <dcmtk/dcmdata/dcvrpobw.h>

#include <cstring>
#include <memory>
#include <optional>
#include <vector>

namespace ir {

namespace {

makeOFConditionConst(EC_Jpeg2000, OFM_dcmdata, 0x700, OF_error, "JPEG 2000 data cannot be coded");

class NoParameter : public DcmCodecParameter
{
public:
    DcmCodecParameter* clone() const override { return new NoParameter(*this); }
    const char* className() const override { return "ir::NoParameter"; }
};

struct Geometry
{
    Uint16 rows = 0;
    Uint16 columns = 0;
    Uint16 samples = 1;
    Uint16 allocated = 0;
    Uint16 stored = 0;
    Uint16 representation = 0;
    Sint32 frames = 1;

    [[nodiscard]] std::uint64_t frameBytes() const
    {
        return std::uint64_t(rows) * columns * samples * (allocated / 8U);
    }
};

std::optional<Geometry> geometryOf(DcmItem& dataset)
{
    Geometry g;
    if (dataset.findAndGetUint16(DCM_Rows, g.rows).bad() ||
        dataset.findAndGetUint16(DCM_Columns, g.columns).bad() ||
        dataset.findAndGetUint16(DCM_BitsAllocated, g.allocated).bad())
        return std::nullopt;
    (void)dataset.findAndGetUint16(DCM_SamplesPerPixel, g.samples);
    (void)dataset.findAndGetUint16(DCM_PixelRepresentation, g.representation);
    if (dataset.findAndGetUint16(DCM_BitsStored, g.stored).bad())
        g.stored = g.allocated;
    if (dataset.findAndGetSint32(DCM_NumberOfFrames, g.frames).bad() || g.frames < 1)
        g.frames = 1;
    const bool fits = g.rows > 0 && g.columns > 0 && (g.samples == 1 || g.samples == 3) &&
                      (g.allocated == 8 || g.allocated == 16) && g.stored <= g.allocated;
    return fits ? std::optional(g) : std::nullopt;
}

/// The item or data set that holds the pixel data on top of `stack`.
DcmItem* holderOf(const DcmStack& stack)
{
    DcmStack copy(stack);
    (void)copy.pop();
    return dynamic_cast<DcmItem*>(copy.pop());
}

struct Piece
{
    Uint8* data = nullptr;
    Uint32 length = 0;
};

std::vector<Piece> piecesOf(DcmPixelSequence& sequence)
{
    std::vector<Piece> pieces;
    for (unsigned long i = 0; i < sequence.card(); ++i) {
        DcmPixelItem* item = nullptr;
        Piece piece;
        if (sequence.getItem(item, i).good() && item && item->getUint8Array(piece.data).good() &&
            piece.data)
            piece.length = item->getLength();
        pieces.push_back(piece);
    }
    return pieces;
}

std::vector<std::uint32_t> offsetTableOf(const Piece& piece)
{
    std::vector<std::uint32_t> offsets;
    for (std::size_t i = 0; i + 4 <= piece.length; i += 4) {
        const Uint8* b = piece.data + i;
        offsets.push_back(std::uint32_t(b[0]) | std::uint32_t(b[1]) << 8 | std::uint32_t(b[2]) << 16 |
                          std::uint32_t(b[3]) << 24);
    }
    return offsets;
}

std::optional<Jpeg2000Image> decodeOneFrame(DcmPixelSequence& sequence, const Geometry& g,
                                            Uint32 frame, Uint32& nextFragment)
{
    const auto pieces = piecesOf(sequence);
    if (pieces.size() < 2)
        return std::nullopt;
    std::vector<std::uint32_t> lengths;
    for (std::size_t i = 1; i < pieces.size(); ++i)
        lengths.push_back(pieces[i].length);
    const auto startsFrame = [&](std::size_t i) {
        constexpr Uint8 start[] = {0xFF, 0x4F, 0xFF, 0x51};
        const Piece& piece = pieces[i + 1];
        return piece.length >= sizeof start && std::memcmp(piece.data, start, sizeof start) == 0;
    };
    const auto range = fragmentsOfFrame(frame, static_cast<std::size_t>(g.frames), lengths,
                                        offsetTableOf(pieces[0]), startsFrame);
    if (!range)
        return std::nullopt;
    std::vector<std::uint8_t> stream;
    for (std::size_t i = range->first; i < range->second; ++i) {
        const Piece& piece = pieces[i + 1];
        stream.insert(stream.end(), piece.data, piece.data + piece.length);
    }
    auto image = decodeJpeg2000(stream, {g.columns, g.rows, g.samples});
    if (!image || (image->precision > 8) != (g.allocated > 8))
        return std::nullopt;
    nextFragment = static_cast<Uint32>(range->second + 1);
    return std::move(*image);
}

OFString plainColorModel(DcmItem& dataset)
{
    OFString model;
    (void)dataset.findAndGetOFString(DCM_PhotometricInterpretation, model);
    return model == "YBR_RCT" || model == "YBR_ICT" ? OFString("RGB") : model;
}

/// PS3.5 A.1, A.2, A.3 and A.5. DcmXfer's own name for it differs between DCMTK 3.6.7 and 3.6.9.
bool isNative(E_TransferSyntax syntax)
{
    return syntax == EXS_LittleEndianImplicit || syntax == EXS_LittleEndianExplicit ||
           syntax == EXS_BigEndianExplicit || syntax == EXS_DeflatedLittleEndianExplicit;
}

} // namespace

OFCondition Jpeg2000Codec::decodeFrame(const DcmRepresentationParameter*, DcmPixelSequence* sequence,
                                       const DcmCodecParameter*, DcmItem* dataset, Uint32 frame,
                                       Uint32& startFragment, void* buffer, Uint32 bufferSize,
                                       OFString& colorModel) const
{
    const auto g = dataset ? geometryOf(*dataset) : std::nullopt;
    if (!g || !sequence)
        return EC_Jpeg2000;
    const auto image = decodeOneFrame(*sequence, *g, frame, startFragment);
    if (!image || image->bytes.size() > bufferSize)
        return EC_Jpeg2000;
    std::memcpy(buffer, image->bytes.data(), image->bytes.size());
    colorModel = plainColorModel(*dataset);
    return EC_Normal;
}

OFCondition Jpeg2000Codec::decode(const DcmRepresentationParameter*, DcmPixelSequence* sequence,
                                  DcmPolymorphOBOW& pixels, const DcmCodecParameter*,
                                  const DcmStack& stack, OFBool& removeOldRepresentation) const
{
    DcmItem* dataset = holderOf(stack);
    const auto g = dataset ? geometryOf(*dataset) : std::nullopt;
    if (!g || !sequence)
        return EC_Jpeg2000;
    const std::uint64_t total = g->frameBytes() * static_cast<std::uint64_t>(g->frames);
    if (total > 0xFFFFFFFEU)
        return EC_ElemLengthExceeds32BitField;
    Uint16* words = nullptr;
    if (pixels.createUint16Array(static_cast<Uint32>((total + 1) / 2), words).bad() || !words)
        return EC_MemoryExhausted;
    auto* bytes = reinterpret_cast<Uint8*>(words);
    std::uint64_t written = 0;
    for (Uint32 frame = 0; frame < static_cast<Uint32>(g->frames); ++frame) {
        Uint32 next = 0;
        const auto image = decodeOneFrame(*sequence, *g, frame, next);
        if (!image || written + image->bytes.size() > total)
            return EC_Jpeg2000;
        std::memcpy(bytes + written, image->bytes.data(), image->bytes.size());
        written += image->bytes.size();
    }
    OFString model;
    (void)dataset->findAndGetOFString(DCM_PhotometricInterpretation, model);
    if (const OFString plain = plainColorModel(*dataset); plain != model) {
        (void)dataset->putAndInsertOFStringArray(DCM_PhotometricInterpretation, plain);
        removeOldRepresentation = OFTrue;
    }
    if (g->samples > 1)
        (void)dataset->putAndInsertUint16(DCM_PlanarConfiguration, 0);
    return EC_Normal;
}

OFCondition Jpeg2000Codec::encode(const Uint16* pixels, const Uint32 length,
                                  const DcmRepresentationParameter*, DcmPixelSequence*& sequence,
                                  const DcmCodecParameter*, DcmStack& stack,
                                  OFBool& removeOldRepresentation) const
{
    DcmItem* dataset = holderOf(stack);
    const auto g = dataset ? geometryOf(*dataset) : std::nullopt;
    Uint16 planar = 0;
    if (dataset)
        (void)dataset->findAndGetUint16(DCM_PlanarConfiguration, planar);
    if (!g || (g->samples > 1 && planar != 0) ||
        g->frameBytes() * static_cast<std::uint64_t>(g->frames) > length)
        return EC_Jpeg2000;
    auto result = std::make_unique<DcmPixelSequence>(DCM_PixelSequenceTag);
    auto* offsetTable = new DcmPixelItem(DCM_PixelItemTag);
    if (const OFCondition inserted = result->insert(offsetTable); inserted.bad()) {
        delete offsetTable;
        return inserted;
    }
    DcmOffsetList offsets;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(pixels);
    const auto frameBytes = static_cast<std::size_t>(g->frameBytes());
    for (Sint32 frame = 0; frame < g->frames; ++frame) {
        const Jpeg2000Source source{
            g->columns, g->rows, g->samples, g->allocated > 8 && g->stored <= 8 ? 9 : g->stored,
            g->representation != 0,
            std::span(bytes + static_cast<std::size_t>(frame) * frameBytes, frameBytes)};
        auto stream = encodeJpeg2000Lossless(source);
        if (!stream)
            return EC_Jpeg2000;
        if (const OFCondition stored = result->storeCompressedFrame(
                offsets, stream->data(), static_cast<Uint32>(stream->size()), 0);
            stored.bad())
            return stored;
    }
    if (const OFCondition made = offsetTable->createOffsetTable(offsets); made.bad())
        return made;
    if (g->samples == 3) {
        (void)dataset->putAndInsertString(DCM_PhotometricInterpretation, "YBR_RCT");
        removeOldRepresentation = OFTrue;
    }
    sequence = result.release();
    return EC_Normal;
}

OFCondition Jpeg2000Codec::encode(const E_TransferSyntax, const DcmRepresentationParameter*,
                                  DcmPixelSequence*, const DcmRepresentationParameter*,
                                  DcmPixelSequence*&, const DcmCodecParameter*, DcmStack&,
                                  OFBool&) const
{
    return EC_IllegalCall;
}

OFBool Jpeg2000Codec::canChangeCoding(const E_TransferSyntax from, const E_TransferSyntax to) const
{
    const bool decodes = (from == EXS_JPEG2000 || from == EXS_JPEG2000LosslessOnly) && isNative(to);
    const bool encodes = to == EXS_JPEG2000LosslessOnly && isNative(from);
    return decodes || encodes;
}

OFCondition Jpeg2000Codec::determineDecompressedColorModel(const DcmRepresentationParameter*,
                                                           DcmPixelSequence*,
                                                           const DcmCodecParameter*,
                                                           DcmItem* dataset,
                                                           OFString& colorModel) const
{
    if (!dataset)
        return EC_IllegalParameter;
    colorModel = plainColorModel(*dataset);
    return EC_Normal;
}

namespace {

const Jpeg2000Codec theCodec;
const NoParameter theParameter;

} // namespace

void registerJpeg2000()
{
    DcmCodecList::registerCodec(&theCodec, nullptr, &theParameter);
}

void cleanUpJpeg2000()
{
    DcmCodecList::deregisterCodec(&theCodec);
}

} // namespace ir
