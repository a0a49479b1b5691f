#include "commands.h"

#include "base/atomicfile.h"
#include "pipeline/imageloader.h"
#include "raster/raster.h"

#include <filesystem>
#include <limits>
#include <memory>

namespace ir::cli {

void addRenderCommand(CLI::App& app, Invocation& invocation)
{
    struct Options
    {
        std::string file;
        std::string out;
        DecodeOptions decode;
    };
    const auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand(
        "render", "Writes the display image of a DICOM, PNG, JPEG or TIFF file as 8-bit grey PNG");
    command->add_option("FILE", options->file, "The image")->required();
    command->add_option("OUT", options->out, "The PNG file to write")->required();
    command->add_option("--frame", options->decode.frame, "Frame to show, from 0")
        ->check(CLI::Range(0, std::numeric_limits<int>::max()));
    command->add_option("--size", options->decode.longestSide,
                        "Longest side in pixels; never enlarges (default: as stored)")
        ->check(CLI::Range(1, std::numeric_limits<int>::max()));
    command->footer("Example: imaging-router-cli render IM0001 chest.png --size 1024");
    command->callback([&invocation, options] {
        invocation.run = [options]() -> int {
            std::error_code absent;
            if (std::filesystem::equivalent(options->file, options->out, absent))
                return fail(WrongUse, options->out + " is the image itself: name another file to write.");
            const auto decoded = decodeImage(options->file, options->decode);
            if (!decoded)
                return fail(Failed, decoded.error().message);
            const auto written = writeFileAtomically(options->out, encodePng(decoded->image));
            return written ? int{AllDone} : fail(Failed, written.error().message);
        };
    });
}

} // namespace ir::cli
