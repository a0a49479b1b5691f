#pragma once

#include "exporting/exportjob.h"

#include <QDialog>
#include <QTimer>

#include <functional>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace ir::ui {

class Settings;

/// Which images an export takes.
enum class ExportScope { Selection, Shown, All };

/// Where the dialog gets the files of a scope from, and what is open.
struct ExportSource
{
    std::function<QVector<FileSummary>(ExportScope)> files;
    int selected = 0;
    int shown = 0;
    int all = 0;
    QString folder; ///< the open archive, to warn of exporting into it
};

/// Export of sorted folders or of a training set: choices, what would happen (a dry run that follows the
/// choices), progress, result. Moving originals is asked twice.
class ExportDialog : public QDialog
{
    Q_OBJECT

public:
    ExportDialog(ExportSource source, Catalog* catalog, Settings& settings,
                 QWidget* parent = nullptr);

    void reject() override;

Q_SIGNALS:
    /// Originals are at new places now: old path → new path.
    void filesMoved(const QHash<QString, QString>& moved);

private:
    void buildChoices(QFormLayout* form);
    void fillChoices();
    [[nodiscard]] bool isTraining() const;
    [[nodiscard]] ExportScope scope() const;
    [[nodiscard]] SortedExportOptions sortedOptions() const;
    void choicesChanged();
    void makePlan();
    void showPlan(const std::shared_ptr<const ExportPlan>& plan);
    void begin();
    void confirmMove();
    void run();
    void showReport(const ExportReport& report);
    void showTrainingReport(const TrainingExportReport& report);
    void showFailure(const QString& message);
    void showEnd(const QString& text, bool done);
    void setRunning(bool running);

    ExportSource m_source;
    Settings& m_settings;
    ExportJob* m_job;
    QComboBox* m_kind;
    QComboBox* m_scope;
    QLineEdit* m_destination;
    QComboBox* m_mode;
    QLineEdit* m_pattern;
    QComboBox* m_review;
    QComboBox* m_unreadable;
    QComboBox* m_labels;
    QFormLayout* m_form = nullptr;
    QWidget* m_choices;
    QLabel* m_summary;
    QLabel* m_problem;
    QProgressBar* m_progress;
    QPushButton* m_export;
    QPushButton* m_openFolder;
    QPushButton* m_close;
    QTimer m_planDelay;
    std::shared_ptr<const ExportPlan> m_plan;
    bool m_running = false;
};

} // namespace ir::ui
