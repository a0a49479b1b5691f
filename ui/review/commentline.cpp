#include "review/commentline.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>

namespace ir::ui {

CommentLine::CommentLine(const QString& placeholder, QWidget* parent) : QWidget(parent), m_edit(new QLineEdit(this))
{
    m_edit->setPlaceholderText(placeholder);
    m_edit->setMaxLength(2000);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 6, 8, 6);
    layout->addWidget(m_edit);
    hide();
    connect(m_edit, &QLineEdit::returnPressed, this, [this] {
        if (const QString comment = m_edit->text().trimmed(); !comment.isEmpty())
            Q_EMIT kept(comment);
        end();
    });
}

void CommentLine::begin()
{
    m_edit->clear();
    show();
    m_edit->setFocus(Qt::ShortcutFocusReason);
}

void CommentLine::end()
{
    m_edit->clear();
    hide();
    Q_EMIT ended();
}

void CommentLine::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        end();
    else
        QWidget::keyPressEvent(event);
}

} // namespace ir::ui
