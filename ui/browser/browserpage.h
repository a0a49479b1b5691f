#pragma once

#include "browser/largeview.h"
#include "browser/rowindex.h"

#include <QVector>
#include <QWidget>

class QSplitter;
class QStackedWidget;

namespace ir::ui {

class ClassSidebar;
class DetailsPanel;
class EmptyState;
class FilterBar;
class FolderTree;
class ImageGridView;
class ImageListModel;
class Settings;
class ThumbnailProvider;

/// The open archive on the screen: folders and classes at the left, filter bar and grid (or one image, large)
/// in the middle, details at the right. Keeps filter and order in one piece, whichever part sets them.
class BrowserPage : public QWidget
{
    Q_OBJECT

public:
    BrowserPage(Settings& settings, ImageListModel* images, ThumbnailProvider* thumbnails,
                DisplayLoader loader, QWidget* parent = nullptr);

    /// A folder was opened: all parts start empty.
    void start(const QString& folder, const QStringList& classes);
    void addFiles(const QVector<FileSummary>& files);
    void updateFiles(const QVector<FileSummary>& files);
    void setScanning(bool scanning);
    void saveState();

    void setFilter(const RowFilter& filter);
    void setOrder(const RowOrder& order);
    void setTileSize(int side);

    /// What keys and menus act on: the image shown large, else the selection.
    [[nodiscard]] QVector<ImageId> targets() const;
    [[nodiscard]] FileId currentFile() const;
    [[nodiscard]] bool isLarge() const;
    void openLarge(FileId file);
    /// The same of any file of the open folder: a filter that hides it is taken off.
    void reveal(FileId file);
    /// After a decision: on to the next undecided image where one alone was decided.
    void advance();
    /// Name of the class with this key; empty: none.
    [[nodiscard]] QString classOfKey(int key) const;

    [[nodiscard]] ImageGridView* grid() const { return m_grid; }
    [[nodiscard]] DetailsPanel* details() const { return m_details; }
    [[nodiscard]] QWidget* leftPanel() const { return m_left; }
    [[nodiscard]] QWidget* rightPanel() const;
    [[nodiscard]] FilterBar* filterBar() const { return m_filterBar; }

Q_SIGNALS:
    void labelRequested(const QVector<qint64>& images, const QString& label); ///< "": take it back
    void acceptRequested(const QVector<qint64>& images);
    void undoRequested();
    void redoRequested();
    void currentFileChanged(qint64 file); ///< 0: none
    void shownChanged(int shown, int all, int selected);
    void contextMenuRequested(const QPoint& globalPosition);
    void openFolderRequested();

private:
    void buildLeft();
    void buildMiddle();
    void connectKeys();
    void showGrid(FileId current);
    void updateMiddle();
    void currentMoved();
    void reportShown();

    Settings& m_settings;
    ImageListModel* m_images;
    QSplitter* m_splitter;
    QWidget* m_left;
    QSplitter* m_leftSplitter;
    FolderTree* m_folders;
    ClassSidebar* m_classes;
    FilterBar* m_filterBar;
    QStackedWidget* m_stack;
    ImageGridView* m_grid;
    EmptyState* m_empty;
    LargeView* m_large;
    DetailsPanel* m_details;
    FileId m_current = 0;
    bool m_scanning = false;
};

} // namespace ir::ui
