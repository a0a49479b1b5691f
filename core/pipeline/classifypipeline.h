#pragma once

#include "base/result.h"
#include "catalog/records.h"
#include "nn/engine.h"

#include <QObject>

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace ir {

class Catalog;
class ThumbnailCache;

/// A job that several machines do together, through the catalog they share: each claims files in batches, and takes
/// over those of one that died.
struct SharedWork
{
    QString worker;         ///< no two running ones have the same
    int leaseSeconds = 300; ///< after which the others take over what a dead worker held
    bool scan = true;       ///< false: take what other workers found under the roots
};

/// What to classify and with what.
struct ClassifyJob
{
    std::vector<std::filesystem::path> roots; ///< folders, files or DICOMDIR media
    /// Empty: there is no model; images are read, stored and shown, and not tagged. Not so where work is shared.
    std::filesystem::path weights;
    EngineOptions engine;
    Catalog* catalog = nullptr;           ///< not owned; nullptr: nothing is remembered
    ThumbnailCache* thumbnails = nullptr; ///< not owned; nullptr: none are stored
    /// Needs a catalog. Signals tell of what this machine does, and the job ends when nothing is left for any.
    std::optional<SharedWork> shared = std::nullopt;
    int decoders = 0;                     ///< threads; 0: from the machine
};

/// Where a job stands; sent at most ten times a second.
struct ClassifyProgress
{
    qint64 found = 0;      ///< images and DICOM files found so far
    qint64 known = 0;      ///< of them unchanged since the last time
    qint64 decoded = 0;    ///< decoded now
    qint64 classified = 0; ///< tagged now
    qint64 unreadable = 0; ///< found to be unreadable, now or before
    qint64 leftOut = 0;    ///< files and folders that could not be looked into: a notice each
    qint64 toDo = 0;       ///< found, in need of work and not through yet
    bool scanFinished = false;
    bool paused = false;
    bool hasModel = true;       ///< false: images are read, not tagged
    double imagesPerSecond = 0; ///< of the last seconds; tagged, or read where there is no model
    double secondsLeft = -1;    ///< -1: not known
    QString device;             ///< "CPU, 2 threads"; empty until the model is loaded
    QString model;
};

/// Scan → decode → classify → store, on threads of its own with bounded queues: a scanner, decoders, and one
/// QThread that owns the LibTorch model. Lives in the thread that made it; signals arrive there. One job at
/// a time; start() cancels the one before. Destruction cancels and waits no longer than one image takes.
class ClassifyPipeline : public QObject
{
    Q_OBJECT

public:
    explicit ClassifyPipeline(QObject* parent = nullptr);
    ~ClassifyPipeline() override;

    void start(const ClassifyJob& job);
    void setPaused(bool paused);
    void cancel();
    [[nodiscard]] bool isRunning() const;

Q_SIGNALS:
    /// Files appear, in batches, with all that is known of them.
    void filesFound(const QVector<ir::FileSummary>& files);
    /// Files were decoded and tagged, or found unreadable: their new state.
    void filesUpdated(const QVector<ir::FileSummary>& files);
    /// The same with all that was read, for those who keep no catalog (the CLI).
    void results(const QVector<ir::FileResult>& results);
    void progressed(const ir::ClassifyProgress& progress);
    /// One sentence worth a quiet bar: an unreadable folder, a fall back to the CPU.
    void notice(const QString& message);
    /// The job ended: all done, cancelled, or (error not empty) it could not go on.
    void finished(bool cancelled, const QString& error);

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace ir
