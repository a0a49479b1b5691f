#include "exporting/trainingset.h"

#include "exporting/letterbox_p.h"
#include "exporting/names_p.h"

#include "base/atomicfile.h"
#include "base/csv.h"
#include "base/digest.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <random>
#include <set>

namespace ir {

namespace {

namespace fs = std::filesystem;

bool isWanted(const TrainingItem& item, TrainingLabels labels)
{
    if (item.label.empty())
        return false;
    switch (labels) {
    case TrainingLabels::Corrected: return item.decidedBy == DecidedBy::Corrected;
    case TrainingLabels::ByPeople: return item.decidedBy != DecidedBy::Model;
    case TrainingLabels::All: return item.decidedBy != DecidedBy::Model || !item.needsReview;
    }
    return false;
}

/// Known to this training set only, so that its groups cannot be traced back by hashing patient IDs.
Result<std::string> saltOf(const fs::path& destination)
{
    const fs::path file = destination / ".imaging-router-export" / "salt";
    std::error_code error;
    if (fs::exists(file, error))
        return readFile(file, 1024);
    std::random_device random;
    std::string salt;
    for (int i = 0; i < 8; ++i)
        salt += std::to_string(random()) + ' ';
    fs::create_directories(file.parent_path(), error);
    if (const auto written = writeFileAtomically(file, salt); !written)
        return tl::unexpected(written.error());
    return salt;
}

/// By a hash of the owner alone: the same in every export, so that no patient changes sides between two.
std::string splitOf(const std::string& owner, const TrainingExportOptions& options)
{
    const auto number = std::stoul(sha256("split " + owner).substr(0, 8), nullptr, 16);
    const double place = static_cast<double>(number) / 4294967296.0;
    if (place < options.test)
        return "test";
    return place < options.test + options.validation ? "val" : "train";
}

/// What becomes of one item.
enum class Verdict { NotAskedFor, NotRead, Duplicate, Wanted };

/// Takes items in their order; of equal bytes, the first.
class Choice
{
public:
    explicit Choice(TrainingLabels labels) : m_labels(labels) {}

    Verdict judge(const TrainingItem& item)
    {
        if (!isWanted(item, m_labels))
            return Verdict::NotAskedFor;
        if (item.digest.empty())
            return Verdict::NotRead;
        return m_taken.insert(item.digest).second ? Verdict::Wanted : Verdict::Duplicate;
    }

private:
    TrainingLabels m_labels;
    std::set<std::string> m_taken;
};

/// Under the destination.
fs::path fileOf(const TrainingItem& item)
{
    return fs::path("images") / exporting::safeName(item.label) /
           (exporting::safeName(item.digest) + ".png");
}

/// An image whose owner is not known stands for itself.
const std::string& ownerOf(const TrainingItem& item)
{
    return item.owner.empty() ? item.digest : item.owner;
}

class TrainingExport
{
public:
    TrainingExport(const TrainingExportOptions& options, const TrainingImageSource& load,
                   const PngEncoder& encode, std::string salt)
        : m_options(options), m_load(load), m_encode(encode), m_salt(std::move(salt)),
          m_choice(options.labels)
    {}

    /// False: nothing more can be written.
    bool take(const TrainingItem& item)
    {
        switch (m_choice.judge(item)) {
        case Verdict::NotAskedFor: ++m_report.skipped; return true;
        case Verdict::Duplicate: ++m_report.duplicates; return true;
        case Verdict::NotRead:
            m_report.failed.emplace_back(item.source, "It has not been read yet.");
            return true;
        case Verdict::Wanted: break;
        }
        const fs::path relative = fileOf(item);
        std::error_code error;
        if (!fs::exists(m_options.destination / relative, error) && !make(item, relative))
            return m_report.error.empty();
        const std::string& owner = ownerOf(item);
        const std::string split = splitOf(owner, m_options);
        ++m_report.countByLabel[item.label];
        ++m_report.countBySplit[split];
        m_rows += csvLine({relative.generic_string(), item.label,
                           sha256(m_salt + owner).substr(0, 16), split});
        return true;
    }

    TrainingExportReport finish(bool cancelled)
    {
        m_report.cancelled = cancelled;
        m_report.manifest = m_options.destination / "manifest.csv";
        auto written = writeFileAtomically(m_report.manifest,
                                           csvLine({"path", "label", "group", "split"}) + m_rows);
        if (written)
            written = writeFileAtomically(m_options.destination / "manifest.json", description());
        if (!written && m_report.error.empty())
            m_report.error = written.error().message;
        return std::move(m_report);
    }

private:
    bool make(const TrainingItem& item, const fs::path& relative)
    {
        const auto image = m_load(item.source, m_options.size);
        if (!image || image->empty()) {
            m_report.failed.emplace_back(item.source,
                                         image ? "It holds no image." : image.error().message);
            return false;
        }
        const fs::path file = m_options.destination / relative;
        std::error_code error;
        fs::create_directories(file.parent_path(), error);
        const auto written = writeFileAtomically(file, m_encode(exporting::letterboxed(*image, m_options.size)));
        if (!written)
            m_report.error = written.error().message;
        return written.has_value();
    }

    [[nodiscard]] std::string description() const
    {
        const char* labels = m_options.labels == TrainingLabels::Corrected  ? "corrected"
                             : m_options.labels == TrainingLabels::ByPeople ? "by people"
                                                                            : "all final labels";
        const nlohmann::ordered_json json{
            {"imaging_router_training_set", 1},
            {"images", "8-bit grey PNG, " + std::to_string(m_options.size) + " x " +
                           std::to_string(m_options.size) +
                           ", display image (PS3.14 presentation values), letterboxed on black"},
            {"labels", labels},
            {"split", "by a hash of patient or study; test " + std::to_string(m_options.test) +
                          ", val " + std::to_string(m_options.validation)},
            {"count_by_label", m_report.countByLabel},
            {"count_by_split", m_report.countBySplit},
            {"failed", m_report.failed.size()},
            {"complete", !m_report.cancelled && m_report.error.empty()}};
        return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
    }

    const TrainingExportOptions& m_options;
    const TrainingImageSource& m_load;
    const PngEncoder& m_encode;
    std::string m_salt;
    Choice m_choice;
    std::string m_rows;
    TrainingExportReport m_report;
};

} // namespace

TrainingExportPlan planTrainingSet(const std::vector<TrainingItem>& items,
                                   const TrainingExportOptions& options)
{
    TrainingExportPlan plan;
    Choice choice(options.labels);
    for (const TrainingItem& item : items) {
        switch (choice.judge(item)) {
        case Verdict::NotAskedFor: ++plan.skipped; break;
        case Verdict::Duplicate: ++plan.duplicates; break;
        case Verdict::NotRead: ++plan.notRead; break;
        case Verdict::Wanted: {
            ++plan.countByLabel[item.label];
            ++plan.countBySplit[splitOf(ownerOf(item), options)];
            std::error_code error;
            plan.alreadyThere += fs::exists(options.destination / fileOf(item), error) ? 1 : 0;
            break;
        }
        }
    }
    return plan;
}

Result<TrainingExportReport>
exportTrainingSet(const std::vector<TrainingItem>& items, const TrainingExportOptions& options,
                  const TrainingImageSource& load, const PngEncoder& encode,
                  const std::function<void(const ExportProgress&)>& progress,
                  const std::stop_token& stop)
{
    if (options.size < 16 || options.size > 4096)
        return failure("A training image must be 16 to 4096 pixels wide, not " +
                       std::to_string(options.size) + ".");
    std::error_code error;
    fs::create_directories(options.destination, error);
    if (error)
        return failure("The folder " + options.destination.string() + " cannot be made: " +
                       error.message() + ".");
    auto salt = saltOf(options.destination);
    if (!salt)
        return tl::unexpected(salt.error());
    TrainingExport run(options, load, encode, std::move(*salt));
    ExportProgress state;
    state.total = items.size();
    bool goesOn = true;
    for (; goesOn && state.done < items.size() && !stop.stop_requested(); ++state.done) {
        state.current = items[state.done].source;
        if (progress)
            progress(state);
        goesOn = run.take(items[state.done]);
    }
    if (progress)
        progress(state);
    return run.finish(stop.stop_requested() && state.done < items.size());
}

} // namespace ir
