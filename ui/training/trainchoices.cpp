#include "training/trainchoices.h"

#include "nn/architectures/registry.h"
#include "nn/manifest.h"
#include "nn/modelstore.h"
#include "nn/trainpreset.h"
#include "settings/settings.h"
#include "support/dialogs.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

#include <set>

namespace ir::ui {

namespace {

constexpr int defaultEpochs = 14;

std::filesystem::path pathOf(const QString& text) { return QFile::encodeName(text.trimmed()).toStdString(); }

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

/// The plain recipe of our own, for the network, weights to start from, input size and epochs chosen: see docs/TRAINING.md.
void takeDefaultRecipe(TrainOptions& options)
{
    if (options.init.empty()) // small images at first: more epochs in the same time
        options.startSize = std::max(findArchitecture(options.architecture)->minimumInput, options.input.size * 3 / 5 / 32 * 32);
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

TrainOptions paperRecipe()
{
    TrainOptions options;
    (void)applyPreset("paper", options); // there is one
    return options;
}

template <typename Field>
Field* named(Field* field, const char* name)
{
    field->setObjectName(QLatin1String(name));
    return field;
}

void choose(QComboBox* box, const QVariant& data)
{
    if (const int index = box->findData(data); index >= 0)
        box->setCurrentIndex(index);
}

} // namespace

TrainChoices::TrainChoices(Settings& settings, QWidget* parent)
    : QWidget(parent), m_settings(settings), m_manifest(named(new QLineEdit(this), "trainManifest")),
      m_corrections(named(new QLineEdit(this), "trainCorrections")),
      m_architecture(named(new QComboBox(this), "trainArchitecture")), m_start(named(new QComboBox(this), "trainInit")),
      m_recipe(named(new QComboBox(this), "trainRecipe")), m_size(named(new QSpinBox(this), "trainSize")),
      m_epochs(named(new QSpinBox(this), "trainEpochs")),
      m_mirror(named(new QCheckBox(tr("Let it see each image and its &mirror image: twice the time, often fewer errors"), this),
                     "trainMirror")),
      m_output(named(new QLineEdit(this), "trainOutput")),
      m_resume(named(new QCheckBox(tr("&Go on with the training that was stopped here"), this), "trainResume"))
{
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(8);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    for (const Architecture& architecture : architectures())
        m_architecture->addItem(QString::fromStdString(architecture.title), QString::fromStdString(architecture.name));
    m_recipe->addItem(tr("Ours, for some thousand images of several sources"), QStringLiteral("default"));
    m_recipe->addItem(tr("The paper's (Pham et al. 2021): needs a GPU"), QStringLiteral("paper"));
    m_size->setRange(32, 1024);
    m_size->setSingleStep(32);
    m_size->setSuffix(tr(" pixels"));
    m_epochs->setRange(1, 1000);
    m_epochs->setValue(defaultEpochs);
    m_output->setPlaceholderText(tr("where the new weights go, ending in .safetensors"));
    m_manifest->setPlaceholderText(tr("manifest.csv of a training set (File, Export makes one)"));
    addFile(form, tr("&Training set"), m_manifest, [this] {
        Dialogs::chooseFolder(this, tr("Training set"), m_manifest->text(), [this](const QString& folder) {
            m_manifest->setText(QDir(folder).filePath(QStringLiteral("manifest.csv")));
        });
    });
    m_corrections->setPlaceholderText(tr("none; Evaluate models makes one"));
    addFile(form, tr("&Corrections to it"), m_corrections, [this] {
        Dialogs::chooseFile(this, tr("Corrections"), m_corrections->text(), tr("Corrections (*.csv)"),
                            [this](const QString& file) { m_corrections->setText(file); });
    });
    form->addRow(tr("&Network"), m_architecture);
    form->addRow(tr("&Starting from"), m_start);
    form->addRow(tr("&Recipe"), m_recipe);
    form->addRow(tr("&Input size"), m_size);
    form->addRow(QString(), m_mirror);
    form->addRow(tr("&Epochs"), m_epochs);
    form->addRow(tr("&Weights file"), m_output);
    form->addRow(QString(), m_resume);

    m_resume->hide();

    fillStarts();
    proposeInput();
    connect(m_architecture, &QComboBox::currentIndexChanged, this, &TrainChoices::fillStarts);
    connect(m_start, &QComboBox::currentIndexChanged, this, &TrainChoices::proposeInput);
    connect(m_recipe, &QComboBox::currentIndexChanged, this, &TrainChoices::recipeChanged);
    connect(m_manifest, &QLineEdit::textChanged, this, &TrainChoices::filesChanged);
    connect(m_output, &QLineEdit::textChanged, this, &TrainChoices::filesChanged);
    restore();
    filesChanged();
}

void TrainChoices::addFile(QFormLayout* form, const QString& label, QLineEdit* field, std::function<void()> choose)
{
    auto* place = new QWidget(this);
    auto* row = new QHBoxLayout(place);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto* browse = new QPushButton(tr("Choose…"), place);
    browse->setAutoDefault(false);
    row->addWidget(field, 1);
    row->addWidget(browse);
    place->setFocusProxy(field);
    form->addRow(label, place);
    connect(browse, &QPushButton::clicked, this, std::move(choose));
}

bool TrainChoices::isPaper() const { return m_recipe->currentData() == QStringLiteral("paper"); }

QString TrainChoices::output() const { return m_output->text().trimmed(); }

void TrainChoices::fillStarts()
{
    m_start->clear();
    for (const InstalledModel& model : installedModels())
        if (model.problem.empty() && model.info.architecture == m_architecture->currentData().toString().toStdString())
            m_start->addItem(QString::fromStdString(model.name), QString::fromStdString(model.path.string()));
    m_start->addItem(tr("Nothing: all weights random"), QString());
}

void TrainChoices::recipeChanged()
{
    m_epochs->setValue(isPaper() ? paperRecipe().epochs : defaultEpochs);
    proposeInput();
}

/// What the paper has, what the weights to start from see, or the network's own.
void TrainChoices::proposeInput()
{
    const QString init = m_start->currentData().toString();
    const auto start = init.isEmpty() ? std::nullopt : std::optional(readModelInfo(pathOf(init)));
    const Architecture* architecture = findArchitecture(m_architecture->currentData().toString().toStdString());
    if (isPaper())
        m_size->setValue(paperRecipe().input.size);
    else if (start && *start)
        m_size->setValue((*start)->input.size);
    else
        m_size->setValue(architecture->defaultInput);
    m_mirror->setChecked(!isPaper() && start && *start && (*start)->input.mirror);
}

void TrainChoices::filesChanged()
{
    const QString manifest = m_manifest->text().trimmed();
    // Until the user writes a name of their own it follows the training set, also while that is typed.
    if (!m_output->isModified() && QFileInfo(manifest).isFile())
        m_output->setText(QFileInfo(manifest).dir().filePath(QStringLiteral("model.safetensors")));
    const bool wasOffered = m_resume->isVisibleTo(this);
    const bool isOffered = canGoOn();
    m_resume->setVisible(isOffered);
    // Beside finished weights a state is of no use, unless one says so.
    if (isOffered != wasOffered)
        m_resume->setChecked(isOffered && !QFileInfo::exists(output()));
    Q_EMIT changed();
}

void TrainChoices::refresh()
{
    m_resume->hide();
    filesChanged();
}

bool TrainChoices::canGoOn() const
{
    std::error_code ignored;
    return !output().isEmpty() && std::filesystem::exists(trainingStateOf(pathOf(output())), ignored);
}

bool TrainChoices::areComplete() const
{
    return !m_manifest->text().trimmed().isEmpty() && output().endsWith(QLatin1String(".safetensors"));
}

Result<TrainOptions> TrainChoices::options() const
{
    auto manifest = Manifest::read(pathOf(m_manifest->text()));
    if (!manifest)
        return tl::unexpected(manifest.error());
    const auto corrections = pathOf(m_corrections->text().trimmed());
    if (!corrections.empty())
        if (const auto corrected = manifest->correct(corrections); !corrected)
            return tl::unexpected(corrected.error());
    TrainOptions options = isPaper() ? paperRecipe() : TrainOptions();
    options.manifest = pathOf(m_manifest->text());
    options.corrections = corrections;
    options.output = pathOf(output());
    options.init = pathOf(m_start->currentData().toString());
    options.architecture = m_architecture->currentData().toString().toStdString();
    options.classes = classesIn(*manifest, options.classes);
    options.epochs = m_epochs->value();
    options.input.size = m_size->value();
    if (!isPaper())
        takeDefaultRecipe(options);
    options.input.mirror = m_mirror->isChecked();
    options.resume = m_resume->isVisibleTo(this) && m_resume->isChecked();
    options.device = m_settings.device().toStdString();
    options.threads = m_settings.threads();
    return options;
}

void TrainChoices::remember()
{
    m_settings.setTraining({{QStringLiteral("manifest"), m_manifest->text()},
                            {QStringLiteral("corrections"), m_corrections->text()},
                            {QStringLiteral("architecture"), m_architecture->currentData()},
                            {QStringLiteral("start"), m_start->currentData()},
                            {QStringLiteral("recipe"), m_recipe->currentData()},
                            {QStringLiteral("size"), m_size->value()},
                            {QStringLiteral("mirror"), m_mirror->isChecked()},
                            {QStringLiteral("epochs"), m_epochs->value()},
                            {QStringLiteral("output"), m_output->text()}});
}

void TrainChoices::restore()
{
    const QVariantMap last = m_settings.training();
    if (last.isEmpty())
        return;
    const auto value = [&](const char* key) { return last.value(QLatin1String(key)); };
    choose(m_architecture, value("architecture"));
    choose(m_start, value("start"));
    choose(m_recipe, value("recipe"));
    m_size->setValue(value("size").toInt()); // those above propose input and epochs
    m_epochs->setValue(value("epochs").toInt());
    m_mirror->setChecked(value("mirror").toBool());
    m_manifest->setText(value("manifest").toString());
    m_corrections->setText(value("corrections").toString());
    m_output->setText(value("output").toString());
    const QFileInfo manifest(m_manifest->text().trimmed());
    m_output->setModified(m_output->text() != manifest.dir().filePath(QStringLiteral("model.safetensors")));
}

} // namespace ir::ui
