#pragma once

#include "base/result.h"
#include "exporting/sortedexport.h"
#include "image/grayimage.h"

#include <filesystem>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace ir {

/// One labelled image for training.
struct TrainingItem
{
    std::filesystem::path source;
    std::string label;
    DecidedBy decidedBy = DecidedBy::Model;
    bool needsReview = false;
    std::string digest; ///< SHA-256 of the file, hex; must not be empty
    /// Whose image it is: patient ID, else study UID, else empty (the image stands for itself). Only a salted
    /// hash of it leaves the house.
    std::string owner;
};

/// Whose labels are taken.
enum class TrainingLabels {
    Corrected, ///< only where a person disagreed with the model
    ByPeople,  ///< corrected or confirmed
    All,       ///< the model's own where no person spoke, but for those that need review
};

/// The display image of a file with its longest side at most `longestSide` pixels.
using TrainingImageSource =
    std::function<Result<GrayImage>(const std::filesystem::path& file, int longestSide)>;
using PngEncoder = std::function<std::string(const GrayImage&)>;

struct TrainingExportOptions
{
    std::filesystem::path destination;
    TrainingLabels labels = TrainingLabels::ByPeople;
    int size = 512; ///< width and height of the PNG files, pixels
    double validation = 0.1; ///< share of owners, by a hash of theirs: the same in every export
    double test = 0.1;
};

struct TrainingExportReport
{
    std::map<std::string, std::size_t> countByLabel;
    std::map<std::string, std::size_t> countBySplit;
    std::size_t skipped = 0;    ///< labels not asked for
    std::size_t duplicates = 0; ///< further copies of the same bytes
    std::vector<std::pair<std::filesystem::path, std::string>> failed; ///< file, reason
    bool cancelled = false;
    std::string error; ///< one sentence; not empty: it had to stop
    std::filesystem::path manifest;
};

/// What exportTrainingSet() would write; files that turn out to be unreadable are not known yet.
struct TrainingExportPlan
{
    std::map<std::string, std::size_t> countByLabel;
    std::map<std::string, std::size_t> countBySplit;
    std::size_t skipped = 0;      ///< labels not asked for
    std::size_t duplicates = 0;   ///< further copies of the same bytes
    std::size_t notRead = 0;      ///< wanted, but not read yet
    std::size_t alreadyThere = 0; ///< made by an earlier export
};

/// Looks at the items and at the destination, and writes nothing.
[[nodiscard]] TrainingExportPlan planTrainingSet(const std::vector<TrainingItem>& items,
                                                 const TrainingExportOptions& options);

/// Writes images/<label>/<digest>.png, 8-bit grey, letterboxed on black (the shape is kept), manifest.csv
/// (path, label, group, split) as `train` takes it, and manifest.json, which says how it was made. Images that
/// are there already are not made again. Groups never straddle a split.
[[nodiscard]] Result<TrainingExportReport>
exportTrainingSet(const std::vector<TrainingItem>& items, const TrainingExportOptions& options,
                  const TrainingImageSource& load, const PngEncoder& encode,
                  const std::function<void(const ExportProgress&)>& progress = {},
                  const std::stop_token& stop = {});

} // namespace ir
