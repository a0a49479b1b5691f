#pragma once

#include "catalog/records.h"
#include "style/classstyle.h"

#include <QWidget>

namespace ir::ui {

/// One bar a class: letter, bar, probability; the predicted class first to the eye, in the list's order. Of more
/// than eight classes only the likeliest, the predicted one on top.
class ProbabilityBars : public QWidget
{
    Q_OBJECT

public:
    explicit ProbabilityBars(QWidget* parent = nullptr);

    void showDetails(const FileDetails& details, const ClassStyles& styles);
    void clear();
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Bar
    {
        ClassStyle style;
        float probability = 0;
    };
    QVector<Bar> m_bars;
    int m_top = -1;
};

} // namespace ir::ui
