#include "insight/evaluationdialog.h"

#include "base/csv.h"
#include "insight/evaluationview.h"
#include "insight/spotcheckpage.h"
#include "nn/architectures/registry.h"
#include "nn/modelstore.h"
#include "support/dialogs.h"
#include "support/formatting.h"
#include "support/tone.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QProgressBar>
#include <QPushButton>
#include <QScreen>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <initializer_list>
#include <map>

namespace ir::ui {

namespace {

QPushButton* button(QWidget* parent, const char* name, const QString& text)
{
    auto* result = new QPushButton(text, parent);
    result->setObjectName(QLatin1String(name));
    result->setAutoDefault(false);
    return result;
}

} // namespace

EvaluationDialog::EvaluationDialog(const Start& start, const DisplayLoader& loader, QWidget* parent)
    : QDialog(parent), m_job(new EvaluationJob(this)), m_pages(new QStackedWidget(this)), m_status(new QLabel(this)),
      m_bar(new QProgressBar(this)), m_report(button(this, "evaluationReport", tr("Save report…"))),
      m_corrections(button(this, "evaluationCorrections", {})),
      m_back(button(this, "evaluationBack", tr("Change what is measured"))),
      m_close(button(this, "evaluationClose", tr("Close"))), m_start(button(this, "evaluationStart", tr("Evaluate")))
{
    setObjectName(QStringLiteral("evaluationDialog"));
    setWindowTitle(tr("Evaluate models"));
    setMinimumWidth(760);
    m_request.options.engine = start.engine;
    m_status->setObjectName(QStringLiteral("evaluationStatus"));
    m_status->setWordWrap(true);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress"));
    m_bar->hide();
    m_view = new EvaluationView(loader, m_pages);
    m_pages->addWidget(buildChoices(start));
    m_check = new SpotCheckPage(loader, m_pages);
    m_pages->addWidget(m_view);
    m_pages->addWidget(m_check);
    m_start->setDefault(true);

    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_report);
    buttons->addWidget(m_corrections);
    buttons->addWidget(m_back);
    buttons->addStretch(1);
    buttons->addWidget(m_close);
    buttons->addWidget(m_start);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 16, 24, 16);
    layout->setSpacing(12);
    layout->addWidget(m_pages, 1);
    layout->addWidget(m_status);
    layout->addWidget(m_bar);
    layout->addLayout(buttons);

    connect(m_start, &QPushButton::clicked, this, [this] { unlessUnsaved([this] { this->start(); }); });
    connect(m_close, &QPushButton::clicked, this, &EvaluationDialog::reject);
    connect(m_back, &QPushButton::clicked, this, [this] { setPage(Choices); });
    connect(m_report, &QPushButton::clicked, this, &EvaluationDialog::writeReport);
    connect(m_corrections, &QPushButton::clicked, this, &EvaluationDialog::writeCorrections);
    connect(m_view, &EvaluationView::checkRequested, this, [this](const std::vector<std::size_t>& rows, std::size_t current) {
        setPage(Check);
        m_check->showRows(m_view->model(), rows, current, m_view->styles());
    });
    connect(m_check, &SpotCheckPage::closed, this, [this] { setPage(Outcome); });
    connect(m_check, &SpotCheckPage::correctionsChanged, this, &EvaluationDialog::correctionsChanged);
    connect(m_check, &SpotCheckPage::fileRequested, this, &EvaluationDialog::fileRequested);
    connect(m_job, &EvaluationJob::progressed, this, [this](qint64 done, qint64 total) {
        m_bar->setRange(0, int(total));
        m_bar->setValue(int(done));
        say(done < total ? tr("%1 of %2 images").arg(formatCount(done), formatCount(total))
                         : tr("Measuring the time per image and drawing the resamples…"));
    });
    connect(m_job, &EvaluationJob::evaluated, this, [this](const std::shared_ptr<const ComparisonRun>& run) {
        ended();
        m_view->showRun(run);
        m_check->setRun(run, m_ofCatalog && m_ofCatalog->isChecked());
        setPage(Outcome);
        QStringList notices;
        for (const std::string& notice : run->notices)
            notices << QString::fromStdString(notice);
        say(notices.join(u' '));
    });
    connect(m_job, &EvaluationJob::reportWritten, this, [this](const QString& path) {
        ended();
        say(tr("The report is in %1. It shows pictures of patients: keep it as carefully as them.")
                .arg(QDir::toNativeSeparators(path)));
    });
    connect(m_job, &EvaluationJob::cancelled, this, [this] {
        ended();
        say(tr("Stopped."));
    });
    connect(m_job, &EvaluationJob::failed, this, [this](const QString& message) {
        ended();
        say(message, QStringLiteral("error"));
    });
    setPage(Choices);
    choicesChanged();
    correctionsChanged();
}

QWidget* EvaluationDialog::buildChoices(const Start& start)
{
    m_choices = new QWidget(m_pages);
    auto* form = new QFormLayout(m_choices);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(8);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);

    m_split = new QComboBox(m_choices);
    m_split->setObjectName(QStringLiteral("evaluationSplit"));
    m_split->setPlaceholderText(tr("All images"));
    form->addRow(tr("&Labelled images"), buildImages());
    if (start.catalog) {
        m_ofCatalog = new QCheckBox(tr("&Instead: what people labelled in the open archive"), m_choices);
        m_ofCatalog->setObjectName(QStringLiteral("evaluationOfCatalog"));
        m_request.catalog = start.catalog;
        form->addRow(QString(), m_ofCatalog);
        connect(m_ofCatalog, &QCheckBox::toggled, this, &EvaluationDialog::choicesChanged);
    }
    form->addRow(tr("&Part"), m_split);

    auto* models = new QWidget(m_choices);
    auto* row = new QHBoxLayout(models);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_models = new QListWidget(models);
    m_models->setObjectName(QStringLiteral("evaluationChoices"));
    m_models->setAccessibleName(tr("Models to measure"));
    m_models->setSpacing(2);
    m_models->setMinimumHeight(128);
    auto* add = button(models, "evaluationAdd", tr("Add a file…"));
    row->addWidget(m_models, 1);
    row->addWidget(add, 0, Qt::AlignTop);
    models->setFocusProxy(m_models);
    form->addRow(tr("&Models"), models);
    fillModels(start.model);

    connect(m_models, &QListWidget::itemChanged, this, &EvaluationDialog::choicesChanged);
    connect(add, &QPushButton::clicked, this, [this] {
        Dialogs::chooseFile(this, tr("Weights of a model"), QString(), tr("Weights (*.safetensors)"),
                            [this](const QString& file) {
                                addModel(QDir::toNativeSeparators(file), file, true);
                                choicesChanged();
                            });
    });
    return m_choices;
}

QWidget* EvaluationDialog::buildImages()
{
    auto* place = new QWidget(m_choices);
    auto* row = new QHBoxLayout(place);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_manifest = new QLineEdit(place);
    m_manifest->setObjectName(QStringLiteral("evaluationManifest"));
    m_manifest->setPlaceholderText(tr("manifest.csv with the columns path and label"));
    m_browse = button(place, "evaluationBrowse", tr("Choose…"));
    row->addWidget(m_manifest, 1);
    row->addWidget(m_browse);
    place->setFocusProxy(m_manifest);
    connect(m_browse, &QPushButton::clicked, this, [this] {
        Dialogs::chooseFile(this, tr("Labelled images"), m_manifest->text(), tr("Manifests (*.csv)"),
                            [this](const QString& file) { m_manifest->setText(file); });
    });
    connect(m_manifest, &QLineEdit::textChanged, this, [this] {
        fillSplits();
        choicesChanged();
    });
    return place;
}

void EvaluationDialog::fillModels(const QString& inUse)
{
    const auto used = findModel(inUse.toStdString());
    bool isListed = false;
    for (const InstalledModel& model : installedModels()) {
        if (!model.problem.empty())
            continue;
        const bool isUsed = used && model.path == *used;
        isListed = isListed || isUsed;
        const QString name = QString::fromStdString(model.name);
        const Architecture* architecture = findArchitecture(model.info.architecture);
        addModel(tr("%1%2 – %3, %4 × %4 pixels")
                     .arg(name, isUsed ? tr(" (in use)") : QString(),
                          architecture ? QString::fromStdString(architecture->title) : QString())
                     .arg(model.info.input.size),
                 name, isUsed);
    }
    if (used && !isListed) {
        const QString path = QFile::decodeName(used->c_str());
        addModel(tr("%1 (in use)").arg(modelDisplayName(used->string())), path, true);
    }
}

void EvaluationDialog::addModel(const QString& title, const QString& nameOrPath, bool isChosen)
{
    auto* item = new QListWidgetItem(title, m_models);
    item->setData(Qt::UserRole, nameOrPath);
    item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
    item->setCheckState(isChosen ? Qt::Checked : Qt::Unchecked);
}

void EvaluationDialog::fillSplits()
{
    m_split->clear();
    const QString manifest = m_manifest->text().trimmed();
    if (!QFileInfo(manifest).isFile())
        return;
    const auto table = CsvTable::read(QFile::encodeName(manifest).toStdString());
    if (!table || !table->hasColumn("label")) // said when it is to be measured on
        return;
    m_split->addItem(tr("All %1").arg(formatImages(qint64(table->rows()))), QString());
    if (!table->hasColumn("split"))
        return;
    std::map<std::string, qint64> countOf;
    for (std::size_t row = 0; row < table->rows(); ++row)
        ++countOf[table->at(row, "split")];
    for (const auto& [split, count] : countOf)
        if (!split.empty())
            m_split->addItem(tr("%1 (%2)").arg(QString::fromStdString(split), formatImages(count)),
                             QString::fromStdString(split));
    // What a model is to be judged by.
    if (const int test = m_split->findData(QStringLiteral("test")); test >= 0)
        m_split->setCurrentIndex(test);
}

void EvaluationDialog::choicesChanged()
{
    const bool ofCatalog = m_ofCatalog && m_ofCatalog->isChecked();
    m_manifest->setEnabled(!ofCatalog);
    m_browse->setEnabled(!ofCatalog);
    m_split->setEnabled(!ofCatalog && m_split->count() > 1);
    m_request.models.clear();
    for (int row = 0; row < m_models->count(); ++row)
        if (m_models->item(row)->checkState() == Qt::Checked)
            m_request.models.push_back(m_models->item(row)->data(Qt::UserRole).toString().toStdString());
    m_start->setEnabled(!m_job->isRunning() && !m_request.models.empty() &&
                        (ofCatalog || !m_manifest->text().trimmed().isEmpty()));
}

void EvaluationDialog::start()
{
    EvaluationRequest request = m_request;
    request.manifest = m_manifest->text().trimmed();
    request.split = m_split->currentData().toString();
    if (!m_ofCatalog || !m_ofCatalog->isChecked())
        request.catalog = nullptr;
    began(tr("Loading the models…"));
    m_job->evaluate(request);
}

void EvaluationDialog::writeReport()
{
    const auto model = m_view->model();
    const QString name = modelDisplayName(m_view->run()->comparison.models[model].name);
    Dialogs::chooseFile(
        this, tr("Save the report"), name + QStringLiteral(".html"), tr("Web pages (*.html)"),
        [this, model](const QString& file) {
            began(tr("Writing the report, with pictures of what is wrong…"));
            m_job->writeReport(m_view->run(), model, file);
        },
        true);
}

void EvaluationDialog::writeCorrections()
{
    Dialogs::chooseFile(
        this, tr("Save the corrections; what the file says of other images stays"), QStringLiteral("corrections.csv"),
        tr("Corrections (*.csv)"),
        [this](const QString& file) {
            const auto written = addCorrections(QFile::encodeName(file).toStdString(), m_check->corrections());
            if (!written)
                return say(QString::fromStdString(written.error().message), QStringLiteral("error"));
            m_check->setSaved();
            say(tr("%1 has %2 corrections now. Train a model takes them; the manifest is as it was.")
                    .arg(QDir::toNativeSeparators(file), formatCount(qint64(*written))));
        },
        true);
}

void EvaluationDialog::correctionsChanged()
{
    m_corrections->setText(tr("Save corrections (%1)…").arg(formatCount(qint64(m_check->count()))));
    m_corrections->setVisible(m_pages->currentIndex() != Choices && (m_check->count() > 0 || m_check->hasUnsaved()));
}

void EvaluationDialog::unlessUnsaved(const std::function<void()>& action)
{
    if (!m_check->hasUnsaved())
        return action();
    Dialogs::confirm(this, tr("Forget the corrections?"), tr("Corrections were made or taken back that are not saved."),
                     tr("Forget them"), action);
}

void EvaluationDialog::setPage(Page page)
{
    m_pages->setCurrentIndex(page);
    // The choices need not be as large as the figures.
    const auto policy = page == Choices ? QSizePolicy::Ignored : QSizePolicy::Preferred;
    m_view->setSizePolicy(policy, policy);
    m_check->setSizePolicy(policy, policy);
    m_report->setVisible(page == Outcome);
    m_back->setVisible(page == Outcome);
    correctionsChanged();
    m_start->setVisible(page == Choices);
    say({});
    if (page == Outcome)
        growTo({1120, 760});
}

/// About its middle, and no larger than the screen.
void EvaluationDialog::growTo(const QSize& wanted)
{
    const QRect room = screen()->availableGeometry().marginsRemoved({16, 16, 16, 16});
    QRect place(QPoint(), size().expandedTo(wanted).boundedTo(room.size()));
    place.moveCenter(geometry().center());
    place.moveLeft(std::clamp(place.left(), room.left(), room.right() + 1 - place.width()));
    place.moveTop(std::clamp(place.top(), room.top(), room.bottom() + 1 - place.height()));
    setGeometry(place);
}

void EvaluationDialog::say(const QString& text, const QString& tone)
{
    setTone(m_status, tone);
    m_status->setText(text);
    m_status->setVisible(!text.isEmpty());
}

void EvaluationDialog::began(const QString& text)
{
    for (QWidget* one : std::initializer_list<QWidget*>{m_choices, m_start, m_report, m_back})
        one->setEnabled(false);
    m_close->setText(tr("Stop"));
    m_bar->setRange(0, 0);
    m_bar->show();
    say(text);
}

/// The job is done, in whatever way.
void EvaluationDialog::ended()
{
    m_bar->hide();
    m_choices->setEnabled(true);
    m_report->setEnabled(true);
    m_back->setEnabled(true);
    m_close->setText(tr("Close"));
    m_close->setEnabled(true);
    choicesChanged();
}

void EvaluationDialog::reject()
{
    if (m_job->isRunning()) {
        m_job->cancel();
        m_close->setEnabled(false);
        say(tr("Stopping…"));
        return;
    }
    unlessUnsaved([this] { QDialog::reject(); });
}

} // namespace ir::ui
