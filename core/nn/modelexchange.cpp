#include "nn/modelexchange.h"

#include "base/atomicfile.h"
#include "base/prediction.h"
#include "nn/architectures/foreignnames.h"
#include "nn/architectures/network_p.h"
#include "nn/classnames.h"
#include "nn/outlier.h"
#include "nn/pretrained_p.h"
#include "nn/trainstate_p.h"

#include <nlohmann/json.hpp>

namespace ir {

namespace fs = std::filesystem;

namespace {

// The means over the three colours of what torchvision's ImageNet nets are trained with.
constexpr float imageNetMean = 0.449F;
constexpr float imageNetDeviation = 0.226F;

Result<void> checkOptions(const ImportOptions& options)
{
    const Architecture* architecture = findArchitecture(options.architecture);
    if (!architecture)
        return failure(options.architecture.empty()
                           ? std::string("The file does not say which architecture it is of: name it.")
                           : "There is no architecture \"" + options.architecture + "\".");
    const int size = options.inputSize;
    if (size != 0 && (size < architecture->minimumInput || size > 2048))
        return failure("The input size must be between " + std::to_string(architecture->minimumInput) +
                       " and 2048 pixels.");
    return checkClassNames(options.classes);
}

ModelInfo infoOfForeign(const ImportOptions& options)
{
    ModelInfo info;
    info.architecture = options.architecture;
    info.input.size = findArchitecture(options.architecture)->defaultInput;
    info.input.mean = imageNetMean;
    info.input.stddev = imageNetDeviation;
    return info;
}

} // namespace

Result<ImportReport> importModel(const fs::path& from, const fs::path& to, const ImportOptions& given)
{
    ImportOptions options = given;
    const auto own = readModelFile(from);
    if (own && options.architecture.empty())
        options.architecture = own->info.architecture;
    if (options.classes.empty())
        options.classes = own ? own->info.classes : defaultClasses();
    if (own && own->info.architecture != options.architecture)
        return failure(from.string() + " holds weights of " + own->info.architecture + ", not of " +
                       options.architecture + ".");
    if (auto checked = checkOptions(options); !checked)
        return tl::unexpected(checked.error());
    try {
        torch::manual_seed(options.seed);
        const auto network = nn::makeNetwork(options.architecture, static_cast<int>(options.classes.size()));
        const auto taken = nn::initialise(*network, options.architecture, from, {});
        if (!taken)
            return tl::unexpected(taken.error());
        const bool otherClasses = own && own->info.classes != options.classes;
        if (otherClasses)
            network->resetClassifier(); // as many outputs may mean other things
        ImportReport report;
        report.newClassifier = taken->newClassifier || otherClasses;
        report.model = own ? own->info : infoOfForeign(options);
        report.model.classes = options.classes;
        if (options.inputSize != 0)
            report.model.input.size = options.inputSize;
        if (report.newClassifier || !own) {
            report.model.temperature = 1;
            report.model.reviewThreshold = 1;
        }
        auto tensors = nn::copiesOf(*network);
        std::vector<Safetensors::Entry> entries;
        for (const auto& [name, tensor] : tensors)
            entries.push_back(nn::toEntry(name, tensor));
        for (const auto name : {outlierProjection, outlierOffset, outlierCentres})
            if (const auto* outliers = own ? own->tensors.find(name) : nullptr)
                entries.push_back(*outliers);
        if (auto written = writeModelFile(to, report.model, entries); !written)
            return tl::unexpected(written.error());
        return report;
    } catch (const std::exception& problem) {
        return failure("Cannot import " + from.string() + ".", problem.what());
    }
}

Result<void> exportModel(const fs::path& from, const fs::path& to, TensorNames names)
{
    const auto file = readModelFile(from);
    if (!file)
        return tl::unexpected(file.error());
    if (names == TensorNames::Own) {
        const auto bytes = readFile(from);
        return bytes ? writeFileAtomically(to, *bytes) : tl::unexpected(bytes.error());
    }
    std::vector<Safetensors::Entry> entries;
    for (const auto& [name, entry] : file->tensors.tensors()) {
        if (name.starts_with("outlier."))
            continue;
        entries.push_back(entry);
        entries.back().name = torchvisionName(file->info.architecture, name);
        if (entries.back().name.empty())
            return failure("torchvision has no " + file->info.architecture +
                           ": export it under its own names.");
    }
    return Safetensors::write(to, entries,
                              {{"format", "pt"},
                               {"architecture", file->info.architecture},
                               {"classes", nlohmann::json(file->info.classes).dump()}});
}

} // namespace ir
