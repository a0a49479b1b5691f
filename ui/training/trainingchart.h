#pragma once

#include <QVector>
#include <QPointF>
#include <QWidget>

namespace ir::ui {

/// Live curves of a training, side by side: loss, macro F1 on the images held out, learning rate; over
/// epochs.
class TrainingChart : public QWidget
{
    Q_OBJECT

public:
    explicit TrainingChart(QWidget* parent = nullptr);

    /// Empty curves over so many epochs.
    void start(int epochs);
    /// `epoch` counts from 0 and may be fractional.
    void addLoss(double epoch, double loss, double learningRate);
    /// After a whole epoch, 1 ….
    void addMacroF1(double epoch, double macroF1);
    [[nodiscard]] QSize sizeHint() const override { return {600, 168}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {420, 132}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Curve
    {
        QString title;
        QVector<QPointF> points;
        int decimals = 3;
        bool zeroBased = false; ///< the axis begins at 0
        bool dots = false;      ///< few points: each is marked
    };
    void paintCurve(QPainter& painter, const QRectF& rect, const Curve& curve) const;
    void updateAccessibleText();

    int m_epochs = 1;
    Curve m_loss;
    Curve m_macroF1;
    Curve m_rate;
};

} // namespace ir::ui
