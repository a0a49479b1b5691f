#pragma once

#include <QFrame>

class QLabel;
class QProgressBar;
class QPushButton;
class QHBoxLayout;

namespace ir::ui {

/// One thing to do in a project: what, how far it is, and the buttons that go on with it.
class TaskRow : public QFrame
{
    Q_OBJECT

public:
    TaskRow(const QString& title, QWidget* parent = nullptr);

    QPushButton* addButton(const char* name, const QString& text);
    void showState(const QString& text);
    /// Hidden until called.
    void showProgress(std::size_t done, std::size_t wanted);

private:
    QLabel* m_state;
    QProgressBar* m_progress;
    QHBoxLayout* m_row;
};

} // namespace ir::ui
