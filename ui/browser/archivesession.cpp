#include "browser/archivesession.h"

#include "nn/modelinfo.h"
#include "nn/modelstore.h"
#include "settings/settings.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace ir::ui {

namespace {

std::filesystem::path toPath(const QString& path) { return QFile::encodeName(path).toStdString(); }

/// The catalog kept with `folder` where one can be written there.
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

Result<void> ArchiveSession::open(const QString& folder)
{
    close();
    const QFileInfo info(folder);
    if (!info.exists())
        return failure(tr("%1 is not there any more.").arg(QDir::toNativeSeparators(folder)).toStdString());
    const QString path = info.canonicalFilePath();

    const auto weights = readModel();
    if (!weights)
        return tl::unexpected(weights.error());
    if (auto opened = openCatalog(path); !opened)
        return opened;

    m_folder = path;
    m_paused = false;
    m_pipeline = std::make_unique<ClassifyPipeline>();
    connect(m_pipeline.get(), &ClassifyPipeline::filesFound, this, &ArchiveSession::filesFound);
    connect(m_pipeline.get(), &ClassifyPipeline::filesUpdated, this,
            &ArchiveSession::filesUpdated);
    connect(m_pipeline.get(), &ClassifyPipeline::progressed, this, &ArchiveSession::progressed);
    connect(m_pipeline.get(), &ClassifyPipeline::notice, this, &ArchiveSession::notice);
    connect(m_pipeline.get(), &ClassifyPipeline::finished, this, &ArchiveSession::finished);
    Q_EMIT opened(path);
    readUndoState();

    ClassifyJob job;
    job.roots = {toPath(path)};
    job.weights = *weights;
    job.engine.device = m_settings.device().toStdString();
    job.engine.threads = m_settings.threads();
    job.catalog = m_catalog.get();
    job.thumbnails = m_thumbnails.get();
    m_pipeline->start(job);
    return {};
}

void ArchiveSession::close()
{
    if (m_folder.isEmpty())
        return;
    m_pipeline.reset();
    ++m_detailsRequest;
    m_reader.waitForDone();
    Q_EMIT closing();
    m_folder.clear();
    m_catalog.reset();
}

Result<void> ArchiveSession::reopen() { return open(QString(m_folder)); }

Result<std::filesystem::path> ArchiveSession::readModel()
{
    const auto weights = findModel(m_settings.model().toStdString());
    if (!weights)
        return weights;
    const auto info = readModelInfo(*weights);
    if (!info)
        return tl::unexpected(info.error());
    m_classes.clear();
    for (const std::string& name : info->classes)
        m_classes << QString::fromStdString(name);
    m_modelId = info->digest;
    return weights;
}

Result<void> ArchiveSession::openCatalog(const QString& folder)
{
    QString path = m_catalogOverride.isEmpty() ? Catalog::defaultPath() : m_catalogOverride;
    if (m_catalogOverride.isEmpty()
        && m_settings.catalogLocation() == CatalogLocation::BesideArchive) {
        const QString home =
            QFileInfo(folder).isDir() ? folder : QFileInfo(folder).absolutePath();
        if (canKeepBeside(home))
            path = Catalog::pathBeside(home);
        else
            Q_EMIT notice(tr("This folder cannot be written to, so labels go to your own catalog."));
    }
    auto catalog = Catalog::open(path);
    if (!catalog)
        return tl::unexpected(catalog.error());
    m_catalog = std::move(*catalog);
    return {};
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
    m_reader.start([this, catalog, file, request, modelId = m_modelId] {
        auto details = catalog->details(file, modelId);
        auto shared = details ? std::make_shared<const FileDetails>(std::move(*details)) : nullptr;
        QMetaObject::invokeMethod(this, [this, shared, request] {
            if (shared && request == m_detailsRequest)
                Q_EMIT detailsReady(shared);
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
