#pragma once

#include "catalog/catalog.h"
#include "exporting/datasetexport.h"

#include <QObject>

#include <memory>
#include <thread>

namespace ir::ui {

/// Exports a project's final labels as a data set, on a thread of its own; lives in the GUI thread, and signals arrive
/// there. One at a time.
class DatasetJob : public QObject
{
    Q_OBJECT

public:
    /// `catalog` outlives the job; it knows the images' files and whose they are.
    explicit DatasetJob(const Catalog& catalog, QObject* parent = nullptr);
    /// Stops, and waits for the image in hand.
    ~DatasetJob() override;

    /// Images without a file or a final label are left out. What the labels came from goes into the datasheet.
    void start(std::shared_ptr<const ReviewProject> project, const DatasetExportOptions& options);
    void cancel() { m_thread.request_stop(); }

Q_SIGNALS:
    void progressed(qint64 done, qint64 total);
    void exported(const std::shared_ptr<const ir::DatasetExportReport>& report);
    void failed(const QString& message);

private:
    const Catalog& m_catalog;
    std::jthread m_thread; // last: joins before the rest goes
};

} // namespace ir::ui
