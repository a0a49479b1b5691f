#pragma once

#include "base/result.h"
#include "nn/modelinfo.h"

#include <filesystem>
#include <string>
#include <vector>

namespace ir {

inline constexpr const char* kDefaultModel = "mobilenet_v1"; ///< the shipped one
/// Whatever model is in use: see currentModel() in nn/modelversions.h.
inline constexpr const char* kCurrentModel = "current";

/// The user's own models, ($XDG_DATA_HOME, else ~/.local/share)/imaging-router/models, whether it exists or
/// not; empty where there is no home.
[[nodiscard]] std::filesystem::path userModelsFolder();

/// Folders that may hold models, in the order they are searched: beside the program as installed
/// (<bindir>/../share/imaging-router/models), the source tree's models/ in a development build, and the
/// user's own. Only folders that exist.
[[nodiscard]] std::vector<std::filesystem::path> modelFolders();

struct InstalledModel
{
    std::string name;           ///< file name without ".safetensors"; what --model takes
    std::filesystem::path path;
    ModelInfo info;             ///< default where `problem` is set
    std::string problem;        ///< why the file cannot be used; empty when it can
};

/// Every *.safetensors in the model folders, sorted by name within a folder; a name already seen in an
/// earlier folder is left out. Reads headers and digests the files, builds no net.
[[nodiscard]] std::vector<InstalledModel> installedModels();

/// The weights file for a name as installedModels() gives it, for kCurrentModel, or for a path. Error: names
/// what there is.
[[nodiscard]] Result<std::filesystem::path>
findModel(const std::string& nameOrPath = kCurrentModel);

} // namespace ir
