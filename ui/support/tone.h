#pragma once

class QString;
class QWidget;

namespace ir::ui {

/// How a text is meant: "dim", "error" or empty, as the style sheet knows them. For one that is on the screen already.
void setTone(QWidget* widget, const QString& tone);

} // namespace ir::ui
