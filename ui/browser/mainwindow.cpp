#include "browser/mainwindow.h"

#include "browser/browserpage.h"
#include "browser/detailspanel.h"
#include "browser/filterbar.h"
#include "browser/imagegridview.h"
#include "browser/imagelistmodel.h"
#include "browser/keyoverlay.h"
#include "browser/labelcontroller.h"
#include "browser/mainmenu.h"
#include "browser/noticebar.h"
#include "browser/samplecontroller.h"
#include "browser/startpage.h"
#include "browser/statusstrip.h"
#include "browser/thumbnailprovider.h"
#include "exporting/exportdialog.h"
#include "pipeline/imageloader.h"
#include "review/reviewcontroller.h"
#include "settings/settings.h"
#include "settings/settingsdialog.h"
#include "support/dialogs.h"
#include "training/trainingcontroller.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QScreen>
#include <QStackedWidget>
#include <QThreadPool>
#include <QUrl>
#include <QVBoxLayout>

#include <utility>

namespace ir::ui {

namespace {

Result<GrayImage> loadDisplayImage(const QString& path, int longestSide)
{
    return decodeWithin(QFile::encodeName(path).toStdString(), longestSide);
}

QString droppedPath(const QMimeData* data)
{
    const QList<QUrl> urls = data->urls();
    return urls.isEmpty() ? QString() : urls.constFirst().toLocalFile();
}

} // namespace

MainWindow::MainWindow(Settings& settings, Theme* theme, const QString& catalogPath, QWidget* parent)
    : QMainWindow(parent), m_settings(settings), m_theme(theme),
      m_thumbnailCache(std::make_shared<ThumbnailCache>(
          ThumbnailCache::defaultFolder(), std::uintmax_t(settings.thumbnailCacheMiB()) << 20)),
      m_thumbnails(new ThumbnailProvider(
          [cache = m_thumbnailCache](const ThumbnailKey& key) { return cache->get(key); }, this)),
      m_images(new ImageListModel(this)),
      m_session(new ArchiveSession(settings, m_thumbnailCache, catalogPath, this)),
      m_labels(new LabelController(m_images, settings, this)),
      m_sample(new SampleController(SampleOptions{}, this)), m_training(nullptr),
      m_review(nullptr),
      m_notice(new NoticeBar(this)),
      m_pages(new QStackedWidget(this)), m_start(new StartPage(m_pages)),
      m_browser(new BrowserPage(settings, m_images, m_thumbnails, loadDisplayImage, m_pages)),
      m_status(new StatusStrip(this)), m_menu(new MainMenu(this)), m_keys(new KeyOverlay(m_pages))
{
    setObjectName(QStringLiteral("mainWindow"));
    setAcceptDrops(true);
    m_pages->addWidget(m_start);
    m_pages->addWidget(m_browser);
    auto* central = new QWidget(this);
    auto* column = new QVBoxLayout(central);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_notice);
    column->addWidget(m_pages, 1);
    column->addWidget(m_status);
    setCentralWidget(central);

    connectSession();
    connectBrowser();
    connectLabels();
    connectMenu();
    connectViewMenu();
    connectSample();
    connectTraining();
    connectReview();
    resize(1280, 800);
    restoreGeometry(settings.windowGeometry());
    showStart();
}

MainWindow::~MainWindow()
{
    // Its signals must not reach widgets that are gone already.
    m_session->disconnect(this);
    m_session->close();
}

void MainWindow::connectSession()
{
    connect(m_session, &ArchiveSession::opening, this, &MainWindow::showOpening);
    connect(m_session, &ArchiveSession::opened, this, &MainWindow::showOpened);
    connect(m_session, &ArchiveSession::openFailed, this, &MainWindow::showOpenFailure);
    connect(m_session, &ArchiveSession::closing, this, [this] { m_labels->setCatalog(nullptr); });
    connect(m_session, &ArchiveSession::filesFound, m_browser, &BrowserPage::addFiles);
    connect(m_session, &ArchiveSession::filesUpdated, m_browser, &BrowserPage::updateFiles);
    connect(m_session, &ArchiveSession::progressed, this, &MainWindow::showProgress);
    connect(m_session, &ArchiveSession::finished, this, &MainWindow::taggingFinished);
    connect(m_session, &ArchiveSession::modelMissing, this, &MainWindow::showModelMissing);
    connect(m_session, &ArchiveSession::notice, this, [this](const QString& message) {
        m_notice->showNotice(NoticeBar::Severity::Info, message);
    });
    connect(m_session, &ArchiveSession::undoStateRead, m_labels, &LabelController::setUndoState);
    connect(m_session, &ArchiveSession::detailsReady, this,
            [this](const std::shared_ptr<const FileDetails>& details) {
                m_browser->details()->showDetails(*details);
            });
    connect(m_session, &ArchiveSession::tracesReady, this,
            [this](qint64 file, const std::shared_ptr<const QVector<ReviewTrace>>& traces) {
                m_browser->details()->showTraces(file, *traces);
            });
    connect(m_status, &StatusStrip::pauseToggled, m_session, &ArchiveSession::setPaused);
    connect(m_status, &StatusStrip::cancelRequested, m_session, &ArchiveSession::cancel);
}

void MainWindow::connectBrowser()
{
    connect(m_browser, &BrowserPage::labelRequested, this, &MainWindow::label);
    connect(m_browser, &BrowserPage::acceptRequested, this, [this](const QVector<qint64>& images) {
        m_labels->accept(images);
        m_browser->advance();
    });
    connect(m_browser, &BrowserPage::undoRequested, m_labels, &LabelController::undo);
    connect(m_browser, &BrowserPage::redoRequested, m_labels, &LabelController::redo);
    connect(m_browser, &BrowserPage::openFolderRequested, this, &MainWindow::askForFolder);
    connect(m_browser, &BrowserPage::shownChanged, m_status, &StatusStrip::showShown);
    connect(m_browser, &BrowserPage::currentFileChanged, this, [this](qint64 file) {
        if (file != 0)
            m_session->requestDetails(file);
    });
    connect(m_browser, &BrowserPage::contextMenuRequested, this,
            [this](const QPoint& position) { m_menu->imageMenu()->popup(position); });
}

void MainWindow::connectLabels()
{
    connect(m_labels, &LabelController::done, m_status, &StatusStrip::showMessage);
    connect(m_labels, &LabelController::undoStateChanged, m_menu, &MainMenu::setUndoState);
    connect(m_labels, &LabelController::failed, this, [this](const QString& message) {
        m_notice->showNotice(NoticeBar::Severity::Error, message);
    });
    connect(m_labels, &LabelController::stored, this, [this](const QList<qint64>& images) {
        const FileSummary* current = m_images->findFile(m_browser->currentFile());
        if (!current || !images.contains(current->imageId))
            return;
        m_browser->details()->showFile(*current);
        m_session->requestDetails(current->id);
    });
}

void MainWindow::connectMenu()
{
    connect(m_menu->openFolder, &QAction::triggered, this, &MainWindow::askForFolder);
    connect(m_menu, &MainMenu::recentTriggered, this, &MainWindow::openFolder);
    connect(m_menu->exportSorted, &QAction::triggered, this, &MainWindow::showExport);
    connect(m_menu->closeFolder, &QAction::triggered, this, &MainWindow::closeFolder);
    connect(m_menu->quit, &QAction::triggered, this, &QWidget::close);
    connect(m_menu->undo, &QAction::triggered, m_labels, &LabelController::undo);
    connect(m_menu->redo, &QAction::triggered, m_labels, &LabelController::redo);
    connect(m_menu->selectAll, &QAction::triggered, m_browser->grid(), &ImageGridView::selectAll);
    connect(m_menu->settings, &QAction::triggered, this, &MainWindow::showSettings);
    connect(m_menu, &MainMenu::classTriggered, this,
            [this](const QString& name) { label(m_browser->targets(), name); });
    connect(m_menu->accept, &QAction::triggered, this, [this] {
        m_labels->accept(m_browser->targets());
        m_browser->advance();
    });
    connect(m_menu->clearLabel, &QAction::triggered, this,
            [this] { m_labels->setLabel(m_browser->targets(), QString()); });
    connect(m_menu->openLarge, &QAction::triggered, this,
            [this] { m_browser->openLarge(m_browser->currentFile()); });
    connect(m_menu->copyPath, &QAction::triggered, this, [this] {
        if (const FileSummary* file = m_images->findFile(m_browser->currentFile()))
            QApplication::clipboard()->setText(QDir::toNativeSeparators(file->path));
    });
    connect(m_menu->showInFolder, &QAction::triggered, this, [this] {
        if (const FileSummary* file = m_images->findFile(m_browser->currentFile()))
            QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(file->path).absolutePath()));
    });
    connect(m_menu->pause, &QAction::triggered, this,
            [this] { m_session->setPaused(!m_session->isPaused()); });
    connect(m_menu->cancel, &QAction::triggered, m_session, &ArchiveSession::cancel);
    connect(m_menu->keys, &QAction::triggered, this, &MainWindow::showKeys);
    connect(m_menu->about, &QAction::triggered, this, [this] { showAbout(this); });
}

void MainWindow::connectViewMenu()
{
    m_menu->leftPanel->setChecked(m_settings.leftPanelShown());
    m_menu->rightPanel->setChecked(m_settings.rightPanelShown());
    connect(m_menu->leftPanel, &QAction::toggled, this, [this](bool shown) {
        m_browser->leftPanel()->setVisible(shown);
        m_settings.setLeftPanelShown(shown);
    });
    connect(m_menu->rightPanel, &QAction::toggled, this, [this](bool shown) {
        m_browser->rightPanel()->setVisible(shown);
        m_settings.setRightPanelShown(shown);
    });
    connect(m_menu->fullScreen, &QAction::toggled, this,
            [this](bool full) { full ? showFullScreen() : showNormal(); });
    constexpr int step = 32;
    connect(m_menu->larger, &QAction::triggered, this,
            [this] { m_browser->setTileSize(m_browser->grid()->tileSize() + step); });
    connect(m_menu->smaller, &QAction::triggered, this,
            [this] { m_browser->setTileSize(m_browser->grid()->tileSize() - step); });
    connect(m_menu->find, &QAction::triggered, this,
            [this] { m_browser->filterBar()->focusSearch(); });
    connect(m_menu->refresh, &QAction::triggered, m_images, &ImageListModel::refresh);
    connect(m_menu->clearFilter, &QAction::triggered, this, [this] { m_browser->setFilter({}); });
}

void MainWindow::connectSample()
{
    connect(m_start, &StartPage::openRequested, this, &MainWindow::askForFolder);
    connect(m_start, &StartPage::folderChosen, this, &MainWindow::openFolder);
    connect(m_start, &StartPage::forgetRequested, this, [this](const QString& folder) {
        m_settings.removeRecentFolder(folder);
        showStart();
    });
    const auto makeSample = [this] {
        closeFolder();
        m_sample->start();
    };
    connect(m_start, &StartPage::sampleRequested, this, makeSample);
    connect(m_menu->sample, &QAction::triggered, this, makeSample);
    connect(m_start, &StartPage::sampleCancelled, m_sample, &SampleController::cancel);
    connect(m_sample, &SampleController::progressed, m_start, &StartPage::showSampleProgress);
    connect(m_sample, &SampleController::cancelled, m_start, &StartPage::hideSampleProgress);
    connect(m_sample, &SampleController::failed, this, [this](const QString& message) {
        m_start->hideSampleProgress();
        m_notice->showNotice(NoticeBar::Severity::Error, message, tr("Try again"),
                             [this] { m_sample->start(); });
    });
    connect(m_sample, &SampleController::ready, this, [this](const QString& folder) {
        m_start->hideSampleProgress();
        openFolder(folder);
    });
}

void MainWindow::connectTraining()
{
    m_training = new TrainingController(m_settings, m_session, m_images, m_notice, loadDisplayImage, this);
    connect(m_menu->evaluate, &QAction::triggered, m_training, &TrainingController::evaluate);
    connect(m_menu->fineTune, &QAction::triggered, m_training, &TrainingController::fineTune);
    connect(m_menu->train, &QAction::triggered, m_training, &TrainingController::train);
    connect(m_menu->restorePrevious, &QAction::triggered, m_training, &TrainingController::restorePrevious);
    connect(m_menu->restoreShipped, &QAction::triggered, m_training, &TrainingController::restoreShipped);
    connect(m_training, &TrainingController::modelChanged, this, &MainWindow::reopen);
    connect(m_training, &TrainingController::fileChosen, m_browser, &BrowserPage::reveal);
    const auto offer = [this] {
        m_menu->restorePrevious->setEnabled(TrainingController::canRestore());
        m_menu->restoreShipped->setEnabled(TrainingController::canRestore());
    };
    connect(m_training, &TrainingController::modelsChanged, this, offer);
    offer();
}

void MainWindow::askForFolder()
{
    const QStringList recent = m_settings.recentFolders();
    const QString start = recent.isEmpty() ? QDir::homePath()
                                           : QFileInfo(recent.constFirst()).absolutePath();
    Dialogs::chooseFolder(this, tr("Open a folder of X-rays"), start,
                          [this](const QString& folder) { openFolder(folder); });
}

void MainWindow::connectReview()
{
    m_review = new ReviewController(
        m_settings, m_session, loadDisplayImage,
        [this](SetupContext& context) {
            context.shownFolder = m_images->filter().folder;
            context.selected = filesOf(ExportScope::Selection);
        },
        this);
    connect(m_menu->reviewProjects, &QAction::triggered, m_review, &ReviewController::showProjects);
    connect(m_menu->newReview, &QAction::triggered, m_review, &ReviewController::newProject);
}

void MainWindow::openFolder(const QString& path)
{
    m_session->open(QFileInfo(path).absoluteFilePath());
}

void MainWindow::reopen()
{
    if (!m_session->folder().isEmpty())
        openFolder(QString(m_session->folder()));
}

void MainWindow::showOpening(const QString& path)
{
    m_notice->dismiss();
    m_thumbnails->clear();
    m_status->clear();
    m_browser->start(path, m_images->rows().classes());
    m_menu->setArchiveOpen(false);
    m_menu->closeFolder->setEnabled(true);
    m_pages->setCurrentWidget(m_browser);
    m_status->show();
    updateTitle();
}

void MainWindow::showOpened(const QString& folder)
{
    m_browser->start(folder, m_session->classes());
    m_labels->setCatalog(m_session->catalog(), m_session->modelId());
    m_menu->setClasses(m_images->classStyles());
    m_menu->setRunning(true, false);
    m_settings.addRecentFolder(folder);
    m_menu->setRecentFolders(m_settings.recentFolders());
    m_menu->setArchiveOpen(true);
    updateTitle();
}

void MainWindow::showOpenFailure(const QString& message, bool exists)
{
    showStart();
    // A folder that is there cannot be opened for want of a catalog: a matter of settings.
    m_notice->showNotice(NoticeBar::Severity::Error, message,
                         exists ? tr("Settings…") : tr("Open folder…"),
                         [this, exists] { exists ? showSettings() : askForFolder(); });
}

void MainWindow::showModelMissing(const QString& reason)
{
    m_notice->showNotice(NoticeBar::Severity::Error,
                         tr("No model could be loaded, so nothing is tagged; labelling by hand works. %1").arg(reason),
                         tr("Settings…"), [this] { showSettings(); });
}

void MainWindow::closeFolder()
{
    m_session->close();
    showStart();
}

void MainWindow::showStart()
{
    m_images->clear();
    m_thumbnails->clear();
    m_menu->setArchiveOpen(false);
    m_menu->setRunning(false, false);
    m_menu->setRecentFolders(m_settings.recentFolders());
    m_start->setRecentFolders(m_settings.recentFolders());
    m_pages->setCurrentWidget(m_start);
    m_status->hide();
    updateTitle();
}

void MainWindow::showProgress(const ClassifyProgress& progress)
{
    m_status->showProgress(progress, m_images->rows().classifiedCount());
    m_menu->setRunning(true, progress.paused);
}

void MainWindow::taggingFinished(bool cancelled, const QString& error)
{
    m_browser->setScanning(false);
    m_status->showFinished(cancelled);
    m_menu->setRunning(false, false);
    if (!error.isEmpty())
        m_notice->showNotice(NoticeBar::Severity::Error, error, tr("Try again"), [this] { reopen(); });
    else if (cancelled)
        m_notice->showNotice(NoticeBar::Severity::Info, tr("Tagging was stopped. What is tagged is kept."),
                             tr("Go on"), [this] { reopen(); });
}

void MainWindow::label(const QVector<qint64>& images, const QString& className)
{
    m_labels->setLabel(images, className);
    if (!className.isEmpty())
        m_browser->advance();
}

void MainWindow::showKeys() { m_keys->showKeys(KeyOverlay::browserKeys(m_images->classStyles())); }

void MainWindow::showSettings()
{
    auto* dialog = new SettingsDialog(m_settings, m_theme, ThumbnailCache::defaultFolder(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &SettingsDialog::engineChanged, this, &MainWindow::reopen);
    connect(dialog, &SettingsDialog::cacheSizeChanged, this, [this] {
        QThreadPool::globalInstance()->start(
            [cache = m_thumbnailCache, bytes = std::uintmax_t(m_settings.thumbnailCacheMiB()) << 20] {
                cache->setMaxBytes(bytes);
            });
    });
    connect(dialog, &SettingsDialog::purgeRequested, this, [this] {
        m_thumbnails->clear();
        QThreadPool::globalInstance()->start([folder = ThumbnailCache::defaultFolder()] {
            QDir(folder).removeRecursively();
        });
    });
    dialog->open();
}

QVector<FileSummary> MainWindow::filesOf(ExportScope scope) const
{
    QVector<FileSummary> files;
    switch (scope) {
    case ExportScope::Selection:
        for (const FileId id : m_browser->grid()->selectedFileIds())
            if (const FileSummary* file = m_images->findFile(id))
                files.append(*file);
        break;
    case ExportScope::Shown:
        for (int row = 0; row < m_images->rowCount(); ++row)
            files.append(m_images->fileAt(row));
        break;
    case ExportScope::All:
        for (int i = 0; i < m_images->rows().fileCount(); ++i)
            files.append(m_images->rows().file(i));
        break;
    }
    return files;
}

void MainWindow::showExport()
{
    ExportSource source;
    source.files = [this](ExportScope scope) { return filesOf(scope); };
    source.selected = m_browser->grid()->selectedCount();
    source.shown = m_images->rowCount();
    source.all = m_images->rows().fileCount();
    source.folder = m_session->folder();
    auto* dialog = new ExportDialog(std::move(source), m_session->catalog(), m_settings, this);
    // Its thread reads the catalog, so it goes first.
    connect(m_session, &ArchiveSession::closing, dialog, [dialog] { delete dialog; });
    connect(dialog, &ExportDialog::filesMoved, this, [this](const QHash<QString, QString>& moved) {
        if (const auto followed = m_session->catalog()->movePaths(moved); !followed)
            m_notice->showNotice(NoticeBar::Severity::Error,
                                 QString::fromStdString(followed.error().message));
        m_reopenAfterExport = true;
    });
    connect(dialog, &QDialog::finished, this, [this, dialog] {
        dialog->deleteLater();
        if (std::exchange(m_reopenAfterExport, false))
            QMetaObject::invokeMethod(this, &MainWindow::reopen, Qt::QueuedConnection);
    });
    dialog->open();
}

void MainWindow::updateTitle()
{
    const QString folder = m_session->folder();
    setWindowTitle(folder.isEmpty() ? tr("Imaging Router")
                                    : tr("%1 — Imaging Router").arg(QDir(folder).dirName()));
}

void MainWindow::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::WindowStateChange)
        m_menu->fullScreen->setChecked(isFullScreen());
    QMainWindow::changeEvent(event);
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    m_settings.setWindowGeometry(saveGeometry());
    m_browser->saveState();
    m_settings.sync();
    m_session->close();
    QMainWindow::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (!droppedPath(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    const QString path = droppedPath(event->mimeData());
    if (path.isEmpty())
        return;
    event->acceptProposedAction();
    openFolder(path);
}

} // namespace ir::ui
