#include "exporting/datasetexport.h"

#include "base/atomicfile.h"
#include "base/digest.h"
#include "base/parallel.h"
#include "dicom/dicomprobe.h"
#include "exporting/datasetformats_p.h"
#include "exporting/deidentifyrun.h"
#include "exporting/letterbox_p.h"
#include "exporting/names_p.h"
#include "image/textmarks.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <system_error>

namespace ir {

namespace {

namespace fs = std::filesystem;
using exporting::DatasetRow;

constexpr int kLookedAtSide = 2048; ///< as burnedInSuspicions() looks

/// An item with what its file says.
struct Source
{
    DatasetItem item;
    std::string digest;
    std::string name;    ///< its stand-in
    std::string problem; ///< a sentence; not empty: it cannot be used
    bool isDicom = false;
    bool isDuplicate = false;
};

class DatasetExport
{
public:
    DatasetExport(const PseudonymKey& key, const DatasetExportOptions& options,
                  const TrainingImageSource& load, const PngEncoder& encode,
                  const std::function<void(const ExportProgress&)>& progress,
                  const std::stop_token& stop)
        : m_key(key), m_options(options), m_load(load), m_encode(encode), m_progress(progress),
          m_stop(stop)
    {
    }

    /// Digests, stand-ins and groups.
    void look(std::vector<DatasetItem> items)
    {
        m_sources.resize(items.size());
        parallelFor(items.size(), threadsOrAll(m_options.threads), m_stop, [&](std::size_t i) {
            m_sources[i].item = std::move(items[i]);
            look(m_sources[i]);
        });
        std::map<std::string, const Source*> first;
        for (Source& source : m_sources) {
            if (!source.problem.empty())
                continue;
            const auto [known, isNew] = first.emplace(source.name, &source);
            if (isNew)
                continue;
            if (known->second->item.label != source.item.label)
                source.problem = source.item.source.string() + " is the same image as " +
                                 known->second->item.source.string() +
                                 " with another label: " + source.item.label + " and " +
                                 known->second->item.label + ".";
            else
                source.isDuplicate = true;
        }
    }

    Result<void> split(const DatasetSplitter& splitter)
    {
        std::vector<DatasetItem> items;
        std::vector<Source*> used;
        for (Source& source : m_sources)
            if (isUsed(source)) {
                items.push_back(source.item);
                used.push_back(&source);
            }
        const auto splits = splitter(items);
        if (!splits)
            return tl::unexpected(splits.error());
        std::map<std::string, std::string> splitOfGroup;
        for (std::size_t i = 0; i < used.size(); ++i) {
            used[i]->item.split = (*splits)[i];
            const auto [known, isNew] = splitOfGroup.emplace(used[i]->item.group, (*splits)[i]);
            if (!isNew && known->second != (*splits)[i])
                return failure("The group of " + used[i]->item.source.string() +
                               " is in the splits " + known->second + " and " + (*splits)[i] +
                               ": 'dataset split --force' brings groups together.");
        }
        return {};
    }

    /// Pictures.
    Result<void> make()
    {
        ExportProgress state;
        state.total = m_sources.size();
        std::vector<std::optional<DatasetRow>> rows(m_sources.size());
        parallelFor(m_sources.size(), threadsOrAll(m_options.threads), m_stop, [&](std::size_t i) {
            if (isUsed(m_sources[i]))
                rows[i] = make(m_sources[i]);
            const std::scoped_lock lock(m_mutex);
            ++state.done;
            state.current = m_sources[i].item.source;
            if (m_progress)
                m_progress(state);
        });
        for (std::size_t i = 0; i < rows.size(); ++i) {
            m_report.duplicates += m_sources[i].isDuplicate ? 1 : 0;
            if (!m_sources[i].problem.empty())
                m_report.failed.emplace_back(m_sources[i].item.source, m_sources[i].problem);
            if (rows[i])
                m_rows.push_back(std::move(*rows[i]));
        }
        std::ranges::sort(m_rows, {}, &DatasetRow::path);
        std::ranges::sort(m_report.heldBack);
        std::set<std::string> groups;
        for (const DatasetRow& row : m_rows) {
            ++m_report.counts[row.label][row.split];
            groups.insert(row.group);
        }
        m_report.images = m_rows.size();
        m_report.groups = groups.size();
        m_report.cancelled = m_stop.stop_requested();
        if (!m_error.empty())
            return failure(m_error);
        return {};
    }

    /// Lists and checksums; the latter last: they vouch for all.
    Result<DatasetExportReport> describe()
    {
        if (m_report.cancelled)
            return std::move(m_report);
        std::map<std::string, std::string> digests;
        for (const auto& [name, text] : exporting::datasetTexts(m_rows, m_report, m_options)) {
            if (auto written = writeFileAtomically(m_options.destination / name, text); !written)
                return tl::unexpected(written.error());
            digests[name] = sha256(text);
        }
        for (const DatasetRow& row : m_rows)
            for (const std::string& path : {row.path, row.dicom}) {
                if (path.empty())
                    continue;
                auto digest = sha256OfFile(m_options.destination / path);
                if (!digest)
                    return tl::unexpected(digest.error());
                digests[path] = std::move(*digest);
            }
        std::string sums;
        for (const auto& [path, digest] : digests)
            sums += digest + "  " + path + '\n';
        if (auto written = writeFileAtomically(m_options.destination / "SHA256SUMS", sums);
            !written)
            return tl::unexpected(written.error());
        return std::move(m_report);
    }

private:
    [[nodiscard]] static bool isUsed(const Source& source)
    {
        return source.problem.empty() && !source.isDuplicate;
    }

    void look(Source& source) const
    {
        const fs::path& file = source.item.source;
        if (source.item.label.empty()) {
            source.problem = file.string() + " has no label.";
            return;
        }
        const auto digest = sha256OfFile(file);
        if (!digest) {
            source.problem = digest.error().message;
            return;
        }
        source.digest = *digest;
        source.isDicom = probeDicom(file) == DicomKind::File;
        source.name = m_key.uid(source.digest);
        if (source.isDicom) {
            const auto tree = readDicomTree(file);
            if (!tree) {
                source.problem = tree.error().message;
                return;
            }
            if (source.item.group.empty())
                source.item.group = patientIdentity(*tree);
        }
        if (source.item.group.empty())
            source.item.group = source.digest;
    }

    std::optional<DatasetRow> make(Source& source)
    {
        const DatasetItem& item = source.item;
        const fs::path folder =
            fs::path(exporting::safeName(item.split)) / exporting::safeName(item.label);
        DatasetRow row{.path = ("images" / folder / (source.name + ".png")).generic_string(),
                       .dicom = m_options.dicom && source.isDicom
                                    ? ("dicom" / folder / (source.name + ".dcm")).generic_string()
                                    : std::string(),
                       .label = item.label,
                       .group = m_key.patient(item.group),
                       .split = item.split};
        std::error_code error;
        const bool isThere =
            fs::exists(m_options.destination / row.path, error) &&
            (row.dicom.empty() || fs::exists(m_options.destination / row.dicom, error));
        if (isThere)
            return row;
        if (!m_options.includeSuspected)
            if (const std::string why = suspicion(source); !why.empty()) {
                const std::scoped_lock lock(m_mutex);
                m_report.heldBack.emplace_back(item.source, why);
                return std::nullopt;
            }
        const auto image = m_load(item.source, m_options.size);
        if (!image || image->empty()) {
            source.problem =
                image ? item.source.string() + " holds no image." : image.error().message;
            return std::nullopt;
        }
        // The DICOM file first: a PNG without its DICOM would pass for done.
        if (!row.dicom.empty() && !writeDicomCopy(source, row))
            return std::nullopt;
        if (!write(row.path, m_encode(exporting::letterboxed(*image, m_options.size))))
            return std::nullopt;
        const std::scoped_lock lock(m_mutex);
        ++m_report.made;
        return row;
    }

    std::string suspicion(const Source& source) const
    {
        std::string why;
        if (source.isDicom) {
            if (const auto tree = readDicomTree(source.item.source))
                for (const std::string& reason : burnedInSuspicions(source.item.source, *tree))
                    why += (why.empty() ? "" : "; ") + reason;
            return why;
        }
        const auto image = m_load(source.item.source, kLookedAtSide);
        return image && !findTextMarks(*image).empty()
                   ? "there is what looks like writing in its pixels"
                   : "";
    }

    bool writeDicomCopy(Source& source, const DatasetRow& row)
    {
        const auto tree = readDicomTree(source.item.source);
        const auto clean = tree ? deidentified(*tree, m_key, m_options.profile)
                                : Result<DeidentifiedFile>(tl::unexpected(tree.error()));
        if (!clean) {
            source.problem = "Cannot de-identify " + source.item.source.string() + ": " +
                             clean.error().message + ".";
            return false;
        }
        return write(row.dicom, clean->bytes);
    }

    bool write(const std::string& relative, const std::string& bytes)
    {
        const fs::path file = m_options.destination / relative;
        std::error_code error;
        fs::create_directories(file.parent_path(), error);
        const auto written = writeFileAtomically(file, bytes);
        if (!written) {
            const std::scoped_lock lock(m_mutex);
            m_error =
                written.error().message; // the disk is full or gone: no other file will do better
        }
        return written.has_value();
    }

    const PseudonymKey& m_key;
    const DatasetExportOptions& m_options;
    const TrainingImageSource& m_load;
    const PngEncoder& m_encode;
    const std::function<void(const ExportProgress&)>& m_progress;
    std::stop_token m_stop;
    std::vector<Source> m_sources;
    std::vector<DatasetRow> m_rows;
    DatasetExportReport m_report;
    std::string m_error;
    std::mutex m_mutex;
};

} // namespace

Result<DatasetExportReport> exportDataset(
    std::vector<DatasetItem> items, const PseudonymKey& key, const DatasetExportOptions& options,
    const TrainingImageSource& load, const PngEncoder& encode, const DatasetSplitter& split,
    const std::function<void(const ExportProgress&)>& progress, const std::stop_token& stop)
{
    if (options.size < 16 || options.size > 4096)
        return failure("An image of a data set must be 16 to 4096 pixels wide, not " +
                       std::to_string(options.size) + ".");
    std::error_code error;
    fs::create_directories(options.destination, error);
    if (error)
        return failure("The folder " + options.destination.string() +
                       " cannot be made: " + error.message() + ".");
    DatasetExport run(key, options, load, encode, progress, stop);
    run.look(std::move(items));
    if (stop.stop_requested()) {
        DatasetExportReport report;
        report.cancelled = true;
        return report;
    }
    if (auto done = run.split(split); !done)
        return tl::unexpected(done.error());
    if (auto done = run.make(); !done)
        return tl::unexpected(done.error());
    return run.describe();
}

} // namespace ir
