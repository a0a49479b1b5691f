#include "exporting/journal_p.h"
#include "exporting/manifest_p.h"
#include "exporting/names_p.h"
#include "exporting/sortedexport.h"
#include "exporting/transfer_p.h"

#include "base/posixfile.h"

#include <set>
#include <unordered_map>
#include <unordered_set>

namespace ir {

namespace {

namespace fs = std::filesystem;
using namespace exporting;

/// One execution of a plan, under the lock of its journal.
class Run
{
public:
    Run(const ExportPlan& plan, Journal journal, std::stop_token stop)
        : m_plan(plan), m_journal(std::move(journal)), m_stop(std::move(stop)),
          m_root(plan.options.destination), m_mode(plan.options.mode),
          m_temporary(Journal::folderIn(m_root) / "file.part")
    {
        std::error_code error;
        fs::remove(m_temporary, error); // left by a run that was killed
        for (const PlannedFile& file : plan.files)
            m_planned.insert(foldedName(file.relative));
    }

    ExportReport go(const std::function<void(const ExportProgress&)>& progress)
    {
        ExportProgress state;
        state.total = m_plan.files.size();
        for (const PlannedFile& file : m_plan.files)
            state.bytesTotal += file.bytes;
        for (const PlannedFile& file : m_plan.files) {
            if (m_stop.stop_requested() || !m_report.error.empty())
                break;
            state.current = m_plan.items[file.item].source;
            if (progress)
                progress(state);
            take(file);
            ++state.done;
            state.bytesDone += file.bytes;
        }
        m_report.cancelled = m_stop.stop_requested() && m_report.outcomes.size() < state.total;
        if (progress)
            progress(state);
        for (const auto& folder : m_folders)
            syncFolder(m_root / folder);
        finish();
        return std::move(m_report);
    }

private:
    /// Brings one file over and notes what came of it.
    void take(const PlannedFile& file)
    {
        const ExportItem& item = m_plan.items[file.item];
        ExportOutcome outcome;
        outcome.item = file.item;
        m_current = {};
        m_current.source = item.source.string();
        m_current.mode = toString(m_mode);
        m_current.className = item.className;
        m_current.decidedBy = toString(item.decidedBy);
        m_current.confidence = item.confidence;
        m_current.needsReview = item.needsReview;
        m_current.reason = item.unreadable ? item.reason : std::string();
        m_current.sopInstanceUid = item.sopInstanceUid;

        const auto status = place(item, file.relative);
        if (!status && m_stop.stop_requested())
            return; // in the middle of a file: it was not dealt with
        outcome.status = status ? *status : ExportStatus::Failed;
        if (!status) {
            outcome.reason = status.error().message;
            if (status.error().stopsAll)
                m_report.error = status.error().message;
        }
        outcome.destination = m_root / m_current.destination;
        outcome.digest = m_current.digest;
        note(std::move(outcome));
    }

    void note(ExportOutcome outcome)
    {
        const ExportItem& item = m_plan.items[outcome.item];
        switch (outcome.status) {
        case ExportStatus::Exported: ++m_report.exported; break;
        case ExportStatus::AlreadyThere: ++m_report.alreadyThere; break;
        case ExportStatus::Failed: ++m_report.failed; break;
        }
        if (outcome.status != ExportStatus::Failed) {
            m_placeOfSource[m_current.source] = m_current.destination;
            const auto& entries = m_journal.byDestination();
            const auto entry = entries.find(m_current.destination);
            if (entry != entries.end() && entry->second.mode == "move" && outcome.destination != item.source)
                m_report.moved.emplace_back(item.source, outcome.destination);
        }
        m_report.outcomes.push_back(std::move(outcome));
    }

    /// Under the planned name; under the next number where something else has taken that since.
    Transfer<ExportStatus> place(const ExportItem& item, const fs::path& planned)
    {
        const fs::path folder = planned.parent_path();
        if (auto made = makeFolders(m_root / folder); !made)
            return tl::unexpected(made.error());
        m_folders.insert(folder);
        for (int n = 1;; ++n) {
            const fs::path relative = n == 1 ? planned : numbered(planned, n);
            if (n > 1 && m_planned.contains(foldedName(relative)))
                continue;
            m_current.destination = relative.string();
            std::error_code error;
            if (!fs::exists(fs::symlink_status(m_root / relative, error))) {
                auto done = bring(item, m_root / relative);
                if (!done)
                    return tl::unexpected(done.error());
                if (*done == Placed::Done)
                    return ExportStatus::Exported;
            }
            const auto isOurs = isThere(item, relative);
            if (!isOurs)
                return tl::unexpected(isOurs.error());
            if (*isOurs)
                return ExportStatus::AlreadyThere;
        }
    }

    /// Whether what has the name is this item's export, whole; completes a move that was cut off.
    Transfer<bool> isThere(const ExportItem& item, const fs::path& relative)
    {
        const fs::path target = m_root / relative;
        std::error_code error;
        if (fs::is_symlink(fs::symlink_status(target, error))) {
            if (m_mode != ExportMode::Symlink || fs::read_symlink(target, error) != item.source)
                return false;
            return measured(item, item.source).and_then([&]() { return logged(true); });
        }
        if (!fs::is_regular_file(fs::symlink_status(target, error)))
            return false;
        const auto known = m_journal.byDestination().find(relative.string());
        const bool isJournalled = known != m_journal.byDestination().end() &&
                                  known->second.source == m_current.source;
        if (target == item.source)
            return measured(item, target).and_then([&]() { return logged(true); });
        if (!fs::exists(item.source, error))
            return isJournalled ? completeMove(known->second, target) : Transfer<bool>(false);
        if (m_mode == ExportMode::Move && !isJournalled)
            return false; // an original is never given up for a file that we did not write
        auto found = measure(target, m_stop);
        if (!found)
            return tl::unexpected(found.error());
        if (auto same = measured(item, item.source); !same)
            return tl::unexpected(same.error());
        if (found->digest != m_current.digest)
            return false;
        if (m_mode == ExportMode::Move)
            return giveUpOriginal(item.source, target);
        return logged(true);
    }

    /// The source is gone and the journal says that it was being moved here.
    Transfer<bool> completeMove(const JournalEntry& entry, const fs::path& target)
    {
        const JournalEntry earlier = entry;
        const auto found = measure(target, m_stop);
        if (!found)
            return tl::unexpected(found.error());
        m_current.digest = found->digest;
        m_current.size = found->size;
        if (found->digest != earlier.digest)
            return tl::unexpected(TransferFailure{
                target.string() + " was changed after it had been moved there.", false});
        m_current.mode = earlier.mode;
        return logged(true);
    }

    /// The last step of a move between disks: the copy is verified and on the disk.
    Transfer<bool> giveUpOriginal(const fs::path& source, const fs::path& target)
    {
        if (auto begun = logged(false, /*durable=*/true); !begun)
            return begun;
        syncFolder(target.parent_path());
        std::error_code error;
        // Two names of one file: removing the first loses nothing.
        if (!fs::remove(source, error) || error)
            return tl::unexpected(TransferFailure{"Cannot remove " + source.string() + ": " +
                                                      error.message() +
                                                      ". It is in both places now.",
                                                  false});
        return logged(true, /*durable=*/true);
    }

    /// Sets digest and size of m_current; a file that changed since it was tagged is not exported.
    Transfer<void> measured(const ExportItem& item, const fs::path& file)
    {
        const auto bytes = measure(file, m_stop);
        if (!bytes)
            return tl::unexpected(bytes.error());
        return accept(item, *bytes);
    }

    Transfer<void> accept(const ExportItem& item, const CopiedBytes& bytes)
    {
        m_current.digest = bytes.digest;
        m_current.size = bytes.size;
        if (!item.digest.empty() && item.digest != bytes.digest)
            return tl::unexpected(TransferFailure{
                item.source.string() +
                    " has changed since it was tagged: open its folder again, then export.",
                false});
        return {};
    }

    /// Writes m_current to the journal; the value is true, for the callers' sake.
    Transfer<bool> logged(bool isDone, bool durable = false)
    {
        m_current.isDone = isDone;
        const auto appended = m_journal.append(m_current, durable);
        if (!appended)
            return tl::unexpected(TransferFailure{appended.error().message, true});
        return true;
    }

    Transfer<Placed> bring(const ExportItem& item, const fs::path& target)
    {
        if (m_mode == ExportMode::Copy)
            return copy(item, target);
        if (auto known = measured(item, item.source); !known)
            return tl::unexpected(known.error());
        if (m_mode == ExportMode::Move)
            return move(item, target);
        const auto done = m_mode == ExportMode::HardLink ? linkTo(item.source, target)
                                                         : symlinkTo(item.source, target);
        if (done && *done == Placed::OtherDevice)
            return tl::unexpected(TransferFailure{
                "Hard links cannot lead from the disk of " + item.source.string() +
                    " to that of the destination: export copies instead.",
                true});
        return done ? logPlaced(*done) : done;
    }

    Transfer<Placed> logPlaced(Placed done, bool durable = false)
    {
        if (done != Placed::Done)
            return done;
        if (auto logging = logged(true, durable); !logging)
            return tl::unexpected(logging.error());
        return done;
    }

    Transfer<Placed> copy(const ExportItem& item, const fs::path& target)
    {
        const auto copied = copyToTemporary(item.source, m_temporary, m_stop);
        if (!copied)
            return tl::unexpected(copied.error());
        auto done = accept(item, *copied).and_then([&]() {
            return renameWithoutReplacing(m_temporary, target);
        });
        std::error_code error;
        if (!done || *done != Placed::Done)
            fs::remove(m_temporary, error);
        return done ? logPlaced(*done) : done;
    }

    /// Journal, rename (or copy, verify, delete), journal: at any moment the original is at one of the two
    /// places that the journal names.
    Transfer<Placed> move(const ExportItem& item, const fs::path& target)
    {
        if (auto begun = logged(false, /*durable=*/true); !begun)
            return tl::unexpected(begun.error());
        auto done = renameWithoutReplacing(item.source, target);
        if (done && *done == Placed::Done) {
            syncFolder(target.parent_path());
            return logPlaced(*done, /*durable=*/true);
        }
        if (!done || *done == Placed::NameTaken)
            return done;
        done = copy(item, target); // to another disk
        if (!done || *done != Placed::Done)
            return done;
        syncFolder(target.parent_path());
        const auto copied = measure(target, m_stop);
        if (!copied)
            return tl::unexpected(copied.error());
        if (copied->digest != m_current.digest)
            return tl::unexpected(TransferFailure{"The copy " + target.string() +
                                                      " does not read back as it was written; the "
                                                      "original is kept: check the disk.",
                                                  true});
        if (auto removed = giveUpOriginal(item.source, target); !removed)
            return tl::unexpected(removed.error());
        return Placed::Done;
    }

    void finish()
    {
        std::vector<ManifestLine> lines;
        for (const auto& [destination, entry] : m_journal.byDestination()) {
            std::error_code error;
            if (!entry.isDone || !fs::exists(fs::symlink_status(m_root / destination, error)))
                continue; // begun only, or taken away since
            const auto place = m_placeOfSource.find(entry.source);
            const bool isLeftBehind = place != m_placeOfSource.end() && place->second != destination;
            lines.push_back({entry, isLeftBehind ? "superseded" : "exported"});
        }
        for (const ExportOutcome& outcome : m_report.outcomes)
            if (outcome.status == ExportStatus::Failed)
                lines.push_back(unexported(outcome.item, "failed", outcome.reason));
        for (const std::size_t item : m_plan.skipped)
            lines.push_back(unexported(item, "skipped", m_plan.items[item].reason));
        for (const std::size_t item : m_plan.missing)
            lines.push_back(unexported(item, "missing", "It is no longer where it was."));
        const auto paths = writeManifests(m_plan.options, lines, m_report.isComplete());
        if (paths) {
            m_report.manifestCsv = paths->csv;
            m_report.manifestJson = paths->json;
        } else if (m_report.error.empty()) {
            m_report.error = paths.error().message;
        }
    }

    ManifestLine unexported(std::size_t index, const char* status, const std::string& reason) const
    {
        const ExportItem& item = m_plan.items[index];
        JournalEntry entry;
        entry.source = item.source.string();
        entry.digest = item.digest;
        entry.className = item.className;
        entry.decidedBy = toString(item.decidedBy);
        entry.confidence = item.confidence;
        entry.needsReview = item.needsReview;
        entry.reason = reason;
        entry.sopInstanceUid = item.sopInstanceUid;
        return {entry, status};
    }

    const ExportPlan& m_plan;
    Journal m_journal;
    std::stop_token m_stop;
    fs::path m_root;
    ExportMode m_mode;
    fs::path m_temporary;
    std::unordered_set<std::string> m_planned; ///< folded names
    std::set<fs::path> m_folders;
    std::unordered_map<std::string, std::string> m_placeOfSource;
    JournalEntry m_current;
    ExportReport m_report;
};

} // namespace

Result<ExportReport> executeSortedExport(const ExportPlan& plan,
                                         const std::function<void(const ExportProgress&)>& progress,
                                         const std::stop_token& stop)
{
    if (!plan.problem.empty())
        return failure(plan.problem);
    auto journal = Journal::open(plan.options.destination);
    if (!journal)
        return tl::unexpected(journal.error());
    Run run(plan, std::move(*journal), stop);
    return run.go(progress);
}

} // namespace ir
