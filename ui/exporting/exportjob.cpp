#include "exporting/exportjob.h"

#include "browser/grayqimage.h"
#include "pipeline/imageloader.h"

#include <QBuffer>
#include <QFile>

#include <chrono>

namespace ir::ui {

namespace {

constexpr auto kProgressInterval = std::chrono::milliseconds(60);

DecidedBy decidedBy(const FileSummary& file)
{
    if (file.label.isEmpty())
        return DecidedBy::Model;
    return file.isConfirmed() ? DecidedBy::Confirmed : DecidedBy::Corrected;
}

QVector<FileId> idsOf(const QVector<FileSummary>& files)
{
    QVector<FileId> ids;
    ids.reserve(files.size());
    for (const FileSummary& file : files)
        ids.append(file.id);
    return ids;
}

ExportItem sortedItem(const FileSummary& file, const FileOrigin& origin)
{
    ExportItem item;
    item.source = QFile::encodeName(file.path).toStdString();
    item.className = file.finalClass().toStdString();
    item.decidedBy = decidedBy(file);
    item.confidence = file.confidence;
    item.needsReview = file.isReviewNeeded();
    item.unreadable = file.status == FileStatus::Unreadable;
    item.reason = file.reason.toStdString();
    item.sopInstanceUid = file.sopInstanceUid.toStdString();
    item.digest = origin.digest;
    item.patientId = origin.patientId;
    item.studyDate = file.studyDate.toStdString();
    return item;
}

/// Of those files that have been read and have a class.
std::vector<TrainingItem> trainingItems(const QVector<FileSummary>& files,
                                        const QHash<FileId, FileOrigin>& origins)
{
    std::vector<TrainingItem> items;
    for (const FileSummary& file : files) {
        const FileOrigin origin = origins.value(file.id);
        if (file.status != FileStatus::Ok || origin.digest.empty() || file.finalClass().isEmpty())
            continue;
        items.push_back({QFile::encodeName(file.path).toStdString(), file.finalClass().toStdString(),
                         decidedBy(file), file.isReviewNeeded(), origin.digest,
                         origin.patientId.empty() ? origin.studyInstanceUid : origin.patientId});
    }
    return items;
}

std::string encodePng(const GrayImage& image)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    toQImage(image).save(&buffer, "PNG");
    return bytes.toStdString();
}

/// Lets through what comes at least an interval after the last, and the end.
class Throttle
{
public:
    bool isDue(const ExportProgress& progress)
    {
        const auto now = std::chrono::steady_clock::now();
        if (progress.done < progress.total && now - m_last < kProgressInterval)
            return false;
        m_last = now;
        return true;
    }

private:
    std::chrono::steady_clock::time_point m_last;
};

} // namespace

ExportJob::ExportJob(Catalog* catalog, QObject* parent) : QObject(parent), m_catalog(catalog) {}

ExportJob::~ExportJob() = default;

template <typename Signal, typename Work>
void ExportJob::run(Signal signal, Work work)
{
    const int generation = ++m_generation;
    // Assignment stops and joins what ran before.
    m_thread = std::jthread([this, signal, work = std::move(work),
                             generation](const std::stop_token& stop) {
        const auto report = [&, throttle = Throttle()](const ExportProgress& progress) mutable {
            if (throttle.isDue(progress))
                deliver(generation, [this, done = progress.done, total = progress.total] {
                    Q_EMIT progressed(qint64(done), qint64(total));
                });
        };
        auto outcome = work(report, stop);
        if (!outcome) {
            const QString message = QString::fromStdString(outcome.error().message);
            deliver(generation, [this, message] { Q_EMIT failed(message); });
            return;
        }
        using Value = typename decltype(outcome)::value_type;
        auto shared = std::make_shared<const Value>(std::move(*outcome));
        deliver(generation, [this, signal, shared] { Q_EMIT(this->*signal)(shared); });
    });
}

template <typename Deliver>
void ExportJob::deliver(int generation, Deliver deliver)
{
    QMetaObject::invokeMethod(this, [this, generation, deliver = std::move(deliver)] {
        if (generation == m_generation)
            deliver();
    });
}

void ExportJob::plan(const QVector<FileSummary>& files, const SortedExportOptions& options)
{
    run(&ExportJob::planned, [catalog = m_catalog, files, options](
                                 const Progress&, const std::stop_token& stop) -> Result<ExportPlan> {
        const auto origins = catalog->origins(idsOf(files));
        if (!origins)
            return tl::unexpected(origins.error());
        std::vector<ExportItem> items;
        items.reserve(static_cast<std::size_t>(files.size()));
        for (const FileSummary& file : files)
            items.push_back(sortedItem(file, origins->value(file.id)));
        return planSortedExport(std::move(items), options, stop);
    });
}

void ExportJob::execute(const std::shared_ptr<const ExportPlan>& plan)
{
    run(&ExportJob::exported, [plan](const Progress& progress, const std::stop_token& stop) {
        return executeSortedExport(*plan, progress, stop);
    });
}

void ExportJob::makeTrainingSet(const QVector<FileSummary>& files,
                                const TrainingExportOptions& options)
{
    run(&ExportJob::trainingSetMade,
        [catalog = m_catalog, files, options](
            const Progress& progress, const std::stop_token& stop) -> Result<TrainingExportReport> {
            const auto origins = catalog->origins(idsOf(files));
            if (!origins)
                return tl::unexpected(origins.error());
            return exportTrainingSet(trainingItems(files, *origins), options, decodeWithin, encodePng,
                                     progress, stop);
        });
}

} // namespace ir::ui
