#pragma once

#include "catalog/records.h"

#include <filesystem>
#include <functional>
#include <stop_token>
#include <vector>

namespace ir {

/// Called by scanFiles, in its thread.
struct ScanCallbacks
{
    /// A DICOM or image file, in the order of its folder's names; each file once, also where links or a
    /// DICOMDIR lead to it twice.
    std::function<void(const ScannedFile&)> found;
    /// One sentence: a folder or file that cannot be read and is left out.
    std::function<void(const std::string&)> notice;
    /// A root that is not there, cannot be read or is neither a folder, DICOM nor an image, and the sentence why.
    std::function<void(const std::filesystem::path&, const std::string&)> unusableRoot;
};

/// Finds DICOM and image files by content under `roots`, folders depth first. A DICOMDIR found on the way is
/// left out (the walk meets its files); one named as a root stands for the files it lists. Links to folders
/// are followed, loops are not; they come last, so that a file goes by its own name. Our own `.imaging-router` folders are skipped. False when it was stopped.
bool scanFiles(const std::vector<std::filesystem::path>& roots, const ScanCallbacks& callbacks,
               const std::stop_token& stop);

} // namespace ir
