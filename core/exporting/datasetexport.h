#pragma once

#include "base/result.h"
#include "dicom/deidentify/deidentifier.h"
#include "exporting/sortedexport.h"
#include "exporting/trainingset.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace ir {

/// One labelled image that is to go into a data set. Texts are UTF-8.
struct DatasetItem
{
    std::filesystem::path source; ///< DICOM, PNG, JPEG or TIFF
    std::string label;
    std::string
        group; ///< whose image it is; empty: the patient of its header, else the image stands alone
    std::string split; ///< empty: to be given one
};

/// How the labels are written down beside manifest.csv, which is always there.
enum class DatasetFormat {
    ImageFolder, ///< images/<split>/<label>/ as torchvision reads it; the images lie so in any case
    Coco,        ///< coco_<split>.json: COCO's object form, a box around the whole image
    LabelStudio, ///< label_studio.json: tasks with choices, and the labelling interface they fit
    FiftyOne     ///< fiftyone.json: labels of a FiftyOneImageClassificationDataset over images/
};

/// Gives every item a split; items of one group must get the same. One answer an item, in order.
using DatasetSplitter =
    std::function<Result<std::vector<std::string>>(const std::vector<DatasetItem>& items)>;

struct DatasetExportOptions
{
    std::filesystem::path destination = {};
    std::string title = "Radiographs by body part";
    std::set<DatasetFormat> formats = {};
    bool dicom = false; ///< also dicom/<split>/<label>/, de-identified; DICOM sources only
    DeidentifyOptions profile = {}; ///< for those
    bool includeSuspected = false;  ///< also images that may have writing in their pixels
    int size = 512;                 ///< width and height of the PNG files
    std::vector<std::string> labelling =
        {};          ///< sentences for the datasheet: readers, rounds, agreement
    int threads = 0; ///< 0: as many as the machine has
};

struct DatasetExportReport
{
    std::map<std::string, std::map<std::string, std::size_t>> counts; ///< label → split → images
    std::size_t images = 0;                                           ///< in the data set
    std::size_t made = 0;       ///< of those by this run; others were there
    std::size_t groups = 0;     ///< of those, different
    std::size_t duplicates = 0; ///< further copies of the same bytes
    std::vector<std::pair<std::filesystem::path, std::string>> heldBack; ///< file, why
    std::vector<std::pair<std::filesystem::path, std::string>> failed;   ///< file, one sentence
    bool cancelled = false; ///< the lists were not written
};

/// Writes a data set that may leave the house:
///   images/<split>/<label>/<name>.png  8-bit grey, letterboxed on black; no metadata
///   dicom/<split>/<label>/<name>.dcm   where asked for
///   manifest.csv                       path, label, group, split (as `train` takes it), dicom
///   table1.csv, datasheet.md, SHA256SUMS, and what `formats` asks for
/// Names and groups are stand-ins under `key`: the same images under the same key have the same
/// names, so that a second run makes what is missing. Images that may have writing in their pixels
/// are held back. Groups never straddle a split. Copies of one file count once; copies with
/// different labels fail. Errors: the destination cannot be made or written; `split` failed; a
/// group in two splits.
[[nodiscard]] Result<DatasetExportReport>
exportDataset(std::vector<DatasetItem> items, const PseudonymKey& key,
              const DatasetExportOptions& options, const TrainingImageSource& load,
              const PngEncoder& encode, const DatasetSplitter& split,
              const std::function<void(const ExportProgress&)>& progress = {},
              const std::stop_token& stop = {});

} // namespace ir
