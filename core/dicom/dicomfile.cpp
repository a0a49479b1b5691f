#include "dicom/dicomfile.h"

#include "dicom/facts.h"
#include "dicom/header.h"
#include "dicom/layout.h"
#include "dicom/pixelmodule.h"
#include "dicom/rawframe.h"
#include "dicom/render.h"

#include <exception>

namespace ir {

namespace {

/// The libraries behind this room may throw (out of memory, most likely); their exceptions end here.
template <typename Work>
auto guarded(const std::filesystem::path& path, Work work) -> decltype(work())
{
    try {
        return work();
    } catch (const std::exception& error) {
        return failure("Cannot read " + path.string() + ": something went wrong in a library.",
                       error.what());
    }
}

auto cannotRead(const std::filesystem::path& path, const Error& error)
{
    return failure("Cannot read " + path.string() + ": " + error.message + ".", error.detail);
}

auto cannotShow(const std::filesystem::path& path, const Error& error)
{
    return failure("Cannot show " + path.string() + ": " + error.message + ".", error.detail);
}

} // namespace

Result<ImageFacts> readFacts(const std::filesystem::path& path)
{
    return guarded(path, [&]() -> Result<ImageFacts> {
        const auto layout = scanDicom(path, ScanDepth::Header);
        if (!layout)
            return tl::unexpected(layout.error());
        const auto header = Header::parse(*layout);
        if (!header)
            return cannotRead(path, header.error());
        return factsOf(*header, *layout);
    });
}

Result<DecodedImage> decodeDicom(const std::filesystem::path& path, const DecodeOptions& options)
{
    return guarded(path, [&]() -> Result<DecodedImage> {
        const auto layout = scanDicom(path, ScanDepth::Pixels, options.frame);
        if (!layout)
            return tl::unexpected(layout.error());
        const auto header = Header::parse(*layout);
        if (!header)
            return cannotRead(path, header.error());
        const auto module = readPixelModule(*header, *layout);
        if (!module)
            return cannotShow(path, module.error());
        if (options.frame < 0 || options.frame >= module->frames)
            return failure("Cannot show frame " + std::to_string(options.frame) + " of " +
                           path.string() + ": it has " + std::to_string(module->frames) + ", counted from 0.");
        const auto frame = readRawFrame(*layout, *module, options.frame, options.longestSide);
        if (!frame)
            return cannotShow(path, frame.error());
        auto image = renderFrame(*frame, *header, *module);
        if (!image)
            return cannotShow(path, image.error());
        DecodedImage decoded;
        decoded.facts = factsOf(*header, *layout);
        decoded.fullSize = {module->columns, module->rows};
        decoded.image = options.longestSide > 0
                            ? resampleArea(*image, fitWithin(decoded.fullSize, options.longestSide))
                            : std::move(*image);
        return decoded;
    });
}

} // namespace ir
