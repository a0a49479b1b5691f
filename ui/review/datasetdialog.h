#pragma once

#include "review/datasetjob.h"

#include <QDialog>

class QCheckBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace ir::ui {

class ReviewSession;

/// A project's final labels and their images as a data set that may leave the house.
class DatasetDialog : public QDialog
{
    Q_OBJECT

public:
    /// `catalog` and `session` outlive the dialog; of the session, the project as it is now.
    DatasetDialog(const Catalog& catalog, const ReviewSession& session, QWidget* parent = nullptr);

    void reject() override;

private:
    void choose();
    void placeChanged();
    void start();
    void showProgress(qint64 done, qint64 total);
    void showReport(const DatasetExportReport& report);
    void showEnd(const QString& text, bool isFailure);
    void setRunning(bool running);
    void fitHeight();

    DatasetJob* m_job;
    std::shared_ptr<const ReviewProject> m_project;
    QLineEdit* m_place;
    QPushButton* m_browse;
    QCheckBox* m_dicom;
    QCheckBox* m_suspected;
    QProgressBar* m_progress;
    QLabel* m_status;
    QPushButton* m_close;
    QPushButton* m_export;
    bool m_isRunning = false;
};

} // namespace ir::ui
