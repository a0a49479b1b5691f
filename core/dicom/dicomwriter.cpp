#include "dicom/dicomwriter.h"

#include "base/atomicfile.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcfilefo.h>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcuid.h>
#include <dcmtk/dcmdata/dcwcache.h>
#include <dcmtk/dcmjpeg/djrplol.h>
#include <dcmtk/dcmjpeg/djrploss.h>
#include <dcmtk/dcmjpls/djrparam.h>

#include <algorithm>
#include <charconv>
#include <memory>

namespace ir {

namespace {

E_TransferSyntax toolkitSyntax(DicomSyntax syntax)
{
    switch (syntax) {
    case DicomSyntax::ImplicitLittleEndian:
        return EXS_LittleEndianImplicit;
    case DicomSyntax::ExplicitLittleEndian:
        return EXS_LittleEndianExplicit;
    case DicomSyntax::ExplicitBigEndian:
        return EXS_BigEndianExplicit;
    case DicomSyntax::DeflatedLittleEndian:
        return EXS_DeflatedLittleEndianExplicit;
    case DicomSyntax::RleLossless:
        return EXS_RLELossless;
    case DicomSyntax::JpegBaseline:
        return EXS_JPEGProcess1;
    case DicomSyntax::JpegLosslessSv1:
        return EXS_JPEGProcess14SV1;
    case DicomSyntax::JpegLsLossless:
        return EXS_JPEGLSLossless;
    case DicomSyntax::Jpeg2000Lossless:
        return EXS_JPEG2000LosslessOnly;
    }
    return EXS_LittleEndianExplicit;
}

std::unique_ptr<DcmRepresentationParameter> parameterFor(DicomSyntax syntax)
{
    switch (syntax) {
    case DicomSyntax::JpegBaseline:
        return std::make_unique<DJ_RPLossy>(92);
    case DicomSyntax::JpegLosslessSv1:
        return std::make_unique<DJ_RPLossless>(1, 0);
    case DicomSyntax::JpegLsLossless:
        return std::make_unique<DJLSRepresentationParameter>(0, OFTrue);
    default:
        return nullptr;
    }
}

/// A decimal string (VR DS) of at most 16 characters.
std::string decimal(double value)
{
    char text[32];
    for (int digits = 12; digits > 0; --digits) {
        const auto end =
            std::to_chars(text, text + sizeof text, value, std::chars_format::general, digits);
        if (end.ptr - text <= 16)
            return {text, end.ptr};
    }
    return "0";
}

std::string newUid()
{
    char text[100];
    return dcmGenerateUniqueIdentifier(text, SITE_INSTANCE_UID_ROOT);
}

/// Puts elements and remembers the first failure.
class Header
{
public:
    explicit Header(DcmDataset& dataset) : m_dataset(dataset) {}

    void text(const DcmTagKey& tag, const std::string& value)
    {
        check(m_dataset.putAndInsertOFStringArray(DcmTag(tag), value), tag);
    }
    void number(const DcmTagKey& tag, int value)
    {
        check(m_dataset.putAndInsertUint16(tag, static_cast<Uint16>(value)), tag);
    }
    [[nodiscard]] const std::string& failed() const { return m_failed; }

private:
    void check(const OFCondition& condition, const DcmTagKey& tag)
    {
        if (condition.bad() && m_failed.empty())
            m_failed = tag.toString() + ": " + condition.text();
    }

    DcmDataset& m_dataset;
    std::string m_failed;
};

void putFacts(Header& header, const ImageFacts& facts)
{
    const bool computed = facts.modality == "CR";
    const auto uidOr = [](const std::string& uid) { return uid.empty() ? newUid() : uid; };
    // "Family, Given" is written as the standard has it.
    std::string name = facts.patientName;
    if (const auto comma = name.find(", "); comma != std::string::npos)
        name.replace(comma, 2, "^");
    header.text(DCM_SpecificCharacterSet, "ISO_IR 192");
    header.text(DCM_ImageType, "ORIGINAL\\PRIMARY");
    header.text(DCM_SOPClassUID, !facts.sopClassUid.empty() ? facts.sopClassUid
                                 : computed ? UID_ComputedRadiographyImageStorage
                                            : UID_DigitalXRayImageStorageForPresentation);
    header.text(DCM_SOPInstanceUID, uidOr(facts.sopInstanceUid));
    header.text(DCM_StudyInstanceUID, uidOr(facts.studyInstanceUid));
    header.text(DCM_SeriesInstanceUID, uidOr(facts.seriesInstanceUid));
    header.text(DCM_StudyDate, facts.studyDate);
    header.text(DCM_StudyTime, "");
    header.text(DCM_AccessionNumber, "");
    header.text(DCM_Modality, facts.modality.empty() ? "DX" : facts.modality);
    header.text(DCM_Manufacturer, facts.manufacturer);
    header.text(DCM_ManufacturerModelName, facts.manufacturerModelName);
    header.text(DCM_ReferringPhysicianName, "");
    header.text(DCM_StudyDescription, facts.studyDescription);
    header.text(DCM_SeriesDescription, facts.seriesDescription);
    header.text(DCM_PatientName, name);
    header.text(DCM_PatientID, facts.patientId);
    header.text(DCM_PatientBirthDate, facts.patientBirthDate);
    header.text(DCM_PatientSex, facts.patientSex);
    header.text(DCM_PatientAge, facts.patientAge);
    header.text(DCM_BodyPartExamined, facts.bodyPartExamined);
    header.text(DCM_ViewPosition, facts.viewPosition);
    header.text(DCM_StudyID, "");
    header.text(DCM_SeriesNumber, "1");
    header.text(DCM_InstanceNumber, "1");
    header.text(DCM_PatientOrientation, "");
}

void putImageModule(Header& header, const DicomPixels& pixels)
{
    header.number(DCM_SamplesPerPixel, 1);
    header.text(DCM_PhotometricInterpretation, pixels.monochrome1 ? "MONOCHROME1" : "MONOCHROME2");
    header.number(DCM_Rows, pixels.height);
    header.number(DCM_Columns, pixels.width);
    header.number(DCM_BitsAllocated, pixels.bitsStored > 8 ? 16 : 8);
    header.number(DCM_BitsStored, pixels.bitsStored);
    header.number(DCM_HighBit, pixels.bitsStored - 1);
    header.number(DCM_PixelRepresentation, 0);
    header.text(DCM_PresentationLUTShape, pixels.monochrome1 ? "INVERSE" : "IDENTITY");
    if (pixels.window) {
        header.text(DCM_WindowCenter, decimal(pixels.window->center));
        header.text(DCM_WindowWidth, decimal(pixels.window->width));
    }
    if (pixels.rescaleSlope) {
        header.text(DCM_RescaleIntercept, decimal(pixels.rescaleIntercept));
        header.text(DCM_RescaleSlope, decimal(*pixels.rescaleSlope));
        header.text(DCM_RescaleType, "US");
    }
}

OFCondition putPixels(DcmDataset& dataset, const DicomPixels& pixels)
{
    if (pixels.bitsStored > 8)
        return dataset.putAndInsertUint16Array(DCM_PixelData, pixels.values.data(),
                                               static_cast<unsigned long>(pixels.values.size()));
    std::vector<Uint8> bytes(pixels.values.begin(), pixels.values.end());
    if (bytes.size() % 2 != 0)
        bytes.push_back(0);
    return dataset.putAndInsertUint8Array(DCM_PixelData, bytes.data(),
                                          static_cast<unsigned long>(bytes.size()));
}

Result<void> writeTo(DcmFileFormat& file, E_TransferSyntax syntax, const ByteSink& sink)
{
    std::vector<char> buffer(1 << 20);
    DcmOutputBufferStream stream(buffer.data(), static_cast<offile_off_t>(buffer.size()));
    DcmWriteCache cache;
    if (const OFCondition valid = file.validateMetaInfo(syntax, EWM_createNewMeta); valid.bad())
        return failure("The DICOM header cannot be written.", valid.text());
    file.transferInit();
    for (bool more = true; more;) {
        const OFCondition written = file.write(stream, syntax, EET_ExplicitLength, &cache,
                                               EGL_recalcGL, EPD_withoutPadding, 0, 0, 0,
                                               EWM_createNewMeta);
        if (written.bad() && written != EC_StreamNotifyClient)
            return failure("The DICOM file cannot be written.", written.text());
        more = written.bad();
        if (!more)
            stream.flush();
        void* filled = nullptr;
        offile_off_t length = 0;
        do {
            stream.flushBuffer(filled, length);
            if (length > 0)
                if (auto done = sink({static_cast<const char*>(filled),
                                      static_cast<std::size_t>(length)});
                    !done)
                    return done;
            if (!more)
                stream.flush();
        } while (!more && !stream.isFlushed());
    }
    file.transferEnd();
    return {};
}

} // namespace

DicomPixels toDicomPixels(const GrayImage& image)
{
    DicomPixels pixels;
    pixels.width = image.width;
    pixels.height = image.height;
    pixels.values.assign(image.pixels.begin(), image.pixels.end());
    pixels.bitsStored = 8;
    return pixels;
}

Result<void> writeDicom(const std::filesystem::path& path, const DicomPixels& pixels,
                        const ImageFacts& facts, DicomSyntax syntax,
                        const std::vector<DicomText>& more)
{
    const auto cannot = [&](const std::string& why, const std::string& detail = {}) {
        return failure("Cannot write " + path.string() + ": " + why + ".", detail);
    };
    if (pixels.width < 1 || pixels.height < 1 || pixels.width > 65535 || pixels.height > 65535 ||
        pixels.values.size() !=
            static_cast<std::size_t>(pixels.width) * static_cast<std::size_t>(pixels.height))
        return cannot("its size does not fit its pixels");
    if (pixels.bitsStored < 1 || pixels.bitsStored > 16 ||
        (syntax == DicomSyntax::JpegBaseline && pixels.bitsStored > 8))
        return cannot("this bit depth does not go into this transfer syntax");
    if (const auto largest = *std::max_element(pixels.values.begin(), pixels.values.end());
        largest >> pixels.bitsStored != 0)
        return cannot("a pixel value is larger than its bit depth");

    DcmFileFormat file;
    DcmDataset& dataset = *file.getDataset();
    Header header(dataset);
    putFacts(header, facts);
    putImageModule(header, pixels);
    for (const DicomText& extra : more)
        header.text(DcmTagKey(extra.group, extra.element), extra.value);
    if (!header.failed().empty())
        return cannot("its header holds a value that does not fit", header.failed());
    if (const OFCondition put = putPixels(dataset, pixels); put.bad())
        return cannot("its pixels cannot be stored", put.text());
    const E_TransferSyntax target = toolkitSyntax(syntax);
    const auto parameter = parameterFor(syntax);
    if (const OFCondition coded = dataset.chooseRepresentation(target, parameter.get()); coded.bad())
        return cannot("its pixels cannot be compressed", coded.text());
    return writeFileAtomically(path,
                               [&](const ByteSink& sink) { return writeTo(file, target, sink); });
}

} // namespace ir
