#include "sample/samplearchive.h"

#include "base/atomicfile.h"
#include "base/csv.h"
#include "sample/random.h"
#include "sample/samplefile.h"

#include <array>
#include <string_view>

namespace ir {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMarker = "SYNTHETIC.txt";
constexpr std::string_view kMarkerTitle = "Imaging Router sample archive";
constexpr int kBroken = 4;

std::string markerText(const SampleOptions& o)
{
    return std::string(kMarkerTitle) + "\nseed " + std::to_string(o.seed) + " size " +
           std::to_string(o.size) +
           "\nEvery image here is a computed phantom of nobody. It shows how the program works and "
           "is good for\n"
           "nothing else: not for diagnosis, and never to train a classifier on. manifest.csv says "
           "what each is\n"
           "meant to show; a few files are broken on purpose.\n";
}

/// Makes the folder ours or says why it cannot be.
Result<void> claim(const fs::path& folder, const SampleOptions& options)
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (!fs::is_directory(folder, error))
        return failure("Cannot make the folder " + folder.string() +
                       ": choose another place for the sample archive.");
    const fs::path marker = folder / kMarker;
    const std::string text = markerText(options);
    if (fs::exists(marker, error)) {
        const auto found = readFile(marker, 1 << 16);
        if (found && *found == text)
            return {};
        return failure(
            folder.string() +
            (isSampleArchive(folder)
                 ? " holds a sample archive of another seed or size: choose an empty folder."
                 : " holds files that are not a sample archive: choose an empty folder."));
    }
    const fs::directory_iterator begin(folder, error);
    if (error)
        return failure("Cannot read the folder " + folder.string() +
                           ": choose another place for the sample archive.",
                       error.message());
    if (begin != fs::directory_iterator{})
        return failure(folder.string() +
                       " is not empty and holds no sample archive: choose an empty folder.");
    return writeFileAtomically(marker, text);
}

const char* viewName(const sample::PhantomRequest& request)
{
    return request.view == sample::View::Lateral ? "lateral" : "frontal";
}

/// The files every archive has that cannot be shown, and a text beside them.
Result<void> writeBroken(const fs::path& folder, const sample::PlannedImage& first,
                         std::uint64_t seed)
{
    std::error_code error;
    const fs::path place = folder / "lost+damaged";
    fs::create_directories(place, error);
    auto whole = readFile(folder / first.path);
    if (!whole)
        return tl::unexpected(whole.error());
    sample::Random random = sample::Random::stream(seed, "broken");
    std::string garbage(132, '\0');
    garbage.replace(128, 4, "DICM");
    for (int i = 0; i < 40000; ++i)
        garbage.push_back(static_cast<char>(random.next() & 0xFF));
    const std::array<std::pair<const char*, std::string>, kBroken + 1> files{
        {{"IM00001", whole->substr(0, whole->size() * 2 / 5)},
         {"IM00002.dcm", std::move(garbage)},
         {"IM00003.dcm", std::string()},
         {"IM00004.dcm", whole->substr(0, 300)},
         {"notes.txt", "SYNTHETIC. The files beside this one are broken on purpose: cut short, "
                       "random bytes, empty.\n"}}};
    for (const auto& [name, bytes] : files)
        if (auto written = writeFileAtomically(place / name, bytes); !written)
            return written;
    return {};
}

} // namespace

bool isSampleArchive(const fs::path& folder)
{
    const auto text = readFile(folder / kMarker, 1 << 16);
    return text && text->starts_with(kMarkerTitle);
}

Result<SampleSummary> writeSampleArchive(const fs::path& folder, const SampleOptions& options,
                                         const SampleProgress& progress, std::stop_token stop)
{
    if (options.count < 1 || options.size < 64 || options.size > 8192)
        return failure("A sample archive has at least one image, of 64 to 8192 pixels.");
    if (auto ours = claim(folder, options); !ours)
        return tl::unexpected(ours.error());
    SampleSummary summary;
    summary.manifest = folder / "manifest.csv";
    std::string manifest = csvLine({"path", "label", "part", "view"});
    std::error_code error;
    // An archive made longer before keeps what it has in its manifest.
    for (int i = 0;; ++i) {
        const sample::PlannedImage image = sample::planImage(options.seed, i, options.size);
        const bool there = fs::exists(folder / image.path, error);
        if (i >= options.count && !there)
            break;
        if (!there) {
            if (stop.stop_requested()) {
                summary.stopped = true;
                break;
            }
            fs::create_directories((folder / image.path).parent_path(), error);
            if (auto written = sample::writeSampleFile(folder, image); !written)
                return tl::unexpected(written.error());
            ++summary.written;
        }
        ++summary.images;
        ++summary.perLabel[image.label];
        manifest +=
            csvLine({image.path.generic_string(), image.label,
                     std::string(sample::partName(image.phantom.part)), viewName(image.phantom)});
        if (progress)
            progress(summary.images, std::max(options.count, summary.images));
    }
    if (summary.images > 0 && !summary.stopped) {
        if (auto broken =
                writeBroken(folder, sample::planImage(options.seed, 0, options.size), options.seed);
            !broken)
            return tl::unexpected(broken.error());
        summary.broken = kBroken;
    }
    if (auto written = writeFileAtomically(summary.manifest, manifest); !written)
        return tl::unexpected(written.error());
    return summary;
}

} // namespace ir
