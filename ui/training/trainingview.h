#pragma once

#include "nn/trainer.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace ir::ui {

class TrainingChart;
class TrainingJob;

/// A training on the screen, as it goes on: where it is in words, a bar, curves, and the button that holds it.
class TrainingView : public QWidget
{
    Q_OBJECT

public:
    /// `job` outlives it.
    explicit TrainingView(TrainingJob* job, QWidget* parent = nullptr);

    /// The job was started, over so many epochs.
    void start(int epochs);
    /// Stops the job, paused or not.
    void stop();
    /// The job ended; what came of it. A problem is in the colour of errors.
    void end(const QString& text, bool isProblem = false);
    /// Pauses and resumes; seen while the job runs. For the dialog to place.
    [[nodiscard]] QPushButton* pauseButton() const { return m_pause; }

private:
    void showProgress(const TrainProgress& progress);
    void say(const QString& text, bool isProblem = false);
    void togglePause();

    TrainingJob* m_job;
    QLabel* m_status;
    QProgressBar* m_bar;
    TrainingChart* m_chart;
    QLabel* m_sentence;
    QPushButton* m_pause;
    bool m_isStopping = false;
};

} // namespace ir::ui
