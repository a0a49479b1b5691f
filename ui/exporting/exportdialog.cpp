#include "exporting/exportdialog.h"

#include "exporting/exportsummary.h"
#include "settings/settings.h"
#include "support/dialogs.h"
#include "support/formatting.h"

#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QUrl>
#include <QVBoxLayout>

namespace ir::ui {

namespace {

constexpr int kPlanDelayMs = 200;
enum Kind { Sorted, Training };

} // namespace

ExportDialog::ExportDialog(ExportSource source, Catalog* catalog, Settings& settings,
                           QWidget* parent)
    : QDialog(parent), m_source(std::move(source)), m_settings(settings),
      m_job(new ExportJob(catalog, this)), m_kind(new QComboBox(this)),
      m_scope(new QComboBox(this)), m_destination(new QLineEdit(this)), m_mode(new QComboBox(this)),
      m_pattern(new QLineEdit(this)), m_review(new QComboBox(this)),
      m_unreadable(new QComboBox(this)), m_labels(new QComboBox(this)),
      m_choices(new QWidget(this)), m_summary(new QLabel(this)), m_problem(new QLabel(this)),
      m_progress(new QProgressBar(this)), m_export(new QPushButton(tr("Export"), this)),
      m_openFolder(new QPushButton(tr("Open the folder"), this)),
      m_close(new QPushButton(tr("Cancel"), this))
{
    setObjectName(QStringLiteral("exportDialog"));
    setWindowTitle(tr("Export"));
    setMinimumWidth(560);
    m_form = new QFormLayout(m_choices);
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->setHorizontalSpacing(16);
    m_form->setVerticalSpacing(8);
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    fillChoices();
    buildChoices(m_form);

    m_summary->setObjectName(QStringLiteral("exportSummary"));
    m_summary->setTextFormat(Qt::RichText);
    m_summary->setWordWrap(true);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_summary->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_summary->setMinimumHeight(170);
    m_problem->setObjectName(QStringLiteral("exportProblem"));
    m_problem->setProperty("tone", QStringLiteral("error"));
    m_problem->setWordWrap(true);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Export progress"));
    m_progress->hide();
    m_export->setObjectName(QStringLiteral("exportButton"));
    m_export->setDefault(true);
    m_export->setEnabled(false);
    m_close->setObjectName(QStringLiteral("exportClose"));
    m_openFolder->setAutoDefault(false);
    m_openFolder->hide();

    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_openFolder);
    buttons->addStretch(1);
    buttons->addWidget(m_close);
    buttons->addWidget(m_export);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 16, 24, 16);
    layout->setSpacing(12);
    layout->addWidget(m_choices);
    layout->addWidget(m_summary, 1);
    layout->addWidget(m_problem);
    layout->addWidget(m_progress);
    layout->addLayout(buttons);

    connect(m_export, &QPushButton::clicked, this, &ExportDialog::begin);
    connect(m_close, &QPushButton::clicked, this, &ExportDialog::reject);
    connect(m_openFolder, &QPushButton::clicked, this, [this] {
        QDesktopServices::openUrl(QUrl::fromLocalFile(m_destination->text().trimmed()));
    });
    m_planDelay.setSingleShot(true);
    m_planDelay.setInterval(kPlanDelayMs);
    connect(&m_planDelay, &QTimer::timeout, this, &ExportDialog::makePlan);
    connect(m_job, &ExportJob::planned, this, &ExportDialog::showPlan);
    connect(m_job, &ExportJob::failed, this, &ExportDialog::showFailure);
    connect(m_job, &ExportJob::progressed, this, [this](qint64 done, qint64 total) {
        m_progress->setRange(0, int(qMax<qint64>(1, total)));
        m_progress->setValue(int(done));
        m_summary->setText(tr("%1 of %2 files").arg(formatCount(done), formatCount(total)));
    });
    connect(m_job, &ExportJob::exported, this,
            [this](const std::shared_ptr<const ExportReport>& report) { showReport(*report); });
    connect(m_job, &ExportJob::trainingSetMade, this,
            [this](const std::shared_ptr<const TrainingExportReport>& report) {
                showTrainingReport(*report);
            });
    choicesChanged();
    if (m_destination->text().isEmpty())
        m_destination->setFocus();
}

void ExportDialog::fillChoices()
{
    m_kind->setObjectName(QStringLiteral("exportKind"));
    m_kind->addItem(tr("Sorted folders"), Sorted);
    m_kind->addItem(tr("Training set (PNG, 512 × 512)"), Training);

    m_scope->setObjectName(QStringLiteral("exportScope"));
    m_scope->addItem(tr("All %1 images").arg(formatCount(m_source.all)), int(ExportScope::All));
    if (m_source.shown != m_source.all)
        m_scope->addItem(tr("The %1 the filter shows").arg(formatCount(m_source.shown)),
                         int(ExportScope::Shown));
    if (m_source.selected > 0)
        m_scope->addItem(tr("The %1 selected").arg(formatCount(m_source.selected)),
                         int(ExportScope::Selection));
    // One image is selected nearly always; several are selected on purpose.
    if (m_source.selected > 1)
        m_scope->setCurrentIndex(m_scope->count() - 1);

    m_destination->setObjectName(QStringLiteral("exportDestination"));
    m_destination->setText(m_settings.exportFolder());
    m_destination->setPlaceholderText(tr("A folder; it is made if it is not there"));

    m_mode->setObjectName(QStringLiteral("exportMode"));
    m_mode->addItem(tr("Copy"), int(ExportMode::Copy));
    m_mode->addItem(tr("Hard link (same disk, no space)"), int(ExportMode::HardLink));
    m_mode->addItem(tr("Symbolic link"), int(ExportMode::Symlink));
    m_mode->addItem(tr("Move the originals"), int(ExportMode::Move));

    m_pattern->setObjectName(QStringLiteral("exportPattern"));
    m_pattern->setText(m_settings.exportPattern().isEmpty() ? QStringLiteral("{name}")
                                                            : m_settings.exportPattern());
    m_pattern->setToolTip(tr("{name}, {class}, {patient_id}, {study_date}, {sop_uid}, {index}; "
                             "a / makes folders"));

    m_review->setObjectName(QStringLiteral("exportReview"));
    m_unreadable->setObjectName(QStringLiteral("exportUnreadable"));
    m_review->addItem(tr("Into a folder of their own"), int(ExportChoice::OwnFolder));
    m_review->addItem(tr("Where the model's guess says"), int(ExportChoice::AsClass));
    m_review->addItem(tr("Leave out"), int(ExportChoice::Skip));
    m_unreadable->addItem(tr("Leave out"), int(ExportChoice::Skip));
    m_unreadable->addItem(tr("Into a folder of their own"), int(ExportChoice::OwnFolder));

    m_labels->setObjectName(QStringLiteral("exportLabels"));
    m_labels->addItem(tr("What people confirmed or corrected"), int(TrainingLabels::ByPeople));
    m_labels->addItem(tr("What people corrected"), int(TrainingLabels::Corrected));
    m_labels->addItem(tr("All, the model's own too"), int(TrainingLabels::All));
}

void ExportDialog::buildChoices(QFormLayout* form)
{
    auto* place = new QWidget(this);
    auto* row = new QHBoxLayout(place);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto* browse = new QPushButton(tr("Choose…"), place);
    browse->setAutoDefault(false);
    row->addWidget(m_destination, 1);
    row->addWidget(browse);
    place->setFocusProxy(m_destination);
    connect(browse, &QPushButton::clicked, this, [this] {
        Dialogs::chooseFolder(this, tr("Export into"), m_destination->text(),
                              [this](const QString& folder) { m_destination->setText(folder); });
    });
    form->addRow(tr("&Kind"), m_kind);
    form->addRow(tr("&Images"), m_scope);
    form->addRow(tr("&Into"), place);
    form->addRow(tr("&How"), m_mode);
    form->addRow(tr("File &names"), m_pattern);
    form->addRow(tr("Needs &review"), m_review);
    form->addRow(tr("&Unreadable"), m_unreadable);
    form->addRow(tr("&Labels"), m_labels);
    for (QComboBox* box : {m_kind, m_scope, m_mode, m_review, m_unreadable, m_labels})
        connect(box, &QComboBox::currentIndexChanged, this, &ExportDialog::choicesChanged);
    for (QLineEdit* edit : {m_destination, m_pattern})
        connect(edit, &QLineEdit::textChanged, this, &ExportDialog::choicesChanged);
}

bool ExportDialog::isTraining() const { return m_kind->currentData().toInt() == Training; }

ExportScope ExportDialog::scope() const
{
    return static_cast<ExportScope>(m_scope->currentData().toInt());
}

SortedExportOptions ExportDialog::sortedOptions() const
{
    SortedExportOptions options;
    options.destination = QFile::encodeName(m_destination->text().trimmed()).toStdString();
    options.mode = static_cast<ExportMode>(m_mode->currentData().toInt());
    options.pattern = m_pattern->text().trimmed().toStdString();
    options.needsReview = static_cast<ExportChoice>(m_review->currentData().toInt());
    options.unreadable = static_cast<ExportChoice>(m_unreadable->currentData().toInt());
    options.sourceRoots = {QFile::encodeName(m_source.folder).toStdString()};
    return options;
}

void ExportDialog::choicesChanged()
{
    for (QWidget* widget : {static_cast<QWidget*>(m_mode), static_cast<QWidget*>(m_pattern),
                            static_cast<QWidget*>(m_review), static_cast<QWidget*>(m_unreadable)})
        m_form->setRowVisible(widget, !isTraining());
    m_form->setRowVisible(m_labels, isTraining());
    m_plan.reset();
    m_problem->clear();
    m_export->setEnabled(false);
    const QString destination = m_destination->text().trimmed();
    if (destination.isEmpty()) {
        m_summary->setText(tr("Choose a folder to export into."));
    } else if (!QDir::isAbsolutePath(destination)) {
        m_summary->setText(tr("Give the whole path of the folder, from / on."));
    } else if (isTraining()) {
        m_summary->setText(tr("Images are fitted to 512 × 512 and named by their content; patients stay "
                              "apart between training, validation and test. Patients' names are not "
                              "written."));
        m_export->setEnabled(true);
    } else {
        m_summary->setText(tr("Looking at the files…"));
        m_planDelay.start();
    }
}

void ExportDialog::makePlan()
{
    if (!m_running && !isTraining())
        m_job->plan(m_source.files(scope()), sortedOptions());
}

void ExportDialog::showPlan(const std::shared_ptr<const ExportPlan>& plan)
{
    m_plan = plan;
    m_summary->setText(describePlan(*plan));
    m_problem->setText(QString::fromStdString(plan->problem));
    m_export->setEnabled(plan->problem.empty() && !plan->files.empty());
}

void ExportDialog::begin()
{
    m_settings.setExportFolder(m_destination->text().trimmed());
    m_settings.setExportPattern(m_pattern->text().trimmed());
    if (!isTraining() && m_plan && m_plan->options.mode == ExportMode::Move)
        confirmMove();
    else
        run();
}

void ExportDialog::confirmMove()
{
    const QString count = formatCount(qint64(m_plan->files.size()));
    Dialogs::confirm(this, tr("Move originals?"),
                     tr("%1 files leave their folders. Programs that look for them there will not find "
                        "them any more.")
                         .arg(count),
                     tr("Move"), [this, count] {
                         Dialogs::confirm(this, tr("Really move?"),
                                          tr("This takes %1 originals out of the archive. Moving back is "
                                             "up to you; the list of all moves is kept.")
                                              .arg(count),
                                          tr("Move %1 originals").arg(count), [this] { run(); });
                     });
}

void ExportDialog::run()
{
    setRunning(true);
    if (isTraining()) {
        TrainingExportOptions options;
        options.destination = QFile::encodeName(m_destination->text().trimmed()).toStdString();
        options.labels = static_cast<TrainingLabels>(m_labels->currentData().toInt());
        m_job->makeTrainingSet(m_source.files(scope()), options);
    } else {
        m_job->execute(m_plan);
    }
}

void ExportDialog::setRunning(bool running)
{
    m_running = running;
    m_choices->setEnabled(!running);
    m_progress->setVisible(running);
    m_progress->setRange(0, 0);
    m_export->setEnabled(false);
    m_close->setText(running ? tr("Stop") : tr("Close"));
}

void ExportDialog::showReport(const ExportReport& report)
{
    showEnd(describeReport(report), report.isComplete());
    if (report.moved.empty())
        return;
    QHash<QString, QString> moved;
    for (const auto& [from, to] : report.moved)
        moved.insert(QFile::decodeName(from.c_str()), QFile::decodeName(to.c_str()));
    Q_EMIT filesMoved(moved);
}

void ExportDialog::showTrainingReport(const TrainingExportReport& report)
{
    showEnd(describeReport(report), !report.cancelled && report.error.empty());
}

void ExportDialog::showEnd(const QString& text, bool done)
{
    setRunning(false);
    m_summary->setText(text);
    m_openFolder->show();
    if (!done) {
        m_planDelay.stop();
        m_export->setEnabled(m_plan != nullptr);
    } else {
        m_close->setDefault(true);
        m_close->setFocus();
    }
}

void ExportDialog::showFailure(const QString& message)
{
    if (m_running)
        setRunning(false);
    m_summary->clear();
    m_problem->setText(message);
    m_export->setEnabled(false);
}

void ExportDialog::reject()
{
    if (m_running)
        m_job->cancel();
    else
        QDialog::reject();
}

} // namespace ir::ui
