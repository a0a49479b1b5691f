#include "nn/finetune.h"

#include "base/digest.h"
#include "nn/architectures/registry.h"
#include "nn/tagimages.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace ir {

namespace {

constexpr std::size_t replayImages = 1000; ///< at most, evenly over the classes
constexpr std::size_t heldBackOneIn = 5;   ///< groups
constexpr const char* remainder = "others"; ///< a class that is what the other classes are not

const std::string& groupOf(const FineTuneImage& image)
{
    return image.group.empty() ? image.path.native() : image.group;
}

/// A number that is the group's own, whatever the order of the images.
std::string rankOf(const std::string& group, std::uint64_t seed)
{
    return sha256(std::to_string(seed) + " " + group);
}

/// What one model says of some images; nullopt where an image cannot be read.
using Tags = std::vector<std::optional<Prediction>>;

/// Asks the model in `weights`.
Result<std::unique_ptr<Engine>> judge(const std::filesystem::path& weights, const FineTuneOptions& options)
{
    EngineOptions engine;
    engine.threads = options.threads;
    return Engine::load(weights, engine);
}

/// Images with what the base model says of them.
struct Judged
{
    std::vector<FineTuneImage> images;
    Tags before;
};

class FineTuning
{
public:
    FineTuning(const FineTuneOptions& options, const ImageLoader& loader,
               const std::function<void(const TrainProgress&)>& report, std::stop_token stop)
        : m_options(options), m_loader(loader), m_progress(report), m_stop(std::move(stop))
    {}

    Result<FineTuneReport> run()
    {
        const std::filesystem::path state = trainingStateOf(m_options.output);
        if (m_options.resume && !std::filesystem::exists(state))
            return failure("There is nothing to go on from: " + state.string() +
                           " is written after the first epoch. Start anew.");
        auto info = readModelInfo(m_options.base);
        if (!info)
            return tl::unexpected(info.error());
        m_report.base = std::move(*info);
        m_classes = m_options.classes.empty() ? m_report.base.classes : m_options.classes;
        if (auto split = splitImages(); !split)
            return tl::unexpected(split.error());
        if (auto judged = judgeBase(); !judged)
            return tl::unexpected(judged.error());
        const TrainOptions training = trainOptions();
        auto trained = train(training, m_loader, m_progress, m_stop);
        if (!trained)
            return tl::unexpected(trained.error());
        m_report.training = std::move(*trained);
        if (m_report.training.interrupted)
            return std::move(m_report);
        if (auto compared = judgeCandidate(); !compared) {
            std::error_code ignored;
            std::filesystem::remove(m_options.output, ignored); // nobody knows how good it is
            return tl::unexpected(compared.error());
        }
        std::error_code ignored;
        std::filesystem::remove(state, ignored);
        return std::move(m_report);
    }

private:
    void say(std::string message) const
    {
        TrainProgress progress;
        progress.message = std::move(message);
        m_progress(progress);
    }

    [[nodiscard]] std::optional<std::size_t> classIndex(const std::string& name) const
    {
        const auto found = std::ranges::find(m_classes, name);
        if (found == m_classes.end())
            return std::nullopt;
        return static_cast<std::size_t>(found - m_classes.begin());
    }

    [[nodiscard]] const std::string& baseTag(const Prediction& said) const
    {
        return m_report.base.classes[static_cast<std::size_t>(said.classIndex)];
    }

    /// The images whose label is a class; says how many are not.
    std::vector<FineTuneImage> ofClasses(const std::vector<FineTuneImage>& images, bool labelMayLack) const
    {
        std::vector<FineTuneImage> kept;
        std::map<std::string, std::size_t> unknown;
        for (const FineTuneImage& image : images) {
            if (classIndex(image.label) || (labelMayLack && image.label.empty()))
                kept.push_back(image);
            else
                ++unknown[image.label];
        }
        for (const auto& [label, count] : unknown)
            say(std::to_string(count) + " images are labelled \"" + label +
                "\", which is none of the classes; they are left out.");
        return kept;
    }

    Result<void> splitImages()
    {
        m_learnt.images = ofClasses(m_options.images, false);
        m_heldOut.images = ofClasses(m_options.holdOut, false);
        if (m_learnt.images.empty())
            return failure("There is nothing to learn from: no image is labelled with one of the classes.");
        if (m_options.holdOut.empty())
            if (auto held = holdBack(); !held)
                return held;
        std::set<std::string> judgedBy;
        for (const FineTuneImage& image : m_heldOut.images)
            judgedBy.insert(groupOf(image));
        const auto isJudgedBy = [&](const FineTuneImage& image) { return judgedBy.contains(groupOf(image)); };
        if (std::erase_if(m_learnt.images, isJudgedBy) > 0 && m_learnt.images.empty())
            return failure("There is nothing to learn from: every image is in the set to be held out.");
        std::set<std::filesystem::path> labelled;
        for (const FineTuneImage& image : m_learnt.images)
            labelled.insert(image.path);
        m_replay.images = ofClasses(m_options.replay, true);
        std::erase_if(m_replay.images, [&](const FineTuneImage& image) {
            return isJudgedBy(image) || labelled.contains(image.path);
        });
        return {};
    }

    /// Moves every fifth group of each class from what is learnt to what is judged by.
    Result<void> holdBack()
    {
        std::map<std::string, std::string> labelOf; // of a group: that of its first image
        for (const FineTuneImage& image : m_learnt.images)
            labelOf.emplace(groupOf(image), image.label);
        if (labelOf.size() < fewestGroups)
            return failure("Fine-tuning needs labelled images of at least " + std::to_string(fewestGroups) +
                           " patients or studies, of which some are held out; there are " +
                           std::to_string(labelOf.size()) + ". Label some more.");
        std::map<std::string, std::map<std::string, std::string>> ranked; // label → rank → group
        for (const auto& [group, label] : labelOf)
            ranked[label].emplace(rankOf(group, m_options.seed), group);
        std::set<std::string> held;
        std::size_t position = heldBackOneIn / 2; // runs on over the classes: small ones take part too
        for (const auto& [label, groups] : ranked)
            for (const auto& [rank, group] : groups)
                if (groups.size() > 1 && ++position % heldBackOneIn == 0)
                    held.insert(group);
        std::vector<FineTuneImage> learnt;
        for (FineTuneImage& image : m_learnt.images)
            (held.contains(groupOf(image)) ? m_heldOut.images : learnt).push_back(std::move(image));
        m_learnt.images = std::move(learnt);
        return {};
    }

    [[nodiscard]] Result<Tags> tag(Engine& engine, const std::vector<FineTuneImage>& images) const
    {
        std::vector<std::filesystem::path> paths;
        for (const FineTuneImage& image : images)
            paths.push_back(image.path);
        return tagImages(engine, paths, m_loader, m_stop);
    }

    Result<void> judgeBase()
    {
        say("Tagging " +
            std::to_string(m_learnt.images.size() + m_heldOut.images.size() + m_replay.images.size()) +
            " images with the present model.");
        const auto engine = judge(m_options.base, m_options);
        if (!engine)
            return tl::unexpected(engine.error());
        for (Judged* part : {&m_learnt, &m_heldOut, &m_replay}) {
            auto tags = tag(**engine, part->images);
            if (!tags)
                return tl::unexpected(tags.error());
            part->before = std::move(*tags);
        }
        for (std::size_t i = 0; i < m_learnt.images.size(); ++i) {
            const FineTuneImage& image = m_learnt.images[i];
            if (const auto& said = m_learnt.before[i])
                ++(image.corrected.value_or(baseTag(*said) != image.label)
                       ? m_report.correctedOf
                       : m_report.confirmedOf)[image.label];
        }
        chooseReplay();
        return {};
    }

    /// Whether a replay image says something of what the base model knows: labelled, or tagged with a class that
    /// means the same in the new list. Those it is unsure of too: where classes meet, forgetting shows first.
    [[nodiscard]] bool isOfUse(const FineTuneImage& image, const Prediction& said) const
    {
        if (!image.label.empty())
            return true;
        const std::string& name = baseTag(said);
        const bool classesAdded = std::ranges::any_of(m_classes, [&](const std::string& c) {
            return std::ranges::find(m_report.base.classes, c) == m_report.base.classes.end();
        });
        return classIndex(name) && !(classesAdded && name == remainder);
    }

    /// Keeps of the replay set what is of use, evenly over the classes, and holds a fifth of it back.
    void chooseReplay()
    {
        std::map<std::string, std::map<std::string, std::vector<std::size_t>>> byClass; // class → rank → images
        for (std::size_t i = 0; i < m_replay.images.size(); ++i) {
            const auto& said = m_replay.before[i];
            FineTuneImage& image = m_replay.images[i];
            if (!said || !isOfUse(image, *said))
                continue;
            const std::string& name = image.label.empty() ? baseTag(*said) : image.label;
            byClass[name][rankOf(groupOf(image), m_options.seed)].push_back(i);
        }
        Judged learnt;
        Judged heldBack;
        const std::size_t most = byClass.empty() ? 0 : std::max<std::size_t>(1, replayImages / byClass.size());
        for (const auto& [name, groups] : byClass) {
            std::size_t taken = 0;
            std::size_t position = 0;
            for (const auto& [rank, images] : groups) {
                Judged& part = ++position % heldBackOneIn == 0 ? heldBack : learnt;
                for (const std::size_t i : images) {
                    if (taken++ >= most)
                        break;
                    part.images.push_back(std::move(m_replay.images[i]));
                    part.before.push_back(std::move(m_replay.before[i]));
                }
            }
        }
        m_replay = std::move(learnt);
        m_replayHeldBack = std::move(heldBack);
        m_report.replayed = m_replay.images.size();
        if (m_replay.images.empty())
            say("No other images are at hand to keep what the model knows: it may forget some of it. Give "
                "it a replay set, or let it fine-tune on an archive it has tagged.");
    }

    [[nodiscard]] ManifestRow rowOf(const FineTuneImage& image, const char* split, const char* source) const
    {
        ManifestRow row;
        row.path = image.path;
        row.listedPath = image.path.string();
        row.label = image.label;
        row.group = groupOf(image);
        row.split = split;
        row.source = source;
        return row;
    }

    /// 15 of MobileNet-V1's 27, with which the recipe was measured; as many of other nets.
    [[nodiscard]] int frozenUnits() const
    {
        const auto specs = tensorSpecs(m_report.base.architecture, static_cast<int>(m_classes.size()));
        const auto kernels =
            std::ranges::count_if(specs, [](const TensorSpec& spec) { return spec.shape.size() == 4; });
        return static_cast<int>(kernels * 5 / 9);
    }

    [[nodiscard]] TrainOptions trainOptions() const
    {
        TrainOptions training;
        for (const FineTuneImage& image : m_learnt.images)
            training.rows.push_back(rowOf(image, "train", "people"));
        for (const FineTuneImage& image : m_heldOut.images)
            training.rows.push_back(rowOf(image, "val", "people"));
        for (std::size_t i = 0; i < m_replay.images.size(); ++i) {
            ManifestRow row = rowOf(m_replay.images[i], "train", "replay");
            const std::string& tag = baseTag(*m_replay.before[i]);
            if (row.label.empty())
                row.label = tag;
            row.imitates = row.label == tag; // where the base model is wrong, the label alone counts
            training.rows.push_back(std::move(row));
        }
        training.output = m_options.output;
        training.init = m_options.base;
        training.fineTune = true;
        training.resume = m_options.resume;
        training.architecture = m_report.base.architecture;
        training.classes = m_classes;
        training.input = m_report.base.input;
        training.augmentation = "middle";
        training.epochs = m_options.epochs;
        const bool newClasses = m_classes != m_report.base.classes;
        training.headEpochs = newClasses ? 2 : 0;
        training.epochs += training.headEpochs;
        training.epochImages = static_cast<int>(
            std::clamp<std::size_t>(3 * (m_learnt.images.size() + m_replay.images.size()), 160, 3200));
        training.learningRate = m_options.learningRate;
        training.blend = m_options.blend;
        training.freezeUnits = m_options.freezeUnits >= 0 ? m_options.freezeUnits : frozenUnits();
        training.restartEpochs = 0;
        training.warmupEpochs = 0.5;
        training.weightDecay = 0;
        training.labelSmoothing = 0.05;
        training.classBalance = 0;
        training.sourceBalance = 0;
        training.averageDecay = 0.98;
        training.clipNorm = 5;
        training.keepLast = true; // the held-out images are to judge by, not to choose by
        training.seed = m_options.seed;
        training.threads = m_options.threads;
        return training;
    }

    /// Compares on the images that both models could be asked about.
    [[nodiscard]] ModelComparison compared(const Judged& part, const Tags& after) const
    {
        const std::size_t none = m_classes.size();
        std::vector<PairedTag> tags;
        for (std::size_t i = 0; i < part.images.size(); ++i) {
            const auto truth = classIndex(part.images[i].label);
            if (!truth || !part.before[i] || !after[i])
                continue;
            tags.push_back({*truth, classIndex(baseTag(*part.before[i])).value_or(none),
                            static_cast<std::size_t>(after[i]->classIndex)});
        }
        return compareTags(tags, m_classes.size());
    }

    Result<void> judgeCandidate()
    {
        say("Comparing the new model with the present one.");
        const auto engine = judge(m_options.output, m_options);
        if (!engine)
            return tl::unexpected(engine.error());
        const auto learnt = tag(**engine, m_learnt.images);
        if (!learnt)
            return tl::unexpected(learnt.error());
        const auto heldOut = tag(**engine, m_heldOut.images);
        if (!heldOut)
            return tl::unexpected(heldOut.error());
        const auto replay = tag(**engine, m_replayHeldBack.images);
        if (!replay)
            return tl::unexpected(replay.error());
        m_report.corrections = compared(m_learnt, *learnt);
        m_report.heldOut = compared(m_heldOut, *heldOut);
        m_report.replay = compared(m_replayHeldBack, *replay); // those without a label drop out
        for (std::size_t i = 0; i < replay->size(); ++i) {
            if (!m_replayHeldBack.images[i].label.empty() || !(*replay)[i])
                continue;
            const auto after = static_cast<std::size_t>((*replay)[i]->classIndex);
            ++m_report.untouched;
            m_report.untouchedChanged += baseTag(*m_replayHeldBack.before[i]) == m_classes[after] ? 0 : 1;
        }
        return writeFigures();
    }

    /// Puts what was found beside the weights, so that a version says how it did wherever it goes.
    Result<void> writeFigures()
    {
        const auto file = readModelFile(m_options.output);
        if (!file)
            return tl::unexpected(file.error());
        const auto jsonOf = [](const ModelComparison& comparison) {
            return nlohmann::json{{"images", comparison.images},
                                  {"macro_f1_before", comparison.macroF1Before},
                                  {"macro_f1_after", comparison.macroF1After},
                                  {"difference", comparison.difference},
                                  {"difference_interval",
                                   {comparison.intervalOfDifference.low, comparison.intervalOfDifference.high}}};
        };
        ModelInfo info = file->info;
        nlohmann::json metrics = nlohmann::json::parse(info.metrics);
        metrics["fine_tuning"] = {{"corrections", jsonOf(m_report.corrections)},
                                  {"held_out", jsonOf(m_report.heldOut)},
                                  {"replay", jsonOf(m_report.replay)},
                                  {"untouched", m_report.untouched},
                                  {"untouched_changed", m_report.untouchedChanged}};
        info.metrics = metrics.dump();
        std::vector<Safetensors::Entry> tensors;
        for (const auto& [name, entry] : file->tensors.tensors())
            tensors.push_back(entry);
        if (auto written = writeModelFile(m_options.output, info, tensors); !written)
            return written;
        m_report.training.model = std::move(info);
        return {};
    }

    const FineTuneOptions& m_options;
    const ImageLoader& m_loader;
    const std::function<void(const TrainProgress&)>& m_progress;
    std::stop_token m_stop;
    std::vector<std::string> m_classes;
    Judged m_learnt;
    Judged m_heldOut;
    Judged m_replay;
    Judged m_replayHeldBack;
    FineTuneReport m_report;
};

} // namespace

Result<FineTuneManifest> FineTuneManifest::read(const std::filesystem::path& manifest)
{
    const auto rows = Manifest::read(manifest);
    if (!rows)
        return tl::unexpected(rows.error());
    FineTuneManifest result;
    for (const ManifestRow& row : rows->rows) {
        if (row.split.empty() || row.split == "train")
            result.learn.push_back({row.path, row.label, row.group, {}});
        else if (row.split == "val" || row.split == "test")
            result.judge.push_back({row.path, row.label, row.group, {}});
    }
    return result;
}

Result<FineTuneReport> fineTune(const FineTuneOptions& options, const ImageLoader& loader,
                                const std::function<void(const TrainProgress&)>& report,
                                std::stop_token stop)
{
    return FineTuning(options, loader, report, std::move(stop)).run();
}

} // namespace ir
