#include "review/deskpage.h"

#include "browser/emptystate.h"
#include "review/keybar.h"
#include "review/picturestore.h"
#include "review/reviewsession.h"

#include <QKeyEvent>
#include <QProgressBar>
#include <QStackedWidget>

#include <algorithm>

namespace ir::ui {

DeskPage::DeskPage(ReviewSession* session, const DisplayLoader& loader, const QString& progressName, QWidget* parent)
    : QWidget(parent), m_session(session), m_pictures(new PictureStore(loader, this)),
      m_progress(new QProgressBar(this)), m_stack(new QStackedWidget(this)), m_empty(new EmptyState(m_stack)),
      m_keys(new KeyBar(this))
{
    setFocusPolicy(Qt::StrongFocus);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(progressName);
    m_stack->addWidget(m_empty);
    connect(m_empty, &EmptyState::actionRequested, this, &DeskPage::left);
    connect(m_keys, &KeyBar::classClicked, this, [this](const QString& name) { chooseClass(name); });
    onKey(Qt::Key_Escape, [this] { Q_EMIT left(); });
    connect(session, &ReviewSession::changed, this, [this] {
        if (isWorking())
            projectChanged();
    });
}

void DeskPage::openProject()
{
    QStringList names;
    for (const std::string& name : m_session->project().plan().classes)
        names << QString::fromStdString(name);
    m_styles = ClassStyles(names);
    m_keys->setClasses(m_styles);
    m_keys->showLast({});
    m_pictures->clear();
}

void DeskPage::onKey(QKeyCombination key, std::function<void()> act) { m_acts.append({key, std::move(act)}); }

void DeskPage::addKey(QKeyCombination key, const QString& cap, const QString& text, const std::function<void()>& act)
{
    onKey(key, act);
    connect(m_keys->addKey(cap, text), &QAbstractButton::clicked, this, act);
}

QString DeskPage::classOfKey(int key, Qt::KeyboardModifiers modifiers) const
{
    if (modifiers == Qt::ShiftModifier && key >= Qt::Key_A && key <= Qt::Key_Z)
        return m_styles.ofLetter(QString(QChar(key)));
    const int place = key - Qt::Key_1;
    if (modifiers == Qt::NoModifier && place >= 0 && place < 9 && place < m_styles.all().size())
        return m_styles.all().at(place).name;
    return {};
}

bool DeskPage::runKey(QKeyEvent* event)
{
    if (!isWorking() || event->isAutoRepeat())
        return false;
    const Qt::KeyboardModifiers modifiers = event->modifiers() & ~Qt::KeypadModifier;
    if (const QString name = classOfKey(event->key(), modifiers & ~Qt::ControlModifier); !name.isEmpty()) {
        modifiers & Qt::ControlModifier ? chooseClassOfAll(name) : chooseClass(name);
        return true;
    }
    const QKeyCombination pressed(modifiers, Qt::Key(event->key()));
    const auto act = std::ranges::find(m_acts, pressed, &KeyAct::key);
    if (act == m_acts.end())
        return false;
    act->run();
    return true;
}

void DeskPage::say(const Result<void>& done, const QString& what)
{
    if (done)
        m_keys->showLast(what);
    else
        Q_EMIT problem(QString::fromStdString(done.error().message));
}

void DeskPage::keyPressEvent(QKeyEvent* event)
{
    if (!runKey(event))
        QWidget::keyPressEvent(event);
}

void DeskPage::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::ActivationChange)
        m_watch.setRunning(isActiveWindow());
    QWidget::changeEvent(event);
}

} // namespace ir::ui
