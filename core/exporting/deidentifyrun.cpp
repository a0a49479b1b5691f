#include "exporting/deidentifyrun.h"

#include "base/atomicfile.h"
#include "base/digest.h"
#include "base/parallel.h"
#include "dicom/deidentify/burnedin.h"
#include "dicom/dicomfile.h"
#include "dicom/dicomprobe.h"
#include "image/textmarks.h"

#include <algorithm>
#include <charconv>
#include <mutex>
#include <set>
#include <system_error>

namespace ir {

namespace {

/// Small enough to be quick, large enough for letters of 12 pixels on a plate of 4000.
constexpr int kLookedAtSide = 2048;

int framesOf(const DicomItem& root)
{
    const std::string text = root.text(0x00280008);
    int frames = 1;
    std::from_chars(text.data(), text.data() + text.size(), frames);
    return std::max(1, frames);
}

bool holds(const std::filesystem::path& file, const std::string& bytes)
{
    std::error_code error;
    if (std::filesystem::file_size(file, error) != bytes.size() || error)
        return false;
    const auto there = readFile(file);
    return there && *there == bytes;
}

DeidentifyOutcome deidentifyFile(const std::filesystem::path& file, const PseudonymKey& key,
                                 const DeidentifyRunOptions& options)
{
    DeidentifyOutcome outcome;
    outcome.source = file;
    const auto failed = [&](std::string reason) {
        outcome.status = DeidentifyStatus::Failed;
        outcome.reason = std::move(reason);
        return outcome;
    };
    if (probeDicom(file) != DicomKind::File)
        return failed(file.string() + " is no DICOM file: only those are de-identified.");
    const auto tree = readDicomTree(file);
    if (!tree)
        return failed(tree.error().message);
    auto clean = deidentified(*tree, key, options.profile);
    if (!clean)
        return failed("Cannot de-identify " + file.string() + ": " + clean.error().message + ".");
    outcome.suspicions = burnedInSuspicions(file, *tree);
    outcome.found = clean->found;
    if (!outcome.suspicions.empty() && !options.includeSuspected) {
        outcome.status = DeidentifyStatus::HeldBack;
        return outcome;
    }
    outcome.digest = sha256(clean->bytes);
    outcome.relative = std::filesystem::path(clean->patient) /
                       (clean->studyInstanceUid.empty() ? "no-study" : clean->studyInstanceUid) /
                       (clean->sopInstanceUid + ".dcm");
    const std::filesystem::path target = options.destination / outcome.relative;
    std::error_code error;
    std::filesystem::create_directories(target.parent_path(), error);
    if (error)
        return failed("Cannot make the folder " + target.parent_path().string() + ": " +
                      error.message() + ".");
    // Two files of one instance must not race for its name: the second finds the first one's.
    static std::mutex placing;
    const std::scoped_lock lock(placing);
    if (std::filesystem::exists(std::filesystem::symlink_status(target, error))) {
        if (!holds(target, clean->bytes))
            return failed(target.string() +
                          " is there with other content: another file has the SOP Instance "
                          "UID of " +
                          file.string() + ", or the options were others.");
        outcome.status = DeidentifyStatus::AlreadyThere;
        return outcome;
    }
    if (auto written = writeFileAtomically(target, clean->bytes); !written)
        return failed(written.error().message);
    outcome.status = DeidentifyStatus::Written;
    return outcome;
}

} // namespace

std::vector<std::string> burnedInSuspicions(const std::filesystem::path& file,
                                            const DicomTree& tree)
{
    std::vector<std::string> reasons = burnedInByHeader(tree.root);
    const int frames = framesOf(tree.root);
    for (const int frame : std::set<int>{0, frames / 2, frames - 1}) {
        const auto image = decodeDicom(file, {.frame = frame, .longestSide = kLookedAtSide});
        if (!image) {
            reasons.emplace_back("its pixels cannot be shown, so that they were not looked at");
            break;
        }
        if (!findTextMarks(image->image).empty()) {
            reasons.emplace_back("there is what looks like writing in its pixels");
            break;
        }
    }
    return reasons;
}

Result<void> runDeidentification(const std::vector<std::filesystem::path>& files,
                                 const PseudonymKey& key, const DeidentifyRunOptions& options,
                                 const std::function<void(const DeidentifyOutcome&)>& report,
                                 const std::stop_token& stop)
{
    std::error_code error;
    std::filesystem::create_directories(options.destination, error);
    if (error)
        return failure("Cannot make the folder " + options.destination.string() + ": " +
                       error.message() + ".");
    std::mutex reporting;
    parallelFor(files.size(), threadsOrAll(options.threads), stop, [&](std::size_t i) {
        DeidentifyOutcome outcome = deidentifyFile(files[i], key, options);
        const std::scoped_lock lock(reporting);
        report(outcome);
    });
    return {};
}

} // namespace ir
