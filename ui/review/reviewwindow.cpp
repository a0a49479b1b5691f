#include "review/reviewwindow.h"

#include "browser/keyoverlay.h"
#include "browser/noticebar.h"
#include "review/adjudicationpage.h"
#include "review/agreementpage.h"
#include "review/datasetdialog.h"
#include "review/labellingpage.h"
#include "review/reviewhome.h"
#include "review/reviewkeys.h"
#include "review/reviewsession.h"
#include "review/setupdialog.h"
#include "review/sheetpage.h"
#include "settings/settings.h"
#include "support/dialogs.h"

#include <QCloseEvent>
#include <QDir>
#include <QScreen>
#include <QSaveFile>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ir::ui {

namespace {

std::string trailOf(const ReviewProject& project, const ProjectFiles& files)
{
    return auditTrail(project, [&](std::int64_t image) -> ReviewImageName {
        const ProjectFile& file = files.at(image);
        return {file.path.string(), file.sopInstanceUid};
    });
}

/// Blocks.
Result<void> writeTable(const Catalog& catalog, const ReviewProject& project, const ReviewWindow::Table& table,
                        const QString& path)
{
    const auto files = filesOf(catalog, project.plan());
    if (!files)
        return tl::unexpected(files.error());
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(QByteArray::fromStdString(table(project, *files))) >= 0
        && file.commit())
        return {};
    return failure(ReviewWindow::tr("%1 cannot be written: %2. Choose another place.")
                       .arg(QDir::toNativeSeparators(path), file.errorString())
                       .toStdString());
}

} // namespace

ReviewWindow::ReviewWindow(Catalog& catalog, const std::string& modelId, Settings& settings,
                           const DisplayLoader& loader, SetupSource setup, QWidget* parent)
    : QWidget(parent, Qt::Window), m_catalog(catalog), m_settings(settings), m_loader(loader), m_setup(std::move(setup)),
      m_session(new ReviewSession(catalog, modelId, this)), m_notice(new NoticeBar(this)),
      m_pages(new QStackedWidget(this)), m_home(new ReviewHome(catalog, m_session, settings, m_pages)),
      m_labelling(new LabellingPage(m_session, loader, m_pages)), m_sheet(new SheetPage(m_session, loader, m_pages)),
      m_adjudication(new AdjudicationPage(m_session, loader, m_pages)),
      m_agreement(new AgreementPage(m_session, loader, m_pages)), m_keys(new KeyOverlay(m_pages))
{
    setObjectName(QStringLiteral("reviewWindow"));
    m_worker.setMaxThreadCount(1);
    m_pages->addWidget(m_home);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_notice);
    column->addWidget(m_pages, 1);
    connectSession();
    connectHome();
    connectPage(m_labelling);
    connectPage(m_sheet);
    connectPage(m_adjudication);
    connectPage(m_agreement);
    for (const QKeySequence& keys : {QKeySequence(Qt::Key_F1), QKeySequence(Qt::Key_Question)})
        connect(new QShortcut(keys, this), &QShortcut::activated, this, &ReviewWindow::showKeys);
    connect(new QShortcut(QKeySequence(Qt::Key_F11), this), &QShortcut::activated, this,
            [this] { isFullScreen() ? showNormal() : showFullScreen(); });
    connect(new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_W), this), &QShortcut::activated, this, &QWidget::close);
    resize(QSize(1280, 800).boundedTo(screen()->availableSize()));
    restoreGeometry(settings.splitterState(QStringLiteral("reviewWindow")));
    updateTitle();
    m_home->reload();
}

ReviewWindow::~ReviewWindow()
{
    m_worker.waitForDone();
    // The pages hold desks at the session's project; what is queued is stored before the session is gone.
    delete m_pages;
}

void ReviewWindow::connectSession()
{
    const auto showError = [this](const QString& message) {
        m_notice->showNotice(NoticeBar::Severity::Error, message);
    };
    connect(m_session, &ReviewSession::refused, this, showError);
    connect(m_session, &ReviewSession::opened, this, &ReviewWindow::updateTitle);
}

template <typename Page>
void ReviewWindow::connectPage(Page* page)
{
    m_pages->addWidget(page);
    connect(page, &Page::left, this, &ReviewWindow::showHome);
    connect(page, &Page::problem, this,
            [this](const QString& message) { m_notice->showNotice(NoticeBar::Severity::Error, message); });
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
    connect(m_home, &ReviewHome::sheetRequested, this, [this](const QString& reader, int round) {
        showPage(m_sheet);
        m_sheet->start(reader, round);
    });
    connect(m_home, &ReviewHome::adjudicationRequested, this, [this](const QString& adjudicator) {
        showPage(m_adjudication);
        m_adjudication->start(adjudicator);
    });
    connect(m_home, &ReviewHome::agreementRequested, this, [this] {
        showPage(m_agreement);
        m_agreement->start();
    });
    connect(m_home, &ReviewHome::datasetRequested, this, [this] {
        auto* dialog = new DatasetDialog(m_catalog, *m_session, this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    });
    connect(m_home, &ReviewHome::auditTrailRequested, this, [this] { exportTable(tr("Audit trail"), trailOf); });
    connect(m_home, &ReviewHome::labelsRequested, this, [this] { exportTable(tr("Final labels"), finalLabelTable); });
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
    m_sheet->stop();
    m_adjudication->stop();
    m_agreement->stop();
    showPage(m_home);
    m_home->refresh();
    m_home->focusNext();
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

void ReviewWindow::exportTable(const QString& what, const Table& table)
{
    const QString name = QString::fromStdString(m_session->project().plan().name).replace(u'/', u'-');
    const QString start = QDir::home().filePath(name + u' ' + what.toLower() + QStringLiteral(".csv"));
    Dialogs::chooseFile(
        this, what, start, tr("CSV files (*.csv)"),
        [this, table](const QString& path) {
            m_worker.start([this, path, table, project = std::make_shared<const ReviewProject>(m_session->project())] {
                const auto written = writeTable(m_catalog, *project, table, path);
                QMetaObject::invokeMethod(this, [this, path, written] {
                    if (written)
                        m_notice->showNotice(NoticeBar::Severity::Info,
                                             tr("%1 is written.").arg(QDir::toNativeSeparators(path)));
                    else
                        m_notice->showNotice(NoticeBar::Severity::Error,
                                             QString::fromStdString(written.error().message));
                });
            });
        },
        true);
}

void ReviewWindow::showKeys()
{
    if (m_pages->currentWidget() == m_labelling)
        m_keys->showKeys(labellingKeys());
    else if (m_pages->currentWidget() == m_sheet)
        m_keys->showKeys(sheetKeys());
    else if (m_pages->currentWidget() == m_adjudication)
        m_keys->showKeys(adjudicationKeys());
    else if (m_pages->currentWidget() == m_agreement)
        m_keys->showKeys(agreementKeys());
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
