#include "dicom/voi.h"

#include <dcmtk/dcmdata/dcdeftag.h>

#include <algorithm>
#include <cmath>

namespace ir {

namespace {

Window::Function functionOf(DcmItem& item)
{
    const std::string name = firstValue(rawText(item, DCM_VOILUTFunction));
    if (name == "LINEAR_EXACT")
        return Window::Function::LinearExact;
    if (name == "SIGMOID")
        return Window::Function::Sigmoid;
    return Window::Function::Linear;
}

std::optional<Window> windowOf(DcmItem& item)
{
    const auto centers = decimalValues(item, DCM_WindowCenter);
    const auto widths = decimalValues(item, DCM_WindowWidth);
    const auto function = functionOf(item);
    const double least = function == Window::Function::Linear ? 1 : 0;
    for (std::size_t i = 0; i < std::min(centers.size(), widths.size()); ++i)
        if (std::isfinite(centers[i]) && std::isfinite(widths[i]) && widths[i] >= least &&
            widths[i] > 0)
            return Window{centers[i], widths[i], function};
    return std::nullopt;
}

void readModality(DcmItem& root, const Header& header, bool isSigned, Presentation& presentation)
{
    if (DcmItem* item = firstItem(root, DCM_ModalityLUTSequence)) {
        presentation.modalityLut = lookupTable(*item, isSigned);
        if (presentation.modalityLut)
            return;
    }
    DcmItem* group = header.functionalGroup(DCM_PixelValueTransformationSequence);
    for (DcmItem* item : {group, &root}) {
        if (!item)
            continue;
        const auto slope = decimalValues(*item, DCM_RescaleSlope);
        const auto intercept = decimalValues(*item, DCM_RescaleIntercept);
        if (slope.empty() && intercept.empty())
            continue;
        // A slope of 0 would make every value one.
        if (!slope.empty() && std::isfinite(slope[0]) && slope[0] != 0)
            presentation.slope = slope[0];
        if (!intercept.empty() && std::isfinite(intercept[0]))
            presentation.intercept = intercept[0];
        return;
    }
}

void readVoi(DcmItem& root, const Header& header, bool isSigned, Presentation& presentation)
{
    if (DcmItem* item = firstItem(root, DCM_VOILUTSequence))
        presentation.voiLut = lookupTable(*item, isSigned);
    DcmItem* group = header.functionalGroup(DCM_FrameVOILUTSequence);
    if (group)
        presentation.window = windowOf(*group);
    if (!presentation.window)
        presentation.window = windowOf(root);
}

/// A stored value as written in an element that may be US where the pixels are signed, or the reverse.
int asStored(int value, const WordFormat& format)
{
    if (format.isSigned)
        return value > 32767 ? value - 65536 : value;
    return value < 0 ? value + 65536 : value;
}

} // namespace

double Window::map(double value) const
{
    switch (function) {
    case Function::Sigmoid:
        return 1 / (1 + std::exp(-4 * (value - center) / width));
    case Function::LinearExact:
        return std::clamp((value - center) / width + 0.5, 0.0, 1.0);
    case Function::Linear:
        break;
    }
    if (width <= 1)
        return value <= center - 0.5 ? 0 : 1;
    return std::clamp((value - (center - 0.5)) / (width - 1) + 0.5, 0.0, 1.0);
}

Presentation presentationOf(const Header& header, const PixelModule& module)
{
    DcmItem& root = header.root();
    Presentation presentation;
    readModality(root, header, module.format.isSigned, presentation);
    // A VOI LUT's inputs are the modality's outputs: signed where those can be negative.
    const bool signedInputs = !presentation.modalityLut &&
                              (module.format.isSigned || presentation.intercept < 0);
    readVoi(root, header, signedInputs, presentation);
    presentation.inverted = module.color == PixelModule::Color::Monochrome1 ||
                            firstValue(rawText(root, DCM_PresentationLUTShape)) == "INVERSE";
    if (const auto value = shortValue(root, DCM_PixelPaddingValue)) {
        const int first = asStored(*value, module.format);
        const int second =
            asStored(shortValue(root, DCM_PixelPaddingRangeLimit).value_or(*value), module.format);
        presentation.padding = std::minmax(first, second);
    }
    return presentation;
}

} // namespace ir
