#include "review/reviewwindow.h"

#include "browser/keyoverlay.h"
#include "browser/noticebar.h"
#include "review/labellingpage.h"
#include "review/reviewhome.h"
#include "review/reviewkeys.h"
#include "review/reviewsession.h"
#include "review/setupdialog.h"
#include "settings/settings.h"
#include "support/dialogs.h"

#include <QCloseEvent>
#include <QDir>
#include <QSaveFile>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ir::ui {

ReviewWindow::ReviewWindow(Catalog& catalog, const std::string& modelId, Settings& settings,
                           const DisplayLoader& loader, SetupSource setup, QWidget* parent)
    : QWidget(parent, Qt::Window), m_settings(settings), m_loader(loader), m_setup(std::move(setup)),
      m_session(new ReviewSession(catalog, modelId, this)), m_notice(new NoticeBar(this)),
      m_pages(new QStackedWidget(this)), m_home(new ReviewHome(catalog, m_session, settings, m_pages)),
      m_labelling(new LabellingPage(m_session, loader, m_pages)), m_keys(new KeyOverlay(m_pages))
{
    setObjectName(QStringLiteral("reviewWindow"));
    for (QWidget* page : {static_cast<QWidget*>(m_home), static_cast<QWidget*>(m_labelling)})
        m_pages->addWidget(page);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_notice);
    column->addWidget(m_pages, 1);
    connectSession();
    connectHome();
    connect(m_labelling, &LabellingPage::left, this, &ReviewWindow::showHome);
    connect(m_labelling, &LabellingPage::problem, this,
            [this](const QString& message) { m_notice->showNotice(NoticeBar::Severity::Error, message); });
    for (const QKeySequence& keys : {QKeySequence(Qt::Key_F1), QKeySequence(Qt::Key_Question)})
        connect(new QShortcut(keys, this), &QShortcut::activated, this, &ReviewWindow::showKeys);
    connect(new QShortcut(QKeySequence(Qt::Key_F11), this), &QShortcut::activated, this,
            [this] { isFullScreen() ? showNormal() : showFullScreen(); });
    connect(new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_W), this), &QShortcut::activated, this, &QWidget::close);
    resize(1280, 800);
    restoreGeometry(settings.splitterState(QStringLiteral("reviewWindow")));
    updateTitle();
    m_home->reload();
}

ReviewWindow::~ReviewWindow()
{
    // The pages hold desks at the session's project; what is queued is stored before the session is gone.
    delete m_pages;
}

void ReviewWindow::connectSession()
{
    const auto showError = [this](const QString& message) {
        m_notice->showNotice(NoticeBar::Severity::Error, message);
    };
    connect(m_session, &ReviewSession::failed, this, showError);
    connect(m_session, &ReviewSession::refused, this, showError);
    connect(m_session, &ReviewSession::opened, this, &ReviewWindow::updateTitle);
}

void ReviewWindow::connectHome()
{
    connect(m_home, &ReviewHome::problem, this,
            [this](const QString& message) { m_notice->showNotice(NoticeBar::Severity::Error, message); });
    connect(m_home, &ReviewHome::setupRequested, this, &ReviewWindow::newProject);
    connect(m_home, &ReviewHome::labelRequested, this, [this](const QString& reader, int round) {
        showPage(m_labelling);
        m_labelling->start(reader, round);
    });
    connect(m_home, &ReviewHome::auditTrailRequested, this, &ReviewWindow::exportAuditTrail);
}

void ReviewWindow::showPage(QWidget* page)
{
    m_notice->dismiss();
    m_pages->setCurrentWidget(page);
    updateTitle();
}

void ReviewWindow::showHome()
{
    m_labelling->stop();
    showPage(m_home);
    m_home->refresh();
}

void ReviewWindow::newProject()
{
    auto* dialog = new SetupDialog(m_setup(), m_loader, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &SetupDialog::created, this, [this](qint64 review) {
        showHome();
        m_home->reload(review);
    });
    dialog->open();
}

void ReviewWindow::exportAuditTrail()
{
    const QString name = QString::fromStdString(m_session->project().plan().name);
    const QString start = QDir::home().filePath(tr("%1 audit trail.csv").arg(QString(name).replace(u'/', u'-')));
    Dialogs::chooseFile(
        this, tr("Audit trail"), start, tr("CSV files (*.csv)"),
        [this](const QString& path) {
            QSaveFile file(path);
            const bool isWritten = file.open(QIODevice::WriteOnly)
                                   && file.write(QByteArray::fromStdString(auditTrail(m_session->project()))) >= 0
                                   && file.commit();
            if (isWritten)
                m_notice->showNotice(NoticeBar::Severity::Info,
                                     tr("The audit trail is in %1.").arg(QDir::toNativeSeparators(path)));
            else
                m_notice->showNotice(NoticeBar::Severity::Error,
                                     tr("%1 cannot be written: %2. Choose another place.")
                                         .arg(QDir::toNativeSeparators(path), file.errorString()));
        },
        true);
}

void ReviewWindow::showKeys()
{
    if (m_pages->currentWidget() == m_labelling)
        m_keys->showKeys(labellingKeys());
}

void ReviewWindow::updateTitle()
{
    const QString name = m_session->isOpen() ? QString::fromStdString(m_session->project().plan().name) : QString();
    setWindowTitle(name.isEmpty() ? tr("Annotation projects") : tr("%1 — Annotation").arg(name));
}

void ReviewWindow::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::ActivationChange && isActiveWindow())
        m_session->catchUp();
    QWidget::changeEvent(event);
}

void ReviewWindow::closeEvent(QCloseEvent* event)
{
    m_settings.setSplitterState(QStringLiteral("reviewWindow"), saveGeometry());
    QWidget::closeEvent(event);
}

} // namespace ir::ui
