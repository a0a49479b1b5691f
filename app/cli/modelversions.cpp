#include "commands.h"
#include "json.h"
#include "opencatalog.h"

#include "catalog/catalog.h"
#include "nn/engine.h"
#include "nn/finetune.h"
#include "nn/modelstore.h"
#include "nn/modelversions.h"
#include "nn/tagimages.h"
#include "pipeline/imageloader.h"
#include "pipeline/tagchanges.h"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>

namespace ir::cli {

namespace {

using Json = nlohmann::ordered_json;

Json jsonOf(const ModelVersion& version)
{
    Json metrics = Json::parse(version.metrics, nullptr, false); // a weights file may have none
    if (metrics.is_discarded())
        metrics = nullptr;
    return {{"name", version.name},
            {"path", version.path.string()},
            {"digest", version.digest},
            {"parent", version.parent.empty() ? Json() : Json(version.parent)},
            {"adopted", version.adopted},
            {"current", version.isCurrent},
            {"missing", version.isMissing},
            {"metrics", std::move(metrics)}};
}

int versions(bool json)
{
    const auto known = modelVersions();
    if (!known)
        return fail(Failed, known.error().message);
    const bool shipped = std::ranges::none_of(*known, &ModelVersion::isCurrent);
    if (json) {
        Json list = Json::array();
        for (const ModelVersion& version : *known)
            list.push_back(jsonOf(version));
        std::cout << dump({{"versions", list}, {"shipped_is_current", shipped}}) << '\n';
        return AllDone;
    }
    std::cout << (shipped ? "* " : "  ") << "shipped  (" << kDefaultModel << ")\n";
    for (const ModelVersion& version : *known)
        std::cout << (version.isCurrent ? "* " : "  ") << version.name << "  adopted " << version.adopted
                  << (version.parent.empty() ? "" : ", from " + version.parent.substr(0, 8))
                  << (version.isMissing ? "  (its file is gone)" : "") << "\n    SHA-256 " << version.digest
                  << '\n';
    std::cout << "* is in use.\n";
    return AllDone;
}

int adopt(const std::string& file, const std::string& name)
{
    const auto version = adoptModel(file, name);
    if (!version)
        return fail(Failed, version.error().message);
    std::cout << "In use from now on: " << version->name << "\nSHA-256 " << version->digest
              << "\nBack again: imaging-router-cli models restore previous\n";
    return AllDone;
}

int restore(const std::string& which)
{
    const auto path = restoreModel(which);
    if (!path)
        return fail(Failed, path.error().message);
    std::cout << "In use from now on: " << path->stem().string() << "  (" << path->string() << ")\n";
    return AllDone;
}

struct CompareOptions
{
    std::string before;
    std::string after;
    std::string manifest;
    std::string split;
    bool json = false;
};

/// The tags of the model's engine as indices into `classes`; the number of classes: none of them.
Result<std::vector<std::optional<std::size_t>>> tagsOf(const std::string& model,
                                                       const std::vector<std::filesystem::path>& images,
                                                       const std::vector<std::string>& classes,
                                                       const std::stop_token& stop)
{
    const auto weights = findModel(model);
    if (!weights)
        return tl::unexpected(weights.error());
    const auto engine = Engine::load(*weights);
    if (!engine)
        return tl::unexpected(engine.error());
    const auto said = tagImages(**engine, images, decodeForTraining, stop);
    if (!said)
        return tl::unexpected(said.error());
    std::vector<std::optional<std::size_t>> tags;
    for (const auto& prediction : *said) {
        if (!prediction) {
            tags.emplace_back();
            continue;
        }
        const std::string& name =
            (*engine)->model().classes[static_cast<std::size_t>(prediction->classIndex)];
        tags.emplace_back(static_cast<std::size_t>(std::ranges::find(classes, name) - classes.begin()));
    }
    return tags;
}

int compare(const CompareOptions& options, const std::stop_token& stop)
{
    const auto manifest = Manifest::read(options.manifest);
    if (!manifest)
        return fail(Failed, manifest.error().message);
    std::vector<std::filesystem::path> images;
    std::vector<std::string> labels;
    for (const ManifestRow& row : manifest->rows) {
        if (!options.split.empty() && row.split != options.split)
            continue;
        images.push_back(row.path);
        labels.push_back(row.label);
    }
    if (images.empty())
        return fail(Failed, options.manifest + " has no image" +
                                (options.split.empty() ? "." : " of split \"" + options.split + "\"."));
    std::vector<std::string> classes = labels;
    std::ranges::sort(classes);
    const auto repeated = std::ranges::unique(classes);
    classes.erase(repeated.begin(), repeated.end());
    const auto before = tagsOf(options.before, images, classes, stop);
    if (!before)
        return fail(Failed, before.error().message);
    const auto after = tagsOf(options.after, images, classes, stop);
    if (!after)
        return fail(Failed, after.error().message);
    std::vector<PairedTag> tags;
    for (std::size_t i = 0; i < images.size(); ++i)
        if ((*before)[i] && (*after)[i])
            tags.push_back({static_cast<std::size_t>(std::ranges::find(classes, labels[i]) - classes.begin()),
                            *(*before)[i], *(*after)[i]});
    const ModelComparison result = compareTags(tags, classes.size());
    const std::size_t unreadable = images.size() - tags.size();
    if (options.json) {
        std::cout << dump({{"images", result.images},
                           {"unreadable", unreadable},
                           {"macro_f1_before", result.macroF1Before},
                           {"macro_f1_after", result.macroF1After},
                           {"difference", result.difference},
                           {"difference_interval",
                            {result.intervalOfDifference.low, result.intervalOfDifference.high}},
                           {"mended", result.mended},
                           {"broken", result.broken},
                           {"worse", result.isWorse()}})
                  << '\n';
    } else {
        std::printf("%zu images: macro F1 %.4f [%.4f, %.4f] -> %.4f [%.4f, %.4f], change %+.4f [%+.4f, %+.4f]\n"
                    "%zu mended, %zu broken.%s\n",
                    result.images, result.macroF1Before, result.intervalBefore.low,
                    result.intervalBefore.high, result.macroF1After, result.intervalAfter.low,
                    result.intervalAfter.high, result.difference, result.intervalOfDifference.low,
                    result.intervalOfDifference.high, result.mended, result.broken,
                    result.isWorse() ? " The second is worse beyond what chance explains." : "");
        std::fflush(stdout);
    }
    return unreadable > 0 ? SomeUnreadable : AllDone;
}

struct ChangesOptions
{
    std::string before;
    std::string after;
    std::string catalog;
    std::string folder;
    bool json = false;
};

int changes(const ChangesOptions& options)
{
    std::string digests[2];
    const std::string* names[] = {&options.before, &options.after};
    for (int i = 0; i < 2; ++i) {
        const auto weights = findModel(*names[i]);
        if (!weights)
            return fail(Failed, weights.error().message);
        const auto info = readModelInfo(*weights);
        if (!info)
            return fail(Failed, info.error().message);
        digests[i] = info->digest;
    }
    const auto catalog = existingCatalog(options.catalog);
    if (!catalog)
        return fail(Failed, catalog.error().message);
    const auto found =
        tagChanges(**catalog, QString::fromStdString(options.folder), digests[0], digests[1]);
    if (!found)
        return fail(Failed, found.error().message);
    if (options.json) {
        Json counts = Json::array();
        for (const auto& [pair, count] : found->counts())
            counts.push_back({{"before", pair.first.toStdString()},
                              {"after", pair.second.toStdString()},
                              {"images", count}});
        Json images = Json::array();
        for (const TagChange& change : found->images)
            images.push_back({{"path", change.path.toStdString()},
                              {"before", change.before.toStdString()},
                              {"after", change.after.toStdString()},
                              {"label", change.label.isEmpty() ? Json() : Json(change.label.toStdString())}});
        std::cout << dump({{"compared", found->compared}, {"changed", found->images.size()},
                           {"counts", counts}, {"images", images}})
                  << '\n';
        return AllDone;
    }
    std::cout << found->images.size() << " of " << found->compared << " images are tagged otherwise.\n";
    for (const auto& [pair, count] : found->counts())
        std::printf("%8lld  %s -> %s\n", static_cast<long long>(count), qPrintable(pair.first),
                    qPrintable(pair.second));
    for (const TagChange& change : found->images)
        std::printf("%s: %s -> %s\n", qPrintable(change.path), qPrintable(change.before),
                    qPrintable(change.after));
    std::fflush(stdout);
    return AllDone;
}

} // namespace

void addModelVersionCommands(CLI::App& models, Invocation& invocation)
{
    const auto json = std::make_shared<bool>(false);
    auto* list = models.add_subcommand("versions", "Lists the models adopted so far and which is in use");
    list->add_flag("--json", *json, "One JSON object");
    list->callback([&invocation, json] { invocation.run = [json] { return versions(*json); }; });

    const auto file = std::make_shared<std::string>();
    const auto name = std::make_shared<std::string>();
    auto* adopting = models.add_subcommand("adopt", "Keeps a weights file and uses it from now on");
    adopting->add_option("FILE", *file, "Weights file (.safetensors)")->required();
    adopting->add_option("--name", *name, "What it is called; else after the file");
    adopting->callback([&invocation, file, name] {
        invocation.run = [file, name] { return adopt(*file, *name); };
    });

    const auto which = std::make_shared<std::string>("previous");
    auto* restoring = models.add_subcommand("restore", "Goes back to another model");
    restoring->add_option("WHICH", *which, "previous, shipped, a digest (or its beginning) or a name")
        ->capture_default_str();
    restoring->callback(
        [&invocation, which] { invocation.run = [which] { return restore(*which); }; });

    const auto comparison = std::make_shared<CompareOptions>();
    auto* comparing = models.add_subcommand("compare", "Two models on the same labelled images");
    comparing->add_option("BEFORE", comparison->before, "A model's name or weights file")->required();
    comparing->add_option("AFTER", comparison->after, "The other")->required();
    comparing->add_option("--manifest", comparison->manifest, "CSV with path and label")->required();
    comparing->add_option("--split", comparison->split, "Only rows with this in their column split");
    comparing->add_flag("--json", comparison->json, "One JSON object");
    comparing->callback([&invocation, comparison] {
        invocation.run = [&invocation, comparison] { return compare(*comparison, invocation.stop); };
    });

    const auto change = std::make_shared<ChangesOptions>();
    auto* changing = models.add_subcommand(
        "changes", "Which images of a catalog two models tag otherwise (classify with the second first)");
    changing->add_option("BEFORE", change->before, "A model's name or weights file")->required();
    changing->add_option("AFTER", change->after, "The other")->required();
    changing->add_option("--catalog", change->catalog, "Catalog with the tags of both")->required();
    changing->add_option("--folder", change->folder, "Only what lies under this folder");
    changing->add_flag("--json", change->json, "One JSON object");
    changing->callback(
        [&invocation, change] { invocation.run = [change] { return changes(*change); }; });
}

} // namespace ir::cli
