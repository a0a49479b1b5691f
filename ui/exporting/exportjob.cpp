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

ExportItem sortedItem(const FileSummary& file)
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
    item.studyDate = file.studyDate.toStdString();
    return item;
}

std::string encodePng(const GrayImage& image)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    toQImage(image).save(&buffer, "PNG");
    return bytes.toStdString();
}

Result<GrayImage> loadForTraining(const std::filesystem::path& file, int longestSide)
{
    DecodeOptions options;
    options.longestSide = longestSide;
    auto decoded = decodeImage(file, options);
    if (!decoded)
        return tl::unexpected(decoded.error());
    return std::move(decoded->image);
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

ExportJob::ExportJob(Catalog* catalog, std::string modelId, QObject* parent)
    : QObject(parent), m_catalog(catalog), m_modelId(std::move(modelId))
{}

ExportJob::~ExportJob() = default;

template <typename Work>
void ExportJob::run(Work work)
{
    const int generation = ++m_generation;
    // Assignment stops and joins what ran before.
    m_thread = std::jthread(
        [work = std::move(work), generation](const std::stop_token& stop) { work(generation, stop); });
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
    run([this, catalog = m_catalog, modelId = m_modelId, files,
         options](int generation, const std::stop_token& stop) {
        std::vector<ExportItem> items;
        items.reserve(static_cast<std::size_t>(files.size()));
        for (const FileSummary& file : files) {
            if (stop.stop_requested())
                return;
            items.push_back(sortedItem(file));
            if (file.status != FileStatus::Ok)
                continue;
            if (const auto details = catalog->details(file.id, modelId)) {
                items.back().digest = details->digest;
                items.back().patientId = details->facts.patientId;
            }
        }
        auto plan = planSortedExport(std::move(items), options, stop);
        if (stop.stop_requested())
            return;
        if (!plan) {
            const QString message = QString::fromStdString(plan.error().message);
            deliver(generation, [this, message] { Q_EMIT failed(message); });
            return;
        }
        auto shared = std::make_shared<const ExportPlan>(std::move(*plan));
        deliver(generation, [this, shared] { Q_EMIT planned(shared); });
    });
}

void ExportJob::execute(const std::shared_ptr<const ExportPlan>& plan)
{
    run([this, plan](int generation, const std::stop_token& stop) {
        Throttle throttle;
        const auto report = executeSortedExport(
            *plan,
            [&](const ExportProgress& progress) {
                if (!throttle.isDue(progress))
                    return;
                deliver(generation, [this, done = progress.done, total = progress.total] {
                    Q_EMIT progressed(qint64(done), qint64(total));
                });
            },
            stop);
        if (!report) {
            const QString message = QString::fromStdString(report.error().message);
            deliver(generation, [this, message] { Q_EMIT failed(message); });
            return;
        }
        auto shared = std::make_shared<const ExportReport>(*report);
        deliver(generation, [this, shared] { Q_EMIT exported(shared); });
    });
}

void ExportJob::makeTrainingSet(const QVector<FileSummary>& files,
                                const TrainingExportOptions& options)
{
    run([this, catalog = m_catalog, modelId = m_modelId, files,
         options](int generation, const std::stop_token& stop) {
        std::vector<TrainingItem> items;
        for (const FileSummary& file : files) {
            if (stop.stop_requested())
                break;
            const auto details = file.status == FileStatus::Ok
                                     ? catalog->details(file.id, modelId)
                                     : Result<FileDetails>(failure({}));
            if (!details || details->digest.empty() || file.finalClass().isEmpty())
                continue;
            const ImageFacts& facts = details->facts;
            items.push_back({QFile::encodeName(file.path).toStdString(),
                             file.finalClass().toStdString(), decidedBy(file),
                             file.isReviewNeeded(), details->digest,
                             facts.patientId.empty() ? facts.studyInstanceUid : facts.patientId});
        }
        Throttle throttle;
        const auto report = exportTrainingSet(
            items, options, loadForTraining, encodePng,
            [&](const ExportProgress& progress) {
                if (!throttle.isDue(progress))
                    return;
                deliver(generation, [this, done = progress.done, total = progress.total] {
                    Q_EMIT progressed(qint64(done), qint64(total));
                });
            },
            stop);
        if (!report) {
            const QString message = QString::fromStdString(report.error().message);
            deliver(generation, [this, message] { Q_EMIT failed(message); });
            return;
        }
        auto shared = std::make_shared<const TrainingExportReport>(*report);
        deliver(generation, [this, shared] { Q_EMIT trainingSetMade(shared); });
    });
}

} // namespace ir::ui
