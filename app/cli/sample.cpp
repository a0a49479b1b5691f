#include "commands.h"

#include "dicom/dicomlibrary.h"
#include "sample/samplearchive.h"

#include <iostream>
#include <memory>

namespace ir::cli {

namespace {

int run(const std::string& folder, const SampleOptions& options, const std::stop_token& stop)
{
    const DicomLibrary library;
    const auto summary = writeSampleArchive(
        folder, options,
        [](int done, int total) {
            showProgress("Drawing " + std::to_string(done) + " of " + std::to_string(total));
        },
        stop);
    endProgress();
    if (!summary)
        return fail(Failed, summary.error().message);
    for (const auto& [label, count] : summary->perLabel)
        std::cout << label << ' ' << count << '\n';
    std::cout << summary->images << " images (" << summary->written << " new) and "
              << summary->broken << " broken files in " << folder << "\nmanifest "
              << summary->manifest.string() << '\n';
    if (summary->stopped)
        return fail(Failed, "Stopped. Run it again to go on.");
    return AllDone;
}

} // namespace

void addSampleCommand(CLI::App& app, Invocation& invocation)
{
    struct Values
    {
        std::string folder;
        SampleOptions options;
    };
    auto values = std::make_shared<Values>();
    CLI::App* command = app.add_subcommand(
        "sample", "Write an archive of synthetic radiographs to try the program on");
    command->footer(
        "Examples:\n"
        "  imaging-router-cli sample ~/sample\n"
        "  imaging-router-cli sample /tmp/many --count 100000 --size 256\n"
        "The images are computed phantoms of nobody, marked SYNTHETIC; never train on them.");
    command
        ->add_option("DIR", values->folder,
                     "New or empty folder, or a sample archive to go on with")
        ->required();
    command->add_option("--count", values->options.count, "Images to write")
        ->check(CLI::Range(1, 10000000))
        ->capture_default_str();
    command->add_option("--size", values->options.size, "Longest side aimed at, in pixels")
        ->check(CLI::Range(64, 8192))
        ->capture_default_str();
    command->add_option("--seed", values->options.seed, "Another seed draws other images")
        ->capture_default_str();
    command->callback([values, &invocation] {
        invocation.run = [values, &invocation] {
            return run(values->folder, values->options, invocation.stop);
        };
    });
}

} // namespace ir::cli
