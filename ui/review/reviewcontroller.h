#pragma once

#include "browser/displayloader.h"
#include "review/setupcontext.h"

#include <QObject>

#include <functional>
#include <memory>

namespace ir::ui {

class ArchiveSession;
class ReviewWindow;
class Settings;

/// The Annotation menu: the window of annotation projects, which lives as long as the open archive's catalog.
class ReviewController : public QObject
{
    Q_OBJECT

public:
    /// What the browser shows at present, of a new project's context: folder and selection.
    using Browsing = std::function<void(SetupContext&)>;

    /// `settings` and `session` outlive the controller.
    ReviewController(Settings& settings, ArchiveSession* session, const DisplayLoader& loader, Browsing browsing,
                     QObject* parent);
    ~ReviewController() override;

    void showProjects();
    void newProject();
    [[nodiscard]] ReviewWindow* window() const { return m_window.get(); }

private:
    [[nodiscard]] SetupContext context() const;

    Settings& m_settings;
    ArchiveSession* m_session;
    DisplayLoader m_loader;
    Browsing m_browsing;
    std::unique_ptr<ReviewWindow> m_window;
};

} // namespace ir::ui
