#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace ir {

/// Whose word the class of an image is.
enum class DecidedBy {
    Model,
    Confirmed, ///< a person agreed with the model
    Corrected, ///< a person said otherwise
};

/// One file to be exported. Texts are UTF-8.
struct ExportItem
{
    std::filesystem::path source; ///< absolute
    std::string className;        ///< final class; empty: none (unreadable, not tagged yet)
    DecidedBy decidedBy = DecidedBy::Model;
    float confidence = 0; ///< of the model, 0–1
    bool needsReview = false;
    bool unreadable = false;
    std::string reason; ///< why unreadable
    std::string sopInstanceUid;
    std::string digest; ///< SHA-256 of the bytes that were tagged, hex; empty: not known, not checked
    std::string patientId;
    std::string studyDate; ///< YYYYMMDD
};

enum class ExportMode {
    Copy,
    HardLink, ///< same disk only; original and export are one file then
    Symlink,
    Move, ///< journalled: each original is at its old or its new place, whatever happens
};

/// What becomes of images that need review, and of unreadable files.
enum class ExportChoice {
    Skip,
    OwnFolder, ///< "needs_review", "unreadable"
    AsClass,   ///< where their class says; own folder where they have none
};

struct SortedExportOptions
{
    std::filesystem::path destination; ///< made if absent
    ExportMode mode = ExportMode::Copy;
    /// Name under the class's folder, without the extension, which is kept. Placeholders: {name} (of the
    /// original), {class}, {patient_id}, {study_date}, {sop_uid}, {index} (from 1). A '/' makes subfolders.
    std::string pattern = "{name}";
    ExportChoice needsReview = ExportChoice::OwnFolder;
    ExportChoice unreadable = ExportChoice::Skip;
    std::vector<std::filesystem::path> sourceRoots; ///< opened folders, to warn of exporting into one
};

/// Where one item goes.
struct PlannedFile
{
    std::size_t item = 0;             ///< index into ExportPlan::items
    std::filesystem::path relative;   ///< under the destination
    std::uintmax_t bytes = 0;
    bool isThere = false;             ///< an earlier run did it (its bytes are verified by the run)
};

/// What an export would do. Nothing has been written yet.
struct ExportPlan
{
    SortedExportOptions options;
    std::vector<ExportItem> items;
    std::vector<PlannedFile> files;
    std::map<std::string, std::size_t> countByFolder; ///< first-level folder → files
    std::uintmax_t bytesToWrite = 0;                  ///< what the destination's disk must hold in addition
    std::uintmax_t bytesFree = 0;
    std::size_t collisions = 0; ///< files that get " (2)", " (3)" … to keep them apart
    std::size_t alreadyThere = 0;
    std::vector<std::size_t> skipped; ///< items left out by choice
    std::vector<std::size_t> missing; ///< items whose source is gone
    std::vector<std::string> warnings; ///< sentences to show before starting
    std::string problem;               ///< a sentence; not empty: cannot be executed (disk too small …)
};

/// Checks pattern, sources and destination and gives every file its name: safe on any file system, apart
/// from every other one, and the same as in an earlier run into the same destination.
[[nodiscard]] Result<ExportPlan> planSortedExport(std::vector<ExportItem> items,
                                                  const SortedExportOptions& options,
                                                  const std::stop_token& stop = {});

struct ExportProgress
{
    std::size_t done = 0;
    std::size_t total = 0;
    std::uintmax_t bytesDone = 0;
    std::uintmax_t bytesTotal = 0;
    std::filesystem::path current;
};

enum class ExportStatus {
    Exported,
    AlreadyThere,
    Failed, ///< this file only; the reason says why
};

struct ExportOutcome
{
    std::size_t item = 0;
    std::filesystem::path destination; ///< absolute
    ExportStatus status = ExportStatus::Exported;
    std::string reason; ///< one sentence, where failed
    std::string digest;
};

/// What an export did, whether or not it came to its end.
struct ExportReport
{
    std::vector<ExportOutcome> outcomes; ///< of every file that was dealt with
    std::size_t exported = 0;
    std::size_t alreadyThere = 0;
    std::size_t failed = 0;
    bool cancelled = false;
    std::string error; ///< one sentence; not empty: it had to stop (disk full, not writable …)
    std::filesystem::path manifestCsv;
    std::filesystem::path manifestJson;
    /// Old → new path of every original that was moved, by this run or an interrupted one before it.
    std::vector<std::pair<std::filesystem::path, std::filesystem::path>> moved;

    [[nodiscard]] bool isComplete() const { return !cancelled && error.empty() && failed == 0; }
};

/// Does what was planned, in the calling thread; `progress` is called before each file and at the end.
/// Stops at the next file (or MiB of one) when asked. Files appear whole or not at all, and none is ever
/// overwritten; after an interruption of any kind, planning and executing again completes the rest. Writes
/// manifest.csv and manifest.json into the destination, of all that was ever exported there.
/// Errors (nothing was exported): the plan's problem; another export into the same folder is running; the
/// destination cannot be written.
[[nodiscard]] Result<ExportReport>
executeSortedExport(const ExportPlan& plan,
                    const std::function<void(const ExportProgress&)>& progress = {},
                    const std::stop_token& stop = {});

/// "copy", "hardlink", "symlink", "move"; "model", "confirmed", "corrected": as in manifests and options.
[[nodiscard]] std::string toString(ExportMode mode);
[[nodiscard]] std::string toString(DecidedBy decidedBy);

} // namespace ir
