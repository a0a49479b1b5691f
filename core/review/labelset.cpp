#include "review/labelset.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <unordered_map>

namespace ir {

namespace {

std::string trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

std::optional<int> roundOf(std::string_view text)
{
    int round = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), round);
    if (error != std::errc() || end != text.data() + text.size() || round < 1)
        return std::nullopt;
    return round;
}

std::string rowName(std::size_t row)
{
    return "Row " + std::to_string(row + 2); // the first line names the columns
}

/// Gives names numbers in the order of their first use.
class Numbering
{
public:
    std::uint32_t of(const std::string& name)
    {
        const auto [found, isNew] =
            m_numbers.emplace(name, static_cast<std::uint32_t>(m_names.size()));
        if (isNew)
            m_names.push_back(name);
        return found->second;
    }
    [[nodiscard]] std::vector<std::string>& names() { return m_names; }

    /// Sorts the names; the result maps old numbers to new ones.
    std::vector<std::uint32_t> sort()
    {
        std::vector<std::uint32_t> order(m_names.size());
        for (std::uint32_t i = 0; i < order.size(); ++i)
            order[i] = i;
        std::ranges::sort(order, {},
                          [&](std::uint32_t i) -> const std::string& { return m_names[i]; });
        std::vector<std::uint32_t> renumbered(order.size());
        std::vector<std::string> sorted(order.size());
        for (std::uint32_t i = 0; i < order.size(); ++i) {
            renumbered[order[i]] = i;
            sorted[i] = std::move(m_names[order[i]]);
        }
        m_names = std::move(sorted);
        return renumbered;
    }

private:
    std::unordered_map<std::string, std::uint32_t> m_numbers;
    std::vector<std::string> m_names;
};

std::string lowered(std::string text)
{
    for (char& c : text)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    return text;
}

/// "Spine" and "spine" are two classes to us and most likely one to the reader.
void noticeSpelling(const std::vector<std::string>& names, const std::string& what,
                    std::vector<std::string>& notices)
{
    std::map<std::string, std::string> spellings;
    for (const std::string& name : names) {
        const auto [first, isNew] = spellings.emplace(lowered(name), name);
        if (!isNew)
            notices.push_back("\"" + first->second + "\" and \"" + name + "\" count as two " +
                              what + ": they differ in capitals alone.");
    }
}

} // namespace

Result<LabelSet> labelSetOf(const CsvTable& table)
{
    for (const char* column : {"image", "reader", "round", "label"})
        if (!table.hasColumn(column))
            return failure(std::string("There is no column \"") + column +
                           "\": the first line must name image, reader, round and label.");
    LabelSet set;
    Numbering images;
    Numbering readers;
    Numbering classes;
    std::vector<std::size_t> rowOfRating;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const std::string image = trimmed(table.at(row, "image"));
        const std::string reader = trimmed(table.at(row, "reader"));
        const std::string roundText = trimmed(table.at(row, "round"));
        const std::string label = trimmed(table.at(row, "label"));
        if (image.empty() || reader.empty())
            return failure(rowName(row) + " names no " + (image.empty() ? "image." : "reader."));
        const auto round = roundOf(roundText);
        if (!round)
            return failure(rowName(row) + " has \"" + roundText +
                           "\" for its round: a number from 1 is needed.");
        if (label.empty()) {
            ++set.withoutLabel;
            continue;
        }
        set.ratings.push_back({images.of(image), readers.of(reader), *round, classes.of(label)});
        rowOfRating.push_back(row);
        if (readers.names().size() > LabelSet::mostReaders)
            return failure("There are more than " + std::to_string(LabelSet::mostReaders) +
                           " readers: is the column \"reader\" the right one?");
        if (classes.names().size() > LabelSet::mostClasses)
            return failure("There are more than " + std::to_string(LabelSet::mostClasses) +
                           " different labels: is the column \"label\" the right one?");
    }
    if (set.ratings.empty())
        return failure(table.rows() == 0 ? "There are no rows." : "None of the rows has a label.");

    std::map<std::tuple<std::uint32_t, std::uint32_t, int>, std::size_t> firstRow;
    for (std::size_t i = 0; i < set.ratings.size(); ++i) {
        const Rating& rating = set.ratings[i];
        const auto [first, isNew] =
            firstRow.emplace(std::tuple(rating.image, rating.reader, rating.round), rowOfRating[i]);
        if (!isNew)
            return failure(rowName(rowOfRating[i]) + " repeats row " +
                           std::to_string(first->second + 2) + ": image \"" +
                           images.names()[rating.image] + "\", reader \"" +
                           readers.names()[rating.reader] + "\", round " +
                           std::to_string(rating.round) + ". Which label counts cannot be told.");
    }
    const auto readerNumbers = readers.sort();
    const auto classNumbers = classes.sort();
    for (Rating& rating : set.ratings) {
        rating.reader = readerNumbers[rating.reader];
        rating.label = classNumbers[rating.label];
        set.rounds.push_back(rating.round);
    }
    std::ranges::sort(set.ratings, {}, [](const Rating& rating) {
        return std::tuple(rating.image, rating.reader, rating.round);
    });
    std::ranges::sort(set.rounds);
    set.rounds.erase(std::unique(set.rounds.begin(), set.rounds.end()), set.rounds.end());
    set.images = std::move(images.names());
    set.readers = std::move(readers.names());
    set.classes = std::move(classes.names());
    noticeSpelling(set.readers, "readers", set.notices);
    noticeSpelling(set.classes, "classes", set.notices);
    if (set.withoutLabel > 0)
        set.notices.push_back(std::to_string(set.withoutLabel) +
                              (set.withoutLabel == 1 ? " row has" : " rows have") +
                              " no label and counted as missing.");
    return set;
}

} // namespace ir
