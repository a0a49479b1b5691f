#include "review/setupdialog.h"

#include "review/setupguideline.h"
#include "review/setupimages.h"
#include "review/setuppreview.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QVBoxLayout>

namespace ir::ui {

namespace {

std::vector<std::string> namesOf(const QString& text, QChar separator)
{
    std::vector<std::string> names;
    for (const QString& name : text.split(separator, Qt::SkipEmptyParts))
        if (const QString plain = name.simplified(); !plain.isEmpty())
            names.push_back(plain.toStdString());
    return names;
}

QFormLayout* formOf(QWidget* page)
{
    auto* form = new QFormLayout(page);
    form->setContentsMargins(0, 16, 0, 0);
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(8);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    return form;
}

} // namespace

SetupDialog::SetupDialog(const SetupContext& context, const DisplayLoader& loader, QWidget* parent)
    : QDialog(parent), m_context(context), m_name(new QLineEdit(this)), m_classes(new QPlainTextEdit(this)),
      m_readers(new QLineEdit(this)), m_adjudicators(new QLineEdit(this)),
      m_blindToModel(new QCheckBox(tr("Readers do not see the model's class"), this)),
      m_blindToFirst(new QCheckBox(tr("Round 2 does not see the labels of round 1"), this)),
      m_thirdAdjudicates(new QCheckBox(tr("Whoever labelled an image does not decide its conflict"), this)),
      m_overlap(new QSpinBox(this)), m_order(new QComboBox(this)), m_images(new SetupImages(context, this)),
      m_guideline(new SetupGuideline(context, loader, this)),
      m_preview(new SetupPreview(*context.catalog, context.modelId, this)),
      m_create(new QPushButton(tr("Make project"), this))
{
    setObjectName(QStringLiteral("setupDialog"));
    setWindowTitle(tr("New annotation project"));
    m_worker.setMaxThreadCount(1);
    auto* tabs = new QTabWidget(this);
    tabs->setObjectName(QStringLiteral("setupTabs"));
    tabs->addTab(buildProject(), tr("Project"));
    tabs->addTab(m_images, tr("Images"));
    tabs->addTab(buildRules(), tr("Rules"));
    tabs->addTab(m_guideline, tr("Guideline"));
    m_preview->setFixedWidth(320);
    m_create->setObjectName(QStringLiteral("setupCreate"));
    m_create->setDefault(true);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    cancel->setAutoDefault(false);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(24);
    columns->addWidget(tabs, 1);
    columns->addWidget(m_preview);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_create);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 16, 24, 16);
    layout->setSpacing(16);
    layout->addLayout(columns, 1);
    layout->addLayout(buttons);
    resize(920, 560);

    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_create, &QPushButton::clicked, this, &SetupDialog::create);
    connect(m_preview, &SetupPreview::readyChanged, m_create, &QWidget::setEnabled);
    connect(m_images, &SetupImages::changed, this, [this] { m_preview->choose(m_images->choice()); });
    connect(m_guideline, &SetupGuideline::changed, this, &SetupDialog::planChanged);
    planChanged();
    m_preview->choose(m_images->choice());
    m_name->setFocus();
}

SetupDialog::~SetupDialog() { m_worker.waitForDone(); }

QWidget* SetupDialog::buildProject()
{
    auto* page = new QWidget(this);
    QFormLayout* form = formOf(page);
    m_name->setObjectName(QStringLiteral("setupName"));
    m_name->setPlaceholderText(tr("as it will stand in a methods section"));
    m_classes->setObjectName(QStringLiteral("setupClasses"));
    m_classes->setPlainText(m_context.classes.join(u'\n'));
    m_classes->setTabChangesFocus(true);
    m_classes->setToolTip(tr("One a line; the first has the key 1"));
    m_readers->setObjectName(QStringLiteral("setupReaders"));
    m_readers->setText(m_context.reader);
    m_readers->setPlaceholderText(tr("two or more names, with commas"));
    m_adjudicators->setObjectName(QStringLiteral("setupAdjudicators"));
    m_adjudicators->setPlaceholderText(tr("who decides where readers differ"));
    form->addRow(tr("&Name"), m_name);
    form->addRow(tr("&Classes"), m_classes);
    form->addRow(tr("&Readers"), m_readers);
    form->addRow(tr("&Adjudicators"), m_adjudicators);
    for (QLineEdit* field : {m_name, m_readers, m_adjudicators})
        connect(field, &QLineEdit::textChanged, this, &SetupDialog::planChanged);
    connect(m_classes, &QPlainTextEdit::textChanged, this, &SetupDialog::planChanged);
    return page;
}

QWidget* SetupDialog::buildRules()
{
    auto* page = new QWidget(this);
    QFormLayout* form = formOf(page);
    m_blindToModel->setObjectName(QStringLiteral("setupBlindToModel"));
    m_blindToFirst->setObjectName(QStringLiteral("setupBlindToFirst"));
    m_thirdAdjudicates->setObjectName(QStringLiteral("setupThirdAdjudicates"));
    m_overlap->setObjectName(QStringLiteral("setupOverlap"));
    m_overlap->setRange(0, 100);
    m_overlap->setValue(100);
    m_overlap->setSuffix(tr(" % of the images"));
    m_order->setObjectName(QStringLiteral("setupOrder"));
    m_order->addItem(tr("At random, another for each reader"), int(ReviewOrder::Random));
    m_order->addItem(tr("What the model doubts most first"), int(ReviewOrder::Uncertainty));
    m_order->addItem(tr("Oldest first"), int(ReviewOrder::Date));
    for (QCheckBox* box : {m_blindToModel, m_blindToFirst, m_thirdAdjudicates}) {
        box->setChecked(true);
        form->addRow(QString(), box);
        connect(box, &QCheckBox::toggled, this, &SetupDialog::planChanged);
    }
    form->addRow(tr("&Second round"), m_overlap);
    form->addRow(tr("&Order"), m_order);
    connect(m_overlap, &QSpinBox::valueChanged, this, &SetupDialog::planChanged);
    connect(m_order, &QComboBox::currentIndexChanged, this, &SetupDialog::planChanged);
    return page;
}

void SetupDialog::planChanged()
{
    ReviewPlan plan;
    plan.name = m_name->text().simplified().toStdString();
    plan.classes = namesOf(m_classes->toPlainText(), u'\n');
    plan.readers = namesOf(m_readers->text(), u',');
    plan.adjudicators = namesOf(m_adjudicators->text(), u',');
    plan.guideline = m_guideline->text().toStdString();
    plan.examples = m_guideline->examples();
    plan.rules.blindToModel = m_blindToModel->isChecked();
    plan.rules.blindToFirst = m_blindToFirst->isChecked();
    plan.rules.thirdAdjudicates = m_thirdAdjudicates->isChecked();
    plan.rules.overlap = m_overlap->value() / 100.0;
    plan.rules.order = static_cast<ReviewOrder>(m_order->currentData().toInt());
    m_preview->showPlan(plan);
}

void SetupDialog::create()
{
    if (!m_preview->isReady())
        return;
    m_create->setEnabled(false);
    m_worker.start([this, catalog = m_context.catalog, plan = m_preview->plan()] {
        Result<void> known;
        for (const auto* names : {&plan.readers, &plan.adjudicators})
            for (const std::string& name : *names)
                if (known)
                    known = catalog->addReader(QString::fromStdString(name));
        const auto review = known ? catalog->createReview(plan) : Result<qint64>(tl::unexpected(known.error()));
        const QString problem = review ? QString() : QString::fromStdString(review.error().message);
        QMetaObject::invokeMethod(this, [this, id = review.value_or(0), problem] {
            m_create->setEnabled(true);
            if (!problem.isEmpty()) {
                m_preview->showProblem(problem);
                return;
            }
            Q_EMIT created(id);
            accept();
        });
    });
}

} // namespace ir::ui
