#include "browser/imagelistmodel.h"

#include "base/prediction.h"

#include <QDataStream>
#include <QDir>
#include <QIODevice>
#include <QMimeData>
#include <QSet>

#include <algorithm>
#include <cmath>

namespace ir::ui {

namespace {

constexpr std::size_t kBatch = 500;
constexpr int kBatchMs = 50;
/// More separate ranges than this are announced as one: views repaint what is visible of it anyway.
constexpr std::size_t kMaxRanges = 64;

QString fileName(const QString& path)
{
    return path.mid(path.lastIndexOf(u'/') + 1);
}

} // namespace

QVector<ImageId> imageIdsOf(const QMimeData* data)
{
    QVector<ImageId> ids;
    const QString type = QString::fromLatin1(kImagesMimeType);
    if (data == nullptr || !data->hasFormat(type))
        return ids;
    const QByteArray bytes = data->data(type);
    QDataStream stream(bytes);
    stream >> ids;
    return stream.status() == QDataStream::Ok ? ids : QVector<ImageId>();
}

ImageListModel::ImageListModel(QObject* parent) : QAbstractListModel(parent)
{
    m_batchTimer.setSingleShot(true);
    m_batchTimer.setInterval(kBatchMs);
    connect(&m_batchTimer, &QTimer::timeout, this, &ImageListModel::flush);
    QStringList classes;
    for (const std::string& name : defaultClasses())
        classes.append(QString::fromStdString(name));
    setClasses(classes);
}

int ImageListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_index.rowCount();
}

QVariant ImageListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const FileSummary& file = fileAt(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return fileName(file.path);
    case Qt::ToolTipRole:
        return file.reason.isEmpty() ? QDir::toNativeSeparators(file.path) : file.reason;
    case Qt::AccessibleTextRole:
        return spokenText(index.row());
    case Qt::AccessibleDescriptionRole:
    case PathRole:
        return file.path;
    case FileIdRole:
        return file.id;
    case ImageIdRole:
        return file.imageId;
    case FinalClassRole:
        return file.finalClass();
    case PredictedClassRole:
        return file.predictedClass;
    case LabelRole:
        return file.label;
    case ConfidenceRole:
        return file.confidence;
    case StatusRole:
        return static_cast<int>(file.status);
    case ReasonRole:
        return file.reason;
    case StatesRole:
        return static_cast<int>(statesOf(file));
    case FadedRole:
        return isFaded(index.row());
    case StudyDateRole:
        return file.studyDate;
    default:
        return {};
    }
}

Qt::ItemFlags ImageListModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags flags = QAbstractListModel::flags(index);
    if (index.isValid()) {
        flags |= Qt::ItemNeverHasChildren;
        if (fileAt(index.row()).imageId != 0)
            flags |= Qt::ItemIsDragEnabled;
    }
    return flags;
}

QHash<int, QByteArray> ImageListModel::roleNames() const
{
    auto names = QAbstractListModel::roleNames();
    names.insert({{FileIdRole, "fileId"},
                  {ImageIdRole, "imageId"},
                  {PathRole, "path"},
                  {FinalClassRole, "finalClass"},
                  {PredictedClassRole, "predictedClass"},
                  {LabelRole, "label"},
                  {ConfidenceRole, "confidence"},
                  {StatusRole, "status"},
                  {ReasonRole, "reason"},
                  {StatesRole, "states"},
                  {FadedRole, "faded"},
                  {StudyDateRole, "studyDate"}});
    return names;
}

QStringList ImageListModel::mimeTypes() const
{
    return {QString::fromLatin1(kImagesMimeType)};
}

QMimeData* ImageListModel::mimeData(const QModelIndexList& indexes) const
{
    QVector<ImageId> images;
    QSet<ImageId> seen;
    for (const QModelIndex& index : indexes) {
        const ImageId image = fileAt(index.row()).imageId;
        if (image != 0 && !seen.contains(image)) {
            seen.insert(image);
            images.append(image);
        }
    }
    return images.isEmpty() ? nullptr : mimeDataOf(images);
}

QMimeData* ImageListModel::mimeDataOf(const QVector<ImageId>& images) const
{
    // No file URLs: a file manager might move the originals.
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream << images;
    auto* data = new QMimeData;
    data->setData(QString::fromLatin1(kImagesMimeType), bytes);
    return data;
}

Qt::DropActions ImageListModel::supportedDragActions() const
{
    return Qt::CopyAction;
}

void ImageListModel::setClasses(const QStringList& classes)
{
    m_styles = ClassStyles(classes);
    beginResetModel();
    m_index.setClasses(classes);
    m_index.refresh();
    endResetModel();
    Q_EMIT countsChanged();
}

void ImageListModel::clear()
{
    setFiles({});
}

void ImageListModel::setFiles(const QVector<FileSummary>& files)
{
    m_waiting.clear();
    beginResetModel();
    m_index.clear();
    for (const FileSummary& file : files)
        m_index.put(file);
    m_index.refresh();
    endResetModel();
    checkStale();
    Q_EMIT countsChanged();
}

void ImageListModel::addFiles(const QVector<FileSummary>& files)
{
    if (files.isEmpty())
        return;
    if (m_index.fileCount() == 0) {
        setFiles(files);
        return;
    }
    std::vector<int> changed;
    changed.reserve(static_cast<std::size_t>(files.size()));
    for (const FileSummary& file : files)
        changed.push_back(m_index.put(file));
    announce(changed);
}

void ImageListModel::setLabels(const QHash<qint64, QString>& labelOfImage)
{
    std::vector<int> changed;
    for (auto it = labelOfImage.cbegin(); it != labelOfImage.cend(); ++it)
        m_index.setLabel(it.key(), it.value(), changed);
    if (!changed.empty())
        announce(changed);
}

void ImageListModel::applyLabels(const QVector<ImageLabel>& labels)
{
    std::vector<int> changed;
    changed.reserve(static_cast<std::size_t>(labels.size()));
    for (const ImageLabel& one : labels)
        m_index.setLabel(one.image, one.label, changed);
    if (!changed.empty())
        announce(changed);
}

void ImageListModel::announce(const std::vector<int>& files)
{
    std::vector<int> rows;
    for (const int file : files) {
        if (const int row = m_index.rowOf(file); row >= 0)
            rows.push_back(row);
    }
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    std::vector<std::pair<int, int>> ranges;
    for (const int row : rows) {
        if (!ranges.empty() && ranges.back().second + 1 == row)
            ranges.back().second = row;
        else
            ranges.emplace_back(row, row);
    }
    if (ranges.size() > kMaxRanges)
        ranges = {{ranges.front().first, ranges.back().second}};
    for (const auto& [first, last] : ranges)
        Q_EMIT dataChanged(index(first), index(last));

    const std::vector<int> hidden = m_index.hiddenMatches(files);
    m_waiting.insert(m_waiting.end(), hidden.begin(), hidden.end());
    if (m_waiting.size() >= kBatch)
        flush();
    else if (!m_waiting.empty() && !m_batchTimer.isActive())
        m_batchTimer.start();
    checkStale();
    Q_EMIT countsChanged();
}

void ImageListModel::flush()
{
    m_batchTimer.stop();
    const std::vector<int> files = m_index.hiddenMatches(m_waiting);
    m_waiting.clear();
    if (files.empty())
        return;
    const int first = m_index.rowCount();
    beginInsertRows({}, first, first + static_cast<int>(files.size()) - 1);
    m_index.reveal(files);
    endInsertRows();
    checkStale();
    Q_EMIT countsChanged();
}

void ImageListModel::setFilter(const RowFilter& filter)
{
    m_index.setFilter(filter);
    refresh();
}

void ImageListModel::setOrder(const RowOrder& order)
{
    m_index.setOrder(order);
    refresh();
}

void ImageListModel::refresh()
{
    m_batchTimer.stop();
    m_waiting.clear();
    beginResetModel();
    m_index.refresh();
    endResetModel();
    checkStale();
    Q_EMIT countsChanged();
}

void ImageListModel::checkStale()
{
    if (std::exchange(m_wasStale, isStale()) != isStale())
        Q_EMIT staleChanged(isStale());
}

int ImageListModel::rowOfFile(FileId id) const
{
    const int file = m_index.fileById(id);
    return file < 0 ? -1 : m_index.rowOf(file);
}

QVector<int> ImageListModel::rowsOfImage(ImageId image) const
{
    QVector<int> rows;
    for (const int file : m_index.filesOfImage(image)) {
        if (const int row = m_index.rowOf(file); row >= 0)
            rows.append(row);
    }
    return rows;
}

const FileSummary* ImageListModel::findFile(FileId id) const
{
    const int file = m_index.fileById(id);
    return file < 0 ? nullptr : &m_index.file(file);
}

QString ImageListModel::spokenText(int row) const
{
    const FileSummary& file = fileAt(row);
    const QString name = fileName(file.path);
    if (file.status == FileStatus::Unreadable)
        return tr("unreadable, %1: %2").arg(name, file.reason);
    if (file.status == FileStatus::Pending)
        return tr("not read yet, %1").arg(name);
    const auto percent = QString::number(std::lround(file.confidence * 100));
    const QString model = m_styles.of(file.predictedClass).display;
    if (file.isConfirmed())
        return tr("%1, %2 %, confirmed, %3").arg(model, percent, name);
    if (file.isCorrected() && !file.predictedClass.isEmpty())
        return tr("%1, corrected, the model said %2 with %3 %, %4")
            .arg(m_styles.of(file.label).display, model, percent, name);
    if (file.isCorrected())
        return tr("%1, decided by a person, %2").arg(m_styles.of(file.label).display, name);
    if (file.isLeftUntagged())
        return tr("not tagged, needs review: the header says %1, %2").arg(file.modality, name);
    if (file.predictedClass.isEmpty())
        return tr("not tagged yet, %1").arg(name);
    if (file.needsReview)
        return tr("%1, %2 %, needs review, %3").arg(model, percent, name);
    return tr("%1, %2 %, not reviewed, %3").arg(model, percent, name);
}

QString ImageListModel::groupTitle(const RowGroup& group) const
{
    if (group.isTail)
        return tr("Just arrived");
    if (m_index.order().grouping == RowGrouping::Folder)
        return QDir::toNativeSeparators(group.name);
    return group.name.isEmpty() ? tr("No class yet") : m_styles.of(group.name).display;
}

} // namespace ir::ui
