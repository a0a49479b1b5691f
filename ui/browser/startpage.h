#pragma once

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;
class QVBoxLayout;

namespace ir::ui {

/// What shows while no archive is open: open a folder, try the sample archive, recent folders.
class StartPage : public QWidget
{
    Q_OBJECT

public:
    explicit StartPage(QWidget* parent = nullptr);

    void setRecentFolders(const QStringList& folders);
    /// The sample archive is being made; `done` of `total` files.
    void showSampleProgress(int done, int total);
    void hideSampleProgress();

Q_SIGNALS:
    void openRequested();
    void folderChosen(const QString& folder);
    void forgetRequested(const QString& folder);
    void sampleRequested();
    void sampleCancelled();

private:
    QPushButton* m_sample;
    QWidget* m_progressRow;
    QProgressBar* m_progress;
    QLabel* m_progressText;
    QLabel* m_recentTitle;
    QVBoxLayout* m_recent;
};

} // namespace ir::ui
