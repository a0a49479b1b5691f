#pragma once

#include "browser/displayloader.h"
#include "catalog/catalog.h"
#include "pipeline/tagchanges.h"

#include <QObject>
#include <QPointer>
#include <QThreadPool>

#include <functional>

class QWidget;

namespace ir::ui {

class ArchiveSession;
class FineTuneDialog;
class ImageListModel;
class NoticeBar;
class Settings;

/// The Model menu: measuring, fine-tuning, adopting, going back, and what tagging again changed.
class TrainingController : public QObject
{
    Q_OBJECT

public:
    TrainingController(Settings& settings, ArchiveSession* session, ImageListModel* images, NoticeBar* notice,
                       DisplayLoader loader, QWidget* window);
    ~TrainingController() override;

    /// On what people labelled in the open archive's catalog, all folders.
    void fineTune();
    /// A network of one's own, from a manifest.
    void train();
    /// Models on labelled images.
    void evaluate();
    /// Takes a weights file from elsewhere into use.
    void adopt(const QString& weightsFile);
    void restorePrevious();
    void restoreShipped();
    [[nodiscard]] static bool canRestore();

Q_SIGNALS:
    /// Another model is in use; whoever shows tags asks for them again.
    void modelChanged();
    void modelsChanged(); ///< what can be restored
    void fileChosen(qint64 file);

private:
    [[nodiscard]] Result<void> keepPresent();
    void switched(const QString& sentence);
    void tagAgain();
    void showWhatChanged();
    void showChanges(const TagChanges& changes);

    Settings& m_settings;
    ArchiveSession* m_session;
    ImageListModel* m_images;
    NoticeBar* m_notice;
    DisplayLoader m_loader;
    QWidget* m_window;
    QPointer<FineTuneDialog> m_fineTune;
    std::string m_modelBefore; ///< whose tags to compare with when tagging is done; empty: none
    QThreadPool m_reader;      ///< one thread; compares tags
};

} // namespace ir::ui
