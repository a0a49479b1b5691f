#include "review/setupdialog.h"

#include "review/setupguideline.h"
#include "review/setupimages.h"
#include "review/setuppreview.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
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
    // At the top of the page: a form spreads its rows over whatever height it is given.
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 16, 0, 0);
    auto* form = new QFormLayout;
    column->addLayout(form);
    column->addStretch(1);
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
      m_overlap(new QSpinBox(this)), m_order(new QComboBox(this)), m_repeats(new QSpinBox(this)),
      m_repeatAfter(new QSpinBox(this)), m_lease(new QSpinBox(this)), m_images(new SetupImages(context, this)),
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
    m_classes->setMinimumHeight(200);
    m_readers->setObjectName(QStringLiteral("setupReaders"));
    m_readers->setText(m_context.reader);
    m_readers->setPlaceholderText(tr("two or more names, with commas"));
    m_adjudicators->setObjectName(QStringLiteral("setupAdjudicators"));
    m_adjudicators->setPlaceholderText(tr("who decides where readers differ"));
    form->addRow(tr("&Name"), m_name);
    auto* hint = new QLabel(tr("one a line; the first has the key 1"), page);
    hint->setProperty("tone", QStringLiteral("dim"));
    hint->setProperty("type", QStringLiteral("small"));
    form->addRow(tr("&Classes"), m_classes);
    form->addRow(QString(), hint);
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
    m_repeats->setObjectName(QStringLiteral("setupRepeats"));
    m_repeats->setRange(0, 100);
    m_repeats->setSuffix(tr(" % of the images"));
    m_repeats->setToolTip(tr("Shown again to the same reader, to see how constant they are; never changes a label"));
    m_repeatAfter->setRange(0, 10'000);
    m_repeatAfter->setValue(ReviewRules().repeatAfterHours);
    m_repeatAfter->setSuffix(tr(" hours"));
    m_lease->setRange(0, 10'000);
    m_lease->setValue(ReviewRules().leaseMinutes);
    m_lease->setSuffix(tr(" minutes without an act"));
    m_lease->setSpecialValueText(tr("never"));
    m_lease->setToolTip(tr("Then the image that an absent reader had in hand is offered to others"));
    form->addRow(tr("Second &round"), m_overlap);
    form->addRow(tr("&Order"), m_order);
    form->addRow(tr("Repea&t to its reader"), m_repeats);
    form->addRow(tr("not &before"), m_repeatAfter);
    form->addRow(tr("&Hand back after"), m_lease);
    for (QSpinBox* box : {m_overlap, m_repeats, m_repeatAfter, m_lease})
        connect(box, &QSpinBox::valueChanged, this, &SetupDialog::planChanged);
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
    plan.rules.repeats = m_repeats->value() / 100.0;
    plan.rules.repeatAfterHours = m_repeatAfter->value();
    plan.rules.leaseMinutes = m_lease->value();
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
