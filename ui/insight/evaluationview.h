#pragma once

#include "browser/displayloader.h"
#include "evaluation/comparisonrun.h"
#include "review/picturegrid.h"
#include "style/classstyle.h"

#include <QWidget>

#include <memory>

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
