#pragma once

#include "catalog/catalog.h"
#include "nn/finetune.h"
#include "pipeline/correctionset.h"

#include <QDialog>
#include <QTemporaryDir>

#include <memory>
#include <thread>

class QLabel;
class QPushButton;
class QStackedWidget;

namespace ir::ui {

class ComparisonView;
class LearningView;
class TrainingJob;
class TrainingView;

/// Fine-tuning on what people labelled: what would be learnt from; the training, live; present and new model
/// side by side; adopt or discard. Not modal: labelling can go on meanwhile, and counts the next time.
class FineTuneDialog : public QDialog
{
    Q_OBJECT

public:
    /// `base` is the weights file of the model in use. Labels are read from the catalog at once, under `folder`
    /// or, empty, in all of it; the catalog must stay until setRead() or destruction.
    FineTuneDialog(const Catalog* catalog, const QString& folder, std::filesystem::path base,
                   QWidget* parent = nullptr);
    ~FineTuneDialog() override;

    /// The catalog is about to go: stops reading from it.
    void leaveCatalog();
    /// What the training may change, for tests: fewer epochs.
    void setEpochs(int epochs) { m_options.epochs = epochs; }

    void reject() override;

Q_SIGNALS:
    /// The candidate's file is copied into the store before this returns.
    void adoptRequested(const QString& weightsFile);

private:
    QWidget* buildOverview();
    QWidget* buildResult();
    void read(const Catalog* catalog, const QString& folder);
    void showSet(const CorrectionSet& set);
    void start();
    void showReport(const FineTuneReport& report);
    void showProblem(const QString& message);
    void showNotice(const QString& sentence, const QString& tone);
    void setPage(int page);

    enum Page { Overview, Running, Outcome };

    FineTuneOptions m_options;
    ModelInfo m_base;
    QTemporaryDir m_work; ///< the candidate, until it is adopted; a training that was cut off leaves nothing to resume
    TrainingJob* m_job;
    QStackedWidget* m_pages;
    TrainingView* m_running;
    QLabel* m_summary = nullptr;
    QLabel* m_readers = nullptr;
    LearningView* m_learning = nullptr;
    QLabel* m_verdict = nullptr;
    ComparisonView* m_comparison = nullptr;
    QLabel* m_notice;
    QPushButton* m_close;
    QPushButton* m_stop;
    QPushButton* m_discard;
    QPushButton* m_start;
    QPushButton* m_adopt;
    std::jthread m_reader; // last: joins before the rest goes
};

} // namespace ir::ui
