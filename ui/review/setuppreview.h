#pragma once

#include "pipeline/reviewimages.h"

#include <QFrame>
#include <QThreadPool>
#include <QTimer>

class QLabel;

namespace ir::ui {

class ClassCounts;

/// What a plan results in: how many images of which class, how much work for whom, or why it cannot be. Choosing the
/// images is done behind, again after each change.
class SetupPreview : public QFrame
{
    Q_OBJECT

public:
    /// `catalog` outlives the preview.
    SetupPreview(const Catalog& catalog, std::string modelId, QWidget* parent = nullptr);
    ~SetupPreview() override;

    /// `plan` without its images.
    void showPlan(const ReviewPlan& plan);
    void choose(const ReviewChoice& choice);
    /// What the catalog had against the plan; stands until something is changed.
    void showProblem(const QString& problem);
    /// Whole, where isReady().
    [[nodiscard]] const ReviewPlan& plan() const { return m_plan; }
    [[nodiscard]] bool isReady() const { return m_isReady; }

Q_SIGNALS:
    void readyChanged(bool ready);

private:
    void start();
    void show(const Result<ChosenImages>& chosen);
    void showState();

    const Catalog& m_catalog;
    std::string m_modelId;
    ReviewPlan m_plan;
    ReviewChoice m_choice;
    ChosenImages m_chosen;
    QString m_problem; ///< with the images
    QString m_refusal; ///< of the catalog
    bool m_isChoosing = false;
    bool m_isReady = false;
    int m_request = 0;
    QLabel* m_images;
    ClassCounts* m_counts;
    QLabel* m_work;
    QLabel* m_refused;
    QLabel* m_note;
    QTimer m_delay;
    QThreadPool m_worker; ///< one thread
};

} // namespace ir::ui
