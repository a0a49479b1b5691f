#include "exporting/journal_p.h"
#include "exporting/names_p.h"
#include "exporting/sortedexport.h"

#include "base/digest.h"

#include <QLocale>

#include <unordered_set>

#include <sys/stat.h>
#include <unistd.h>

namespace ir {

namespace {

namespace fs = std::filesystem;
using exporting::Journal;
using exporting::JournalEntry;

/// The folder itself, or the nearest one above it that exists.
fs::path existingFolder(fs::path folder)
{
    std::error_code error;
    while (!fs::exists(folder, error) && folder.has_relative_path())
        folder = folder.parent_path();
    return folder;
}

bool isInside(const fs::path& path, const fs::path& folder)
{
    const fs::path relative = path.lexically_normal().lexically_relative(folder.lexically_normal());
    return !relative.empty() && *relative.begin() != "..";
}

/// Folder under the destination; empty: left out.
std::string folderOf(const ExportItem& item, const SortedExportOptions& options)
{
    const auto choose = [&](ExportChoice choice, const char* ownFolder) -> std::string {
        if (choice == ExportChoice::Skip)
            return {};
        return choice == ExportChoice::AsClass && !item.className.empty()
                   ? exporting::safeName(item.className)
                   : ownFolder;
    };
    if (item.unreadable)
        return choose(options.unreadable, "unreadable");
    if (item.needsReview || item.className.empty())
        return choose(options.needsReview, "needs_review");
    return exporting::safeName(item.className);
}

/// Gives names that no other file has, whatever the case of their letters.
class NameBook
{
public:
    NameBook(fs::path destination, const Journal& journal) : m_destination(std::move(destination))
    {
        for (const auto& [relative, entry] : journal.byDestination())
            m_taken.insert(exporting::foldedName(relative));
    }

    /// `wanted`, or the first numbered variant that is free or that `mayTake` accepts.
    template <typename MayTake>
    fs::path claim(const fs::path& wanted, const MayTake& mayTake)
    {
        lookAt(wanted.parent_path());
        for (int n = 1;; ++n) {
            fs::path name = n == 1 ? wanted : exporting::numbered(wanted, n);
            if (m_taken.insert(exporting::foldedName(name)).second)
                return name;
            if (m_onDisk.erase(name.string()) != 0 && mayTake(name))
                return name;
        }
    }

private:
    /// Reads what is in a folder, once.
    void lookAt(const fs::path& folder)
    {
        if (!m_seen.insert(folder.string()).second)
            return;
        std::error_code error;
        for (fs::directory_iterator it(m_destination / folder, error), end; !error && it != end;
             it.increment(error)) {
            const fs::path name = folder / it->path().filename();
            // What the journal names belongs to its source.
            if (m_taken.insert(exporting::foldedName(name)).second)
                m_onDisk.insert(name.string());
        }
    }

    fs::path m_destination;
    std::unordered_set<std::string> m_taken; ///< folded
    std::unordered_set<std::string> m_onDisk; ///< found there and not in the journal
    std::unordered_set<std::string> m_seen;
};

class Planner
{
public:
    Planner(ExportPlan& plan, exporting::NamePattern pattern, const Journal& journal)
        : m_plan(plan), m_pattern(std::move(pattern)), m_journal(journal),
          m_names(plan.options.destination, journal)
    {
        struct stat info{};
        if (::stat(existingFolder(plan.options.destination).c_str(), &info) == 0)
            m_device = info.st_dev;
    }

    void add(std::size_t index)
    {
        const ExportItem& item = m_plan.items[index];
        if (!m_sources.insert(item.source.string()).second)
            return; // asked for twice
        const std::string folder = folderOf(item, m_plan.options);
        if (folder.empty()) {
            m_plan.skipped.push_back(index);
            return;
        }
        PlannedFile file;
        file.item = index;
        struct stat info{};
        const bool exists = ::stat(item.source.c_str(), &info) == 0 && S_ISREG(info.st_mode);
        const JournalEntry* earlier = earlierExport(item, folder, exists ? &info : nullptr);
        if (!exists && earlier == nullptr) {
            m_plan.missing.push_back(index);
            return;
        }
        file.bytes = exists ? static_cast<std::uintmax_t>(info.st_size) : earlier->size;
        const fs::path inPlace = item.source.lexically_relative(m_plan.options.destination);
        if (exists && !inPlace.empty() && inPlace.begin()->string() == folder) {
            file.relative = inPlace; // moved here by an earlier export
            file.isThere = true;
        } else if (earlier != nullptr) {
            file.relative = earlier->destination;
            struct stat target{};
            file.isThere = earlier->isDone &&
                           ::lstat((m_plan.options.destination / file.relative).c_str(), &target) == 0;
        } else {
            name(file, folder, info);
        }
        count(file, exists && info.st_dev == m_device);
        if (m_plan.options.mode == ExportMode::Move && !file.isThere)
            checkRemovable(item.source.parent_path());
        m_plan.files.push_back(std::move(file));
    }

    [[nodiscard]] bool crossesDevices() const { return m_crossesDevices; }

private:
    /// The journal's word on this content of this source in this folder; `info`: of the source, if it exists.
    const JournalEntry* earlierExport(const ExportItem& item, const std::string& folder,
                                      const struct stat* info) const
    {
        for (const JournalEntry* entry : m_journal.ofSource(item.source.string())) {
            const bool isSameContent =
                info == nullptr || (static_cast<std::uintmax_t>(info->st_size) == entry->size &&
                                    (item.digest.empty() || item.digest == entry->digest));
            if (isSameContent && fs::path(entry->destination).begin()->string() == folder)
                return entry;
            // A moved original is where it was put, whatever its class is now.
            if (info == nullptr && entry->mode == "move")
                return entry;
        }
        return nullptr;
    }

    void name(PlannedFile& file, const std::string& folder, const struct stat& info)
    {
        const ExportItem& item = m_plan.items[file.item];
        const fs::path wanted = folder / m_pattern.apply(item, m_plan.files.size() + 1);
        file.relative = m_names.claim(wanted, [&](const fs::path& taken) {
            file.isThere = isSameFile(item, info, m_plan.options.destination / taken);
            return file.isThere;
        });
        if (file.relative != wanted)
            ++m_plan.collisions;
    }

    /// A file of that name that no journal tells of holds the same bytes: an earlier copy.
    static bool isSameFile(const ExportItem& item, const struct stat& info, const fs::path& target)
    {
        struct stat found{};
        if (::lstat(target.c_str(), &found) != 0 || !S_ISREG(found.st_mode))
            return false;
        if (found.st_dev == info.st_dev && found.st_ino == info.st_ino)
            return true;
        if (found.st_size != info.st_size)
            return false;
        const auto digest = item.digest.empty() ? sha256OfFile(item.source).value_or(std::string())
                                                : item.digest;
        return !digest.empty() && sha256OfFile(target).value_or(std::string()) == digest;
    }

    void count(const PlannedFile& file, bool isSameDevice)
    {
        ++m_plan.countByFolder[file.relative.begin()->string()];
        if (file.isThere) {
            ++m_plan.alreadyThere;
            return;
        }
        m_crossesDevices = m_crossesDevices || !isSameDevice;
        const ExportMode mode = m_plan.options.mode;
        if (mode == ExportMode::Copy || (mode == ExportMode::Move && !isSameDevice))
            m_plan.bytesToWrite += file.bytes;
    }

    /// An original that cannot be removed cannot be moved.
    void checkRemovable(const fs::path& folder)
    {
        if (m_sourceFolders.insert(folder.string()).second && ::access(folder.c_str(), W_OK | X_OK) != 0)
            m_plan.problem = "The originals in " + folder.string() +
                             " cannot be moved, since that folder is read-only: export copies instead.";
    }

    ExportPlan& m_plan;
    exporting::NamePattern m_pattern;
    const Journal& m_journal;
    NameBook m_names;
    std::unordered_set<std::string> m_sources;
    std::unordered_set<std::string> m_sourceFolders;
    dev_t m_device = 0;
    bool m_crossesDevices = false;
};

std::string sizeText(std::uintmax_t bytes)
{
    return QLocale::c()
        .formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeSIFormat)
        .toStdString();
}

void checkDestination(ExportPlan& plan, bool crossesDevices)
{
    const fs::path& destination = plan.options.destination;
    for (const auto& root : plan.options.sourceRoots) {
        if (isInside(destination, root) || destination == root.lexically_normal())
            plan.warnings.push_back("The destination lies inside the opened folder " + root.string() +
                                    ": the exported files will show up there as well.");
    }
    if (!plan.missing.empty())
        plan.warnings.push_back(std::to_string(plan.missing.size()) +
                                " files are no longer where they were: open their folder again.");
    if (!plan.problem.empty())
        return;
    const fs::path folder = existingFolder(destination);
    if (::access(folder.c_str(), W_OK | X_OK) != 0) {
        plan.problem = "The folder " + folder.string() +
                       " cannot be written: choose another destination.";
        return;
    }
    if (plan.options.mode == ExportMode::HardLink && crossesDevices) {
        plan.problem = "Hard links cannot lead from one disk to another: choose copies, or a destination "
                       "on the disk of the originals.";
        return;
    }
    std::error_code error;
    plan.bytesFree = fs::space(folder, error).available;
    if (!error && plan.bytesToWrite > plan.bytesFree)
        plan.problem = "The disk of " + destination.string() + " has " + sizeText(plan.bytesFree) +
                       " free, but " + sizeText(plan.bytesToWrite) +
                       " are needed: free some space or choose another destination.";
}

} // namespace

Result<ExportPlan> planSortedExport(std::vector<ExportItem> items, const SortedExportOptions& options,
                                    const std::stop_token& stop)
{
    auto pattern = exporting::NamePattern::parse(options.pattern);
    if (!pattern)
        return tl::unexpected(pattern.error());
    if (options.destination.empty())
        return failure("No folder to export into is given.");
    ExportPlan plan;
    plan.options = options;
    std::error_code error;
    plan.options.destination = fs::absolute(options.destination, error).lexically_normal();
    if (!plan.options.destination.has_filename()) // "dir/"
        plan.options.destination = plan.options.destination.parent_path();
    if (fs::exists(plan.options.destination, error) &&
        !fs::is_directory(plan.options.destination, error))
        return failure("Cannot export into " + plan.options.destination.string() +
                       ": it is a file; choose a folder.");
    const auto journal = Journal::read(plan.options.destination);
    if (!journal)
        return tl::unexpected(journal.error());
    plan.items = std::move(items);
    Planner planner(plan, std::move(*pattern), *journal);
    for (std::size_t i = 0; i < plan.items.size(); ++i) {
        if (stop.stop_requested())
            return failure("Stopped.");
        planner.add(i);
    }
    checkDestination(plan, planner.crossesDevices());
    return plan;
}

std::string toString(ExportMode mode)
{
    switch (mode) {
    case ExportMode::Copy: return "copy";
    case ExportMode::HardLink: return "hardlink";
    case ExportMode::Symlink: return "symlink";
    case ExportMode::Move: return "move";
    }
    return {};
}

std::string toString(DecidedBy decidedBy)
{
    switch (decidedBy) {
    case DecidedBy::Model: return "model";
    case DecidedBy::Confirmed: return "confirmed";
    case DecidedBy::Corrected: return "corrected";
    }
    return {};
}

} // namespace ir
