#include "browser/foldertree.h"

#include "style/icons.h"
#include "style/palette.h"
#include "support/formatting.h"

#include <QDir>
#include <QFileInfo>
#include <QHeaderView>
#include <QPainter>
#include <QScopedValueRollback>
#include <QStandardItemModel>
#include <QStyledItemDelegate>

namespace ir::ui {

namespace {

enum FolderRole { PathRole = Qt::UserRole + 1, CountRole };

/// A name, elided in the middle, and the count at the right.
class FolderDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const QString count = formatCount(index.data(CountRole).toLongLong());
        const int room = option->rect.width() - option->fontMetrics.horizontalAdvance(count) - 52;
        option->text = option->fontMetrics.elidedText(option->text, Qt::ElideMiddle, qMax(24, room));
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        QStyledItemDelegate::paint(painter, option, index);
        const bool isSelected = option.state.testFlag(QStyle::State_Selected);
        const bool isActive = option.state.testFlag(QStyle::State_Active);
        painter->setPen(color(isSelected ? (isActive ? Role::OnAccent : Role::Text)
                                         : Role::DimText));
        painter->drawText(option.rect.adjusted(0, 0, -12, 0), Qt::AlignVCenter | Qt::AlignRight,
                          formatCount(index.data(CountRole).toLongLong()));
    }
};

} // namespace

FolderTree::FolderTree(QWidget* parent) : QTreeView(parent), m_folders(new QStandardItemModel(this))
{
    setObjectName(QStringLiteral("folderTree"));
    setAccessibleName(tr("Folders"));
    setModel(m_folders);
    setItemDelegate(new FolderDelegate(this));
    setHeaderHidden(true);
    setEditTriggers(NoEditTriggers);
    setUniformRowHeights(true);
    setIconSize(QSize(16, 16));
    setIndentation(16);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    header()->setStretchLastSection(true);
    connect(selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& index) {
                if (m_showing || !index.isValid())
                    return;
                const QString path = index.data(PathRole).toString();
                Q_EMIT folderChosen(path == m_root ? QString() : path);
            });
}

void FolderTree::setRoot(const QString& root)
{
    const QScopedValueRollback showing(m_showing, true);
    m_folders->clear();
    m_items.clear();
    m_counted.clear();
    m_root = QFileInfo(root).isFile() ? QFileInfo(root).absolutePath() : root;
    if (m_root.isEmpty())
        return;
    auto* item = new QStandardItem(icon(QStringLiteral("folder-open"), Role::DimText),
                                   QDir(m_root).dirName());
    item->setData(m_root, PathRole);
    item->setToolTip(QDir::toNativeSeparators(m_root));
    m_items.insert(m_root, item);
    m_folders->appendRow(item);
    expand(item->index());
    setCurrentIndex(item->index());
}

QStandardItem* FolderTree::itemOf(const QString& folder)
{
    if (QStandardItem* known = m_items.value(folder))
        return known;
    const qsizetype slash = folder.lastIndexOf(u'/');
    // Outside of the root (a medium's DICOMDIR may point anywhere): counted at the top.
    if (slash <= 0 || !folder.startsWith(m_root))
        return m_items.value(m_root);
    QStandardItem* parent = itemOf(folder.left(slash));
    if (!parent)
        return nullptr;
    auto* item =
        new QStandardItem(icon(QStringLiteral("folder"), Role::DimText), folder.mid(slash + 1));
    item->setData(folder, PathRole);
    item->setToolTip(QDir::toNativeSeparators(folder));
    m_items.insert(folder, item);
    int row = 0;
    while (row < parent->rowCount()
           && QString::localeAwareCompare(parent->child(row)->text(), item->text()) < 0)
        ++row;
    parent->insertRow(row, item);
    return item;
}

void FolderTree::addFiles(const QVector<FileSummary>& files)
{
    QHash<QString, int> added;
    for (const FileSummary& file : files) {
        if (m_counted.contains(file.id))
            continue;
        m_counted.insert(file.id);
        ++added[file.path.left(file.path.lastIndexOf(u'/'))];
    }
    QHash<QStandardItem*, int> byItem;
    for (auto it = added.cbegin(); it != added.cend(); ++it)
        for (QStandardItem* item = itemOf(it.key()); item; item = item->parent())
            byItem[item] += it.value();
    for (auto it = byItem.cbegin(); it != byItem.cend(); ++it) {
        QStandardItem* item = it.key();
        const qlonglong count = item->data(CountRole).toLongLong() + it.value();
        item->setData(count, CountRole);
        item->setData(tr("%1, %2 images").arg(item->text(), formatCount(count)),
                      Qt::AccessibleTextRole);
    }
}

void FolderTree::showFolder(const QString& folder)
{
    const QScopedValueRollback showing(m_showing, true);
    if (QStandardItem* item = m_items.value(folder.isEmpty() ? m_root : folder))
        setCurrentIndex(item->index());
}

} // namespace ir::ui
