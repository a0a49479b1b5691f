#include "support/tone.h"

#include <QStyle>
#include <QWidget>

namespace ir::ui {

void setTone(QWidget* widget, const QString& tone)
{
    widget->setProperty("tone", tone);
    // A style sheet looks at properties once only.
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

} // namespace ir::ui
