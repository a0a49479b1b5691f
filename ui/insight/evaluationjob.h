#pragma once

#include "evaluation/comparisonrun.h"
#include "support/backgroundwork.h"

#include <memory>

namespace ir {
class Catalog;
}

namespace ir::ui {

/// What to measure on what.
struct EvaluationRequest
{
    QString manifest;
    QString split;   ///< of the manifest; empty: all
    const Catalog* catalog = nullptr; ///< in place of the manifest, what people labelled in it; outlives the job
    std::vector<std::string> models;
    ComparisonRunOptions options;
};

/// Measures models on labelled images, or writes the report on one of them, on a thread of its own.
class EvaluationJob : public BackgroundWork
{
    Q_OBJECT

public:
    explicit EvaluationJob(QObject* parent = nullptr);
    /// Stops, and waits for the images in hand.
    ~EvaluationJob() override;

    void evaluate(const EvaluationRequest& request);
    /// The HTML page on one of the models of `run`, with pictures of what it got wrong.
    void writeReport(const std::shared_ptr<const ComparisonRun>& run, std::size_t model, const QString& path);

Q_SIGNALS:
    void progressed(qint64 done, qint64 total);
    void evaluated(const std::shared_ptr<const ir::ComparisonRun>& run);
    void reportWritten(const QString& path);
};

} // namespace ir::ui
