#pragma once

#include "pipeline/classifypipeline.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QProgressBar;
class QToolButton;

namespace ir::ui {

/// The line at the bottom: what is found and tagged, how fast, how long still, on what; pause and cancel.
class StatusStrip : public QWidget
{
    Q_OBJECT

public:
    explicit StatusStrip(QWidget* parent = nullptr);

    /// `tagged`: images of the open folder that have a class, now or from before.
    void showProgress(const ClassifyProgress& progress, qint64 tagged);
    void showFinished(bool cancelled);
    void showShown(int shown, int all, int selected);
    /// A few seconds: what was just done, or undone.
    void showMessage(const QString& message);
    void clear();
    [[nodiscard]] QString text() const; ///< counts as shown; for tests and screen readers

Q_SIGNALS:
    void pauseToggled(bool paused);
    void cancelRequested();

private:
    void updateButtons();

    QLabel* m_counts;
    QProgressBar* m_bar;
    QLabel* m_speed;
    QLabel* m_message;
    QLabel* m_shown;
    QLabel* m_engine;
    QToolButton* m_pause;
    QToolButton* m_cancel;
    QTimer m_messageTimer;
    bool m_running = false;
    bool m_paused = false;
};

} // namespace ir::ui
