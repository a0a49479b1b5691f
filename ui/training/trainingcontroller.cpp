#include "training/trainingcontroller.h"

#include "browser/archivesession.h"
#include "browser/imagelistmodel.h"
#include "browser/noticebar.h"
#include "insight/evaluationdialog.h"
#include "nn/modelstore.h"
#include "nn/modelversions.h"
#include "settings/settings.h"
#include "support/formatting.h"
#include "training/finetunedialog.h"
#include "training/tagchangesdialog.h"
#include "training/traindialog.h"

#include <QDir>
#include <QFile>

namespace ir::ui {

TrainingController::TrainingController(Settings& settings, ArchiveSession* session,
                                       ImageListModel* images, NoticeBar* notice,
                                       DisplayLoader loader, QWidget* window)
    : QObject(window), m_settings(settings), m_session(session), m_images(images), m_notice(notice),
      m_loader(std::move(loader)), m_window(window)
{
    m_reader.setMaxThreadCount(1);
    connect(session, &ArchiveSession::closing, this, [this] {
        if (m_fineTune)
            m_fineTune->leaveCatalog();
        m_reader.clear();
        m_reader.waitForDone();
    });
    connect(session, &ArchiveSession::finished, this, [this](bool cancelled, const QString& error) {
        if (!cancelled && error.isEmpty())
            showWhatChanged();
    });
}

TrainingController::~TrainingController()
{
    m_reader.clear();
    m_reader.waitForDone();
}

void TrainingController::fineTune()
{
    if (m_fineTune) {
        m_fineTune->raise();
        m_fineTune->activateWindow();
        return;
    }
    if (!m_session->catalog())
        return;
    const auto base = findModel(m_settings.model().toStdString());
    if (!base) {
        m_notice->showNotice(NoticeBar::Severity::Error, QString::fromStdString(base.error().message));
        return;
    }
    m_fineTune = new FineTuneDialog(m_session->catalog(), {}, *base, m_window);
    m_fineTune->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_fineTune, &FineTuneDialog::adoptRequested, this, &TrainingController::adopt);
    m_fineTune->show();
}

void TrainingController::train()
{
    auto* dialog = new TrainDialog(m_settings, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &TrainDialog::adoptRequested, this, &TrainingController::adopt);
    dialog->show();
}

void TrainingController::evaluate()
{
    EvaluationDialog::Start start;
    start.catalog = m_session->catalog();
    start.model = m_settings.model();
    start.engine.device = m_settings.device().toStdString();
    start.engine.threads = m_settings.threads();
    auto* dialog = new EvaluationDialog(start, m_loader, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &EvaluationDialog::fileRequested, this, [this](const QString& path) {
        const RowIndex& rows = m_images->rows();
        for (int file = 0; file < rows.fileCount(); ++file)
            if (rows.file(file).path == path)
                return Q_EMIT fileChosen(rows.file(file).id);
        m_notice->showNotice(NoticeBar::Severity::Info,
                             tr("%1 is not in the open folder; open its folder to correct it.").arg(QDir::toNativeSeparators(path)));
    });
    dialog->show();
}

// A model chosen by name in the settings becomes a version too, so that one can go back to it.
Result<void> TrainingController::keepPresent()
{
    const std::string chosen = m_settings.model().toStdString();
    if (chosen == kCurrentModel)
        return {};
    if (chosen == kDefaultModel)
        return restoreModel("shipped").map([](const auto&) {});
    const auto present = findModel(chosen);
    if (!present)
        return {}; // gone: nothing to go back to
    return adoptModel(*present).map([](const auto&) {});
}

void TrainingController::adopt(const QString& weightsFile)
{
    if (const auto kept = keepPresent(); !kept) {
        m_notice->showNotice(NoticeBar::Severity::Error, QString::fromStdString(kept.error().message));
        return;
    }
    const auto present = findModel(m_settings.model().toStdString());
    const std::string name = present ? present->stem().string() : std::string();
    // "mobilenet_v1-2026-11-25-0123abcd" adopts as "mobilenet_v1-…": a version of the same model.
    const auto version =
        adoptModel(QFile::encodeName(weightsFile).toStdString(), name.substr(0, name.find("-20")));
    if (!version) {
        m_notice->showNotice(NoticeBar::Severity::Error, QString::fromStdString(version.error().message));
        return;
    }
    switched(tr("The new model %1 is in use.").arg(QString::fromStdString(version->name)));
}

void TrainingController::restorePrevious()
{
    const auto path = restoreModel("previous");
    if (!path)
        m_notice->showNotice(NoticeBar::Severity::Error, QString::fromStdString(path.error().message));
    else
        switched(tr("%1 is in use again.").arg(QString::fromStdString(path->stem().string())));
}

void TrainingController::restoreShipped()
{
    const auto path = restoreModel("shipped");
    if (!path)
        m_notice->showNotice(NoticeBar::Severity::Error, QString::fromStdString(path.error().message));
    else
        switched(tr("The shipped model %1 is in use.").arg(QString::fromStdString(path->stem().string())));
}

bool TrainingController::canRestore() { return hasPreviousModel(); }

void TrainingController::switched(const QString& sentence)
{
    m_settings.setModel(QLatin1String(kCurrentModel));
    m_settings.sync();
    Q_EMIT modelsChanged();
    const bool wasNone = m_session->modelId().empty();
    if (wasNone)
        Q_EMIT modelChanged(); // no tag on the screen would change
    if (wasNone || m_session->folder().isEmpty())
        m_notice->showNotice(NoticeBar::Severity::Info, sentence);
    else
        m_notice->showNotice(NoticeBar::Severity::Info,
                             sentence + u' ' + tr("What is on the screen was tagged by the one before."),
                             tr("Tag again"), [this] { tagAgain(); });
}

void TrainingController::tagAgain()
{
    m_modelBefore = m_session->modelId();
    Q_EMIT modelChanged();
}

void TrainingController::showWhatChanged()
{
    const std::string before = std::exchange(m_modelBefore, {});
    if (before.empty() || before == m_session->modelId() || !m_session->catalog())
        return;
    m_reader.start([this, catalog = m_session->catalog(), folder = m_session->folder(), before,
                    after = m_session->modelId()] {
        auto changes = tagChanges(*catalog, folder, before, after);
        auto shared = std::make_shared<Result<TagChanges>>(std::move(changes));
        QMetaObject::invokeMethod(this, [this, shared] {
            if (*shared)
                showChanges(**shared);
            else
                m_notice->showNotice(NoticeBar::Severity::Error,
                                     QString::fromStdString(shared->error().message));
        });
    });
}

void TrainingController::showChanges(const TagChanges& changes)
{
    if (changes.images.isEmpty()) {
        m_notice->showNotice(NoticeBar::Severity::Info,
                             tr("Tagged again: all %1 images keep their tag.")
                                 .arg(formatCount(changes.compared)));
        return;
    }
    m_notice->showNotice(NoticeBar::Severity::Info,
                         tr("Tagged again: %1 of %2 images are tagged otherwise.")
                             .arg(formatCount(changes.images.size()), formatCount(changes.compared)),
                         tr("Show"), [this, changes] {
                             auto* dialog =
                                 new TagChangesDialog(changes, m_images->classStyles(), m_window);
                             dialog->setAttribute(Qt::WA_DeleteOnClose);
                             connect(m_session, &ArchiveSession::closing, dialog, &QDialog::reject);
                             connect(dialog, &TagChangesDialog::fileChosen, this,
                                     &TrainingController::fileChosen);
                             dialog->show();
                         });
}

} // namespace ir::ui
