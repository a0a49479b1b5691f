#pragma once

#include <QWidget>

class QLineEdit;

namespace ir::ui {

/// A line that shows up to take a comment: Enter keeps what was written, Esc does not; either hides it again.
class CommentLine : public QWidget
{
    Q_OBJECT

public:
    explicit CommentLine(const QString& placeholder, QWidget* parent = nullptr);

    void begin(); ///< empty, with the keyboard focus
    void end();   ///< keeps nothing
    [[nodiscard]] QLineEdit* edit() const { return m_edit; }

Q_SIGNALS:
    void kept(const QString& text); ///< not empty, blanks at its ends cut
    void ended();                   ///< hidden; after kept()

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QLineEdit* m_edit;
};

} // namespace ir::ui
