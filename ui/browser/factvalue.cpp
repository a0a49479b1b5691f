#include "browser/factvalue.h"

#include <QAbstractTextDocumentLayout>
#include <QTextCursor>
#include <QTextDocument>
#include <QWheelEvent>

#include <cmath>

namespace ir::ui {

FactValue::FactValue(QWidget* parent) : QTextEdit(parent)
{
    setProperty("type", QStringLiteral("fact"));
    setReadOnly(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse);
    setFocusPolicy(Qt::ClickFocus); // Tab goes on to what can be changed
    setUndoRedoEnabled(false);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMinimumWidth(40);
    viewport()->setAutoFillBackground(false);
    document()->setDocumentMargin(0);
    connect(document()->documentLayout(), &QAbstractTextDocumentLayout::documentSizeChanged, this,
            [this](const QSizeF& size) { setFixedHeight(static_cast<int>(std::ceil(size.height()))); });
}

void FactValue::showValue(const QString& value)
{
    if (value == toPlainText())
        return;
    // Words stay whole; a UID is one word with dots, which may break anywhere to fill its lines.
    setWordWrapMode(value.contains(QLatin1Char(' ')) ? QTextOption::WrapAtWordBoundaryOrAnywhere
                                                     : QTextOption::WrapAnywhere);
    setPlainText(value);
}

void FactValue::wheelEvent(QWheelEvent* event)
{
    event->ignore(); // the panel scrolls
}

void FactValue::focusOutEvent(QFocusEvent* event)
{
    QTextEdit::focusOutEvent(event);
    // One selection at a time; its context menu still needs it.
    if (event->reason() == Qt::PopupFocusReason || event->reason() == Qt::ActiveWindowFocusReason)
        return;
    QTextCursor cursor = textCursor();
    cursor.clearSelection();
    setTextCursor(cursor);
}

} // namespace ir::ui
