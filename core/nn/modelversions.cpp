#include "nn/modelversions.h"

#include "base/atomicfile.h"
#include "nn/modelstore.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <ctime>

namespace ir {

namespace fs = std::filesystem;

namespace {

constexpr const char* logName = "versions.json";
constexpr std::uintmax_t largestLog = 16U << 20;

/// What versions.json holds. `switches` are digests in the order in which they became current; empty is the
/// shipped model.
struct Log
{
    std::vector<ModelVersion> versions;
    std::vector<std::string> switches;

    [[nodiscard]] std::string current() const { return switches.empty() ? std::string() : switches.back(); }
    /// The one before the current; nullptr: there is none.
    [[nodiscard]] const std::string* previous() const
    {
        for (auto it = switches.rbegin(); it != switches.rend(); ++it)
            if (*it != current())
                return &*it;
        return nullptr;
    }
    [[nodiscard]] const ModelVersion* find(const std::string& digest) const
    {
        const auto found = std::ranges::find(versions, digest, &ModelVersion::digest);
        return found == versions.end() ? nullptr : &*found;
    }
    void makeCurrent(const std::string& digest)
    {
        if (switches.empty() && !digest.empty())
            switches.emplace_back(); // the shipped model was current until now
        if (current() != digest)
            switches.push_back(digest);
    }
};

std::string now()
{
    const std::time_t time = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&time, &utc);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text;
}

Result<Log> readLog()
{
    const fs::path folder = userModelsFolder();
    const fs::path path = folder / logName;
    Log log;
    std::error_code failed;
    if (folder.empty() || !fs::exists(path, failed))
        return log;
    const auto text = readFile(path, largestLog);
    if (!text)
        return tl::unexpected(text.error());
    const auto damaged = [&](const char* why) {
        return failure("The list of adopted models " + path.string() +
                           " is damaged: repair it, or move it away to begin with the shipped model.",
                       why);
    };
    try {
        const auto json = nlohmann::json::parse(*text);
        for (const auto& entry : json.at("versions")) {
            ModelVersion version;
            version.name = entry.at("name").get<std::string>();
            version.digest = entry.at("digest").get<std::string>();
            version.parent = entry.at("parent").get<std::string>();
            version.adopted = entry.at("adopted").get<std::string>();
            version.metrics = entry.at("metrics").get<std::string>();
            if (version.name.empty() || fs::path(version.name).filename() != version.name)
                return damaged("a name that is a path");
            version.path = folder / (version.name + ".safetensors");
            version.isMissing = !fs::is_regular_file(version.path, failed);
            log.versions.push_back(std::move(version));
        }
        for (const auto& digest : json.at("switches"))
            log.switches.push_back(digest.get<std::string>());
    } catch (const nlohmann::json::exception& error) {
        return damaged(error.what());
    }
    for (ModelVersion& version : log.versions)
        version.isCurrent = version.digest == log.current();
    return log;
}

Result<void> writeLog(const Log& log)
{
    nlohmann::ordered_json versions = nlohmann::json::array();
    for (const ModelVersion& version : log.versions)
        versions.push_back({{"name", version.name},
                            {"digest", version.digest},
                            {"parent", version.parent},
                            {"adopted", version.adopted},
                            {"metrics", version.metrics}});
    const nlohmann::ordered_json json{{"versions", versions}, {"switches", log.switches}};
    return writeFileAtomically(userModelsFolder() / logName, json.dump(1) + "\n");
}

/// Letters, digits and . _ - of a name, so that it is a file name everywhere.
std::string plain(const std::string& name)
{
    std::string result;
    for (const char c : name)
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-')
            result += c;
    while (result.starts_with('.'))
        result.erase(0, 1);
    return result.empty() ? "model" : result.substr(0, 80);
}

std::string parentOf(const ModelInfo& info)
{
    const auto recipe = nlohmann::json::parse(info.recipe, nullptr, false);
    if (!recipe.is_object() || !recipe.contains("init_digest") || !recipe["init_digest"].is_string())
        return {};
    return recipe["init_digest"].get<std::string>();
}

Result<fs::path> pathOf(const Log& log, const std::string& digest)
{
    if (digest.empty())
        return findModel(kDefaultModel);
    const ModelVersion* version = log.find(digest);
    if (!version || version->isMissing)
        return failure("The weights file of the model in use" +
                       (version ? ", " + version->path.string() + "," : std::string()) +
                       " is gone: put it back, or go back with 'models restore shipped' (in the window: "
                       "Model, Restore shipped model).");
    return version->path;
}

/// The digest that `which` stands for; "" is the shipped model.
Result<std::string> chosen(const Log& log, const std::string& which)
{
    if (which == "shipped" || which == kDefaultModel)
        return std::string();
    if (which == "previous") {
        const std::string* previous = log.previous();
        if (!previous)
            return failure("There is no previous model: the model in use is the first one.");
        return *previous;
    }
    std::vector<std::string> matches;
    for (const ModelVersion& version : log.versions)
        if (version.name == which || (which.size() >= 4 && version.digest.starts_with(which)))
            matches.push_back(version.digest);
    if (matches.size() == 1)
        return matches.front();
    if (matches.size() > 1)
        return failure("Several adopted models begin with " + which + ": give more of the digest.");
    if (const auto shipped = findModel(kDefaultModel); shipped && which.size() >= 4)
        if (const auto info = readModelInfo(*shipped); info && info->digest.starts_with(which))
            return std::string();
    return failure("No adopted model is called \"" + which +
                   "\": 'models versions' lists them; \"previous\" and \"shipped\" are understood too.");
}

} // namespace

Result<std::vector<ModelVersion>> modelVersions()
{
    auto log = readLog();
    if (!log)
        return tl::unexpected(log.error());
    return std::move(log->versions);
}

Result<ModelVersion> adoptModel(const fs::path& file, const std::string& name)
{
    auto log = readLog();
    if (!log)
        return tl::unexpected(log.error());
    const auto info = readModelInfo(file);
    if (!info)
        return tl::unexpected(info.error());
    const fs::path folder = userModelsFolder();
    if (folder.empty())
        return failure("There is no place to keep models: neither XDG_DATA_HOME nor HOME is set.");

    auto known = std::ranges::find(log->versions, info->digest, &ModelVersion::digest);
    if (known == log->versions.end()) {
        ModelVersion version;
        version.digest = info->digest;
        version.parent = parentOf(*info);
        version.adopted = now();
        version.metrics = info->metrics;
        version.name = plain(name.empty() ? file.stem().string() : name) + "-" +
                       version.adopted.substr(0, 10) + "-" + version.digest.substr(0, 8);
        version.path = folder / (version.name + ".safetensors");
        version.isMissing = true;
        log->versions.push_back(std::move(version));
        known = std::prev(log->versions.end());
    }
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed)
        return failure("Cannot make the folder " + folder.string() + " for models: " + failed.message() + ".");
    if (known->isMissing) {
        const auto bytes = readFile(file);
        if (!bytes)
            return tl::unexpected(bytes.error());
        if (auto written = writeFileAtomically(known->path, *bytes); !written)
            return tl::unexpected(written.error());
        known->isMissing = false;
    }
    log->makeCurrent(known->digest);
    if (auto written = writeLog(*log); !written)
        return tl::unexpected(written.error());
    known->isCurrent = true;
    return *known;
}

Result<fs::path> restoreModel(const std::string& which)
{
    auto log = readLog();
    if (!log)
        return tl::unexpected(log.error());
    const auto digest = chosen(*log, which);
    if (!digest)
        return tl::unexpected(digest.error());
    auto path = pathOf(*log, *digest);
    if (!path)
        return path;
    if (auto info = readModelInfo(*path); !info)
        return tl::unexpected(info.error());
    if (*digest == log->current())
        return path;
    log->makeCurrent(*digest);
    if (auto written = writeLog(*log); !written)
        return tl::unexpected(written.error());
    return path;
}

Result<fs::path> currentModel()
{
    const auto log = readLog();
    if (!log)
        return tl::unexpected(log.error());
    return pathOf(*log, log->current());
}

bool hasPreviousModel()
{
    const auto log = readLog();
    return log && log->previous() != nullptr;
}

} // namespace ir
