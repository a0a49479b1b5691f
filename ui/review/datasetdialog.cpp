#include "review/datasetdialog.h"

#include "review/reviewsession.h"
#include "support/dialogs.h"
#include "support/formatting.h"
#include "support/tone.h"

#include <QCheckBox>
#include <QDir>
#include <QFile>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace ir::ui {

DatasetDialog::DatasetDialog(const Catalog& catalog, const ReviewSession& session, QWidget* parent)
    : QDialog(parent), m_job(new DatasetJob(catalog, this)),
      m_project(std::make_shared<const ReviewProject>(session.project())), m_place(new QLineEdit(this)),
      m_browse(new QPushButton(tr("Choose…"), this)),
      m_dicom(new QCheckBox(tr("Also the DICOM files, without what says whose they are"), this)),
      m_suspected(new QCheckBox(tr("Also images that may have writing in their pixels"), this)),
      m_progress(new QProgressBar(this)), m_status(new QLabel(this)), m_close(new QPushButton(tr("Close"), this)),
      m_export(new QPushButton(tr("Export"), this))
{
    setObjectName(QStringLiteral("datasetDialog"));
    setWindowTitle(tr("Data set of final labels"));
    qint64 labelled = 0;
    for (const ReviewImage& image : m_project->plan().images)
        labelled += m_project->finalLabel(image.id).label.empty() ? 0 : 1;
    auto* summary = new QLabel(
        tr("%1 of %2 images have a final label. They are written as PNG of 512 × 512 pixels without names, with a manifest, "
           "a split that keeps patients together, a table of who is in it, checksums, and a datasheet that says how the "
           "labels came about.")
            .arg(formatCount(labelled), formatCount(qint64(m_project->plan().images.size()))),
        this);
    summary->setWordWrap(true);
    m_place->setObjectName(QStringLiteral("datasetPlace"));
    m_place->setPlaceholderText(tr("an empty folder"));
    m_place->setAccessibleName(tr("Folder"));
    m_browse->setAutoDefault(false);
    m_suspected->setToolTip(tr("Else they are held back and listed"));
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Export progress"));
    m_status->setObjectName(QStringLiteral("datasetStatus"));
    m_status->setWordWrap(true);
    m_close->setAutoDefault(false);
    m_export->setObjectName(QStringLiteral("datasetExport"));
    m_export->setDefault(true);
    auto* place = new QHBoxLayout;
    place->setSpacing(8);
    place->addWidget(m_place, 1);
    place->addWidget(m_browse);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_close);
    buttons->addWidget(m_export);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 16, 24, 16);
    layout->setSpacing(12);
    layout->addWidget(summary);
    layout->addLayout(place);
    layout->addWidget(m_dicom);
    layout->addWidget(m_suspected);
    layout->addWidget(m_progress);
    layout->addWidget(m_status);
    layout->addLayout(buttons);
    setFixedWidth(560);
    connect(m_browse, &QPushButton::clicked, this, &DatasetDialog::choose);
    connect(m_place, &QLineEdit::textChanged, this, &DatasetDialog::placeChanged);
    connect(m_close, &QPushButton::clicked, this, &DatasetDialog::reject);
    connect(m_export, &QPushButton::clicked, this, &DatasetDialog::start);
    connect(m_job, &DatasetJob::progressed, this, &DatasetDialog::showProgress);
    connect(m_job, &DatasetJob::failed, this, [this](const QString& message) { showEnd(message, true); });
    connect(m_job, &DatasetJob::exported, this,
            [this](const std::shared_ptr<const DatasetExportReport>& report) { showReport(*report); });
    setRunning(false);
    m_status->hide();
    placeChanged();
    fitHeight();
}

void DatasetDialog::choose()
{
    Dialogs::chooseFolder(this, tr("Folder for the data set"), m_place->text(),
                          [this](const QString& folder) { m_place->setText(folder); });
}

void DatasetDialog::placeChanged()
{
    const QString place = m_place->text().trimmed();
    m_export->setEnabled(!m_isRunning && !place.isEmpty());
}

void DatasetDialog::start()
{
    const QDir folder(m_place->text().trimmed());
    if (folder.exists() && !folder.isEmpty()) {
        showEnd(tr("%1 is not empty. Choose an empty folder, or a new one.").arg(QDir::toNativeSeparators(folder.path())),
                true);
        return;
    }
    DatasetExportOptions options;
    options.destination = QFile::encodeName(folder.path()).toStdString();
    options.title = m_project->plan().name;
    options.dicom = m_dicom->isChecked();
    options.includeSuspected = m_suspected->isChecked();
    m_status->hide();
    setRunning(true);
    fitHeight();
    m_job->start(m_project, options);
}

void DatasetDialog::setRunning(bool running)
{
    m_isRunning = running;
    for (QWidget* widget : {static_cast<QWidget*>(m_place), static_cast<QWidget*>(m_browse),
                            static_cast<QWidget*>(m_dicom), static_cast<QWidget*>(m_suspected)})
        widget->setEnabled(!running);
    m_progress->setVisible(running);
    m_progress->setRange(0, 0);
    m_close->setText(running ? tr("Stop") : tr("Close"));
    placeChanged();
}

void DatasetDialog::showProgress(qint64 done, qint64 total)
{
    m_progress->setRange(0, int(total));
    m_progress->setValue(int(done));
}

void DatasetDialog::showReport(const DatasetExportReport& report)
{
    if (report.cancelled) {
        showEnd(tr("Stopped. Empty the folder before exporting into it again."), true);
        return;
    }
    QString text = tr("%1 images are in the data set.").arg(formatCount(qint64(report.images)));
    if (report.duplicates > 0)
        text += u' ' + tr("%1 were copies.").arg(formatCount(qint64(report.duplicates)));
    if (!report.heldBack.empty())
        text += u' ' + tr("%1 are held back: they may have writing in their pixels. Look at them before you include them.")
                           .arg(formatCount(qint64(report.heldBack.size())));
    if (!report.failed.empty())
        text += u' ' + tr("%1 failed; the first: %2").arg(formatCount(qint64(report.failed.size())),
                                                          QString::fromStdString(report.failed.front().second));
    showEnd(text, !report.failed.empty());
}

void DatasetDialog::showEnd(const QString& text, bool isFailure)
{
    setRunning(false);
    setTone(m_status, isFailure ? QStringLiteral("error") : QString());
    m_status->setText(text);
    m_status->show();
    fitHeight();
}

/// Wrapped texts come and go; a layout alone would squeeze them.
void DatasetDialog::fitHeight() { setFixedHeight(layout()->totalHeightForWidth(width())); }

void DatasetDialog::reject()
{
    if (m_isRunning)
        m_job->cancel();
    else
        QDialog::reject();
}

} // namespace ir::ui
