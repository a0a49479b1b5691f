#pragma once

#include "pipeline/correctionset.h"
#include "style/classstyle.h"

#include <QWidget>

namespace ir::ui {

/// What would be learned from, a bar a class: corrected and confirmed images.
class LearningView : public QWidget
{
    Q_OBJECT

public:
    explicit LearningView(QWidget* parent = nullptr);

    /// All classes of the model, also those without a label, and labels of other lists.
    void showSet(const CorrectionSet& set, const ClassStyles& styles);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Row
    {
        ClassStyle style;
        CorrectionSet::Count count;
    };
    QVector<Row> m_rows;
};

} // namespace ir::ui
