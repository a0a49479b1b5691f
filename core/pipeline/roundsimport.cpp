#include "pipeline/roundsimport.h"

#include <QDateTime>
#include <QSet>

#include <algorithm>
#include <charconv>

namespace ir {

namespace {

std::optional<int> roundOf(const std::string& text)
{
    int round = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), round);
    const bool isNumber = error == std::errc() && end == text.data() + text.size();
    return isNumber && round >= 1 && round <= repeatRound ? std::optional(round) : std::nullopt;
}

/// Turns rows into events that a copy of the project accepts.
class Importer
{
public:
    Importer(const ReviewProject& project, const ImageList& list, std::string comment,
             std::int64_t nowMs)
        : m_project(project), m_list(list), m_comment(std::move(comment)), m_nowMs(nowMs)
    {
        m_result.rows = list.table.rows();
        m_result.missed = list.missed;
    }

    RoundsImport import()
    {
        std::vector<std::pair<int, std::size_t>> rows; // round, row
        for (std::size_t row = 0; row < m_list.table.rows(); ++row) {
            if (m_list.table.at(row, "label").empty())
                ++m_result.withoutLabel;
            else if (const auto round = roundOf(m_list.table.at(row, "round")); !round)
                miss(row, "Its round is none of 1, 2, 3 (adjudication) and 4 (repeat).");
            else if (m_list.images[row] != 0)
                rows.emplace_back(*round, row);
        }
        std::ranges::sort(rows);
        for (const auto& [round, row] : rows)
            importRow(row, round);
        return std::move(m_result);
    }

private:
    void miss(std::size_t row, std::string reason)
    {
        m_result.missed.push_back({rowName(row), imageNamed(m_list.table, row), std::move(reason)});
    }

    /// None: the row's time or seconds cannot be read.
    std::optional<ReviewEvent> eventOf(std::size_t row, int round) const
    {
        const CsvTable& table = m_list.table;
        ReviewEvent event;
        event.timeMs = m_nowMs;
        event.reader = table.at(row, "reader");
        event.image = m_list.images[row];
        event.round = round;
        event.label = table.at(row, "label");
        event.comment = table.at(row, "comment").empty() ? m_comment : table.at(row, "comment");
        if (const std::string& time = table.at(row, "time"); !time.empty()) {
            const auto read =
                QDateTime::fromString(QString::fromStdString(time), Qt::ISODateWithMs);
            if (!read.isValid())
                return std::nullopt;
            event.timeMs = read.toMSecsSinceEpoch();
        }
        if (const std::string& seconds = table.at(row, "seconds"); !seconds.empty()) {
            bool isNumber = false;
            event.seconds = QString::fromStdString(seconds).toDouble(&isNumber);
            if (!isNumber || !(event.seconds >= 0))
                return std::nullopt;
        }
        return event;
    }

    void importRow(std::size_t row, int round)
    {
        auto event = eventOf(row, round);
        if (!event)
            return miss(row, "Its time is no date of ISO 8601, or its seconds are no number.");
        event->act = round == adjudicationRound ? ReviewAct::Adjudicate : ReviewAct::Label;
        if (isSaidAlready(*event)) {
            ++m_result.unchanged;
            return;
        }
        const auto& classes = m_project.plan().classes; // told before the image is taken for it
        if (std::ranges::find(classes, event->label) == classes.end())
            return miss(row, "\"" + event->label + "\" is no class of the project " +
                                 m_project.plan().name + ".");
        if (event->act == ReviewAct::Label && !isOwn(*event)) {
            ReviewEvent take = *event;
            take.act = ReviewAct::Take;
            take.label.clear();
            take.comment.clear(); // once, with the label
            take.seconds = 0;
            if (const auto done = m_project.apply(take); !done)
                return miss(row, done.error().message);
            m_result.events.push_back(std::move(take));
        }
        if (const auto done = m_project.apply(*event); !done)
            return miss(row, done.error().message);
        m_result.events.push_back(std::move(*event));
        ++m_result.changed;
    }

    [[nodiscard]] bool isOwn(const ReviewEvent& event) const
    {
        const ReviewReading reading = m_project.reading(event.image, event.round);
        return reading.stand != ReviewReading::Stand::Free && reading.reader == event.reader;
    }

    [[nodiscard]] bool isSaidAlready(const ReviewEvent& event) const
    {
        if (event.act == ReviewAct::Adjudicate) {
            const ReviewFinal found = m_project.finalLabel(event.image);
            return found.decision == ReviewDecision::Adjudicated && found.label == event.label;
        }
        const ReviewReading reading = m_project.reading(event.image, event.round);
        return reading.stand == ReviewReading::Stand::Labelled && reading.reader == event.reader &&
               reading.label == event.label;
    }

    ReviewProject m_project;
    const ImageList& m_list;
    std::string m_comment;
    std::int64_t m_nowMs;
    RoundsImport m_result;
};

} // namespace

Result<RoundsImport> importRounds(Catalog& catalog, qint64 review, ReviewProject& project,
                                  const std::filesystem::path& csv, std::int64_t nowMs, bool store)
{
    const auto all = catalog.files({});
    if (!all)
        return tl::unexpected(all.error());
    QSet<ImageId> images;
    for (const ReviewImage& image : project.plan().images)
        images.insert(image.id);
    QVector<FileSummary> files; // names need be unique in the project only
    for (const FileSummary& file : *all)
        if (images.contains(file.imageId))
            files.append(file);
    const auto list = readImageList(catalog, files, csv);
    if (!list)
        return tl::unexpected(list.error());
    for (const char* column : {"reader", "round", "label"})
        if (!list->table.hasColumn(column))
            return failure(csv.string() + " has no column \"" + column +
                           "\": reader, round and label are needed.");
    RoundsImport result =
        Importer(project, *list, "imported from " + csv.filename().string(), nowMs).import();
    if (store && !result.events.empty())
        if (const auto stored = catalog.appendReviews(review, project, result.events); !stored)
            return tl::unexpected(stored.error());
    return result;
}

} // namespace ir
