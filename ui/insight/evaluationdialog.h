#pragma once

#include "browser/displayloader.h"
#include "insight/evaluationjob.h"

#include <QDialog>

#include <functional>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace ir::ui {

class EvaluationView;
class SpotCheckPage;

/// Measuring models on labelled images: what on what, then the figures, the images of a cell to check, and report and
/// corrections to keep. Nothing that was measured on is changed by it.
class EvaluationDialog : public QDialog
{
    Q_OBJECT

public:
    /// What is proposed at first.
    struct Start
    {
        const Catalog* catalog = nullptr; ///< the open archive's, which outlives the dialog; null: none is open
        QString model;   ///< in use, a name as findModel() takes it
        EngineOptions engine;
    };

    EvaluationDialog(const Start& start, const DisplayLoader& loader, QWidget* parent = nullptr);

    void reject() override;

Q_SIGNALS:
    void fileRequested(const QString& path); ///< an archive's image, to be corrected there

private:
    enum Page { Choices, Outcome, Check };

    QWidget* buildChoices(const Start& start);
    QWidget* buildImages();
    void fillModels(const QString& inUse);
    void addModel(const QString& title, const QString& nameOrPath, bool isChosen);
    void fillSplits();
    void choicesChanged();
    void start();
    void writeReport();
    void writeCorrections();
    void correctionsChanged();
    /// Does it now, or when the user lets unsaved corrections go.
    void unlessUnsaved(const std::function<void()>& action);
    void setPage(Page page);
    void growTo(const QSize& wanted);
    void say(const QString& text, const QString& tone = {});
    void began(const QString& text);
    void ended();

    EvaluationJob* m_job;
    EvaluationRequest m_request;
    QStackedWidget* m_pages;
    QWidget* m_choices = nullptr;
    QCheckBox* m_ofCatalog = nullptr;
    QLineEdit* m_manifest = nullptr;
    QPushButton* m_browse = nullptr;
    QComboBox* m_split = nullptr;
    QListWidget* m_models = nullptr;
    EvaluationView* m_view = nullptr;
    SpotCheckPage* m_check = nullptr;
    QLabel* m_status;
    QProgressBar* m_bar;
    QPushButton* m_report;
    QPushButton* m_corrections;
    QPushButton* m_back;
    QPushButton* m_close;
    QPushButton* m_start;
};

} // namespace ir::ui
