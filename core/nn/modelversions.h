#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace ir {

/// A model somebody put to use on this machine, with what it came from and how it did.
struct ModelVersion
{
    std::string name;   ///< in the store; what findModel() takes
    std::filesystem::path path;
    std::string digest; ///< SHA-256 of the weights file, hex
    std::string parent; ///< digest of the model it was fine-tuned from; empty: not known
    std::string adopted; ///< when, UTC, "2026-11-25T14:03:00Z"
    std::string metrics; ///< JSON, as in the weights file
    bool isCurrent = false;
    bool isMissing = false; ///< its file is gone from the store
};

/// The models adopted so far, oldest first. The store is the folder userModelsFolder() with "versions.json"
/// in it, which logs every adoption and every change of the current model; both only grow. An empty store is
/// an empty list. Error: the log is damaged.
[[nodiscard]] Result<std::vector<ModelVersion>> modelVersions();

/// Copies a weights file into the store (once for the same bytes) and makes it the current model. `name` is
/// what it is called there, made unique by date and digest; empty: after the file. Error: it is no
/// weights file; the store cannot be written.
[[nodiscard]] Result<ModelVersion> adoptModel(const std::filesystem::path& file,
                                              const std::string& name = {});

/// Makes another model the current one: a digest or its beginning, a name in the store, "previous" (the one
/// that was current before) or "shipped". Returns the weights file that is used from now on.
[[nodiscard]] Result<std::filesystem::path> restoreModel(const std::string& which);

/// The weights file of the current model: the one adopted or restored last, else the shipped one. Error: its
/// file is gone; says how to go back.
[[nodiscard]] Result<std::filesystem::path> currentModel();

/// Whether restoreModel("previous") has something to go back to.
[[nodiscard]] bool hasPreviousModel();

} // namespace ir
