#pragma once

#include "base/posixfile.h"
#include "base/result.h"
#include "exporting/sortedexport.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace ir::exporting {

/// What is remembered of one exported file. Paths are UTF-8.
struct JournalEntry
{
    std::string source;
    std::string destination; ///< relative to the export's folder
    std::string digest;
    std::uintmax_t size = 0;
    std::string mode;
    std::string className;
    std::string decidedBy;
    float confidence = 0;
    bool needsReview = false;
    std::string reason; ///< of an unreadable file
    std::string sopInstanceUid;
    bool isDone = false; ///< false: a move was begun and may have stopped anywhere
};

/// The memory of an export folder, <destination>/.imaging-router-export/journal.jsonl: one line appended for
/// every file that was exported, and before every move. Whatever kills the process, at most the last line is
/// cut short, and is ignored then. It is what makes a second run name files as the first did.
class Journal
{
public:
    /// What earlier runs left; a folder without a journal has an empty one.
    [[nodiscard]] static Result<Journal> read(const std::filesystem::path& destination);
    /// The same, for appending, under the lock of the folder: one export at a time. Makes the folder.
    [[nodiscard]] static Result<Journal> open(const std::filesystem::path& destination);

    /// Appends a line; `durable` waits for the disk.
    [[nodiscard]] Result<void> append(const JournalEntry& entry, bool durable);

    /// By destination; the latest entry each.
    [[nodiscard]] const std::map<std::string, JournalEntry>& byDestination() const { return m_entries; }
    /// The entries of one source, by destination; there may be several if its class changed.
    [[nodiscard]] std::vector<const JournalEntry*> ofSource(const std::string& source) const;

    /// Folder of ours inside the destination, also of temporary files.
    [[nodiscard]] static std::filesystem::path folderIn(const std::filesystem::path& destination);

private:
    void remember(JournalEntry entry);

    std::filesystem::path m_destination;
    std::map<std::string, JournalEntry> m_entries;
    std::multimap<std::string, std::string> m_destinationsOfSource;
    Descriptor m_file; ///< holds the lock
    bool m_isCutShort = false;
};

} // namespace ir::exporting
