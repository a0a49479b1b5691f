#include "catalog/catalog.h"

#include "catalog/catalogfile_p.h"
#include "catalog/filetable_p.h"
#include "catalog/filewatch_p.h"
#include "catalog/labellog_p.h"
#include "catalog/listener_p.h"
#include "catalog/place_p.h"
#include "catalog/readertable_p.h"
#include "catalog/reviewlog_p.h"
#include "catalog/schema_p.h"
#include "catalog/sharelock_p.h"
#include "catalog/worker_p.h"
#include "catalog/worktable_p.h"
#include "review/pin.h"

#include <QDir>
#include <QFileInfo>
#include <QSqlDatabase>
#include <QStandardPaths>

#include <algorithm>

namespace ir {

namespace {

constexpr int readerThreads = 3; // a long list does not hold up the side panel
constexpr int shortestPin = 4;

/// The same letters typed on two keyboards are the same bytes.
std::string pinBytes(const QString& pin)
{
    return pin.normalized(QString::NormalizationForm_KC).toStdString();
}

/// Argon2id's work is done here, in the calling thread: the catalog's own go on meanwhile.
Result<void> comparePin(const QString& reader, const QString& pin, const QString& hash)
{
    if (!hash.isEmpty() && !isPinOf(pinBytes(pin), hash.toStdString()))
        return failure("This is not the PIN of " + reader.toStdString() + ": try again.");
    return {};
}

} // namespace

struct Catalog::Impl
{
    Impl(catalog::Place where, PathMap map)
        : place(std::move(where)), mounts(std::move(map)), writer(place, 1),
          readers(place.isInMemory() ? nullptr
                                     : std::make_unique<catalog::Worker>(place, readerThreads))
    {}

    /// Who answers questions, once the labels given before are stored: who asks right after labelling means them
    /// too. A database in memory exists in its writer's connection only.
    [[nodiscard]] catalog::Worker& reading()
    {
        if (!readers)
            return writer;
        writer.settle();
        return *readers;
    }

    /// Rows as this machine sees them.
    Result<QVector<FileSummary>> toLocal(Result<QVector<FileSummary>> files) const
    {
        if (files && !mounts.isEmpty())
            for (FileSummary& file : *files)
                file.path = mounts.toLocal(file.path);
        return files;
    }
    template <typename Row, typename Path>
    [[nodiscard]] QVector<Row> toArchive(QVector<Row> rows, const Path& pathOf) const
    {
        if (!mounts.isEmpty())
            for (Row& row : rows)
                pathOf(row) = mounts.toArchive(pathOf(row));
        return rows;
    }

    const catalog::Place place;
    const PathMap mounts;
    std::unique_ptr<catalog::ShareLock> lock; ///< of a file on a network share, until all is closed
    catalog::Worker writer;
    std::unique_ptr<catalog::Worker> readers; // closed first: the writer's closing checkpoints the log
    std::unique_ptr<catalog::Listener> listener; ///< of a server
    std::unique_ptr<catalog::FileWatch> watch;   ///< of a file
};

Catalog::Catalog(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

Catalog::~Catalog()
{
    m_impl->listener.reset();
    m_impl->watch.reset();
    m_impl.reset(); // what is queued is still done and told
}

Result<std::unique_ptr<Catalog>> Catalog::open(const QString& path)
{
    if (!isServer(path))
        return open(path, PathMap());
    const auto mounts = PathMap::ofThisMachine();
    return mounts ? open(path, *mounts) : tl::unexpected(mounts.error());
}

Result<std::unique_ptr<Catalog>> Catalog::open(const QString& path, const PathMap& mounts)
{
    const auto place = catalog::preparedPlace(path);
    if (!place)
        return tl::unexpected(place.error());
    auto impl = std::make_unique<Impl>(*place, mounts);
    if (place->dialect == catalog::Dialect::Sqlite && !place->isInMemory()) {
        auto lock = catalog::lockIfShared(place->name);
        if (!lock)
            return tl::unexpected(lock.error());
        impl->lock = std::move(*lock);
    }
    if (auto ready = impl->writer.start(catalog::bringUpToDate); !ready)
        return tl::unexpected(ready.error());
    std::unique_ptr<Catalog> catalog(new Catalog(std::move(impl)));
    if (!place->isInMemory())
        catalog->listen();
    return catalog;
}

void Catalog::listen()
{
    catalog::Listener::Callbacks callbacks{
        .labels = [this](const QHash<qint64, QString>& labels,
                         const QString& reader) { Q_EMIT labelsChangedElsewhere(labels, reader); },
        .review = [this](qint64 review) { Q_EMIT reviewChangedElsewhere(review); },
        .missed = [this] { Q_EMIT changesMissed(); }};
    if (m_impl->place.dialect == catalog::Dialect::PostgreSql)
        m_impl->listener = std::make_unique<catalog::Listener>(m_impl->place, std::move(callbacks));
    else
        m_impl->watch = std::make_unique<catalog::FileWatch>(m_impl->writer, std::move(callbacks));
}

QString Catalog::defaultPath()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
           QStringLiteral("/imaging-router/catalog.sqlite");
}

QString Catalog::pathBeside(const QString& folder)
{
    return QDir(folder).filePath(QStringLiteral(".imaging-router/catalog.sqlite"));
}

bool Catalog::isServer(const QString& path)
{
    return catalog::isServerUrl(path);
}

bool Catalog::mayExist(const QString& path)
{
    return isServer(path) || QFileInfo(path).isFile();
}

QStringList Catalog::databaseDrivers()
{
    return QSqlDatabase::drivers();
}

QString Catalog::path() const
{
    return m_impl->place.name;
}

Result<QVector<FileSummary>> Catalog::registerFiles(const QVector<ScannedFile>& files,
                                                    const std::string& modelId)
{
    const auto known = m_impl->toArchive(files, [](auto& file) -> QString& { return file.path; });
    return m_impl->toLocal(m_impl->writer.call([&](catalog::Connection& connection) {
        return catalog::registerFiles(connection, known, modelId);
    }));
}

Result<void> Catalog::rememberModel(const ModelRecord& model)
{
    return m_impl->writer.call(
        [&](catalog::Connection& connection) { catalog::rememberModel(connection, model); });
}

Result<std::vector<std::string>> Catalog::latestClasses() const
{
    return m_impl->reading().call(
        [](catalog::Connection& connection) { return catalog::latestClasses(connection); });
}

Result<QVector<FileSummary>> Catalog::storeResults(const QVector<FileResult>& results)
{
    const auto rows = m_impl->toArchive(results, [](auto& one) -> QString& { return one.file.path; });
    return m_impl->toLocal(m_impl->writer.call([&](catalog::Connection& connection) {
        return catalog::storeResults(connection, rows);
    }));
}

Result<int> Catalog::forgetMissing(const QString& folder, const QVector<QString>& present)
{
    const auto paths = m_impl->toArchive(present, [](QString& path) -> QString& { return path; });
    return m_impl->writer.call([&](catalog::Connection& connection) {
        return catalog::forgetMissing(connection, m_impl->mounts.toArchive(folder), paths);
    });
}

Result<void> Catalog::movePaths(const QHash<QString, QString>& moved)
{
    QHash<QString, QString> paths;
    for (auto it = moved.cbegin(); it != moved.cend(); ++it)
        paths.insert(m_impl->mounts.toArchive(it.key()), m_impl->mounts.toArchive(it.value()));
    return m_impl->writer.call(
        [&](catalog::Connection& connection) { catalog::movePaths(connection, paths); });
}

Result<QVector<ScannedFile>> Catalog::claimWork(const WorkClaim& claim)
{
    WorkClaim mapped = claim;
    mapped.folders = m_impl->toArchive(claim.folders, [](QString& path) -> QString& { return path; });
    auto files = m_impl->writer.call([&](catalog::Connection& connection) {
        return catalog::claimWork(connection, mapped);
    });
    if (files)
        for (ScannedFile& file : *files)
            file.path = m_impl->mounts.toLocal(file.path);
    return files;
}

Result<QVector<FileSummary>> Catalog::storeWork(const QString& worker,
                                                const QVector<FileResult>& results)
{
    const auto rows = m_impl->toArchive(results, [](auto& one) -> QString& { return one.file.path; });
    return m_impl->toLocal(m_impl->writer.call([&](catalog::Connection& connection) {
        return catalog::storeWork(connection, worker, rows);
    }));
}

Result<void> Catalog::releaseWork(const QString& worker)
{
    return m_impl->writer.call(
        [&](catalog::Connection& connection) { catalog::releaseWork(connection, worker); });
}

Result<bool> Catalog::isWorkLeft(const WorkClaim& claim) const
{
    WorkClaim mapped = claim;
    mapped.folders = m_impl->toArchive(claim.folders, [](QString& path) -> QString& { return path; });
    return m_impl->reading().call([&](catalog::Connection& connection) {
        return catalog::isWorkLeft(connection, mapped);
    });
}

Result<QVector<FileSummary>> Catalog::files(const QString& folder, const std::string& modelId) const
{
    const QString under = folder.isEmpty() ? folder : m_impl->mounts.toArchive(folder);
    auto files = m_impl->toLocal(m_impl->reading().call([&](catalog::Connection& connection) {
        return catalog::filesUnder(connection, under, modelId);
    }));
    if (files && !m_impl->mounts.isEmpty()) // by this machine's paths
        std::ranges::sort(*files, {}, &FileSummary::path);
    return files;
}

Result<FileDetails> Catalog::details(FileId file, const std::string& modelId) const
{
    auto details = m_impl->reading().call([&](catalog::Connection& connection) {
        return catalog::fileDetails(connection, file, modelId);
    });
    if (details)
        details->summary.path = m_impl->mounts.toLocal(details->summary.path);
    return details;
}

Result<QHash<FileId, FileOrigin>> Catalog::origins(const QVector<FileId>& files) const
{
    return m_impl->reading().call(
        [&](catalog::Connection& connection) { return catalog::fileOrigins(connection, files); });
}

Result<UndoState> Catalog::undoState(const QString& reader) const
{
    return m_impl->reading().call([&](catalog::Connection& connection) {
        return catalog::undoState(connection, reader);
    });
}

Result<QVector<ReaderAccount>> Catalog::readers() const
{
    return m_impl->reading().call(
        [](catalog::Connection& connection) { return catalog::readers(connection); });
}

Result<void> Catalog::addReader(const QString& name)
{
    return m_impl->writer.call(
        [&](catalog::Connection& connection) { catalog::addReader(connection, name); });
}

Result<QString> Catalog::pinHash(const QString& reader) const
{
    return m_impl->reading().call(
        [&](catalog::Connection& connection) { return catalog::pinHash(connection, reader); });
}

Result<void> Catalog::replacePinHash(const QString& reader, const QString& before,
                                     const QString& after)
{
    return m_impl->writer.call([&](catalog::Connection& connection) {
        catalog::replacePinHash(connection, reader, before, after);
    });
}

Result<void> Catalog::setPin(const QString& reader, const QString& oldPin, const QString& newPin)
{
    const auto before = pinHash(reader);
    if (!before)
        return tl::unexpected(before.error());
    if (auto right = comparePin(reader, oldPin, *before); !right)
        return right;
    if (newPin.isEmpty())
        return replacePinHash(reader, *before, {});
    if (newPin.size() < shortestPin)
        return failure("A PIN needs at least " + std::to_string(shortestPin) + " characters.");
    const auto after = hashOfPin(pinBytes(newPin));
    if (!after)
        return tl::unexpected(after.error());
    return replacePinHash(reader, *before, QString::fromStdString(*after));
}

Result<void> Catalog::forgetPin(const QString& reader)
{
    const auto before = pinHash(reader);
    return before ? replacePinHash(reader, *before, {})
                  : Result<void>(tl::unexpected(before.error()));
}

Result<void> Catalog::checkPin(const QString& reader, const QString& pin) const
{
    const auto hash = pinHash(reader);
    return hash ? comparePin(reader, pin, *hash) : Result<void>(tl::unexpected(hash.error()));
}

Result<qint64> Catalog::createReview(const ReviewPlan& plan)
{
    return m_impl->writer.call(
        [&](catalog::Connection& connection) { return catalog::createReview(connection, plan); });
}

Result<QVector<ReviewInfo>> Catalog::reviews() const
{
    return m_impl->reading().call(
        [](catalog::Connection& connection) { return catalog::reviews(connection); });
}

Result<QVector<qint64>> Catalog::reviewsOf(ImageId image) const
{
    return m_impl->reading().call(
        [&](catalog::Connection& connection) { return catalog::reviewsOf(connection, image); });
}

Result<ReviewProject> Catalog::openReview(qint64 review) const
{
    return m_impl->reading().call(
        [&](catalog::Connection& connection) { return catalog::openReview(connection, review); });
}

Result<void> Catalog::refreshReview(qint64 review, ReviewProject& project) const
{
    return m_impl->reading().call([&](catalog::Connection& connection) {
        catalog::refreshReview(connection, review, project);
    });
}

Result<void> Catalog::appendReview(qint64 review, ReviewProject& project, const ReviewEvent& event)
{
    return appendReviews(review, project, {event});
}

Result<void> Catalog::appendReviews(qint64 review, ReviewProject& project,
                                    const std::vector<ReviewEvent>& events)
{
    return m_impl->writer.call([&](catalog::Connection& connection) {
        catalog::appendReviews(connection, review, project, events);
    });
}

// Posts a step to the writer and tells of its end.
template <typename Step>
void Catalog::postStep(Step step)
{
    m_impl->writer.post(
        [this, step = std::move(step)](catalog::Connection& connection) {
            const catalog::LabelChange change = step(connection);
            Q_EMIT labelsChanged(change.labelOfImage, change.message, change.undoState);
        },
        [this](const Error& error) { Q_EMIT failed(QString::fromStdString(error.message)); });
}

void Catalog::setLabel(const QVector<ImageId>& images, const QString& label, const QString& reader,
                       const std::string& modelId)
{
    postStep([=](catalog::Connection& connection) {
        return catalog::setLabel(connection, images, label, reader, modelId);
    });
}

void Catalog::acceptPredictions(const QVector<ImageId>& images, const QString& reader,
                                const std::string& modelId)
{
    postStep([=](catalog::Connection& connection) {
        return catalog::acceptPredictions(connection, images, reader, modelId);
    });
}

void Catalog::undo(const QString& reader)
{
    postStep([=](catalog::Connection& connection) { return catalog::undo(connection, reader); });
}

void Catalog::redo(const QString& reader)
{
    postStep([=](catalog::Connection& connection) { return catalog::redo(connection, reader); });
}

} // namespace ir
