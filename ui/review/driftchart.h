#pragma once

#include "review/drift.h"

#include <QWidget>

namespace ir::ui {

/// How the two rounds agreed over time: kappa with its interval, and the share of equal labels.
class DriftChart : public QWidget
{
    Q_OBJECT

public:
    explicit DriftChart(QWidget* parent = nullptr);

    /// `title` says what a point is.
    void showDrift(const std::vector<DriftPoint>& points, const QString& title);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<DriftPoint> m_points;
    QString m_title;
};

} // namespace ir::ui
