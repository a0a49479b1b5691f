#pragma once

#include "nn/trainer.h"

#include <QWidget>

#include <functional>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLineEdit;
class QSpinBox;

namespace ir::ui {

class Settings;

/// What to train: data, network, recipe and where the weights go. Remembered, so that a training that was stopped can
/// be gone on with after a restart.
class TrainChoices : public QWidget
{
    Q_OBJECT

public:
    /// `settings` outlives it.
    explicit TrainChoices(Settings& settings, QWidget* parent = nullptr);

    [[nodiscard]] bool areComplete() const;
    /// Reads the manifest for its classes. Error: the manifest's.
    [[nodiscard]] Result<TrainOptions> options() const;
    [[nodiscard]] QString output() const; ///< the weights file
    /// A stopped training left a state where the weights are to go.
    [[nodiscard]] bool canGoOn() const;
    void remember();
    /// After a training ended: there may be a state to go on from now.
    void refresh();

Q_SIGNALS:
    void changed();

private:
    /// A row for the field with a button that lets `choose` ask for it.
    void addFile(QFormLayout* form, const QString& label, QLineEdit* field, std::function<void()> choose);
    void fillStarts();
    void recipeChanged();
    void proposeInput();
    void filesChanged();
    void restore();
    [[nodiscard]] bool isPaper() const;

    Settings& m_settings;
    QLineEdit* m_manifest;
    QLineEdit* m_corrections;
    QComboBox* m_architecture;
    QComboBox* m_start;
    QComboBox* m_recipe;
    QSpinBox* m_size;
    QSpinBox* m_epochs;
    QCheckBox* m_mirror;
    QLineEdit* m_output;
    QCheckBox* m_resume;
};

} // namespace ir::ui
