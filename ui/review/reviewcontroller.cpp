#include "review/reviewcontroller.h"

#include "browser/archivesession.h"
#include "review/reviewwindow.h"
#include "settings/settings.h"

#include <utility>

namespace ir::ui {

ReviewController::ReviewController(Settings& settings, ArchiveSession* session, const DisplayLoader& loader,
                                   Browsing browsing, QObject* parent)
    : QObject(parent), m_settings(settings), m_session(session), m_loader(loader), m_browsing(std::move(browsing))
{
    connect(session, &ArchiveSession::closing, this, [this] { m_window.reset(); });
}

ReviewController::~ReviewController() = default;

SetupContext ReviewController::context() const
{
    SetupContext context;
    context.catalog = m_session->catalog();
    context.modelId = m_session->modelId();
    context.classes = m_session->classes();
    context.folder = m_session->folder();
    context.reader = m_settings.readerName();
    m_browsing(context);
    return context;
}

void ReviewController::showProjects()
{
    if (!m_session->catalog())
        return;
    if (!m_window)
        m_window = std::make_unique<ReviewWindow>(*m_session->catalog(), m_session->modelId(), m_settings, m_loader,
                                                  [this] { return context(); });
    m_window->show();
    m_window->raise();
    m_window->activateWindow();
}

void ReviewController::newProject()
{
    showProjects();
    if (m_window)
        m_window->newProject();
}

} // namespace ir::ui
