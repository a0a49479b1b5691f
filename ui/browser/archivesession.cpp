#include "browser/archivesession.h"

#include "nn/modelinfo.h"
#include "nn/modelstore.h"
#include "settings/settings.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QThread>

namespace ir::ui {

namespace {

std::filesystem::path toPath(const QString& path) { return QFile::encodeName(path).toStdString(); }

/// Whether a catalog can be kept with `folder`.
bool canKeepBeside(const QString& folder)
{
    const QFileInfo info(folder);
    return info.isDir() && info.isWritable();
}

} // namespace

ArchiveSession::ArchiveSession(Settings& settings, std::shared_ptr<ThumbnailCache> thumbnails,
                               const QString& catalogPath, QObject* parent)
    : QObject(parent), m_settings(settings), m_thumbnails(std::move(thumbnails)),
      m_catalogOverride(catalogPath)
{
    m_reader.setMaxThreadCount(1);
}

ArchiveSession::~ArchiveSession()
{
    m_pipeline.reset();
    m_reader.waitForDone();
}

/// What to open, as the settings were when it was asked for.
struct ArchiveSession::Wish
{
    QString path;
    std::string model;
    QString catalogPath; ///< a file or a server's URL; empty: the user's own, or beside the archive
    bool isCatalogBeside = false;
    QThread* thread = nullptr; ///< where the catalog will live
};

struct ArchiveSession::Opened
{
    QString folder; ///< canonical
    ModelInfo model; ///< default where it could not be loaded
    QString modelProblem;
    std::vector<std::string> classes;
    std::unique_ptr<Catalog> catalog;
    QString notice;
};

void ArchiveSession::open(const QString& path)
{
    close();
    m_folder = path;
    Q_EMIT opening(path);
    const int request = ++m_openRequest;
    const CatalogLocation location = m_settings.catalogLocation();
    const Wish wish{.path = path,
                    .model = m_settings.model().toStdString(),
                    .catalogPath = m_catalogOverride.isEmpty() && location == CatalogLocation::Server
                                       ? m_settings.catalogServer()
                                       : m_catalogOverride,
                    .isCatalogBeside = location == CatalogLocation::BesideArchive,
                    .thread = thread()};
    m_reader.clear();
    m_reader.start([this, request, wish] {
        const auto opened = std::make_shared<Result<Opened>>(read(wish));
        const bool exists = opened->has_value() || QFileInfo::exists(wish.path);
        QMetaObject::invokeMethod(this, [this, request, opened, exists] {
            if (request != m_openRequest)
                return; // something else was asked for since
            if (*opened) {
                start(std::move(**opened));
            } else {
                m_folder.clear();
                Q_EMIT openFailed(QString::fromStdString(opened->error().message), exists);
            }
        });
    });
}

/// In the worker's thread.
Result<ArchiveSession::Opened> ArchiveSession::read(const Wish& wish)
{
    Opened opened;
    const QFileInfo info(wish.path);
    if (!info.exists())
        return failure(tr("%1 is not there any more.").arg(QDir::toNativeSeparators(wish.path)).toStdString());
    const bool isOneFile = info.isFile() && info.fileName() != QLatin1String("DICOMDIR");
    opened.folder =
        isOneFile ? QFileInfo(info.absolutePath()).canonicalFilePath() : info.canonicalFilePath();

    QString path = wish.catalogPath.isEmpty() ? Catalog::defaultPath() : wish.catalogPath;
    if (wish.catalogPath.isEmpty() && wish.isCatalogBeside) {
        const QFileInfo place(opened.folder);
        const QString home = place.isDir() ? opened.folder : place.absolutePath();
        if (canKeepBeside(home))
            path = Catalog::pathBeside(home);
        else
            opened.notice = tr("This folder cannot be written to, so labels go to your own catalog.");
    }
    auto catalog = Catalog::open(path);
    if (!catalog)
        return tl::unexpected(catalog.error());
    opened.catalog = std::move(*catalog);
    opened.catalog->moveToThread(wish.thread);

    if (auto model = findModel(wish.model).and_then(readModelInfo)) {
        opened.model = std::move(*model);
        opened.classes = opened.model.classes;
    } else {
        opened.modelProblem = QString::fromStdString(model.error().message);
        opened.classes = opened.catalog->latestClasses().value_or(std::vector<std::string>());
        if (opened.classes.empty())
            opened.classes = defaultClasses();
    }
    return opened;
}

void ArchiveSession::start(Opened ready)
{
    m_folder = ready.folder;
    m_classes.clear();
    for (const std::string& name : ready.classes)
        m_classes << QString::fromStdString(name);
    m_modelId = ready.model.digest;
    m_catalog = std::move(ready.catalog);
    m_paused = false;
    m_pipeline = std::make_unique<ClassifyPipeline>();
    connect(m_pipeline.get(), &ClassifyPipeline::filesFound, this, &ArchiveSession::filesFound);
    connect(m_pipeline.get(), &ClassifyPipeline::filesUpdated, this,
            &ArchiveSession::filesUpdated);
    connect(m_pipeline.get(), &ClassifyPipeline::progressed, this, &ArchiveSession::progressed);
    connect(m_pipeline.get(), &ClassifyPipeline::notice, this, &ArchiveSession::notice);
    connect(m_pipeline.get(), &ClassifyPipeline::finished, this, &ArchiveSession::finished);
    Q_EMIT opened(m_folder);
    if (!ready.modelProblem.isEmpty())
        Q_EMIT modelMissing(ready.modelProblem);
    if (!ready.notice.isEmpty())
        Q_EMIT notice(ready.notice);
    readUndoState();

    ClassifyJob job;
    job.roots = {toPath(m_folder)};
    job.weights = ready.model.path;
    job.engine.device = m_settings.device().toStdString();
    job.engine.threads = m_settings.threads();
    job.catalog = m_catalog.get();
    job.thumbnails = m_thumbnails.get();
    m_pipeline->start(job);
}

void ArchiveSession::close()
{
    ++m_openRequest;
    if (m_folder.isEmpty())
        return;
    m_pipeline.reset();
    ++m_detailsRequest;
    m_reader.clear();
    if (m_catalog)
        m_reader.waitForDone();
    Q_EMIT closing();
    m_folder.clear();
    m_catalog.reset();
}

void ArchiveSession::setPaused(bool paused)
{
    if (!m_pipeline)
        return;
    m_paused = paused;
    m_pipeline->setPaused(paused);
}

void ArchiveSession::cancel()
{
    if (m_pipeline)
        m_pipeline->cancel();
}

void ArchiveSession::requestDetails(FileId file)
{
    const int request = ++m_detailsRequest;
    Catalog* catalog = m_catalog.get();
    if (!catalog)
        return;
    m_reader.clear();
    m_reader.start([this, catalog, file, request, modelId = m_modelId, person = m_settings.readerName()] {
        auto details = catalog->details(file, modelId);
        auto shared = details ? std::make_shared<const FileDetails>(std::move(*details)) : nullptr;
        QMetaObject::invokeMethod(this, [this, shared, request] {
            if (shared && request == m_detailsRequest)
                Q_EMIT detailsReady(shared);
        });
        if (!shared || shared->summary.imageId == 0)
            return;
        const auto traces =
            std::make_shared<const QVector<ReviewTrace>>(readTraces(*catalog, shared->summary.imageId, person));
        QMetaObject::invokeMethod(this, [this, file, traces, request] {
            if (request == m_detailsRequest)
                Q_EMIT tracesReady(file, traces);
        });
    });
}

void ArchiveSession::readUndoState()
{
    Catalog* catalog = m_catalog.get();
    m_reader.start([this, catalog, reader = m_settings.readerName()] {
        auto state = catalog->undoState(reader);
        if (!state)
            return;
        QMetaObject::invokeMethod(this, [this, catalog, state = *state] {
            if (catalog == m_catalog.get())
                Q_EMIT undoStateRead(state);
        });
    });
}

} // namespace ir::ui
