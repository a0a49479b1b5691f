#include "nn/trainingset.h"

#include "base/digest.h"
#include "nn/preprocess.h"

#include <algorithm>
#include <map>
#include <set>
#include <thread>

namespace ir {

namespace {

/// Augmentation works at this much of the input's side: enough that zooming in does not blur.
constexpr double headroom = 1.3;

enum class Role { Train, Validation, HeldOut };

struct Job
{
    const ManifestRow* row = nullptr;
    Role role = Role::Train;
    int label = 0;
    int source = 0;
};

Result<std::vector<Job>> plan(const Manifest& manifest, const TrainOptions& options,
                              std::vector<std::string>& sourceNames,
                              const std::function<void(std::string)>& say)
{
    const std::set<std::string> heldOut(options.holdOutSources.begin(), options.holdOutSources.end());
    std::set<std::string> found;
    std::map<std::string, int> sources;
    std::map<std::string, std::size_t> unknown;
    std::vector<Job> jobs;
    for (const ManifestRow& row : manifest.rows) {
        const bool held = heldOut.contains(row.source);
        if (row.split != "train" && row.split != "val" && !(held && row.split == "test"))
            continue;
        const auto label = std::ranges::find(options.classes, row.label);
        if (label == options.classes.end()) {
            ++unknown[row.label];
            continue;
        }
        if (held)
            found.insert(row.source);
        const auto [source, isNew] = sources.emplace(row.source, static_cast<int>(sources.size()));
        if (isNew)
            sourceNames.push_back(row.source);
        Job job;
        job.row = &row;
        job.role = held ? Role::HeldOut : row.split == "val" ? Role::Validation : Role::Train;
        job.label = static_cast<int>(label - options.classes.begin());
        job.source = source->second;
        jobs.push_back(std::move(job));
    }
    for (const auto& [label, count] : unknown)
        say(std::to_string(count) + " images are labelled \"" + label +
            "\", which is none of the classes; they are left out.");
    for (const std::string& source : heldOut)
        if (!found.contains(source))
            return failure("The manifest has no training images of the source \"" + source +
                           "\" that is to be held out.");
    return jobs;
}

Result<void> checkClasses(const TrainingSet& set, const TrainOptions& options)
{
    if (options.fineTune) {
        if (set.train.images.empty() || set.validation.images.empty())
            return failure(set.train.images.empty() ? "None of the images to learn from can be read."
                                                    : "None of the images to judge by can be read.");
        return {};
    }
    for (std::size_t c = 0; c < options.classes.size(); ++c)
        if (std::ranges::count(set.train.labels, static_cast<int>(c)) == 0)
            return failure("Cannot train: no image of the class \"" + options.classes[c] +
                           "\" is in the split \"train\" of " + options.manifest.string() + ".");
    if (set.validation.labels.empty())
        return failure("Cannot train: no image is in the split \"val\" of " +
                       options.manifest.string() + "; early stopping and calibration need some.");
    return {};
}

} // namespace

Result<TrainingSet> TrainingSet::load(const TrainOptions& options, const ImageLoader& loader,
                                      const std::function<void(std::string)>& say, std::stop_token stop)
{
    Result<Manifest> manifest;
    if (options.rows.empty())
        manifest = Manifest::read(options.manifest);
    else
        manifest->rows = options.rows;
    if (!manifest)
        return tl::unexpected(manifest.error());
    // Draws go by position: a run follows from what the rows say, not from their order.
    std::ranges::sort(manifest->rows, {}, &ManifestRow::listedPath);
    if (!options.corrections.empty()) {
        if (auto corrected = manifest->correct(options.corrections); !corrected)
            return tl::unexpected(corrected.error());
        for (const std::string& note : manifest->notes)
            say(note);
        say(std::to_string(manifest->corrected) + " labels corrected, " +
            std::to_string(manifest->excluded) + " images excluded by " +
            options.corrections.filename().string() + ".");
    }

    TrainingSet set;
    auto jobs = plan(*manifest, options, set.sourceNames, say);
    if (!jobs)
        return tl::unexpected(jobs.error());
    std::vector<std::filesystem::path> files;
    for (const Job& job : *jobs)
        files.push_back(job.row->path);
    PreparedImages::Options preparing = options.images;
    preparing.threads = options.threads > 0 ? options.threads
                                            : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    set.images = PreparedImages::open(files, preparing, loader, say, stop);
    if (stop.stop_requested())
        return failure("Training was stopped before it began.");
    Sha256 digest;
    digest.add(manifest->digest());
    for (std::size_t i = 0; i < jobs->size(); ++i) {
        const Job& job = (*jobs)[i];
        if (const std::string& problem = set.images.problem(i); !problem.empty()) {
            ++set.unreadable;
            digest.add(job.row->listedPath);
            say(problem);
            continue;
        }
        Part& part = job.role == Role::Train        ? set.train
                     : job.role == Role::Validation ? set.validation
                                                    : set.heldOut;
        part.images.push_back(i);
        part.labels.push_back(job.label);
        part.sources.push_back(job.source);
        part.imitates.push_back(job.row->imitates);
        digest.add(job.row->imitates ? "imitates" : "");
    }
    set.digest = digest.finish();
    if (auto checked = checkClasses(set, options); !checked)
        return tl::unexpected(checked.error());
    return set;
}

GrayImage TrainingSet::forAugmentation(const Part& part, std::size_t i, const InputContract& input) const
{
    const GrayImage image = images.image(part.images[i]);
    return resampleArea(image, fitWithin(image.size(), static_cast<int>(headroom * input.size)));
}

GrayImage TrainingSet::fitted(const Part& part, std::size_t i, const InputContract& input) const
{
    return fitToInput(images.image(part.images[i]), input);
}

} // namespace ir
