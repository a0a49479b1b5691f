#include "catalog/catalog.h"

#include "catalog/filetable_p.h"
#include "catalog/labellog_p.h"
#include "catalog/readertable_p.h"
#include "catalog/reviewlog_p.h"
#include "catalog/schema_p.h"
#include "catalog/worker_p.h"
#include "review/pin.h"

#include <QDir>
#include <QFileInfo>
#include <QSqlDatabase>
#include <QStandardPaths>

namespace ir {

namespace {

constexpr int readerThreads = 3; // a long list does not hold up the side panel
constexpr int shortestPin = 4;

bool isInMemory(const QString& path)
{
    return path == QLatin1String(":memory:");
}

/// Makes the folder and, where the file is new, the file itself: readable by its owner only if it lies in the
/// user's own data directory, since it holds patients' names.
Result<void> prepareFile(const QString& path)
{
    const QFileInfo info(path);
    if (!QDir().mkpath(info.absolutePath()))
        return failure("The folder " + info.absolutePath().toStdString() +
                       " for the catalog cannot be made: keep the catalog in a folder in which you may "
                       "write.");
    const bool isNew = !info.exists();
    QFile file(path);
    if (!file.open(QIODevice::ReadWrite))
        return failure("The catalog " + path.toStdString() +
                           " cannot be written: keep it in a folder in which you may write.",
                       file.errorString().toStdString());
    if (isNew && path == Catalog::defaultPath())
        file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    return {};
}

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
    explicit Impl(const QString& filePath)
        : path(filePath), writer(filePath, 1),
          readers(isInMemory(filePath) ? nullptr
                                       : std::make_unique<catalog::Worker>(filePath, readerThreads))
    {}

    /// Who answers questions. A database in memory exists in its writer's connection only.
    [[nodiscard]] catalog::Worker& reading() { return readers ? *readers : writer; }

    QString path;
    catalog::Worker writer;
    std::unique_ptr<catalog::Worker> readers; // closed first: the writer's closing checkpoints the log
};

Catalog::Catalog(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

Catalog::~Catalog()
{
    m_impl.reset(); // what is queued is still done and told
}

Result<std::unique_ptr<Catalog>> Catalog::open(const QString& path)
{
    QString file = path;
    if (!isInMemory(path)) {
        file = QDir::cleanPath(QFileInfo(path).absoluteFilePath());
        if (auto prepared = prepareFile(file); !prepared)
            return tl::unexpected(prepared.error());
    }
    auto impl = std::make_unique<Impl>(file);
    if (auto ready = impl->writer.start(catalog::bringUpToDate); !ready)
        return tl::unexpected(ready.error());
    return std::unique_ptr<Catalog>(new Catalog(std::move(impl)));
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

QStringList Catalog::databaseDrivers()
{
    return QSqlDatabase::drivers();
}

QString Catalog::path() const
{
    return m_impl->path;
}

Result<QVector<FileSummary>> Catalog::registerFiles(const QVector<ScannedFile>& files,
                                                    const std::string& modelId)
{
    return m_impl->writer.call([&](catalog::Connection& connection) {
        return catalog::registerFiles(connection, files, modelId);
    });
}

Result<void> Catalog::rememberModel(const ModelRecord& model)
{
    return m_impl->writer.call(
        [&](catalog::Connection& connection) { catalog::rememberModel(connection, model); });
}

Result<QVector<FileSummary>> Catalog::storeResults(const QVector<FileResult>& results)
{
    return m_impl->writer.call([&](catalog::Connection& connection) {
        return catalog::storeResults(connection, results);
    });
}

Result<int> Catalog::forgetMissing(const QString& folder, const QVector<QString>& present)
{
    return m_impl->writer.call([&](catalog::Connection& connection) {
        return catalog::forgetMissing(connection, folder, present);
    });
}

Result<void> Catalog::movePaths(const QHash<QString, QString>& moved)
{
    return m_impl->writer.call(
        [&](catalog::Connection& connection) { catalog::movePaths(connection, moved); });
}

Result<QVector<FileSummary>> Catalog::files(const QString& folder, const std::string& modelId) const
{
    return m_impl->reading().call([&](catalog::Connection& connection) {
        return catalog::filesUnder(connection, folder, modelId);
    });
}

Result<FileDetails> Catalog::details(FileId file, const std::string& modelId) const
{
    return m_impl->reading().call([&](catalog::Connection& connection) {
        return catalog::fileDetails(connection, file, modelId);
    });
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
