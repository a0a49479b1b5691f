#include "review/setupimages.h"

#include "style/classstyle.h"
#include "support/dialogs.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace ir::ui {

namespace {

enum Place { Folder, Shown, Everything, List };
constexpr int kNameRole = Qt::UserRole + 1;

QString shortened(const QString& folder) { return QDir(folder).dirName(); }

} // namespace

SetupImages::SetupImages(const SetupContext& context, QWidget* parent)
    : QWidget(parent), m_place(new QComboBox(this)), m_list(new QLineEdit(this)),
      m_browse(new QPushButton(tr("Choose…"), this)), m_classes(new QListWidget(this)),
      m_needsReview(new QCheckBox(tr("Only where the model is not sure"), this)), m_labels(new QComboBox(this)),
      m_isSample(new QCheckBox(tr("Draw at random"), this)), m_sample(new QSpinBox(this)),
      m_strata(new QComboBox(this)), m_seed(new QSpinBox(this))
{
    m_place->setObjectName(QStringLiteral("setupPlace"));
    m_place->addItem(tr("The open folder, %1").arg(shortened(context.folder)), Folder);
    m_place->setItemData(0, context.folder, Qt::UserRole + 1);
    if (!context.shownFolder.isEmpty() && context.shownFolder != context.folder) {
        m_place->addItem(tr("The folder shown, %1").arg(shortened(context.shownFolder)), Shown);
        m_place->setItemData(1, context.shownFolder, Qt::UserRole + 1);
    }
    m_place->addItem(tr("All that the catalog knows"), Everything);
    m_place->addItem(tr("A list in a CSV file"), List);
    m_list->setObjectName(QStringLiteral("setupList"));
    m_list->setPlaceholderText(tr("CSV with a column path, sop_instance_uid or digest"));
    m_list->setAccessibleName(tr("CSV file"));
    m_browse->setAutoDefault(false);
    m_classes->setObjectName(QStringLiteral("setupModelClasses"));
    m_classes->setAccessibleName(tr("Classes that the model gave"));
    m_classes->setMaximumHeight(132);
    m_classes->setSpacing(2);
    for (const QString& name : context.classes) {
        auto* item = new QListWidgetItem(displayClassName(name), m_classes);
        item->setData(kNameRole, name);
        item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
        item->setCheckState(Qt::Checked);
    }
    m_needsReview->setObjectName(QStringLiteral("setupNeedsReview"));
    m_labels->setObjectName(QStringLiteral("setupLabels"));
    m_labels->addItem(tr("Labelled or not"), int(ReviewChoice::Labels::Any));
    m_labels->addItem(tr("Only without a label"), int(ReviewChoice::Labels::Without));
    m_labels->addItem(tr("Only with a label"), int(ReviewChoice::Labels::With));
    m_isSample->setObjectName(QStringLiteral("setupIsSample"));
    m_sample->setObjectName(QStringLiteral("setupSample"));
    m_sample->setAccessibleName(tr("Images to draw"));
    m_sample->setRange(1, 1'000'000);
    m_sample->setValue(500);
    m_sample->setGroupSeparatorShown(true);
    m_sample->setSuffix(tr(" images"));
    m_strata->setObjectName(QStringLiteral("setupStrata"));
    m_strata->setAccessibleName(tr("How many of each class"));
    m_strata->addItem(tr("each class by its share"), int(ReviewChoice::Strata::Proportional));
    m_strata->addItem(tr("as many of each class"), int(ReviewChoice::Strata::Equal));
    m_seed->setObjectName(QStringLiteral("setupSampleSeed"));
    m_seed->setRange(1, 1'000'000'000);
    m_seed->setToolTip(tr("The same seed draws the same images again"));

    auto* file = new QWidget(this);
    auto* fileRow = new QHBoxLayout(file);
    fileRow->setContentsMargins(0, 0, 0, 0);
    fileRow->setSpacing(8);
    fileRow->addWidget(m_list, 1);
    fileRow->addWidget(m_browse);
    auto* sample = new QWidget(this);
    auto* sampleRow = new QHBoxLayout(sample);
    sampleRow->setContentsMargins(0, 0, 0, 0);
    sampleRow->setSpacing(8);
    sampleRow->addWidget(m_sample);
    sampleRow->addWidget(m_strata, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 16, 0, 0);
    m_form = new QFormLayout;
    column->addLayout(m_form);
    column->addStretch(1);
    QFormLayout* form = m_form;
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(8);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("&From"), m_place);
    form->addRow(tr("CSV &file"), file);
    form->addRow(tr("&Model's class"), m_classes);
    form->addRow(QString(), m_needsReview);
    form->addRow(tr("&Labels"), m_labels);
    form->addRow(QString(), m_isSample);
    form->addRow(QString(), sample);
    form->addRow(tr("S&eed"), m_seed);

    connect(m_browse, &QPushButton::clicked, this, &SetupImages::chooseList);
    for (QComboBox* box : {m_place, m_labels, m_strata})
        connect(box, &QComboBox::currentIndexChanged, this, &SetupImages::changed);
    for (QCheckBox* box : {m_needsReview, m_isSample})
        connect(box, &QCheckBox::toggled, this, &SetupImages::changed);
    for (QSpinBox* box : {m_sample, m_seed})
        connect(box, &QSpinBox::valueChanged, this, &SetupImages::changed);
    connect(m_classes, &QListWidget::itemChanged, this, &SetupImages::changed);
    connect(m_list, &QLineEdit::textChanged, this, &SetupImages::changed);
    connect(this, &SetupImages::changed, this, &SetupImages::showParts);
    showParts();
}

void SetupImages::showParts()
{
    m_form->setRowVisible(m_list->parentWidget(), m_place->currentData().toInt() == List);
    m_form->setRowVisible(m_sample->parentWidget(), m_isSample->isChecked());
    m_form->setRowVisible(m_seed, m_isSample->isChecked());
}

void SetupImages::chooseList()
{
    Dialogs::chooseFile(this, tr("List of images"), m_list->text(), tr("CSV files (*.csv)"),
                        [this](const QString& path) { m_list->setText(path); });
}

ReviewChoice SetupImages::choice() const
{
    ReviewChoice choice;
    switch (m_place->currentData().toInt()) {
    case Folder:
    case Shown:
        choice.folder = m_place->currentData(Qt::UserRole + 1).toString();
        break;
    case List:
        choice.list = QFile::encodeName(m_list->text().trimmed()).toStdString();
        break;
    default:
        break;
    }
    for (int row = 0; row < m_classes->count(); ++row)
        if (const QListWidgetItem* item = m_classes->item(row); item->checkState() == Qt::Checked)
            choice.classes << item->data(kNameRole).toString();
    if (choice.classes.size() == m_classes->count())
        choice.classes.clear(); // all, and those without a class
    choice.needsReview = m_needsReview->isChecked();
    choice.labels = static_cast<ReviewChoice::Labels>(m_labels->currentData().toInt());
    if (m_isSample->isChecked())
        choice.sample = std::size_t(m_sample->value());
    choice.strata = static_cast<ReviewChoice::Strata>(m_strata->currentData().toInt());
    choice.seed = std::uint64_t(m_seed->value());
    return choice;
}

} // namespace ir::ui
