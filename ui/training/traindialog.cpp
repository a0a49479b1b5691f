#include "training/traindialog.h"

#include "base/csv.h"
#include "nn/architectures/registry.h"
#include "nn/modelstore.h"
#include "support/dialogs.h"
#include "training/trainingjob.h"
#include "training/trainingview.h"

#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include <set>

namespace ir::ui {

namespace {

std::filesystem::path pathOf(const QLineEdit* edit)
{
    return QFile::encodeName(edit->text().trimmed()).toStdString();
}

/// The classes a manifest's training images have: in the order of the model's, then by name.
std::vector<std::string> classesIn(const Manifest& manifest, const std::vector<std::string>& order)
{
    std::set<std::string> labels;
    for (const ManifestRow& row : manifest.rows)
        if (row.split == "train")
            labels.insert(row.label);
    std::vector<std::string> classes;
    for (const std::string& name : order)
        if (labels.erase(name) > 0)
            classes.push_back(name);
    classes.insert(classes.end(), labels.begin(), labels.end());
    return classes;
}

/// The plain recipe of our own: see docs/TRAINING.md.
void takeDefaultRecipe(TrainOptions& options)
{
    options.input.cropMargins = true;
    options.input.stretchGreys = true;
    options.augmentation = "middle";
    options.headEpochs = options.init.empty() || options.epochs < 2 ? 0 : 1;
    options.headOnlyRate = 2e-3;
    options.learningRate = options.init.empty() ? 1e-3 : 4e-4;
    options.headRate = 2;
    options.warmupEpochs = 0.2;
    options.restartEpochs = 0;
    options.averageDecay = 0.998;
    options.weightDecay = 0.02;
    options.labelSmoothing = 0.05;
    options.classBalance = 0.7;
    options.sourceBalance = 0.5;
    options.clipNorm = 5;
}

} // namespace

TrainDialog::TrainDialog(QWidget* parent)
    : QDialog(parent), m_job(new TrainingJob(this)), m_choices(buildChoices()),
      m_view(new TrainingView(m_job, this)), m_close(new QPushButton(tr("Close"), this)),
      m_train(new QPushButton(tr("Start training"), this)), m_adopt(new QPushButton(tr("Adopt"), this))
{
    setObjectName(QStringLiteral("trainDialog"));
    setWindowTitle(tr("Train a model"));
    setMinimumWidth(720);
    for (QPushButton* button : {m_close, m_adopt})
        button->setAutoDefault(false);
    m_train->setObjectName(QStringLiteral("trainStart"));
    m_train->setDefault(true);

    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_view->pauseButton());
    buttons->addStretch(1);
    buttons->addWidget(m_close);
    buttons->addWidget(m_adopt);
    buttons->addWidget(m_train);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 16, 24, 16);
    layout->setSpacing(12);
    layout->addWidget(m_choices);
    layout->addWidget(m_view, 1);
    layout->addLayout(buttons);

    connect(m_train, &QPushButton::clicked, this, &TrainDialog::start);
    connect(m_close, &QPushButton::clicked, this, &TrainDialog::reject);
    connect(m_adopt, &QPushButton::clicked, this, [this] {
        Q_EMIT adoptRequested(m_output->text().trimmed());
        accept();
    });
    connect(m_job, &TrainingJob::failed, this, [this](const QString& message) { showEnd(message, true); });
    connect(m_job, &TrainingJob::cancelled, this, [this] {
        showEnd(tr("Stopped. The state after the last whole epoch is kept beside the weights; the command "
                   "line goes on from it with --resume."),
                false);
    });
    connect(m_job, &TrainingJob::trained, this, [this](const std::shared_ptr<const TrainReport>& report) {
        showEnd(tr("Done: macro F1 %1 on the validation images after epoch %2. The weights are in %3.")
                    .arg(QString::number(report->validationMacroF1, 'f', 3))
                    .arg(report->bestEpoch)
                    .arg(QDir::toNativeSeparators(m_output->text().trimmed())),
                false);
        m_adopt->show();
        m_adopt->setFocus();
    });
    m_adopt->hide();
    setRunning(false);
    choicesChanged();
}

QWidget* TrainDialog::buildChoices()
{
    auto* choices = new QWidget(this);
    auto* form = new QFormLayout(choices);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(8);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);

    auto* place = new QWidget(choices);
    auto* row = new QHBoxLayout(place);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_manifest = new QLineEdit(place);
    m_manifest->setObjectName(QStringLiteral("trainManifest"));
    m_manifest->setPlaceholderText(tr("manifest.csv of a training set (File, Export makes one)"));
    auto* browse = new QPushButton(tr("Choose…"), place);
    browse->setAutoDefault(false);
    row->addWidget(m_manifest, 1);
    row->addWidget(browse);
    place->setFocusProxy(m_manifest);
    connect(browse, &QPushButton::clicked, this, [this] {
        Dialogs::chooseFolder(this, tr("Training set"), m_manifest->text(), [this](const QString& folder) {
            m_manifest->setText(QDir(folder).filePath(QStringLiteral("manifest.csv")));
        });
    });

    m_architecture = new QComboBox(choices);
    m_architecture->setObjectName(QStringLiteral("trainArchitecture"));
    for (const Architecture& architecture : architectures())
        m_architecture->addItem(QString::fromStdString(architecture.title),
                                QString::fromStdString(architecture.name));
    m_start = new QComboBox(choices);
    m_start->setObjectName(QStringLiteral("trainInit"));
    m_epochs = new QSpinBox(choices);
    m_epochs->setObjectName(QStringLiteral("trainEpochs"));
    m_epochs->setRange(1, 1000);
    m_epochs->setValue(14);
    m_output = new QLineEdit(choices);
    m_output->setObjectName(QStringLiteral("trainOutput"));
    m_output->setPlaceholderText(tr("where the new weights go, ending in .safetensors"));
    form->addRow(tr("&Training set"), place);
    form->addRow(tr("&Network"), m_architecture);
    form->addRow(tr("&Starting from"), m_start);
    form->addRow(tr("&Epochs"), m_epochs);
    form->addRow(tr("&Weights file"), m_output);

    const auto fillStarts = [this] {
        m_start->clear();
        for (const InstalledModel& model : installedModels())
            if (model.problem.empty()
                && model.info.architecture == m_architecture->currentData().toString().toStdString())
                m_start->addItem(QString::fromStdString(model.name),
                                 QString::fromStdString(model.path.string()));
        m_start->addItem(tr("Nothing: all weights random"), QString());
    };
    fillStarts();
    connect(m_architecture, &QComboBox::currentIndexChanged, this, fillStarts);
    connect(m_manifest, &QLineEdit::textChanged, this, &TrainDialog::choicesChanged);
    connect(m_output, &QLineEdit::textChanged, this, &TrainDialog::choicesChanged);
    return choices;
}

void TrainDialog::choicesChanged()
{
    const QString manifest = m_manifest->text().trimmed();
    // Until the user writes a name of their own it follows the training set, also while that is typed.
    if (!m_output->isModified() && QFileInfo(manifest).isFile())
        m_output->setText(QFileInfo(manifest).dir().filePath(QStringLiteral("model.safetensors")));
    m_train->setEnabled(!m_job->isRunning() && !manifest.isEmpty()
                        && m_output->text().trimmed().endsWith(QLatin1String(".safetensors")));
}

void TrainDialog::start()
{
    const auto manifest = Manifest::read(pathOf(m_manifest));
    if (!manifest) {
        showEnd(QString::fromStdString(manifest.error().message), true);
        return;
    }
    TrainOptions options;
    options.manifest = pathOf(m_manifest);
    options.output = pathOf(m_output);
    options.init = QFile::encodeName(m_start->currentData().toString()).toStdString();
    options.architecture = m_architecture->currentData().toString().toStdString();
    options.epochs = m_epochs->value();
    options.classes = classesIn(*manifest, options.classes);
    takeDefaultRecipe(options);
    m_adopt->hide();
    m_view->start(options.epochs);
    setRunning(true);
    m_job->train(options);
}

void TrainDialog::setRunning(bool running)
{
    m_choices->setEnabled(!running);
    m_train->setEnabled(!running);
    m_close->setText(running ? tr("Stop") : tr("Close"));
}

void TrainDialog::showEnd(const QString& text, bool failed)
{
    setRunning(false);
    m_view->end(text, failed);
}

void TrainDialog::reject()
{
    if (m_job->isRunning()) {
        m_view->stop();
        return;
    }
    QDialog::reject();
}

} // namespace ir::ui
