#include "browser/rowindex.h"

#include <QDir>

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>

namespace ir::ui {

namespace {

/// Compares like people sort: letter case is ignored, runs of digits count by value. A run becomes its length
/// and its digits, so that plain byte comparison does the rest.
void appendNatural(std::string& key, const QString& text)
{
    const QByteArray bytes = text.toCaseFolded().toUtf8();
    for (qsizetype i = 0; i < bytes.size();) {
        if (bytes[i] < '0' || bytes[i] > '9') {
            // Path separators before everything, so that a folder stays together.
            key.push_back(bytes[i] == '/' ? '\x01' : bytes[i]);
            ++i;
            continue;
        }
        while (i + 1 < bytes.size() && bytes[i] == '0' && bytes[i + 1] >= '0' && bytes[i + 1] <= '9')
            ++i;
        qsizetype end = i;
        while (end < bytes.size() && bytes[end] >= '0' && bytes[end] <= '9')
            ++end;
        // '0' + 1 … keeps numbers before letters; UIDs have runs of up to 64 digits.
        key.push_back('0');
        key.push_back(static_cast<char>(std::min<qsizetype>(end - i, 255)));
        key.append(bytes.constData() + i, static_cast<std::size_t>(end - i));
        i = end;
    }
}

QString folderOf(const QString& path)
{
    return path.left(std::max<qsizetype>(path.lastIndexOf(u'/'), 0));
}

std::string lowered(const QString& text)
{
    return text.toCaseFolded().toStdString();
}

std::string searchedText(const FileSummary& file)
{
    std::string text = lowered(file.path);
    for (const QString* part : {&file.sopInstanceUid, &file.bodyPartExamined, &file.modality}) {
        text.push_back('\n');
        text += lowered(*part);
    }
    return text;
}

/// Whether searchedText() of both is the same.
bool sameText(const FileSummary& a, const FileSummary& b)
{
    return a.path == b.path && a.sopInstanceUid == b.sopInstanceUid
           && a.bodyPartExamined == b.bodyPartExamined && a.modality == b.modality;
}

std::uint32_t dateOf(const QString& studyDate)
{
    bool ok = false;
    const uint date = studyDate.toUInt(&ok);
    return ok && studyDate.size() == 8 ? date : 0;
}

bool contains(const std::string& text, const std::string& word)
{
    return ::memmem(text.data(), text.size(), word.data(), word.size()) != nullptr;
}

constexpr std::uint32_t kLast = std::numeric_limits<std::uint32_t>::max();

} // namespace

RowStates statesOf(const FileSummary& file)
{
    switch (file.status) {
    case FileStatus::Pending:
        return stateBit(RowState::Pending);
    case FileStatus::Unreadable:
        return stateBit(RowState::Unreadable);
    case FileStatus::Ok:
        break;
    }
    if (file.isConfirmed())
        return stateBit(RowState::Confirmed);
    if (file.isCorrected())
        return stateBit(RowState::Corrected);
    const RowStates review = file.isReviewNeeded() ? stateBit(RowState::NeedsReview) : RowStates{0};
    return stateBit(RowState::Unreviewed) | review;
}

void RowIndex::setClasses(const QStringList& classes)
{
    QStringList all = classes;
    for (const QString& name : std::as_const(m_classes)) {
        if (!all.contains(name))
            all.append(name);
    }
    m_classes = all;
    m_classNumbers.clear();
    for (int i = 0; i < m_classes.size(); ++i)
        m_classNumbers.insert(m_classes[i], i);
    m_classCounts.assign(static_cast<std::size_t>(m_classes.size()), 0);
    for (std::size_t i = 0; i < m_files.size(); ++i) {
        const QString& name = m_files[i].finalClass();
        m_keys[i].classNumber = name.isEmpty() ? -1 : classNumber(name);
        if (m_keys[i].classNumber >= 0)
            ++m_classCounts[static_cast<std::size_t>(m_keys[i].classNumber)];
    }
    setFilter(m_filter);
    m_sortedStale = true;
}

void RowIndex::clear()
{
    RowIndex empty;
    empty.setClasses(m_classes);
    empty.setFilter(m_filter);
    empty.setOrder(m_order);
    *this = std::move(empty);
}

int RowIndex::put(const FileSummary& file)
{
    int number = fileById(file.id);
    if (number < 0) {
        number = fileCount();
        m_files.push_back(file);
        m_keys.emplace_back();
        m_rowOf.push_back(-1);
        m_nextOfImage.push_back(-1);
        m_byPath.push_back(number);
        m_byId.insert(file.id, number);
        fillPath(number);
        m_keys.back().text = searchedText(file);
    } else {
        const auto at = static_cast<std::size_t>(number);
        count(m_keys[at], -1);
        unlink(number);
        const FileSummary before = std::exchange(m_files[at], file);
        if (before.path != file.path) {
            fillPath(number);
            m_byPathSorted = 0;
        }
        if (!sameText(before, file))
            m_keys[at].text = searchedText(file);
    }
    link(number);
    fillState(number);
    count(m_keys[static_cast<std::size_t>(number)], 1);
    noteChange(number);
    return number;
}

void RowIndex::setLabel(ImageId image, const QString& label, std::vector<int>& changed)
{
    if (image == 0)
        return;
    for (int number = m_firstOfImage.value(image, -1); number >= 0;
         number = m_nextOfImage[static_cast<std::size_t>(number)]) {
        const auto at = static_cast<std::size_t>(number);
        if (m_files[at].label == label)
            continue;
        count(m_keys[at], -1);
        m_files[at].label = label;
        fillDecision(number);
        count(m_keys[at], 1);
        changed.push_back(number);
        noteChange(number);
    }
}

QString RowIndex::labelOf(ImageId image) const
{
    const int number = image == 0 ? -1 : m_firstOfImage.value(image, -1);
    return number < 0 ? QString() : file(number).label;
}

void RowIndex::noteChange(int number)
{
    m_sortedStale = true;
    const bool orderMayChange = m_order.sort != RowSort::Path || m_order.grouping == RowGrouping::Class;
    if (rowOf(number) >= 0 && (orderMayChange || !matches(number)))
        m_stale = true;
}

void RowIndex::fillPath(int number)
{
    const FileSummary& file = m_files[static_cast<std::size_t>(number)];
    Key& key = m_keys[static_cast<std::size_t>(number)];
    const QString folder = folderOf(file.path);
    key.path.clear();
    appendNatural(key.path, folder);
    key.path.push_back('\0'); // a folder's own files before its subfolders
    appendNatural(key.path, file.path.mid(folder.size()));
    const auto known = m_folderNumbers.constFind(folder);
    key.folder = known == m_folderNumbers.cend() ? static_cast<int>(m_folders.size()) : *known;
    if (known == m_folderNumbers.cend()) {
        m_folderNumbers.insert(folder, key.folder);
        m_folders.append(folder);
    }
}

void RowIndex::fillState(int number)
{
    const FileSummary& file = m_files[static_cast<std::size_t>(number)];
    Key& key = m_keys[static_cast<std::size_t>(number)];
    key.date = dateOf(file.studyDate);
    key.confidence = file.predictedClass.isEmpty() ? -1 : file.confidence;
    fillDecision(number);
}

void RowIndex::fillDecision(int number)
{
    const FileSummary& file = m_files[static_cast<std::size_t>(number)];
    Key& key = m_keys[static_cast<std::size_t>(number)];
    const QString& name = file.finalClass();
    key.classNumber = name.isEmpty() ? -1 : classNumber(name);
    key.states = statesOf(file);
}

void RowIndex::count(const Key& key, int by)
{
    for (unsigned state = 0; state < kRowStates; ++state) {
        if (key.states & (1U << state))
            m_stateCounts[state] += by;
    }
    if (key.classNumber >= 0) {
        m_classCounts[static_cast<std::size_t>(key.classNumber)] += by;
        m_classified += by;
    }
}

int RowIndex::countOf(const QString& className) const
{
    const int number = m_classNumbers.value(className, -1);
    return number < 0 ? 0 : m_classCounts[static_cast<std::size_t>(number)];
}

void RowIndex::link(int number)
{
    const ImageId image = m_files[static_cast<std::size_t>(number)].imageId;
    if (image == 0)
        return;
    m_nextOfImage[static_cast<std::size_t>(number)] = m_firstOfImage.value(image, -1);
    m_firstOfImage.insert(image, number);
}

void RowIndex::unlink(int number)
{
    const ImageId image = m_files[static_cast<std::size_t>(number)].imageId;
    int& next = m_nextOfImage[static_cast<std::size_t>(number)];
    const auto first = m_firstOfImage.find(image);
    if (first == m_firstOfImage.end())
        return;
    if (*first == number && next < 0) {
        m_firstOfImage.erase(first);
    } else if (*first == number) {
        *first = next;
    } else {
        int before = *first;
        while (m_nextOfImage[static_cast<std::size_t>(before)] != number)
            before = m_nextOfImage[static_cast<std::size_t>(before)];
        m_nextOfImage[static_cast<std::size_t>(before)] = next;
    }
    next = -1;
}

std::vector<int> RowIndex::filesOfImage(ImageId image) const
{
    std::vector<int> files;
    if (image == 0)
        return files;
    for (int f = m_firstOfImage.value(image, -1); f >= 0; f = m_nextOfImage[static_cast<std::size_t>(f)])
        files.push_back(f);
    return files;
}

int RowIndex::classNumber(const QString& name)
{
    const auto known = m_classNumbers.constFind(name);
    if (known != m_classNumbers.cend())
        return *known;
    const int number = static_cast<int>(m_classes.size());
    m_classes.append(name);
    m_classNumbers.insert(name, number);
    m_classCounts.push_back(0);
    m_wantedClasses.push_back(m_filter.classes.contains(name));
    return number;
}

void RowIndex::setFilter(const RowFilter& filter)
{
    m_filter = filter;
    m_filter.folder = filter.folder.isEmpty() ? QString() : QDir::cleanPath(filter.folder);
    m_words.clear();
    const auto words = filter.text.split(u' ', Qt::SkipEmptyParts);
    for (const QString& word : words)
        m_words.push_back(lowered(word));
    m_wantedClasses.clear();
    for (const QString& name : std::as_const(m_classes))
        m_wantedClasses.push_back(filter.classes.contains(name));
}

bool RowIndex::matches(int file) const
{
    const auto at = static_cast<std::size_t>(file);
    return matches(m_keys[at], m_files[at]);
}

bool RowIndex::matches(const Key& key, const FileSummary& file) const
{
    if (m_filter.states != 0 && (key.states & m_filter.states) == 0)
        return false;
    if (!m_filter.classes.isEmpty()
        && (key.classNumber < 0 || !m_wantedClasses[static_cast<std::size_t>(key.classNumber)]))
        return false;
    if ((m_filter.minConfidence > 0 || m_filter.maxConfidence < 1)
        && (key.confidence < m_filter.minConfidence || key.confidence > m_filter.maxConfidence
            || key.confidence < 0))
        return false;
    if (!m_filter.folder.isEmpty()) {
        const qsizetype length = m_filter.folder.size();
        if (!file.path.startsWith(m_filter.folder))
            return false;
        if (m_filter.folder != u"/" && file.path.size() > length && file.path[length] != u'/')
            return false;
    }
    return std::all_of(m_words.begin(), m_words.end(),
                       [&key](const std::string& word) { return contains(key.text, word); });
}

void RowIndex::setOrder(const RowOrder& order)
{
    if (order == m_order)
        return;
    m_order = order;
    m_sortedStale = true;
}

void RowIndex::sortByPath()
{
    if (m_byPathSorted == m_byPath.size())
        return;
    const auto before = [this](int a, int b) {
        const Key& ka = m_keys[static_cast<std::size_t>(a)];
        const Key& kb = m_keys[static_cast<std::size_t>(b)];
        const int order = ka.path.compare(kb.path);
        return order != 0 ? order < 0 : a < b;
    };
    const auto middle = m_byPath.begin() + static_cast<std::ptrdiff_t>(m_byPathSorted);
    if (!std::is_sorted(middle, m_byPath.end(), before))
        std::sort(middle, m_byPath.end(), before);
    if (middle != m_byPath.begin() && before(*middle, *std::prev(middle)))
        std::inplace_merge(m_byPath.begin(), middle, m_byPath.end(), before);
    m_byPathSorted = m_byPath.size();

    m_folderRank.assign(static_cast<std::size_t>(m_folders.size()), kLast);
    std::uint32_t rank = 0;
    for (const int file : m_byPath) {
        auto& r = m_folderRank[static_cast<std::size_t>(m_keys[static_cast<std::size_t>(file)].folder)];
        if (r == kLast)
            r = rank++;
    }
}

std::uint32_t RowIndex::groupOf(const Key& key) const
{
    switch (m_order.grouping) {
    case RowGrouping::None:
        break;
    case RowGrouping::Class:
        return key.classNumber < 0 ? kLast : static_cast<std::uint32_t>(key.classNumber);
    case RowGrouping::Folder:
        return m_folderRank[static_cast<std::size_t>(key.folder)];
    }
    return 0;
}

std::uint64_t RowIndex::orderKey(const Key& key) const
{
    std::uint32_t value = 0;
    switch (m_order.sort) {
    case RowSort::Path:
        break;
    case RowSort::Class:
        value = key.classNumber < 0 ? kLast : static_cast<std::uint32_t>(key.classNumber);
        break;
    case RowSort::Confidence:
        value = key.confidence < 0
                    ? kLast
                    : static_cast<std::uint32_t>(std::min(key.confidence, 1.0F) * 1e9F);
        break;
    case RowSort::Date:
        value = key.date == 0 ? kLast : key.date;
        break;
    }
    if (m_order.descending && value != kLast)
        value = kLast - 1 - value;
    return std::uint64_t{groupOf(key)} << 32U | value;
}

void RowIndex::sortAll()
{
    sortByPath();
    if (!m_sortedStale)
        return;
    m_sortedStale = false;
    m_sorted = m_byPath;
    if (m_order.sort == RowSort::Path && m_order.descending)
        std::reverse(m_sorted.begin(), m_sorted.end());
    if (m_order.sort == RowSort::Path && m_order.grouping == RowGrouping::None)
        return;
    std::vector<std::pair<std::uint64_t, int>> keyed;
    keyed.reserve(m_sorted.size());
    for (const int file : m_sorted)
        keyed.emplace_back(orderKey(m_keys[static_cast<std::size_t>(file)]), file);
    const auto before = [](const auto& a, const auto& b) { return a.first < b.first; };
    std::stable_sort(keyed.begin(), keyed.end(), before);
    std::transform(keyed.begin(), keyed.end(), m_sorted.begin(), [](const auto& k) { return k.second; });
}

void RowIndex::refresh()
{
    sortAll();
    m_rows.clear();
    std::fill(m_rowOf.begin(), m_rowOf.end(), -1);
    for (const int file : m_sorted) {
        if (matches(file)) {
            m_rowOf[static_cast<std::size_t>(file)] = rowCount();
            m_rows.push_back(file);
        }
    }
    m_stale = false;
    findGroups();
}

void RowIndex::findGroups()
{
    m_groups.clear();
    if (m_rows.empty())
        return;
    if (m_order.grouping == RowGrouping::None) {
        m_groups.push_back({0, rowCount(), {}, false});
        return;
    }
    std::uint32_t previous = 0;
    for (int row = 0; row < rowCount(); ++row) {
        const Key& key = m_keys[static_cast<std::size_t>(fileAt(row))];
        const std::uint32_t group = groupOf(key);
        if (row == 0 || group != previous) {
            QString name;
            if (m_order.grouping == RowGrouping::Folder)
                name = m_folders[key.folder];
            else if (key.classNumber >= 0)
                name = m_classes[key.classNumber];
            m_groups.push_back({row, 0, name, false});
        }
        ++m_groups.back().count;
        previous = group;
    }
}

std::vector<int> RowIndex::hiddenMatches(const std::vector<int>& files) const
{
    std::vector<int> hidden;
    for (const int file : files) {
        if (rowOf(file) < 0 && matches(file))
            hidden.push_back(file);
    }
    std::vector<int> seen = hidden;
    std::sort(seen.begin(), seen.end());
    if (std::adjacent_find(seen.begin(), seen.end()) == seen.end())
        return hidden;
    QHash<int, bool> taken;
    std::erase_if(hidden, [&taken](int file) { return std::exchange(taken[file], true); });
    return hidden;
}

void RowIndex::reveal(const std::vector<int>& files)
{
    const bool byPath = m_order == RowOrder{};
    for (const int file : files) {
        const auto& path = m_keys[static_cast<std::size_t>(file)].path;
        if (!byPath || (!m_rows.empty() && path < m_keys[static_cast<std::size_t>(m_rows.back())].path))
            m_stale = true;
        m_rowOf[static_cast<std::size_t>(file)] = rowCount();
        m_rows.push_back(file);
    }
    const int count = static_cast<int>(files.size());
    if (count == 0)
        return;
    if (m_order.grouping == RowGrouping::None && !m_groups.empty())
        m_groups.back().count += count;
    else if (!m_groups.empty() && m_groups.back().isTail)
        m_groups.back().count += count;
    else
        m_groups.push_back({rowCount() - count, count, {}, m_order.grouping != RowGrouping::None});
}

} // namespace ir::ui
