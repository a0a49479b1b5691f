#pragma once

#include "review/agreement.h"
#include "style/classstyle.h"

#include <QWidget>

class QGridLayout;
class QLabel;

namespace ir::ui {

/// "0.93 (0.88 – 0.98)"; "0.93" where there is no interval; "–" where undefined.
[[nodiscard]] QString formatCoefficient(const Coefficient& coefficient);

/// Figures in rows: a title at the left, numbers at the right; why one is missing is its tool tip.
class FigureTable : public QWidget
{
    Q_OBJECT

public:
    explicit FigureTable(QWidget* parent = nullptr);

    void clear();
    void addHeader(const QStringList& titles);
    void addTitle(const QString& text);
    void addTitle(const ClassStyle& style);
    void addFigure(const QString& text, const QString& toolTip = {});
    void addFigure(const Coefficient& coefficient)
    {
        addFigure(formatCoefficient(coefficient), QString::fromStdString(coefficient.reason));
    }

private:
    QGridLayout* m_grid;
    int m_row = 0;
    int m_column = 0;
};

/// All readers at once.
void showOverall(FigureTable& table, const Agreement& agreement);
/// Of two sides, each class against all others. `order` as for ConfusionView.
void showPerClass(FigureTable& table, const PairAgreement& agreement, const std::vector<std::size_t>& order,
                  const QVector<ClassStyle>& styles);

} // namespace ir::ui
