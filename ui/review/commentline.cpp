#include "review/commentline.h"

#include <QKeyEvent>

namespace ir::ui {

CommentLine::CommentLine(const QString& placeholder, QWidget* parent) : QLineEdit(parent)
{
    setPlaceholderText(placeholder);
    setMaxLength(2000);
    hide();
    connect(this, &QLineEdit::returnPressed, this, [this] {
        if (const QString comment = text().trimmed(); !comment.isEmpty())
            Q_EMIT kept(comment);
        end();
    });
}

void CommentLine::begin()
{
    clear();
    show();
    setFocus(Qt::ShortcutFocusReason);
}

void CommentLine::end()
{
    clear();
    hide();
    Q_EMIT ended();
}

void CommentLine::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        end();
    else
        QLineEdit::keyPressEvent(event);
}

} // namespace ir::ui
