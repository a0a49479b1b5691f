#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace ir::ui {

/// Says why there is nothing to see and what to do next, with the button that does it.
class EmptyState : public QWidget
{
    Q_OBJECT

public:
    explicit EmptyState(QWidget* parent = nullptr);

    /// `actionText` empty: nothing to do but wait.
    void showState(const QString& title, const QString& text, const QString& actionText);
    [[nodiscard]] QString title() const;

Q_SIGNALS:
    void actionRequested();

private:
    QLabel* m_title;
    QLabel* m_text;
    QPushButton* m_action;
};

} // namespace ir::ui
