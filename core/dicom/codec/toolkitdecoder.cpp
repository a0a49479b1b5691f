#include "dicom/codec/toolkitdecoder.h"

#include <dcmtk/dcmdata/dccodec.h>
#include <dcmtk/dcmdata/dcdatset.h>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>

#include <memory>

namespace ir {

namespace {

/// The stream as the only fragment of the only frame.
std::unique_ptr<DcmPixelSequence> sequenceOf(std::span<const std::uint8_t> stream)
{
    auto sequence = std::make_unique<DcmPixelSequence>(DCM_PixelSequenceTag);
    for (const auto bytes : {std::span<const std::uint8_t>(), stream}) {
        auto item = std::make_unique<DcmPixelItem>(DCM_PixelItemTag);
        if (item->putUint8Array(bytes.data(), static_cast<unsigned long>(bytes.size())).bad() ||
            sequence->insert(item.get()).bad())
            return nullptr;
        item.release(); // the sequence owns it
    }
    return sequence;
}

/// What the codecs ask of a data set.
void describe(DcmDataset& dataset, const PixelModule& module, int wordBytes)
{
    const auto put = [&](const DcmTagKey& tag, int value) {
        (void)dataset.putAndInsertUint16(tag, static_cast<Uint16>(value));
    };
    put(DCM_SamplesPerPixel, module.samples);
    (void)dataset.putAndInsertString(DCM_PhotometricInterpretation, module.photometric.c_str());
    put(DCM_PlanarConfiguration, module.planar ? 1 : 0);
    (void)dataset.putAndInsertString(DCM_NumberOfFrames, "1");
    put(DCM_Rows, module.rows);
    put(DCM_Columns, module.columns);
    put(DCM_BitsAllocated, wordBytes * 8);
    put(DCM_BitsStored, std::min(module.format.bitsStored, wordBytes * 8));
    put(DCM_HighBit, std::min(module.format.bitsStored, wordBytes * 8) - 1);
    put(DCM_PixelRepresentation, module.format.isSigned ? 1 : 0);
}

} // namespace

Result<std::vector<std::uint8_t>> decodeWithToolkit(E_TransferSyntax syntax,
                                                    std::span<const std::uint8_t> stream,
                                                    const PixelModule& module, int wordBytes)
{
    const auto sequence = sequenceOf(stream);
    if (!sequence)
        return failure("there is not enough memory for its pixel data");
    DcmDataset dataset;
    describe(dataset, module, wordBytes);
    const std::uint64_t size = module.pixelCount() * static_cast<unsigned>(module.samples) *
                               static_cast<unsigned>(wordBytes);
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size + (size & 1)));
    Uint32 fragment = 0;
    OFString colorModel;
    const OFCondition decoded = DcmCodecList::decodeFrame(
        DcmXfer(syntax), nullptr, sequence.get(), &dataset, 0, fragment, bytes.data(),
        static_cast<Uint32>(bytes.size()), colorModel);
    if (decoded.bad())
        return failure("its compressed pixel data is broken", decoded.text());
    bytes.resize(static_cast<std::size_t>(size));
    return bytes;
}

} // namespace ir
