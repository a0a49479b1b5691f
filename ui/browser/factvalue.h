#pragma once

#include <QTextEdit>

namespace ir::ui {

/// One value among the facts of an image: plain text to select and copy exactly as it is stored. Words that are
/// too long for a line (UIDs, paths, digests) are broken anywhere, which QLabel cannot; as high as its text.
class FactValue : public QTextEdit
{
    Q_OBJECT

public:
    explicit FactValue(QWidget* parent = nullptr);

    void showValue(const QString& value);

protected:
    void wheelEvent(QWheelEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
};

} // namespace ir::ui
