#pragma once

#include <QFrame>

#include <functional>

class QLabel;
class QPushButton;

namespace ir::ui {

/// The quiet bar at the top: one sentence and at most one action, never a stack. A newer notice takes the
/// place of the older one, but no mere information that of an error.
class NoticeBar : public QFrame
{
    Q_OBJECT

public:
    enum class Severity { Info, Error };

    explicit NoticeBar(QWidget* parent = nullptr);

    void showNotice(Severity severity, const QString& message, const QString& actionText = {},
                    std::function<void()> action = {});
    void dismiss();
    [[nodiscard]] QString message() const;

private:
    QLabel* m_icon;
    QLabel* m_message;
    QPushButton* m_actionButton;
    std::function<void()> m_action;
    Severity m_severity = Severity::Info;
};

} // namespace ir::ui
