#pragma once

#include "catalog/records.h"

#include <QHash>
#include <QSet>
#include <QTreeView>

class QStandardItem;
class QStandardItemModel;

namespace ir::ui {

/// The folders of the open archive with the number of images in and under each. Choosing one shows only
/// those; choosing the topmost shows all.
class FolderTree : public QTreeView
{
    Q_OBJECT

public:
    explicit FolderTree(QWidget* parent = nullptr);

    /// Empties the tree and makes `root` its top.
    void setRoot(const QString& root);
    /// Counts files that were not counted yet.
    void addFiles(const QVector<FileSummary>& files);
    /// Marks the folder that a filter shows ("" : the top).
    void showFolder(const QString& folder);

Q_SIGNALS:
    void folderChosen(const QString& folder); ///< "": all

private:
    [[nodiscard]] QStandardItem* itemOf(const QString& folder);

    QStandardItemModel* m_folders;
    QString m_root;
    QHash<QString, QStandardItem*> m_items; ///< by absolute path
    QSet<FileId> m_counted;
    bool m_showing = false;
};

} // namespace ir::ui
