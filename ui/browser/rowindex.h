#pragma once

#include "catalog/records.h"

#include <QHash>
#include <QStringList>

#include <array>
#include <cstdint>
#include <vector>

namespace ir::ui {

/// What a row is, for filters and counts. A row that needs review is also Unreviewed (nobody looked at it
/// yet); the other states exclude each other.
enum class RowState : std::uint8_t {
    Unreviewed,  ///< readable, no person decided yet
    NeedsReview, ///< the model abstains and no person decided yet
    Confirmed,   ///< a person agreed with the model
    Corrected,   ///< a person decided otherwise, or where the model said nothing
    Unreadable,
    Pending, ///< found, not read yet
};
inline constexpr int kRowStates = 6;

/// Bits of RowState: 1 << state.
using RowStates = std::uint8_t;
[[nodiscard]] constexpr RowStates stateBit(RowState state)
{
    return static_cast<RowStates>(1U << static_cast<unsigned>(state));
}
[[nodiscard]] RowStates statesOf(const FileSummary& file);

/// What is shown; empty members let everything through.
struct RowFilter
{
    QStringList classes;     ///< final classes
    RowStates states = 0;    ///< any of these
    float minConfidence = 0; ///< 0 to 1; a range narrower than that leaves out what is not classified
    float maxConfidence = 1;
    QString text;   ///< words, all of them in path, UID, body part tag or modality; letter case is ignored
    QString folder; ///< absolute; the files in and under it
    friend bool operator==(const RowFilter&, const RowFilter&) = default;
    [[nodiscard]] bool isEmpty() const { return *this == RowFilter{}; }
};

enum class RowSort : std::uint8_t {
    Path,       ///< folder by folder, numbers in names by value
    Class,      ///< in the order of the class list
    Confidence, ///< least certain first
    Date,       ///< study date, oldest first
};

enum class RowGrouping : std::uint8_t { None, Class, Folder };

struct RowOrder
{
    RowSort sort = RowSort::Path;
    bool descending = false; ///< what has no class, confidence or date stays last
    RowGrouping grouping = RowGrouping::None;
    friend bool operator==(const RowOrder&, const RowOrder&) = default;
};

/// Consecutive shown rows under one heading.
struct RowGroup
{
    int first = 0;
    int count = 0;
    QString name; ///< class name or folder; empty: files without a class
    bool isTail = false; ///< what arrived since the rows were last put in order
};

/// The grid's rows: filter, order and groups over all files, in plain vectors; 100,000 rows are filtered in
/// about 10 ms where QSortFilterProxyModel takes seconds. "File" numbers are positions in arrival order and
/// never change; "row" numbers are positions in what is shown.
///
/// What is shown changes in two ways only: refresh() filters and orders everything anew; reveal() puts new
/// rows at the end. So nothing moves under the pointer while tags arrive, and a row that the filter would
/// hide since it was corrected stays, faded, until the next refresh().
class RowIndex
{
public:
    /// The class list in its order; other classes follow in order of appearance. Needs a refresh().
    void setClasses(const QStringList& classes);
    [[nodiscard]] const QStringList& classes() const { return m_classes; }

    void clear();
    /// Adds a file or replaces the one with its id; returns its number.
    int put(const FileSummary& file);
    /// Sets what people decided of one image; appends the numbers of its files whose label changed.
    void setLabel(ImageId image, const QString& label, std::vector<int>& changed);
    /// What people decided of an image; empty also where it is unknown.
    [[nodiscard]] QString labelOf(ImageId image) const;

    void setFilter(const RowFilter& filter);
    void setOrder(const RowOrder& order);
    [[nodiscard]] const RowFilter& filter() const { return m_filter; }
    [[nodiscard]] const RowOrder& order() const { return m_order; }

    /// Filters and orders everything anew.
    void refresh();
    /// Whether refresh() would show other rows or another order.
    [[nodiscard]] bool isStale() const { return m_stale; }
    /// Of these files, those that match the filter and are not shown yet, in their order, without doubles.
    [[nodiscard]] std::vector<int> hiddenMatches(const std::vector<int>& files) const;
    /// Shows these files (from hiddenMatches) after the last row.
    void reveal(const std::vector<int>& files);

    [[nodiscard]] int fileCount() const { return static_cast<int>(m_files.size()); }
    [[nodiscard]] const FileSummary& file(int number) const
    {
        return m_files[static_cast<std::size_t>(number)];
    }
    [[nodiscard]] int rowCount() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] int fileAt(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    /// -1 where it is not shown.
    [[nodiscard]] int rowOf(int file) const { return m_rowOf[static_cast<std::size_t>(file)]; }
    /// -1 where the id is unknown.
    [[nodiscard]] int fileById(FileId id) const { return m_byId.value(id, -1); }
    [[nodiscard]] std::vector<int> filesOfImage(ImageId image) const;
    [[nodiscard]] bool matches(int file) const;
    /// One group without a name where nothing is grouped; none without rows.
    [[nodiscard]] const std::vector<RowGroup>& groups() const { return m_groups; }

    /// Of all files, whatever the filter.
    [[nodiscard]] int countOf(RowState state) const
    {
        return m_stateCounts[static_cast<std::size_t>(state)];
    }
    [[nodiscard]] int countOf(const QString& className) const;
    /// Files that have a final class.
    [[nodiscard]] int classifiedCount() const { return m_classified; }

private:
    /// What filtering and ordering read, apart from the large records.
    struct Key
    {
        std::string path; ///< orders by folder, then name, numbers by value
        std::string text; ///< what RowFilter::text looks at, lower case UTF-8
        int folder = 0;
        std::uint32_t date = 0; ///< YYYYMMDD; 0: none
        int classNumber = -1;
        RowStates states = 0;
        float confidence = -1; ///< -1: not classified
    };

    void fillPath(int number);
    void fillState(int number);
    void fillDecision(int number);
    void count(const Key& key, int by);
    void link(int number);
    void unlink(int number);
    [[nodiscard]] int classNumber(const QString& name);
    [[nodiscard]] bool matches(const Key& key, const FileSummary& file) const;
    [[nodiscard]] std::uint64_t orderKey(const Key& key) const;
    [[nodiscard]] std::uint32_t groupOf(const Key& key) const;
    void sortByPath();
    void sortAll();
    void findGroups();
    void noteChange(int number);

    std::vector<FileSummary> m_files;
    std::vector<Key> m_keys;
    QHash<FileId, int> m_byId;
    QHash<ImageId, int> m_firstOfImage;
    std::vector<int> m_nextOfImage;

    QStringList m_classes;
    QHash<QString, int> m_classNumbers;
    std::vector<int> m_classCounts;
    std::array<int, kRowStates> m_stateCounts{};
    int m_classified = 0;

    QStringList m_folders;
    QHash<QString, int> m_folderNumbers;
    std::vector<std::uint32_t> m_folderRank; ///< position of a folder in path order

    RowFilter m_filter;
    RowOrder m_order;
    std::vector<std::string> m_words; ///< of m_filter.text
    std::vector<bool> m_wantedClasses; ///< by class number; means nothing where m_filter.classes is empty
    std::vector<int> m_byPath;        ///< all files in path order; grows at the end until sortByPath()
    std::size_t m_byPathSorted = 0;
    std::vector<int> m_sorted; ///< all files in m_order
    bool m_sortedStale = true;

    std::vector<int> m_rows;
    std::vector<int> m_rowOf;
    bool m_stale = false;
    std::vector<RowGroup> m_groups;
};

} // namespace ir::ui
