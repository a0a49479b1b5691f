#include "review/datasetjob.h"

#include "dataset/datasetsplit.h"
#include "pipeline/imageloader.h"
#include "pipeline/projectfiles.h"
#include "raster/raster.h"
#include "review/methods.h"

namespace ir::ui {

namespace {

/// By class, patients apart.
Result<std::vector<std::string>> split(const std::vector<DatasetItem>& items)
{
    std::vector<DatasetImage> images;
    for (const DatasetItem& item : items)
        images.push_back({item.source.string(), item.label, item.group, item.split, {}});
    auto done = splitDataset(images, {});
    if (!done)
        return tl::unexpected(done.error());
    return std::move(done->splits);
}

Result<std::vector<DatasetItem>> itemsOf(const Catalog& catalog, const ReviewProject& project)
{
    const auto files = filesOf(catalog, project.plan());
    if (!files)
        return tl::unexpected(files.error());
    std::vector<DatasetItem> items;
    for (const ReviewImage& image : project.plan().images) {
        const ReviewFinal final = project.finalLabel(image.id);
        const ProjectFile& file = files->at(image.id);
        if (!final.label.empty() && !file.path.empty())
            items.push_back({file.path, final.label, file.group, {}});
    }
    return items;
}

} // namespace

DatasetJob::DatasetJob(const Catalog& catalog, QObject* parent) : QObject(parent), m_catalog(catalog) {}

DatasetJob::~DatasetJob() = default;

void DatasetJob::start(std::shared_ptr<const ReviewProject> project, const DatasetExportOptions& options)
{
    // Assignment stops and joins what ran before.
    m_thread = std::jthread([this, project = std::move(project),
                            options = DatasetExportOptions(options)](const std::stop_token& stop) mutable {
        const auto tell = [this](auto what) { QMetaObject::invokeMethod(this, what, Qt::QueuedConnection); };
        auto items = itemsOf(m_catalog, *project);
        Result<DatasetExportReport> report = items ? Result<DatasetExportReport>() : tl::unexpected(items.error());
        if (items && items->empty())
            report = failure(tr("No image of the project has a final label yet.").toStdString());
        const auto key = PseudonymKey::random();
        if (report && !key)
            report = tl::unexpected(key.error());
        if (report) {
            options.labelling = methodsOf(*project);
            report = exportDataset(
                *items, *key, options, decodeWithin, encodePng, split,
                [this, tell](const ExportProgress& progress) {
                    tell([this, done = qint64(progress.done), total = qint64(progress.total)] {
                        Q_EMIT progressed(done, total);
                    });
                },
                stop);
        }
        if (!report)
            tell([this, message = QString::fromStdString(report.error().message)] { Q_EMIT failed(message); });
        else
            tell([this, shared = std::make_shared<const DatasetExportReport>(std::move(*report))] {
                Q_EMIT exported(shared);
            });
    });
}

} // namespace ir::ui
