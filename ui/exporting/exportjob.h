#pragma once

#include "catalog/catalog.h"
#include "exporting/sortedexport.h"
#include "exporting/trainingset.h"

#include <QObject>
#include <QVector>

#include <functional>
#include <memory>
#include <thread>

namespace ir::ui {

/// Plans and does an export on a thread of its own; lives in the GUI thread, and signals arrive there. A new
/// plan makes an earlier one void. One thing at a time.
class ExportJob : public QObject
{
    Q_OBJECT

public:
    /// `catalog` outlives the job's thread; it knows digests and patients of the files.
    explicit ExportJob(Catalog* catalog, QObject* parent = nullptr);
    /// Stops and waits for the piece of work in hand.
    ~ExportJob() override;

    void plan(const QVector<FileSummary>& files, const SortedExportOptions& options);
    /// Does what was planned last.
    void execute(const std::shared_ptr<const ExportPlan>& plan);
    void makeTrainingSet(const QVector<FileSummary>& files, const TrainingExportOptions& options);
    void cancel() { m_thread.request_stop(); }

Q_SIGNALS:
    void planned(const std::shared_ptr<const ir::ExportPlan>& plan);
    void progressed(qint64 done, qint64 total);
    void exported(const std::shared_ptr<const ir::ExportReport>& report);
    void trainingSetMade(const std::shared_ptr<const ir::TrainingExportReport>& report);
    /// Nothing was planned, or nothing exported; one sentence.
    void failed(const QString& message);

private:
    using Progress = std::function<void(const ExportProgress&)>;

    /// `work(progress, stop)` returns a Result; its value goes out by `signal`, its error by failed().
    template <typename Signal, typename Work>
    void run(Signal signal, Work work);
    template <typename Deliver>
    void deliver(int generation, Deliver deliver);

    Catalog* m_catalog;
    int m_generation = 0;
    std::jthread m_thread; // last: joins before the rest goes
};

} // namespace ir::ui
