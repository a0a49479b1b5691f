#include "training/trainingjob.h"

#include "pipeline/imageloader.h"

namespace ir::ui {

TrainingJob::TrainingJob(QObject* parent) : BackgroundWork(QStringLiteral("training"), parent) {}

TrainingJob::~TrainingJob() { leave(); }

void TrainingJob::fineTune(const FineTuneOptions& options)
{
    setPaused(false);
    run(
        [this, options](const std::stop_token& stop) {
            return ir::fineTune(
                options, decodeForTraining, [&](const TrainProgress& progress) { report(progress, stop); }, stop);
        },
        [this](FineTuneReport&& report) {
            Q_EMIT fineTuned(std::make_shared<const FineTuneReport>(std::move(report)));
        });
}

void TrainingJob::train(const TrainOptions& options)
{
    setPaused(false);
    run(
        [this, options](const std::stop_token& stop) {
            return ir::train(
                options, decodeForTraining, [&](const TrainProgress& progress) { report(progress, stop); }, stop);
        },
        [this](TrainReport&& report) {
            Q_EMIT trained(std::make_shared<const TrainReport>(std::move(report)));
        });
}

/// In the job's thread, which waits here while it is paused.
void TrainingJob::report(const TrainProgress& progress, const std::stop_token& stop)
{
    QMetaObject::invokeMethod(this, [this, progress] {
        if (progress.message.empty())
            Q_EMIT progressed(progress);
        else
            Q_EMIT said(QString::fromStdString(progress.message));
    });
    std::unique_lock lock(m_mutex);
    m_unpaused.wait(lock, stop, [this] { return !m_paused; });
}

void TrainingJob::setPaused(bool paused)
{
    const std::scoped_lock lock(m_mutex);
    m_paused = paused;
    m_unpaused.notify_all();
}

} // namespace ir::ui
