#include "browser/mainmenu.h"

#include "style/icons.h"

#include <QAction>
#include <QDir>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QPainter>
#include <QPixmap>

namespace ir::ui {

namespace {

QAction* add(QMenu* menu, const char* name, const QString& text, const QKeySequence& key = {})
{
    QAction* action = menu->addAction(text);
    action->setObjectName(QLatin1String(name));
    if (!key.isEmpty())
        action->setShortcut(key);
    return action;
}

/// A menu entry whose key the views handle themselves.
QString withKey(const QString& text, const QString& key) { return text + u'\t' + key; }

} // namespace

MainMenu::MainMenu(QMainWindow* window) : QObject(window)
{
    buildFile(window);
    buildEdit(window);
    buildImage(window);
    buildView(window);
    buildTagging(window);
    buildAnnotation(window);
    buildModel(window);
    buildHelp(window);
    setArchiveOpen(false);
    setRunning(false, false);
    setUndoState({});
}

void MainMenu::buildFile(QMainWindow* window)
{
    QMenu* menu = window->menuBar()->addMenu(tr("&File"));
    openFolder = add(menu, "openFolderAction", tr("&Open folder…"), QKeySequence::Open);
    openFolder->setIcon(icon(QStringLiteral("folder-open")));
    m_recent = menu->addMenu(tr("Open &recent"));
    sample = add(menu, "sampleAction", tr("&Try the sample archive"));
    sample->setIcon(icon(QStringLiteral("sample")));
    menu->addSeparator();
    exportSorted = add(menu, "exportAction", tr("&Export…"), QKeySequence(Qt::CTRL | Qt::Key_E));
    exportSorted->setIcon(icon(QStringLiteral("export")));
    menu->addSeparator();
    closeFolder = add(menu, "closeAction", tr("&Close folder"), QKeySequence(Qt::CTRL | Qt::Key_W));
    quit = add(menu, "quitAction", tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q));
}

void MainMenu::buildEdit(QMainWindow* window)
{
    QMenu* menu = window->menuBar()->addMenu(tr("&Edit"));
    undo = add(menu, "undoAction", tr("&Undo"), QKeySequence(Qt::CTRL | Qt::Key_Z));
    undo->setIcon(icon(QStringLiteral("undo")));
    redo = add(menu, "redoAction", tr("&Redo"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z));
    redo->setIcon(icon(QStringLiteral("redo")));
    menu->addSeparator();
    selectAll = add(menu, "selectAllAction", tr("Select &all shown"), QKeySequence::SelectAll);
    find = add(menu, "findAction", tr("&Find…"), QKeySequence::Find);
    find->setIcon(icon(QStringLiteral("search")));
    menu->addSeparator();
    settings = add(menu, "settingsAction", tr("&Settings…"), QKeySequence(Qt::CTRL | Qt::Key_Comma));
    settings->setIcon(icon(QStringLiteral("settings")));
}

void MainMenu::buildImage(QMainWindow* window)
{
    m_image = window->menuBar()->addMenu(tr("&Image"));
    m_afterClasses = m_image->addSeparator();
    accept = add(m_image, "acceptAction", withKey(tr("The &model is right"), tr("Enter")));
    accept->setIcon(icon(QStringLiteral("accept")));
    clearLabel = add(m_image, "clearLabelAction", withKey(tr("&Take the label back"), tr("0")));
    m_image->addSeparator();
    openLarge = add(m_image, "openLargeAction", withKey(tr("Show &large"), tr("Space")));
    copyPath = add(m_image, "copyPathAction", tr("&Copy path"),
                   QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C));
    showInFolder = add(m_image, "showInFolderAction", tr("Show in the file &manager"));
}

void MainMenu::buildView(QMainWindow* window)
{
    QMenu* menu = window->menuBar()->addMenu(tr("&View"));
    leftPanel = add(menu, "leftPanelAction", tr("&Folders and classes"), QKeySequence(Qt::Key_F7));
    rightPanel = add(menu, "rightPanelAction", tr("&Details"), QKeySequence(Qt::Key_F8));
    fullScreen = add(menu, "fullScreenAction", tr("F&ull screen"), QKeySequence(Qt::Key_F11));
    for (QAction* action : {leftPanel, rightPanel, fullScreen})
        action->setCheckable(true);
    menu->addSeparator();
    larger = add(menu, "largerAction", tr("&Larger thumbnails"));
    larger->setShortcuts({QKeySequence(Qt::CTRL | Qt::Key_Plus), QKeySequence(Qt::CTRL | Qt::Key_Equal)});
    smaller = add(menu, "smallerAction", tr("&Smaller thumbnails"),
                  QKeySequence(Qt::CTRL | Qt::Key_Minus));
    menu->addSeparator();
    refresh = add(menu, "refreshAction", tr("Put in &order again"), QKeySequence(Qt::Key_F5));
    refresh->setIcon(icon(QStringLiteral("refresh")));
    clearFilter = add(menu, "clearFilterAction", tr("Show &all images"),
                      QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F));
}

void MainMenu::buildTagging(QMainWindow* window)
{
    QMenu* menu = window->menuBar()->addMenu(tr("&Tagging"));
    pause = add(menu, "pauseAction", tr("&Pause"), QKeySequence(Qt::CTRL | Qt::Key_P));
    cancel = add(menu, "cancelAction", tr("&Stop"));
    cancel->setIcon(icon(QStringLiteral("cancel")));
}

void MainMenu::buildAnnotation(QMainWindow* window)
{
    QMenu* menu = window->menuBar()->addMenu(tr("&Annotation"));
    reviewProjects = add(menu, "reviewProjectsAction", tr("&Projects…"), QKeySequence(Qt::CTRL | Qt::Key_L));
    newReview = add(menu, "newReviewAction", tr("&New project…"));
}

void MainMenu::buildModel(QMainWindow* window)
{
    QMenu* menu = window->menuBar()->addMenu(tr("&Model"));
    fineTune = add(menu, "fineTuneAction", tr("&Fine-tune on corrections…"));
    train = add(menu, "trainAction", tr("&Train a model…"));
    evaluate = add(menu, "evaluateAction", tr("&Evaluate models…"));
    menu->addSeparator();
    restorePrevious = add(menu, "restorePreviousAction", tr("Restore &previous model"));
    restoreShipped = add(menu, "restoreShippedAction", tr("Restore &shipped model"));
}

void MainMenu::buildHelp(QMainWindow* window)
{
    QMenu* menu = window->menuBar()->addMenu(tr("&Help"));
    keys = add(menu, "keysAction", tr("&Keys"));
    keys->setShortcuts({QKeySequence(Qt::Key_Question), QKeySequence(Qt::Key_F1)});
    keys->setIcon(icon(QStringLiteral("help")));
    about = add(menu, "aboutAction", tr("&About Imaging Router"));
    about->setIcon(icon(QStringLiteral("info")));
}

void MainMenu::setClasses(const ClassStyles& styles)
{
    qDeleteAll(m_classActions);
    m_classActions.clear();
    for (const ClassStyle& style : styles.all()) {
        QPixmap swatch(16, 16);
        swatch.fill(Qt::transparent);
        QPainter painter(&swatch);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(style.color());
        painter.drawRoundedRect(QRectF(2, 2, 12, 12), 3, 3);
        painter.end();
        auto* action = new QAction(
            swatch,
            style.keyText().isEmpty() ? style.display : withKey(style.display, style.keyText()),
            this);
        const QString name = style.name;
        connect(action, &QAction::triggered, this, [this, name] { Q_EMIT classTriggered(name); });
        m_image->insertAction(m_afterClasses, action);
        m_classActions.append(action);
    }
}

void MainMenu::setRecentFolders(const QStringList& folders)
{
    m_recent->clear();
    m_recent->setEnabled(!folders.isEmpty());
    for (const QString& folder : folders) {
        QAction* action = m_recent->addAction(QDir::toNativeSeparators(folder));
        connect(action, &QAction::triggered, this,
                [this, folder] { Q_EMIT recentTriggered(folder); });
    }
}

void MainMenu::setArchiveOpen(bool open)
{
    for (QAction* action : {closeFolder, exportSorted, reviewProjects, newReview, fineTune, selectAll, find, larger,
                            smaller, refresh, clearFilter, leftPanel, rightPanel})
        action->setEnabled(open);
    m_image->setEnabled(open);
    m_image->menuAction()->setEnabled(open);
}

void MainMenu::setRunning(bool running, bool paused)
{
    pause->setEnabled(running);
    cancel->setEnabled(running);
    pause->setText(paused ? tr("&Resume") : tr("&Pause"));
    pause->setIcon(icon(paused ? QStringLiteral("play") : QStringLiteral("pause")));
}

void MainMenu::setUndoState(const UndoState& state)
{
    undo->setEnabled(!state.undoText.isEmpty());
    redo->setEnabled(!state.redoText.isEmpty());
    undo->setText(state.undoText.isEmpty() ? tr("&Undo") : tr("&Undo: %1").arg(state.undoText));
    redo->setText(state.redoText.isEmpty() ? tr("&Redo") : tr("&Redo: %1").arg(state.redoText));
}

} // namespace ir::ui
