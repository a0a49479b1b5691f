#pragma once

#include "browser/rowindex.h"
#include "style/classstyle.h"

#include <QAbstractListModel>
#include <QTimer>
#include <QVector>

class QMimeData;

namespace ir::ui {

/// MIME type of dragged images: see imageIdsOf().
inline constexpr char kImagesMimeType[] = "application/x-imaging-router-images";

/// The images of a drag of ours, each once; empty where it is none.
[[nodiscard]] QVector<ImageId> imageIdsOf(const QMimeData* data);

/// A person's word on an image; "": none.
struct ImageLabel
{
    ImageId image = 0;
    QString label;
};

/// The files of the open folder as a flat list model: filter, order and groups are RowIndex's. Lives in the GUI
/// thread; never blocks and reads nothing from disk. Rows only move or vanish in a reset (filter, order,
/// clear); what arrives later is appended.
class ImageListModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Roles {
        FileIdRole = Qt::UserRole + 1, ///< qint64
        ImageIdRole,                   ///< qint64
        PathRole,                      ///< QString
        FinalClassRole,                ///< QString
        PredictedClassRole,            ///< QString
        LabelRole,                     ///< QString
        ConfidenceRole,                ///< float
        StatusRole,                    ///< int of FileStatus
        ReasonRole,                    ///< QString
        StatesRole,                    ///< int of RowStates
        FadedRole,                     ///< bool: the filter would hide it; kept until the filter is touched
        StudyDateRole,                 ///< QString, YYYYMMDD
    };

    explicit ImageListModel(QObject* parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;
    [[nodiscard]] QStringList mimeTypes() const override;
    [[nodiscard]] QMimeData* mimeData(const QModelIndexList& indexes) const override;
    [[nodiscard]] Qt::DropActions supportedDragActions() const override;

    /// The class list of the model in use (the paper's five to begin with); decides letters, colours, keys and the order of classes.
    void setClasses(const QStringList& classes);
    [[nodiscard]] const ClassStyles& classStyles() const { return m_styles; }

    void clear();
    /// All files anew, in one reset.
    void setFiles(const QVector<FileSummary>& files);
    /// New files and new states of known ones, told apart by FileSummary::id. Files new to the view are
    /// collected and appended in batches of 500 (or after 50 ms), since every append costs a layout.
    void addFiles(const QVector<FileSummary>& files);
    void updateFiles(const QVector<FileSummary>& files) { addFiles(files); }
    /// What people decided (Catalog::labelsChanged): image → label, "" takes it back.
    void setLabels(const QHash<qint64, QString>& labelOfImage);
    /// The same in a list. Of 100,000 images it takes a fraction of the time if they come in the order of the rows.
    void applyLabels(const QVector<ImageLabel>& labels);
    /// Appends what waits for its batch, at once.
    void flush();

    /// Touching the filter puts all rows in order again, and lets faded ones go.
    void setFilter(const RowFilter& filter);
    void setOrder(const RowOrder& order);
    /// Filters and orders anew with what is set.
    void refresh();
    [[nodiscard]] const RowFilter& filter() const { return m_index.filter(); }
    [[nodiscard]] const RowOrder& order() const { return m_index.order(); }
    /// Whether refresh() would change what is shown (rows faded, or arrived out of order).
    [[nodiscard]] bool isStale() const { return m_index.isStale(); }

    [[nodiscard]] const FileSummary& fileAt(int row) const
    {
        return m_index.file(m_index.fileAt(row));
    }
    [[nodiscard]] bool isFaded(int row) const { return !m_index.matches(m_index.fileAt(row)); }
    /// -1: unknown, or not shown.
    [[nodiscard]] int rowOfFile(FileId id) const;
    [[nodiscard]] QVector<int> rowsOfImage(ImageId image) const;
    /// The record of a known file, shown or not; nullptr where unknown.
    [[nodiscard]] const FileSummary* findFile(FileId id) const;
    /// "chest adult, 93 %, confirmed": what a screen reader says.
    [[nodiscard]] QString spokenText(int row) const;
    [[nodiscard]] QString groupTitle(const RowGroup& group) const;
    [[nodiscard]] QMimeData* mimeDataOf(const QVector<ImageId>& images) const;
    /// Files, groups and counts, to read.
    [[nodiscard]] const RowIndex& rows() const { return m_index; }

Q_SIGNALS:
    /// Numbers of files by class or state changed (RowIndex::countOf), or how many are shown.
    void countsChanged();
    void staleChanged(bool stale);

private:
    void announce(const std::vector<int>& files);
    void checkStale();

    RowIndex m_index;
    ClassStyles m_styles;
    std::vector<int> m_waiting; ///< files that match and are not shown yet
    QTimer m_batchTimer;
    bool m_wasStale = false;
};

} // namespace ir::ui
