#include "dicom/codec/codecs.h"

#include "dicom/codec/jpeg2000codec.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/dcmdata/dcrleerg.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpls/djdecode.h>
#include <dcmtk/dcmjpls/djencode.h>
#include <openjpeg.h>

namespace ir {

void registerCodecs()
{
    DcmRLEDecoderRegistration::registerCodecs();
    // Colour as the stream has it: only its luma is shown.
    DJDecoderRegistration::registerCodecs(EDC_never, EUC_never, EPC_colorByPixel);
    DJLSDecoderRegistration::registerCodecs(EJLSUC_never, EJLSPC_colorByPixel);
    DcmRLEEncoderRegistration::registerCodecs();
    // All as the toolkit has it but for two: an instance keeps its UID, and lossy JPEG keeps the pixel
    // values instead of stretching them to the full range.
    DJEncoderRegistration::registerCodecs(ECC_lossyYCbCr, EUC_never, OFFalse, 0, 0, 0, OFTrue, ESS_422,
                                          OFTrue, OFFalse, 0, 0, 0, 0, 0, 0, 0, 0,
                                          /*pUsePixelValues=*/OFFalse);
    DJLSEncoderRegistration::registerCodecs();
    registerJpeg2000();
}

void cleanUpCodecs()
{
    cleanUpJpeg2000();
    DJLSEncoderRegistration::cleanup();
    DJEncoderRegistration::cleanup();
    DcmRLEEncoderRegistration::cleanup();
    DJLSDecoderRegistration::cleanup();
    DJDecoderRegistration::cleanup();
    DcmRLEDecoderRegistration::cleanup();
}

std::vector<std::string> registeredCodecNames()
{
    return {"RLE", "JPEG baseline, extended and lossless (IJG)", "JPEG-LS (CharLS)",
            std::string("JPEG 2000 (OpenJPEG ") + opj_version() + ")"};
}

} // namespace ir
