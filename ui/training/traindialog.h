#pragma once

#include "nn/trainer.h"

#include <QDialog>

class QComboBox;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace ir::ui {

class TrainingJob;
class TrainingView;

/// Training a network from a manifest, with live curves. The weights file it writes is not in use before it is
/// adopted.
class TrainDialog : public QDialog
{
    Q_OBJECT

public:
    explicit TrainDialog(QWidget* parent = nullptr);

    void reject() override;

Q_SIGNALS:
    void adoptRequested(const QString& weightsFile);

private:
    QWidget* buildChoices();
    void choicesChanged();
    void start();
    void setRunning(bool running);
    void showEnd(const QString& text, bool failed);

    TrainingJob* m_job;
    QWidget* m_choices;
    QLineEdit* m_manifest;
    QComboBox* m_architecture;
    QComboBox* m_start;
    QSpinBox* m_epochs;
    QLineEdit* m_output;
    TrainingView* m_view;
    QPushButton* m_close;
    QPushButton* m_train;
    QPushButton* m_adopt;
};

} // namespace ir::ui
