#pragma once

#include "catalog/catalog.h"

#include <QPointer>
#include <QThreadPool>
#include <QWidget>

#include <array>

class QLabel;
class QListWidget;
class QPushButton;
class QStackedWidget;

namespace ir::ui {

class EmptyState;
class ReaderSignIn;
class ReviewSession;
class Settings;
class TaskRow;

/// Where one begins: the projects of the catalog, who one is, and what there is to do.
class ReviewHome : public QWidget
{
    Q_OBJECT

public:
    /// All outlive the page.
    ReviewHome(Catalog& catalog, ReviewSession* session, Settings& settings, QWidget* parent = nullptr);
    ~ReviewHome() override;

    /// Reads the list anew and opens the project `select` (0: the present one, else the latest).
    void reload(qint64 select = 0);
    /// Shows how far the open project is.
    void refresh();
    /// The focus to what there is to do next, so that Enter goes on with it.
    void focusNext();
    [[nodiscard]] QString reader() const;

Q_SIGNALS:
    void labelRequested(const QString& reader, int round);
    void sheetRequested(const QString& reader, int round);
    void adjudicationRequested(const QString& adjudicator);
    void agreementRequested();
    void auditTrailRequested();
    void labelsRequested();
    void datasetRequested();
    void setupRequested();
    void problem(const QString& message);

private:
    QWidget* buildList();
    QWidget* buildProject();
    void showList(const QVector<ReviewInfo>& projects, qint64 select);
    void showProject();
    void openChosen();
    QPushButton* refreshRounds(const std::string& person);
    QPushButton* refreshConflicts(const std::string& person);
    void refreshResults(const std::string& person);
    [[nodiscard]] QPushButton* button(const QString& name) const { return findChild<QPushButton*>(name); }

    Catalog& m_catalog;
    ReviewSession* m_session;
    Settings& m_settings;
    QListWidget* m_list;
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    QLabel* m_name = nullptr;
    QLabel* m_facts = nullptr;
    ReaderSignIn* m_signIn = nullptr;
    std::array<TaskRow*, 3> m_rounds{}; ///< round 1, round 2, repeats
    TaskRow* m_conflicts = nullptr;
    TaskRow* m_results = nullptr;
    QThreadPool m_worker; ///< one thread
};

} // namespace ir::ui
