#pragma once

#include "browser/archivesession.h"

#include <QMainWindow>

#include <memory>

class QStackedWidget;

namespace ir::ui {

class BrowserPage;
class ImageListModel;
class KeyOverlay;
class LabelController;
class MainMenu;
class NoticeBar;
class ReviewController;
class SampleController;
class Settings;
class StartPage;
class StatusStrip;
class Theme;
class ThumbnailProvider;
class TrainingController;
enum class ExportScope;

/// The program's window: start page or the open archive, menus, notices, status. It wires the parts to one
/// another; each feature is in a controller of its own.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    /// `settings` outlives the window; `theme` may be nullptr (tests); `catalogPath` not empty: this catalog
    /// whatever the settings say.
    MainWindow(Settings& settings, Theme* theme, const QString& catalogPath = {},
               QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Opens a folder, or the folder of a file; what is wrong with it shows in the notice bar.
    void openFolder(const QString& path);

protected:
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void connectSession();
    void connectBrowser();
    void connectLabels();
    void connectMenu();
    void connectViewMenu();
    void connectSample();
    void connectTraining();
    void connectReview();
    void askForFolder();
    void showOpening(const QString& path);
    void showOpened(const QString& folder);
    void showOpenFailure(const QString& message, bool exists);
    void showModelMissing(const QString& reason);
    void reopen();
    void closeFolder();
    void showStart();
    void showProgress(const ClassifyProgress& progress);
    void taggingFinished(bool cancelled, const QString& error);
    void label(const QVector<qint64>& images, const QString& className);
    void showExport();
    [[nodiscard]] QVector<FileSummary> filesOf(ExportScope scope) const;
    void showKeys();
    void showSettings();
    void updateTitle();

    Settings& m_settings;
    Theme* m_theme;
    std::shared_ptr<ThumbnailCache> m_thumbnailCache;
    ThumbnailProvider* m_thumbnails;
    ImageListModel* m_images;
    ArchiveSession* m_session;
    LabelController* m_labels;
    SampleController* m_sample;
    TrainingController* m_training;
    ReviewController* m_review;
    NoticeBar* m_notice;
    QStackedWidget* m_pages;
    StartPage* m_start;
    BrowserPage* m_browser;
    StatusStrip* m_status;
    MainMenu* m_menu;
    KeyOverlay* m_keys;
    bool m_reopenAfterExport = false; ///< originals were moved
};

} // namespace ir::ui
