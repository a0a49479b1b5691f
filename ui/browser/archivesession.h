#pragma once

#include "base/result.h"
#include "browser/reviewtraces.h"
#include "catalog/catalog.h"
#include "pipeline/classifypipeline.h"
#include "pipeline/thumbnailcache.h"

#include <QObject>
#include <QStringList>
#include <QThreadPool>

#include <memory>

namespace ir::ui {

class Settings;

/// The open archive: its catalog, and the pipeline that fills it. Lives in the GUI thread; what blocks (the
/// catalog may be locked or on a network) runs on the pipeline's threads or on one worker of its own. At most
/// one archive is open.
class ArchiveSession : public QObject
{
    Q_OBJECT

public:
    /// `catalogPath` not empty: this catalog whatever the settings say.
    ArchiveSession(Settings& settings, std::shared_ptr<ThumbnailCache> thumbnails,
                   const QString& catalogPath, QObject* parent = nullptr);
    ~ArchiveSession() override;

    /// Closes what was open and opens the folder `path`, or that of a file (of a DICOMDIR, the files it lists), with
    /// the settings as they are now. Returns at once; opened() or openFailed() follows unless another call
    /// comes first.
    void open(const QString& path);
    void close();

    /// What is open or being opened; empty: nothing.
    [[nodiscard]] QString folder() const { return m_folder; }
    /// nullptr until opened().
    [[nodiscard]] Catalog* catalog() const { return m_catalog.get(); }
    /// The model's; without one, those of the model that tagged last here, else the five of the paper.
    [[nodiscard]] const QStringList& classes() const { return m_classes; }
    /// Empty: no model could be loaded.
    [[nodiscard]] const std::string& modelId() const { return m_modelId; }
    [[nodiscard]] bool isRunning() const { return m_pipeline && m_pipeline->isRunning(); }
    [[nodiscard]] bool isPaused() const { return m_paused; }

    void setPaused(bool paused);
    void cancel();
    /// Answers with detailsReady; a later request makes an earlier one void.
    void requestDetails(FileId file);

Q_SIGNALS:
    /// From open(), at once: what was open is closed.
    void opening(const QString& path);
    /// `exists`: the folder is there, but the catalog cannot be used.
    void openFailed(const QString& message, bool exists);
    /// Before the first files of a folder; classes() and catalog() are the new ones.
    void opened(const QString& folder);
    /// After opened(): no model could be loaded, so that images are shown, but not tagged. A sentence says why.
    void modelMissing(const QString& reason);
    /// The folder is closed and catalog() about to go.
    void closing();
    void filesFound(const QVector<ir::FileSummary>& files);
    void filesUpdated(const QVector<ir::FileSummary>& files);
    void progressed(const ir::ClassifyProgress& progress);
    void notice(const QString& message);
    void finished(bool cancelled, const QString& error);
    void detailsReady(const std::shared_ptr<const ir::FileDetails>& details);
    /// After detailsReady() of the same file: what annotation projects say of its image.
    void tracesReady(qint64 file, const std::shared_ptr<const QVector<ir::ui::ReviewTrace>>& traces);
    void undoStateRead(const ir::UndoState& state);

private:
    struct Wish;
    struct Opened;
    [[nodiscard]] static Result<Opened> read(const Wish& wish);
    void start(Opened opened);
    void readUndoState();

    Settings& m_settings;
    std::shared_ptr<ThumbnailCache> m_thumbnails;
    QString m_catalogOverride;
    QString m_folder;
    QStringList m_classes;
    std::string m_modelId;
    std::unique_ptr<Catalog> m_catalog;
    std::unique_ptr<ClassifyPipeline> m_pipeline; // after m_catalog: goes first
    QThreadPool m_reader;                         // one thread; opens, reads details
    int m_openRequest = 0;
    int m_detailsRequest = 0;
    bool m_paused = false;
};

} // namespace ir::ui
