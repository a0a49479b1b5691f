#pragma once

#include "browser/displayloader.h"
#include "pipeline/projectfiles.h"
#include "review/setupcontext.h"

#include <QThreadPool>
#include <QWidget>

#include <functional>

class QStackedWidget;

namespace ir::ui {

class AdjudicationPage;
class AgreementPage;
class KeyOverlay;
class LabellingPage;
class NoticeBar;
class ReviewHome;
class ReviewSession;
class Settings;
class SheetPage;

/// The window of annotation projects: the list, and one page for each thing to do in a project.
class ReviewWindow : public QWidget
{
    Q_OBJECT

public:
    /// What a new project can be made of, asked for when one is made.
    using SetupSource = std::function<SetupContext()>;
    /// What a project says, as CSV. On any thread.
    using Table = std::function<std::string(const ReviewProject& project, const ProjectFiles& files)>;

    /// `catalog` and `settings` outlive the window.
    ReviewWindow(Catalog& catalog, const std::string& modelId, Settings& settings, const DisplayLoader& loader,
                 SetupSource setup, QWidget* parent = nullptr);
    ~ReviewWindow() override;

    void newProject();
    /// Back to the list of projects.
    void showHome();

protected:
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void connectHome();
    void connectSession();
    template <typename Page>
    void connectPage(Page* page);
    void showPage(QWidget* page);
    void showKeys();
    void exportTable(const QString& what, const Table& table);
    void updateTitle();

    Catalog& m_catalog;
    Settings& m_settings;
    DisplayLoader m_loader;
    SetupSource m_setup;
    ReviewSession* m_session;
    NoticeBar* m_notice;
    QStackedWidget* m_pages;
    ReviewHome* m_home;
    LabellingPage* m_labelling;
    SheetPage* m_sheet;
    AdjudicationPage* m_adjudication;
    AgreementPage* m_agreement;
    KeyOverlay* m_keys;
    QThreadPool m_worker; ///< one thread; writes the audit trail
};

} // namespace ir::ui
