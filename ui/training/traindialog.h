#pragma once

#include <QDialog>

class QPushButton;

namespace ir::ui {

class Settings;
class TrainChoices;
class TrainingJob;
class TrainingView;

/// Training a network from a manifest, with live curves. The weights file it writes is not in use before it is
/// adopted.
class TrainDialog : public QDialog
{
    Q_OBJECT

public:
    /// `settings` outlives it.
    explicit TrainDialog(Settings& settings, QWidget* parent = nullptr);

    void reject() override;

Q_SIGNALS:
    void adoptRequested(const QString& weightsFile);

private:
    void choicesChanged();
    void start();
    void setRunning(bool running);
    void showEnd(const QString& text, bool failed);

    TrainingJob* m_job;
    TrainChoices* m_choices;
    TrainingView* m_view;
    QPushButton* m_close;
    QPushButton* m_train;
    QPushButton* m_adopt;
};

} // namespace ir::ui
