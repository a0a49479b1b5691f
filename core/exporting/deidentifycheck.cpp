#include "exporting/deidentifycheck.h"

#include "base/atomicfile.h"
#include "base/parallel.h"
#include "dicom/deidentify/deidentifier.h"
#include "dicom/deidentify/identifiersearch.h"
#include "dicom/dicomprobe.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <system_error>
#include <tuple>
#include <utility>

namespace ir {

namespace {

constexpr std::size_t kMostOfAFile = 100;
constexpr std::size_t kMostHits = 100'000; ///< before those of other pictures are left out

Result<std::vector<std::filesystem::path>> filesUnder(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> files;
    std::error_code error;
    std::filesystem::recursive_directory_iterator entry(folder, error);
    for (; !error && entry != std::filesystem::recursive_directory_iterator();
         entry.increment(error))
        if (std::error_code ignored; entry->is_regular_file(ignored))
            files.push_back(entry->path());
    if (error)
        return failure("Cannot read the folder " + folder.string() + ": " + error.message() + ".");
    std::ranges::sort(files);
    return files;
}

using TaggedDate = std::pair<std::uint32_t, std::string>;

void datesOf(const DicomItem& item, std::set<TaggedDate>& dates)
{
    for (const DicomElement& element : item.elements) {
        for (const DicomItem& inner : element.items)
            datesOf(inner, dates);
        if (element.is("DA") || element.is("DT"))
            for (const std::string_view value : valuesOf(element.value))
                if (const auto date = unpadded(value); date.size() >= 8)
                    dates.emplace(element.tag, date.substr(0, 8));
    }
}

/// What the sources of one picture say.
struct Picture
{
    std::set<std::size_t> identifiers;
    std::set<TaggedDate> dates;
};

/// Everything that is known of the sources.
struct Sources
{
    IdentifierSearch search;
    std::vector<std::filesystem::path> fileOf; ///< of each identifier, the first
    std::map<std::string, Picture> pictures;   ///< by pixelDigest()
};

class Checker
{
public:
    Checker(const std::filesystem::path& folder, const std::stop_token& stop)
        : m_folder(folder), m_stop(stop)
    {
    }

    void collect(const std::vector<std::filesystem::path>& files)
    {
        parallelFor(files.size(), threadsOrAll(0), m_stop, [&](std::size_t i) {
            if (probeDicom(files[i]) != DicomKind::File)
                return;
            const auto tree = readDicomTree(files[i]);
            if (!tree) {
                const std::scoped_lock lock(m_mutex);
                m_check.unreadable.push_back(tree.error().message +
                                             " Its identifiers were not searched for.");
                return;
            }
            const auto identifiers = identifiersOf(*tree);
            const std::string digest = pixelDigest(tree->root);
            const std::scoped_lock lock(m_mutex);
            ++m_check.sources;
            Picture& picture = m_sources.pictures[digest];
            datesOf(tree->root, picture.dates);
            for (const Identifier& identifier : identifiers) {
                const std::size_t number = m_sources.search.add(identifier);
                picture.identifiers.insert(number);
                if (number == m_sources.fileOf.size())
                    m_sources.fileOf.push_back(files[i]);
            }
        });
        m_check.identifiers = m_sources.search.size();
    }

    void search(const std::vector<std::filesystem::path>& files)
    {
        parallelFor(files.size(), threadsOrAll(0), m_stop,
                    [&](std::size_t i) { searchFile(files[i]); });
        std::ranges::sort(m_check.left, {}, [](const IdentifierLeft& left) {
            return std::tuple(left.file, left.offset.value_or(0), left.tag);
        });
    }

    [[nodiscard]] DeidentifyCheck take()
    {
        m_check.cancelled = m_stop.stop_requested();
        std::ranges::sort(m_check.unreadable);
        return std::move(m_check);
    }

private:
    void searchFile(const std::filesystem::path& file)
    {
        const std::filesystem::path relative = file.lexically_relative(m_folder);
        std::vector<IdentifierLeft> left;
        const auto add = [&](const IdentifierSearch::Hit& hit, bool inName) {
            const Identifier& identifier = m_sources.search.identifier(hit.identifier);
            left.push_back({relative, identifier.kind, identifier.tag,
                            m_sources.fileOf[hit.identifier],
                            inName ? std::nullopt : std::optional(hit.offset)});
        };
        for (const auto& hit : m_sources.search.find(relative.string(), {}, kMostOfAFile))
            add(hit, true);
        std::uintmax_t size = 0;
        bool isMatched = false;
        std::string unreadable;
        const auto tree = probeDicom(file) == DicomKind::File
                              ? readDicomTree(file)
                              : Result<DicomTree>(failure("not DICOM"));
        if (tree) {
            size = tree->bytes->size();
            const auto picture = m_sources.pictures.find(pixelDigest(tree->root));
            isMatched = picture != m_sources.pictures.end() && !picture->first.empty();
            for (const auto& hit : identifiersIn(*tree, m_sources.search, kMostHits))
                if (!isMatched || picture->second.identifiers.contains(hit.identifier))
                    add(hit, false);
            if (isMatched)
                addDatesNotShifted(*tree, picture->second, relative, left);
        } else if (const auto bytes = readFile(file)) {
            size = bytes->size();
            for (const auto& hit : m_sources.search.find(*bytes, {}, kMostOfAFile))
                add(hit, false);
        } else {
            unreadable = bytes.error().message;
        }
        const std::scoped_lock lock(m_mutex);
        if (!unreadable.empty()) {
            m_check.unreadable.push_back(unreadable + " It was not searched.");
            return;
        }
        if (left.size() > kMostOfAFile)
            left.resize(kMostOfAFile);
        ++m_check.files;
        m_check.matched += isMatched ? 1 : 0;
        m_check.bytes += size;
        m_check.left.insert(m_check.left.end(), left.begin(), left.end());
    }

    static void addDatesNotShifted(const DicomTree& tree, const Picture& picture,
                                   const std::filesystem::path& file,
                                   std::vector<IdentifierLeft>& left)
    {
        if (!saysDatesAreShifted(tree.root))
            return;
        std::set<TaggedDate> dates;
        datesOf(tree.root, dates);
        for (const TaggedDate& date : dates)
            if (picture.dates.contains(date))
                left.push_back(
                    {file, IdentifierKind::Date, date.first, {}, tree.bytes->find(date.second)});
    }

    const std::filesystem::path& m_folder;
    std::stop_token m_stop;
    std::mutex m_mutex;
    Sources m_sources;
    DeidentifyCheck m_check;
};

} // namespace

Result<DeidentifyCheck> checkDeidentified(const std::filesystem::path& folder,
                                          const std::filesystem::path& sources,
                                          const std::stop_token& stop)
{
    const auto originals = filesUnder(sources);
    if (!originals)
        return tl::unexpected(originals.error());
    const auto files = filesUnder(folder);
    if (!files)
        return tl::unexpected(files.error());
    Checker checker(folder, stop);
    checker.collect(*originals);
    checker.search(*files);
    DeidentifyCheck check = checker.take();
    if (check.sources == 0 && !check.cancelled)
        return failure("There is no readable DICOM file under " + sources.string() +
                       ": nothing can be compared with.");
    return check;
}

} // namespace ir
