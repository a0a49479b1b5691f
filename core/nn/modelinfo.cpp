#include "nn/modelinfo.h"

#include "base/digest.h"
#include "nn/architectures/registry.h"
#include "nn/classnames.h"
#include "nn/outlier.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace ir {

namespace {

constexpr int largestInput = 2048;
constexpr const char* format = "imaging-router-1";

std::string text(double value)
{
    // Shortest text that reads back as the same number; "inf" for infinity.
    char buffer[40];
    const auto end = std::to_chars(std::begin(buffer), std::end(buffer), value);
    return {buffer, end.ptr};
}

/// Reads typed values and remembers the first that does not fit.
class Reader
{
public:
    Reader(const std::map<std::string, std::string>& metadata, std::string_view file)
        : m_metadata(metadata), m_file(file)
    {}

    std::string string(const std::string& key, bool required = true)
    {
        const auto found = m_metadata.find(key);
        if (found != m_metadata.end())
            return found->second;
        if (required)
            refuse("its metadata has no \"" + key + "\"");
        return {};
    }

    double number(const std::string& key, double least, double most)
    {
        const std::string value = string(key);
        double result = 0;
        const char* end = value.data() + value.size();
        const auto parsed = std::from_chars(value.data(), end, result);
        if (parsed.ec != std::errc() || parsed.ptr != end || !(result >= least && result <= most))
            refuse("its \"" + key + "\" is not a number from " + text(least) + " to " + text(most));
        return result;
    }

    void refuse(const std::string& why)
    {
        if (m_problem.empty())
            m_problem = "Cannot use " + m_file + " as a weights file: " + why + ".";
    }
    [[nodiscard]] const std::string& problem() const { return m_problem; }

private:
    const std::map<std::string, std::string>& m_metadata;
    std::string m_file;
    std::string m_problem;
};

std::vector<std::string> readClasses(Reader& reader)
{
    const auto list = nlohmann::json::parse(reader.string("classes"), nullptr, false);
    std::vector<std::string> classes;
    if (list.is_array())
        for (const auto& name : list)
            if (name.is_string())
                classes.push_back(name.get<std::string>());
    if (classes.size() != list.size() || !checkClassNames(classes))
        reader.refuse("its \"classes\" is not a list of 2 to 1000 different names");
    return classes;
}

Result<void> checkTensors(const ModelFile& file, std::string_view name)
{
    const std::string refused = "Cannot use " + std::string(name) + " as a weights file: ";
    const auto specs = tensorSpecs(file.info.architecture, static_cast<int>(file.info.classes.size()));
    std::size_t known = 0;
    for (const TensorSpec& spec : specs) {
        const Safetensors::Entry* entry = file.tensors.find(spec.name);
        if (!entry)
            return failure(refused + "tensor \"" + spec.name + "\" of " + file.info.architecture +
                           " is missing.");
        if (entry->type != Safetensors::Type::F32 || entry->shape != spec.shape)
            return failure(refused + "tensor \"" + spec.name + "\" is not of the shape or type that " +
                           file.info.architecture + " has.");
        ++known;
    }
    const auto* projection = file.tensors.find(outlierProjection);
    const auto* offset = file.tensors.find(outlierOffset);
    const auto* centres = file.tensors.find(outlierCentres);
    const bool any = projection || offset || centres;
    if (any) {
        const std::int64_t features = findArchitecture(file.info.architecture)->featureCount;
        const bool fits = projection && offset && centres && projection->shape.size() == 2 &&
                          offset->shape.size() == 1 && centres->shape.size() == 2 &&
                          projection->shape[0] == features && projection->shape[1] > 0 &&
                          offset->shape[0] == projection->shape[1] &&
                          centres->shape[1] == projection->shape[1] && centres->shape[0] > 0 &&
                          projection->type == Safetensors::Type::F32 &&
                          offset->type == Safetensors::Type::F32 &&
                          centres->type == Safetensors::Type::F32;
        if (!fits)
            return failure(refused + "its outlier tensors do not fit each other.");
        known += 3;
    }
    if (known != file.tensors.tensors().size())
        return failure(refused + "it holds tensors that " + file.info.architecture + " does not have.");
    return {};
}

} // namespace

Result<ModelInfo> modelInfoFromMetadata(const std::map<std::string, std::string>& metadata,
                                        std::string_view file)
{
    Reader reader(metadata, file);
    ModelInfo info;
    if (reader.string("format") != format)
        reader.refuse(std::string("its \"format\" is not ") + format);
    info.architecture = reader.string("architecture");
    const Architecture* architecture = findArchitecture(info.architecture);
    if (!architecture)
        reader.refuse("its architecture \"" + info.architecture.substr(0, 80) + "\" is not known here");
    info.classes = readClasses(reader);
    const double least = architecture ? architecture->minimumInput : 1;
    const double size = reader.number("input_size", least, largestInput);
    if (size != std::floor(size))
        reader.refuse("its \"input_size\" is not a whole number");
    info.input.size = static_cast<int>(size);
    const std::string fit = reader.string("fit");
    if (fit != "letterbox" && fit != "squash")
        reader.refuse("its \"fit\" is neither letterbox nor squash");
    info.input.fit = fit == "squash" ? Fit::Squash : Fit::Letterbox;
    const std::string crop = reader.string("crop_margins");
    if (crop != "true" && crop != "false")
        reader.refuse("its \"crop_margins\" is neither true nor false");
    info.input.cropMargins = crop == "true";
    const std::string stretch = reader.string("stretch_greys");
    if (stretch != "true" && stretch != "false")
        reader.refuse("its \"stretch_greys\" is neither true nor false");
    info.input.stretchGreys = stretch == "true";
    const std::string mirror = reader.string("mirror", false); // files from before have none
    if (!mirror.empty() && mirror != "true" && mirror != "false")
        reader.refuse("its \"mirror\" is neither true nor false");
    info.input.mirror = mirror == "true";
    info.input.mean = static_cast<float>(reader.number("mean", -10, 10));
    info.input.stddev = static_cast<float>(reader.number("stddev", 1e-3, 10));
    info.temperature = reader.number("temperature", 1e-2, 1e2);
    info.reviewThreshold = reader.number("review_threshold", 0, 1);
    info.outlierThreshold =
        reader.number("outlier_threshold", 0, std::numeric_limits<double>::infinity());
    info.trainingDataDigest = reader.string("training_data_digest", false);
    info.recipe = reader.string("recipe", false);
    info.metrics = reader.string("metrics", false);
    if (!reader.problem().empty())
        return failure(reader.problem());
    info.parameterCount = parameterCount(info.architecture, static_cast<int>(info.classes.size()));
    return info;
}

std::map<std::string, std::string> metadataOf(const ModelInfo& info)
{
    return {{"format", format},
            {"architecture", info.architecture},
            {"classes", nlohmann::json(info.classes).dump()},
            {"input_size", std::to_string(info.input.size)},
            {"fit", info.input.fit == Fit::Squash ? "squash" : "letterbox"},
            {"crop_margins", info.input.cropMargins ? "true" : "false"},
            {"stretch_greys", info.input.stretchGreys ? "true" : "false"},
            {"mirror", info.input.mirror ? "true" : "false"},
            {"mean", text(static_cast<double>(info.input.mean))},
            {"stddev", text(static_cast<double>(info.input.stddev))},
            {"temperature", text(info.temperature)},
            {"review_threshold", text(info.reviewThreshold)},
            {"outlier_threshold", text(info.outlierThreshold)},
            {"training_data_digest", info.trainingDataDigest},
            {"recipe", info.recipe},
            {"metrics", info.metrics}};
}

Result<ModelFile> readModelFile(const std::filesystem::path& path)
{
    auto tensors = Safetensors::read(path);
    if (!tensors)
        return tl::unexpected(tensors.error());
    auto info = modelInfoFromMetadata(tensors->metadata(), path.string());
    if (!info)
        return tl::unexpected(info.error());
    info->digest = tensors->digest();
    info->path = path;
    ModelFile file{std::move(*info), std::move(*tensors)};
    if (auto checked = checkTensors(file, path.string()); !checked)
        return tl::unexpected(checked.error());
    return file;
}

Result<ModelInfo> readModelInfo(const std::filesystem::path& path)
{
    auto file = readModelFile(path);
    if (!file)
        return tl::unexpected(file.error());
    return std::move(file->info);
}

Result<void> writeModelFile(const std::filesystem::path& path, ModelInfo& info,
                            const std::vector<Safetensors::Entry>& tensors)
{
    if (auto written = Safetensors::write(path, tensors, metadataOf(info)); !written)
        return written;
    auto digest = sha256OfFile(path);
    if (!digest)
        return tl::unexpected(digest.error());
    info.digest = std::move(*digest);
    info.path = path;
    info.parameterCount = parameterCount(info.architecture, static_cast<int>(info.classes.size()));
    return {};
}

} // namespace ir
