#pragma once

#include "browser/displayloader.h"
#include "evaluation/comparisonrun.h"
#include "review/picturegrid.h"
#include "style/classstyle.h"

#include <QWidget>

#include <memory>
#include <vector>

class QLabel;
class QTreeWidget;

namespace ir::ui {

class ConfusionView;
class FigureTable;

/// What models got right and wrong: all of them in a table, the best first in hand; of the one in hand the confusion
/// matrix, the figures of each class, and the images of a cell of the matrix.
class EvaluationView : public QWidget
{
    Q_OBJECT

public:
    explicit EvaluationView(DisplayLoader loader, QWidget* parent = nullptr);

    void showRun(std::shared_ptr<const ComparisonRun> run);
    [[nodiscard]] const std::shared_ptr<const ComparisonRun>& run() const { return m_run; }
    /// Index of the model in hand.
    [[nodiscard]] std::size_t model() const { return m_model; }
    [[nodiscard]] const ClassStyles& styles() const { return m_styles; }

Q_SIGNALS:
    /// An image of a cell is to be looked at: rows of the evaluation in hand, and which of them.
    void checkRequested(const std::vector<std::size_t>& rows, std::size_t current);

private:
    QWidget* buildFigures();
    QWidget* buildImages();
    void fillModels();
    void showModel(std::size_t model);
    void showCell(std::size_t truth, std::size_t answer);
    void showFile(int tile);

    std::shared_ptr<const ComparisonRun> m_run;
    std::size_t m_model = 0;
    ClassStyles m_styles;
    std::vector<std::size_t> m_cellRows; ///< of the evaluation, those of the grid
    PictureStore* m_pictures;
    QTreeWidget* m_models;
    QLabel* m_sentence = nullptr;
    ConfusionView* m_confusion = nullptr;
    FigureTable* m_perClass = nullptr;
    QLabel* m_cell = nullptr;
    PictureGrid* m_grid = nullptr;
    QLabel* m_file = nullptr;
};

/// "mobilenet_v1" of a name or of a weights file's path.
[[nodiscard]] QString modelDisplayName(const std::string& model);

} // namespace ir::ui
