#pragma once

#include "catalog/catalog.h"
#include "style/classstyle.h"

#include <QObject>

class QAction;
class QMainWindow;
class QMenu;

namespace ir::ui {

/// The menu bar: every action of the main window with its key. The grid and the large view handle their own
/// keys (0–9, Enter, U, Space); those are only shown beside the action here.
class MainMenu : public QObject
{
    Q_OBJECT

public:
    explicit MainMenu(QMainWindow* window);

    QAction* openFolder = nullptr;
    QAction* sample = nullptr;
    QAction* closeFolder = nullptr;
    QAction* exportSorted = nullptr;
    QAction* quit = nullptr;
    QAction* undo = nullptr;
    QAction* redo = nullptr;
    QAction* selectAll = nullptr;
    QAction* find = nullptr;
    QAction* settings = nullptr;
    QAction* accept = nullptr;
    QAction* clearLabel = nullptr;
    QAction* openLarge = nullptr;
    QAction* copyPath = nullptr;
    QAction* showInFolder = nullptr;
    QAction* leftPanel = nullptr;
    QAction* rightPanel = nullptr;
    QAction* fullScreen = nullptr;
    QAction* larger = nullptr;
    QAction* smaller = nullptr;
    QAction* refresh = nullptr;
    QAction* clearFilter = nullptr;
    QAction* pause = nullptr;
    QAction* cancel = nullptr;
    QAction* reviewProjects = nullptr;
    QAction* newReview = nullptr;
    QAction* fineTune = nullptr;
    QAction* train = nullptr;
    QAction* evaluate = nullptr;
    QAction* restorePrevious = nullptr;
    QAction* restoreShipped = nullptr;
    QAction* keys = nullptr;
    QAction* about = nullptr;

    void setClasses(const ClassStyles& styles);
    void setRecentFolders(const QStringList& folders);
    void setArchiveOpen(bool open);
    void setRunning(bool running, bool paused);
    void setUndoState(const UndoState& state);
    /// The actions of the "Image" menu, for the grid's context menu.
    [[nodiscard]] QMenu* imageMenu() const { return m_image; }

Q_SIGNALS:
    void classTriggered(const QString& className);
    void recentTriggered(const QString& folder);

private:
    void buildFile(QMainWindow* window);
    void buildEdit(QMainWindow* window);
    void buildImage(QMainWindow* window);
    void buildView(QMainWindow* window);
    void buildTagging(QMainWindow* window);
    void buildAnnotation(QMainWindow* window);
    void buildModel(QMainWindow* window);
    void buildHelp(QMainWindow* window);

    QMenu* m_recent = nullptr;
    QMenu* m_image = nullptr;
    QAction* m_afterClasses = nullptr;
    QList<QAction*> m_classActions;
};

} // namespace ir::ui
