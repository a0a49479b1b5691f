#pragma once

#include "browser/displayloader.h"
#include "review/agreement.h"
#include "review/drift.h"
#include "style/classstyle.h"

#include <QThreadPool>
#include <QWidget>

#include <memory>

class QLabel;
class QListWidget;
class QStackedWidget;
class QTabWidget;

namespace ir::ui {

class ConfusionView;
class DriftChart;
class EmptyState;
class FigureTable;
class PictureGrid;
class PictureStore;
class ReviewSession;

/// How the readers of the open project agree: each two, all at once, each with themselves, over time; a cell of the
/// confusion table shows its images.
class AgreementPage : public QWidget
{
    Q_OBJECT

public:
    /// `session` outlives the page.
    AgreementPage(ReviewSession* session, const DisplayLoader& loader, QWidget* parent = nullptr);
    ~AgreementPage() override;

    /// Computes behind, of the project as it is now. Whether somebody may see this is asked before.
    void start();
    void stop();

Q_SIGNALS:
    void left(); ///< Esc
    void problem(const QString& message);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Figures;
    QWidget* buildSide();
    QWidget* buildMain();
    void show(std::shared_ptr<const Figures> figures);
    void showComparison(int row);
    void showCell(std::size_t first, std::size_t second);
    [[nodiscard]] QString readerName(std::uint32_t reader) const;

    ReviewSession* m_session;
    PictureStore* m_pictures;
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    QListWidget* m_comparisons = nullptr;
    FigureTable* m_overall = nullptr;
    QLabel* m_title = nullptr;
    QLabel* m_sentence = nullptr;
    ConfusionView* m_confusion = nullptr;
    FigureTable* m_perClass = nullptr;
    QTabWidget* m_tabs = nullptr;
    QLabel* m_cell = nullptr;
    PictureGrid* m_grid = nullptr;
    DriftChart* m_drift = nullptr;
    ClassStyles m_styles;
    std::shared_ptr<const Figures> m_figures;
    int m_request = 0;
    QThreadPool m_worker; ///< one thread
};

} // namespace ir::ui
