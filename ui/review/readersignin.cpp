#include "review/readersignin.h"

#include "review/pindialog.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <utility>

namespace ir::ui {

ReaderSignIn::ReaderSignIn(Catalog& catalog, QWidget* parent)
    : QWidget(parent), m_catalog(catalog), m_name(new QComboBox(this)), m_pin(new QLineEdit(this)),
      m_signIn(new QPushButton(tr("Sign in"), this)), m_who(new QLabel(this)),
      m_changePin(new QPushButton(tr("PIN…"), this)), m_signOut(new QPushButton(tr("Sign out"), this)),
      m_problem(new QLabel(this))
{
    m_worker.setMaxThreadCount(1);
    m_name->setObjectName(QStringLiteral("signInName"));
    m_name->setAccessibleName(tr("Reader"));
    m_name->setMinimumWidth(180);
    m_pin->setObjectName(QStringLiteral("signInPin"));
    m_pin->setAccessibleName(tr("PIN"));
    m_pin->setPlaceholderText(tr("PIN"));
    m_pin->setEchoMode(QLineEdit::Password);
    m_pin->setFixedWidth(120);
    m_signIn->setObjectName(QStringLiteral("signInButton"));
    m_who->setObjectName(QStringLiteral("signedInAs"));
    m_signOut->setObjectName(QStringLiteral("signOutButton"));
    m_changePin->setObjectName(QStringLiteral("changePinButton"));
    m_problem->setObjectName(QStringLiteral("signInProblem"));
    m_problem->setProperty("tone", QStringLiteral("error"));
    m_problem->setWordWrap(true);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    for (QWidget* widget : {static_cast<QWidget*>(m_name), static_cast<QWidget*>(m_pin),
                            static_cast<QWidget*>(m_signIn), static_cast<QWidget*>(m_who),
                            static_cast<QWidget*>(m_changePin), static_cast<QWidget*>(m_signOut)})
        row->addWidget(widget);
    row->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(row);
    column->addWidget(m_problem);
    connect(m_name, &QComboBox::currentIndexChanged, this, &ReaderSignIn::choiceChanged);
    connect(m_pin, &QLineEdit::returnPressed, this, &ReaderSignIn::signIn);
    connect(m_signIn, &QPushButton::clicked, this, &ReaderSignIn::signIn);
    connect(m_signOut, &QPushButton::clicked, this, &ReaderSignIn::signOut);
    connect(m_changePin, &QPushButton::clicked, this, &ReaderSignIn::changePin);
    showState();
}

ReaderSignIn::~ReaderSignIn() { m_worker.waitForDone(); }

void ReaderSignIn::setNames(const QStringList& names, const QString& preferred)
{
    m_name->clear();
    m_name->addItems(names);
    m_name->setCurrentIndex(std::max(0, int(names.indexOf(preferred))));
    if (!m_reader.isEmpty() && !names.contains(m_reader))
        signOut();
    readAccounts();
}

void ReaderSignIn::readAccounts()
{
    m_worker.start([this] {
        const auto accounts = m_catalog.readers();
        if (!accounts)
            return; // signing in says what is wrong
        QHash<QString, bool> hasPin;
        for (const ReaderAccount& account : *accounts)
            hasPin.insert(account.name, account.hasPin);
        QMetaObject::invokeMethod(this, [this, hasPin] {
            m_hasPin = hasPin;
            showState();
        });
    });
}

void ReaderSignIn::choiceChanged()
{
    m_pin->clear();
    m_problem->clear();
    showState();
}

void ReaderSignIn::showState()
{
    const bool isIn = !m_reader.isEmpty();
    m_name->setVisible(!isIn);
    m_pin->setVisible(!isIn && m_hasPin.value(m_name->currentText()));
    m_signIn->setVisible(!isIn);
    m_signIn->setEnabled(!m_name->currentText().isEmpty());
    m_who->setText(isIn ? tr("Signed in as %1").arg(m_reader) : QString());
    m_who->setVisible(isIn);
    m_signOut->setVisible(isIn);
    m_changePin->setVisible(isIn);
    m_problem->setVisible(!m_problem->text().isEmpty());
}

void ReaderSignIn::signIn()
{
    const QString name = m_name->currentText();
    const QString pin = m_pin->text();
    m_pin->clear();
    if (name.isEmpty())
        return;
    m_signIn->setEnabled(false);
    m_worker.start([this, name, pin] {
        auto allowed = m_catalog.addReader(name);
        if (allowed)
            allowed = m_catalog.checkPin(name, pin);
        const QString problem = allowed ? QString() : QString::fromStdString(allowed.error().message);
        QMetaObject::invokeMethod(this, [this, name, problem] {
            m_problem->setText(problem);
            if (problem.isEmpty())
                m_reader = name;
            showState();
            if (problem.isEmpty())
                Q_EMIT readerChanged(m_reader);
            else if (m_pin->isVisible())
                m_pin->setFocus();
        });
    });
}

void ReaderSignIn::signOut()
{
    if (std::exchange(m_reader, QString()).isEmpty())
        return;
    readAccounts();
    showState();
    Q_EMIT readerChanged({});
}

void ReaderSignIn::changePin()
{
    auto* dialog = new PinDialog(m_catalog, m_reader, m_hasPin.value(m_reader), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, &ReaderSignIn::readAccounts);
    dialog->open();
}

} // namespace ir::ui
