#include "exporting/journal_p.h"

#include "base/atomicfile.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace ir::exporting {

namespace {

using Json = nlohmann::json;

std::string lineOf(const JournalEntry& entry)
{
    const Json json{{"source", entry.source},
                    {"destination", entry.destination},
                    {"digest", entry.digest},
                    {"size", entry.size},
                    {"mode", entry.mode},
                    {"class", entry.className},
                    {"decided_by", entry.decidedBy},
                    {"confidence", entry.confidence},
                    {"needs_review", entry.needsReview},
                    {"reason", entry.reason},
                    {"sop_instance_uid", entry.sopInstanceUid},
                    {"done", entry.isDone}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

/// False: not a line of ours (cut short by a kill).
bool parseLine(std::string_view line, JournalEntry& entry)
{
    const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object())
        return false;
    try {
        entry.source = json.value("source", "");
        entry.destination = json.value("destination", "");
        entry.digest = json.value("digest", "");
        entry.size = json.value("size", std::uintmax_t{0});
        entry.mode = json.value("mode", "");
        entry.className = json.value("class", "");
        entry.decidedBy = json.value("decided_by", "");
        entry.confidence = json.value("confidence", 0.0f);
        entry.needsReview = json.value("needs_review", false);
        entry.reason = json.value("reason", "");
        entry.sopInstanceUid = json.value("sop_instance_uid", "");
        entry.isDone = json.value("done", false);
    } catch (const Json::exception&) {
        return false;
    }
    // The destination is joined to the folder later: it must stay in it, whoever wrote this file.
    const std::filesystem::path destination(entry.destination);
    bool isInside = !entry.destination.empty() && destination.is_relative();
    for (const auto& part : destination)
        isInside = isInside && part != "..";
    return isInside && !entry.source.empty();
}

constexpr std::uintmax_t largestJournal = 4ULL << 30;

} // namespace

std::filesystem::path Journal::folderIn(const std::filesystem::path& destination)
{
    return destination / ".imaging-router-export";
}

Result<Journal> Journal::read(const std::filesystem::path& destination)
{
    Journal journal;
    journal.m_destination = destination;
    const auto file = folderIn(destination) / "journal.jsonl";
    std::error_code error;
    if (!std::filesystem::exists(file, error))
        return journal;
    const auto text = readFile(file, largestJournal);
    if (!text)
        return tl::unexpected(text.error());
    std::string_view rest = *text;
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        if (end == std::string_view::npos)
            journal.m_isCutShort = true;
        JournalEntry entry;
        if (parseLine(rest.substr(0, end), entry))
            journal.remember(std::move(entry));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return journal;
}

Result<Journal> Journal::open(const std::filesystem::path& destination)
{
    std::error_code error;
    std::filesystem::create_directories(folderIn(destination), error);
    const auto file = folderIn(destination) / "journal.jsonl";
    Journal lock; // holds the file open while it is read
    if (!error)
        lock.m_file = Descriptor(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
    if (!lock.m_file.isOpen())
        return failure("The folder " + destination.string() + " cannot be written: " +
                       (error ? error.message() : std::strerror(errno)) + ".");
    if (::flock(lock.m_file.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return failure("Another export into " + destination.string() +
                       " is running: wait until it has ended.");
    auto journal = read(destination);
    if (journal)
        std::swap(journal->m_file, lock.m_file);
    return journal;
}

Result<void> Journal::append(const JournalEntry& entry, bool durable)
{
    // A line that was cut short must not swallow this one.
    int problem = writeAll(m_file.get(), (m_isCutShort ? "\n" : "") + lineOf(entry));
    m_isCutShort = problem != 0;
    if (problem == 0 && durable && ::fdatasync(m_file.get()) != 0)
        problem = errno;
    if (problem != 0)
        return failure("The journal of the export in " + m_destination.string() +
                       " cannot be written: " + std::strerror(problem) + ".");
    remember(entry);
    return {};
}

std::vector<const JournalEntry*> Journal::ofSource(const std::string& source) const
{
    std::vector<const JournalEntry*> entries;
    const auto range = m_destinationsOfSource.equal_range(source);
    for (auto it = range.first; it != range.second; ++it) {
        const auto found = m_entries.find(it->second);
        if (found != m_entries.end() && found->second.source == source)
            entries.push_back(&found->second);
    }
    return entries;
}

void Journal::remember(JournalEntry entry)
{
    const auto range = m_destinationsOfSource.equal_range(entry.source);
    bool isKnown = false;
    for (auto it = range.first; it != range.second; ++it)
        isKnown = isKnown || it->second == entry.destination;
    if (!isKnown)
        m_destinationsOfSource.emplace(entry.source, entry.destination);
    std::string destination = entry.destination;
    m_entries.insert_or_assign(std::move(destination), std::move(entry));
}

} // namespace ir::exporting
