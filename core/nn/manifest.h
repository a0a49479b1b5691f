#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace ir {

/// One image of a training manifest.
struct ManifestRow
{
    std::filesystem::path path; ///< absolute, or relative to the working directory as the manifest is
    std::string listedPath;     ///< as written in the manifest
    std::string label;
    std::string group;  ///< patient or study; the listed path where the manifest has none
    std::string split;  ///< "train", "val", …
    std::string source; ///< may be empty
    /// In the place of the label: what the net that the run starts from says of the image as augmented
    /// (learning without forgetting, Li & Hoiem 2016, arXiv:1606.09282).
    bool imitates = false;
};

/// A line of a corrections file, see Manifest::correct().
struct Correction
{
    std::string path;  ///< as listed in the manifest
    std::string label; ///< the right one, or "exclude"; empty takes an earlier correction back
    std::string reason;
    friend bool operator==(const Correction&, const Correction&) = default;
};

/// Writes corrections into a CSV, atomically. What an existing file says of other images stays, with its columns. Returns
/// how many it has now. Errors: the file is no corrections file, or cannot be written.
[[nodiscard]] Result<std::size_t> addCorrections(const std::filesystem::path& file,
                                                 const std::vector<Correction>& corrections);

/// A training manifest: CSV with the columns path, label and, where there are any, group, split, source.
/// Paths are relative to the manifest.
struct Manifest
{
    std::vector<ManifestRow> rows;
    std::size_t corrected = 0; ///< rows whose label a correction changed
    std::size_t excluded = 0;  ///< rows a correction took out
    std::vector<std::string> notes; ///< sentences on corrections that met no row

    /// Errors: unreadable; no path or label column; a path listed twice; a group in more than one of the
    /// splits train, val and test, or in one of them and another split.
    [[nodiscard]] static Result<Manifest> read(const std::filesystem::path& path);

    /// Applies a corrections CSV (columns path, label; label "exclude" takes the image out; other columns,
    /// such as a reason, are for people). Paths as listed in the manifest.
    [[nodiscard]] Result<void> correct(const std::filesystem::path& corrections);

    /// SHA-256 over path, label, group, split and source of every row, in order of path.
    [[nodiscard]] std::string digest() const;
};

} // namespace ir
