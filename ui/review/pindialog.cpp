#include "review/pindialog.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace ir::ui {

PinDialog::PinDialog(Catalog& catalog, const QString& reader, bool hasPin, QWidget* parent)
    : QDialog(parent), m_catalog(catalog), m_reader(reader), m_old(new QLineEdit(this)), m_new(new QLineEdit(this)),
      m_again(new QLineEdit(this)), m_problem(new QLabel(this)), m_store(new QPushButton(tr("Keep PIN"), this))
{
    setObjectName(QStringLiteral("pinDialog"));
    setWindowTitle(tr("PIN of %1").arg(reader));
    m_worker.setMaxThreadCount(1);
    const std::pair<QLineEdit*, const char*> fields[] = {
        {m_old, "pinOld"}, {m_new, "pinNew"}, {m_again, "pinAgain"}};
    for (const auto& [field, name] : fields) {
        field->setObjectName(QLatin1String(name));
        field->setEchoMode(QLineEdit::Password);
        connect(field, &QLineEdit::textChanged, m_problem, &QLabel::hide);
    }
    auto* note = new QLabel(tr("Asked for when you sign in, so that nobody labels under your name by mistake. Leave "
                               "the new one empty to sign in without."),
                            this);
    note->setWordWrap(true);
    note->setProperty("tone", QStringLiteral("dim"));
    m_problem->setObjectName(QStringLiteral("pinProblem"));
    m_problem->setProperty("tone", QStringLiteral("error"));
    m_problem->setWordWrap(true);
    m_problem->hide();
    m_store->setObjectName(QStringLiteral("pinStore"));
    m_store->setDefault(true);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    cancel->setAutoDefault(false);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(8);
    form->addRow(tr("&Present PIN"), m_old);
    form->addRow(tr("&New PIN"), m_new);
    form->addRow(tr("New PIN &again"), m_again);
    form->setRowVisible(m_old, hasPin);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_store);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 16, 24, 16);
    layout->setSpacing(12);
    layout->addWidget(note);
    layout->addLayout(form);
    layout->addWidget(m_problem);
    layout->addLayout(buttons);
    setFixedWidth(400);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_store, &QPushButton::clicked, this, &PinDialog::store);
}

PinDialog::~PinDialog() { m_worker.waitForDone(); }

void PinDialog::store()
{
    const auto say = [this](const QString& problem) {
        m_problem->setText(problem);
        m_problem->show();
        setFixedHeight(layout()->totalHeightForWidth(width()));
        m_store->setEnabled(true);
    };
    if (m_new->text() != m_again->text()) {
        say(tr("The two new PINs differ."));
        return;
    }
    m_store->setEnabled(false);
    m_worker.start([this, say, before = m_old->text(), after = m_new->text()] {
        const auto done = m_catalog.setPin(m_reader, before, after);
        const QString problem = done ? QString() : QString::fromStdString(done.error().message);
        QMetaObject::invokeMethod(this, [this, say, problem] {
            if (problem.isEmpty())
                accept();
            else
                say(problem);
        });
    });
}

} // namespace ir::ui
