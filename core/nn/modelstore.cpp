#include "nn/modelstore.h"

#include "nn/modelversions.h"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace ir {

namespace fs = std::filesystem;

namespace {

constexpr const char* extension = ".safetensors";

fs::path programFolder()
{
    std::error_code failed;
    const fs::path program = fs::read_symlink("/proc/self/exe", failed);
    return failed ? fs::path() : program.parent_path();
}

bool isBelow(const fs::path& path, const fs::path& folder)
{
    const auto [end, ignored] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
    return !folder.empty() && end == folder.end();
}

fs::path userDataFolder()
{
    const char* data = std::getenv("XDG_DATA_HOME");
    if (data && fs::path(data).is_absolute())
        return data;
    const char* home = std::getenv("HOME");
    return home && *home ? fs::path(home) / ".local" / "share" : fs::path();
}

std::vector<fs::path> weightsIn(const fs::path& folder)
{
    std::vector<fs::path> files;
    std::error_code failed;
    for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        std::error_code unreadable;
        if (entry->path().extension() == extension && entry->is_regular_file(unreadable))
            files.push_back(entry->path());
    }
    std::ranges::sort(files);
    return files;
}

} // namespace

fs::path userModelsFolder()
{
    const fs::path data = userDataFolder();
    return data.empty() ? fs::path() : data / "imaging-router" / "models";
}

std::vector<fs::path> modelFolders()
{
    std::vector<fs::path> candidates;
    const fs::path program = programFolder();
    if (!program.empty())
        candidates.push_back((program / ".." / "share" / "imaging-router" / "models").lexically_normal());
#ifdef IR_BUILD_FOLDER
    // Only what runs from the build tree may look into the source tree; an installed program does not.
    if (isBelow(program, fs::path(IR_BUILD_FOLDER)))
        candidates.emplace_back(IR_SOURCE_MODELS);
#endif
    if (const fs::path own = userModelsFolder(); !own.empty())
        candidates.push_back(own);
    std::erase_if(candidates, [](const fs::path& folder) {
        std::error_code failed;
        return !fs::is_directory(folder, failed);
    });
    return candidates;
}

std::vector<InstalledModel> installedModels()
{
    std::vector<InstalledModel> models;
    std::set<std::string> seen;
    for (const fs::path& folder : modelFolders()) {
        for (const fs::path& path : weightsIn(folder)) {
            InstalledModel model;
            model.name = path.stem().string();
            model.path = path;
            if (!seen.insert(model.name).second)
                continue;
            if (auto info = readModelInfo(path))
                model.info = std::move(*info);
            else
                model.problem = info.error().message;
            models.push_back(std::move(model));
        }
    }
    return models;
}

Result<fs::path> findModel(const std::string& nameOrPath)
{
    if (nameOrPath == kCurrentModel)
        return currentModel();
    std::string names;
    for (const fs::path& folder : modelFolders()) {
        for (const fs::path& path : weightsIn(folder)) {
            if (path.stem() == nameOrPath)
                return path;
            names += (names.empty() ? "" : ", ") + path.stem().string();
        }
    }
    std::error_code failed;
    if (fs::is_regular_file(nameOrPath, failed))
        return fs::path(nameOrPath);
    return failure("There is no model \"" + nameOrPath + "\": " +
                   (names.empty() ? std::string("no model is installed; train one or give the path of a "
                                                "weights file.")
                                  : "installed are " + names + "; or give the path of a weights file."));
}

} // namespace ir
