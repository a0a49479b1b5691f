#include "browser/keyoverlay.h"

#include <QApplication>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QVBoxLayout>

namespace ir::ui {

namespace {

QWidget* buildColumn(QWidget* parent, const QVector<KeyOverlay::Group>& groups)
{
    auto* column = new QWidget(parent);
    auto* grid = new QGridLayout(column);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(6);
    int row = 0;
    for (const KeyOverlay::Group& group : groups) {
        auto* title = new QLabel(group.title, column);
        title->setProperty("type", QStringLiteral("section"));
        title->setContentsMargins(0, row == 0 ? 0 : 12, 0, 0);
        grid->addWidget(title, row++, 0, 1, 2);
        for (const KeyOverlay::Entry& entry : group.entries) {
            auto* keys = new QLabel(entry.keys, column);
            keys->setProperty("key", true);
            grid->addWidget(keys, row, 0, Qt::AlignRight | Qt::AlignVCenter);
            grid->addWidget(new QLabel(entry.what, column), row++, 1);
        }
    }
    grid->setRowStretch(row, 1);
    return column;
}

} // namespace

KeyOverlay::KeyOverlay(QWidget* parent) : QFrame(parent)
{
    setObjectName(QStringLiteral("keyOverlay"));
    setFocusPolicy(Qt::StrongFocus);
    parent->installEventFilter(this);
    hide();
}

QVector<KeyOverlay::Group> KeyOverlay::browserKeys(const ClassStyles& styles)
{
    Group decide{tr("Decide, for the selection"), {}};
    for (const ClassStyle& style : styles.all())
        if (style.key > 0)
            decide.entries.append({style.keyText(), style.display});
    decide.entries.append({tr("Shift+letter"), tr("the class with that letter")});
    decide.entries.append({tr("Enter"), tr("the model is right")});
    decide.entries.append({tr("0"), tr("take the label back")});
    decide.entries.append({tr("U"), tr("undo")});
    decide.entries.append({tr("Ctrl+Shift+Z"), tr("redo")});
    const Group move{tr("Move and select"),
                     {{tr("Arrows"), tr("next image")},
                      {tr("Shift+Arrows"), tr("extend the selection")},
                      {tr("Ctrl+A"), tr("select all shown")},
                      {tr("Space"), tr("large, and back")},
                      {tr("Ctrl++  Ctrl+−"), tr("larger, smaller")}}};
    const Group find{tr("Find"),
                     {{tr("Ctrl+F"), tr("search")},
                      {tr("F5"), tr("put in order again")},
                      {tr("Esc"), tr("clear, leave")}}};
    const Group window{tr("Window"),
                       {{tr("F7"), tr("folders and classes")},
                        {tr("F8"), tr("details")},
                        {tr("F11"), tr("full screen")},
                        {tr("Ctrl+O"), tr("open a folder")},
                        {tr("Ctrl+E"), tr("export sorted folders")},
                        {tr("Ctrl+L"), tr("annotation projects")},
                        {tr("?"), tr("these keys")}}};
    return {decide, move, find, window};
}

void KeyOverlay::showKeys(const QVector<Group>& groups)
{
    delete m_body;
    m_body = new QWidget(this);
    auto* columns = new QHBoxLayout(m_body);
    columns->setContentsMargins(24, 24, 24, 24);
    columns->setSpacing(40);
    const qsizetype half = groups.size() > 1 ? 1 : groups.size();
    columns->addWidget(buildColumn(m_body, groups.mid(0, half)));
    if (half < groups.size())
        columns->addWidget(buildColumn(m_body, groups.mid(half)));
    if (!layout())
        (new QVBoxLayout(this))->setContentsMargins(0, 0, 0, 0);
    layout()->addWidget(m_body);

    QStringList spoken;
    for (const Group& group : groups)
        for (const Entry& entry : group.entries)
            spoken << entry.keys + QStringLiteral(": ") + entry.what;
    setAccessibleName(tr("Keys"));
    setAccessibleDescription(spoken.join(QStringLiteral(", ")));
    m_focusBefore = QApplication::focusWidget();
    placeInParent();
    show();
    raise();
    setFocus(Qt::PopupFocusReason);
}

void KeyOverlay::placeInParent()
{
    adjustSize();
    const QSize size = sizeHint().boundedTo(parentWidget()->size());
    QRect place(QPoint(), size);
    place.moveCenter(parentWidget()->rect().center());
    setGeometry(place);
}

void KeyOverlay::dismiss()
{
    if (isHidden())
        return;
    hide();
    if (m_focusBefore)
        m_focusBefore->setFocus(Qt::PopupFocusReason);
}

void KeyOverlay::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Shift:
    case Qt::Key_Control:
    case Qt::Key_Alt:
    case Qt::Key_Meta:
        return;
    default:
        dismiss();
    }
}

void KeyOverlay::mousePressEvent(QMouseEvent*) { dismiss(); }

void KeyOverlay::focusOutEvent(QFocusEvent* event)
{
    if (event->reason() != Qt::ActiveWindowFocusReason)
        hide();
}

bool KeyOverlay::eventFilter(QObject* object, QEvent* event)
{
    if (object == parentWidget() && event->type() == QEvent::Resize && isVisible())
        placeInParent();
    return QFrame::eventFilter(object, event);
}

} // namespace ir::ui
