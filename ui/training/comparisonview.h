#pragma once

#include "nn/finetune.h"
#include "style/classstyle.h"

#include <QWidget>

class QGridLayout;
class QLabel;

namespace ir::ui {

/// Present and new model side by side, on the images held out, on those learnt from and on others; where the
/// new one is worse beyond chance, in the colour of errors.
class ComparisonView : public QWidget
{
    Q_OBJECT

public:
    explicit ComparisonView(QWidget* parent = nullptr);

    void showReport(const FineTuneReport& report);

private:
    void addHeader();
    void addRow(const QString& title, const QString& hint, const ModelComparison& comparison);
    void addClassRows(const ModelComparison& comparison, const ClassStyles& styles);
    QLabel* addCell(int row, int column, const QString& text, const char* tone = nullptr);

    QGridLayout* m_grid;
    int m_rows = 0;
};

/// In words, whether the new model should be adopted.
[[nodiscard]] QString verdictOf(const FineTuneReport& report);

} // namespace ir::ui
