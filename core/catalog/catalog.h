#pragma once

#include "base/result.h"
#include "catalog/pathmap.h"
#include "catalog/records.h"
#include "review/project.h"

#include <QHash>
#include <QObject>

#include <memory>

namespace ir {

/// A model that made predictions, as the catalog remembers it.
struct ModelRecord
{
    std::string id; ///< SHA-256 of the weights file
    std::string name;
    std::vector<std::string> classes;
};

/// An annotation project of the catalog.
struct ReviewInfo
{
    qint64 id = 0;
    QString name;
    QDateTime created; ///< UTC
};

/// Somebody who labels.
struct ReaderAccount
{
    QString name;
    bool hasPin = false;
};

/// Which work a worker asks for: files under some folders that a model has not seen.
struct WorkClaim
{
    QString worker; ///< no two running ones have the same
    std::string modelId;
    QVector<QString> folders;
    int most = 64;          ///< files at once; at most 256
    int leaseSeconds = 300; ///< after which others may take over; renewed by every claim
};

/// What undo and redo would do next, for menus: "14 images → spine"; empty: nothing to do.
struct UndoState
{
    QString undoText;
    QString redoText;
};

/// Images, predictions and what people decided: in one SQLite file (WAL) for one desk, or in a PostgreSQL
/// database (15 or newer) for many. One writer thread of its own. Labels are an append-only log; undo appends. Every function may be called from any thread; those that
/// return a Result block until the database answered, the others return at once and answer by signal.
/// Destruction commits what was asked for.
class Catalog : public QObject
{
    Q_OBJECT

public:
    /// Opens or creates the catalog and brings its schema up to date. `path` is a file, ":memory:" (tests), or
    /// "postgresql://[user@]host[:port]/database[?keyword=value&…]" with libpq's keywords (sslmode, service …);
    /// the password comes from where libpq looks for it (~/.pgpass …), never from the URL. Refuses what is no
    /// catalog of ours, or of a newer version, and says so.
    /// On a server, paths are mapped as this machine's table of mounts says (PathMap::ofThisMachine), or `mounts`:
    /// all functions take and give the paths of this machine.
    [[nodiscard]] static Result<std::unique_ptr<Catalog>> open(const QString& path);
    [[nodiscard]] static Result<std::unique_ptr<Catalog>> open(const QString& path,
                                                               const PathMap& mounts);
    ~Catalog() override;

    /// The user's catalog: <data directory>/imaging-router/catalog.sqlite.
    [[nodiscard]] static QString defaultPath();
    /// A catalog kept with the archive: <folder>/.imaging-router/catalog.sqlite.
    [[nodiscard]] static QString pathBeside(const QString& folder);

    /// Whether `path` is a server's URL, not a file.
    [[nodiscard]] static bool isServer(const QString& path);

    /// Whether there may be a catalog at `path`, which open() would make otherwise: false where there is no such file.
    [[nodiscard]] static bool mayExist(const QString& path);

    /// What Qt can talk to on this machine, e.g. "QSQLITE"; that one is needed, and "QPSQL" for servers.
    [[nodiscard]] static QStringList databaseDrivers();

    /// As open() had it; a file's is made absolute.
    [[nodiscard]] QString path() const;

    // What the pipeline stores.

    /// Makes the files known and returns their present state in the same order: unchanged files (size,
    /// mtime) with all that is known of them; new and changed ones as Pending. A prediction counts only
    /// if `modelId` made it (empty: any model's, the latest).
    [[nodiscard]] Result<QVector<FileSummary>> registerFiles(const QVector<ScannedFile>& files,
                                                             const std::string& modelId);
    [[nodiscard]] Result<void> rememberModel(const ModelRecord& model);
    /// Of the model that tagged last; empty: none did.
    [[nodiscard]] Result<std::vector<std::string>> latestClasses() const;
    /// Stores results (all or none) and returns the new state of each, in the same order.
    [[nodiscard]] Result<QVector<FileSummary>> storeResults(const QVector<FileResult>& results);
    /// Forgets the paths that lie under `folder` and are not in `present` (deleted or moved away); images and
    /// labels stay.
    [[nodiscard]] Result<int> forgetMissing(const QString& folder, const QVector<QString>& present);
    /// Follows files that were moved by the user's wish: old path → new path.
    [[nodiscard]] Result<void> movePaths(const QHash<QString, QString>& moved);

    // Work that several machines share. A file is one worker's until it is stored, released, or the lease is over.

    /// Renews all leases of the worker and claims more files, in the order of their paths; none: nothing is free.
    [[nodiscard]] Result<QVector<ScannedFile>> claimWork(const WorkClaim& claim);
    /// Stores results of files that the worker still holds (all or none of them) and returns their state, in the same
    /// order; id 0: another worker took over, so that nothing was stored.
    [[nodiscard]] Result<QVector<FileSummary>> storeWork(const QString& worker,
                                                         const QVector<FileResult>& results);
    /// Lets go of what the worker holds.
    [[nodiscard]] Result<void> releaseWork(const QString& worker);
    /// Whether some files are not tagged yet, held by others or not.
    [[nodiscard]] Result<bool> isWorkLeft(const WorkClaim& claim) const;

    // Reading.

    /// All files under `folder` (all of the catalog when empty), ordered by path. Latest prediction each, or
    /// that of `modelId` if given.
    [[nodiscard]] Result<QVector<FileSummary>> files(const QString& folder,
                                                     const std::string& modelId = {}) const;
    [[nodiscard]] Result<FileDetails> details(FileId file, const std::string& modelId = {}) const;
    /// Of many files at once: 100,000 in a second or two, where details() of each takes minutes. Files that are
    /// not in the catalog are left out.
    [[nodiscard]] Result<QHash<FileId, FileOrigin>> origins(const QVector<FileId>& files) const;
    /// Of one reader (empty: whoever took the latest step).
    [[nodiscard]] Result<UndoState> undoState(const QString& reader = {}) const;

    // Labels.

    /// Sets the label of images ("" takes it back) as one step that undo takes back at once. Answers with
    /// labelsChanged or failed.
    /// `modelId`: whose predictions were on the screen, for the log (empty: the latest).
    void setLabel(const QVector<ImageId>& images, const QString& label, const QString& reader,
                  const std::string& modelId = {});
    /// Confirms what the model said of each image (its predicted class becomes its label), as one step.
    void acceptPredictions(const QVector<ImageId>& images, const QString& reader,
                           const std::string& modelId = {});
    /// Takes back the reader's latest step that is not taken back yet; answers with labelsChanged.
    void undo(const QString& reader);
    void redo(const QString& reader);

    // Readers: everybody who signed in or labelled something. A PIN keeps people at one desk from
    // labelling under each other's names; it is no lock on the catalog, whose file whoever may
    // write it can change. PINs are kept as Argon2id hashes; setting and checking one takes the
    // calling thread a tenth of a second or so, by intent.

    /// By name.
    [[nodiscard]] Result<QVector<ReaderAccount>> readers() const;
    /// Nothing happens where the name is known. Errors: no name, blanks around it, more than 100
    /// characters; a name that differs from a known one in capitals alone.
    [[nodiscard]] Result<void> addReader(const QString& name);
    /// Sets, changes or (`newPin` empty) takes away a PIN; `oldPin` is not looked at where there is
    /// none. Errors: an unknown reader, a wrong old PIN, a new one of fewer than 4 characters or
    /// more than 128 bytes.
    [[nodiscard]] Result<void> setPin(const QString& reader, const QString& oldPin,
                                      const QString& newPin);
    /// Takes a forgotten PIN away, without knowing it: for whoever keeps the catalog.
    [[nodiscard]] Result<void> forgetPin(const QString& reader);
    /// Whether somebody may sign in: a value where the PIN is right, or none is set. Errors: an
    /// unknown reader, a wrong PIN.
    [[nodiscard]] Result<void> checkPin(const QString& reader, const QString& pin) const;

    // Annotation projects. Their images are the catalog's ImageIds.

    /// Errors: the plan cannot work (ReviewProject::create), or its name is taken.
    [[nodiscard]] Result<qint64> createReview(const ReviewPlan& plan);
    [[nodiscard]] Result<QVector<ReviewInfo>> reviews() const;
    /// The projects in whose log an image is.
    [[nodiscard]] Result<QVector<qint64>> reviewsOf(ImageId image) const;
    /// The project as its log has it now.
    [[nodiscard]] Result<ReviewProject> openReview(qint64 review) const;
    /// Brings a project that openReview() gave up to the log: what others did since.
    [[nodiscard]] Result<void> refreshReview(qint64 review, ReviewProject& project) const;
    /// Does one thing in a project that openReview() gave, and keeps it on the disk before it returns. What others
    /// did since is applied first, so that no image is two readers' even where several programs have the catalog
    /// open; then `project` is up to the log, whether or not the rules refuse the event.
    [[nodiscard]] Result<void> appendReview(qint64 review, ReviewProject& project, const ReviewEvent& event);
    /// Does many things in the order given, all or none: thousands take a second or so.
    [[nodiscard]] Result<void> appendReviews(qint64 review, ReviewProject& project,
                                             const std::vector<ReviewEvent>& events);

Q_SIGNALS:
    /// Labels as they are now stored, after setLabel, acceptPredictions, undo or redo. `message` is for
    /// people: "14 images → spine", "Undid: 14 images → spine"; empty changes: there was nothing to undo.
    void labelsChanged(const QHash<qint64, QString>& labelOfImage, const QString& message,
                       const ir::UndoState& undoState);
    /// Another desk, of a file another program of this machine, labelled images: how they are labelled now. A server
    /// tells at once; a file is looked at every second.
    void labelsChangedElsewhere(const QHash<qint64, QString>& labelOfImage, const QString& reader);
    /// The same, where something was done in a project, or it was made.
    void reviewChangedElsewhere(qint64 review);
    /// A server was out of reach for a while: what others did meanwhile is not told, so read anew what is shown.
    void changesMissed();
    /// A label could not be stored: what the database holds is unchanged.
    void failed(const QString& message);

private:
    struct Impl;
    explicit Catalog(std::unique_ptr<Impl> impl);
    void listen();
    template <typename Step>
    void postStep(Step step);
    [[nodiscard]] Result<QString> pinHash(const QString& reader) const;
    [[nodiscard]] Result<void> replacePinHash(const QString& reader, const QString& before,
                                              const QString& after);
    std::unique_ptr<Impl> m_impl;
};

} // namespace ir

Q_DECLARE_METATYPE(ir::UndoState)
