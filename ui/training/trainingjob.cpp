#include "training/trainingjob.h"

#include "pipeline/imageloader.h"

#include <QThread>

namespace ir::ui {

TrainingJob::TrainingJob(QObject* parent) : QObject(parent) {}

TrainingJob::~TrainingJob()
{
    m_stop.request_stop();
    join();
}

// Runs `work` (GUI objects are out of its reach) and hands its result to `deliver` in the GUI thread.
template <typename Work, typename Deliver>
void TrainingJob::run(Work work, Deliver deliver)
{
    if (isRunning())
        return;
    m_stop = std::stop_source();
    m_paused = false;
    m_thread.reset(QThread::create([this, work, deliver, stop = m_stop.get_token()] {
        auto result = work([this](const TrainProgress& progress) { report(progress); }, stop);
        auto shared = std::make_shared<decltype(result)>(std::move(result));
        QMetaObject::invokeMethod(this, [this, deliver, shared, stop] {
            join();
            if (stop.stop_requested())
                Q_EMIT cancelled();
            else if (!*shared)
                Q_EMIT failed(QString::fromStdString(shared->error().message));
            else
                deliver(std::move(**shared));
        });
    }));
    m_thread->setObjectName(QStringLiteral("training"));
    m_thread->start(QThread::LowPriority);
}

void TrainingJob::fineTune(const FineTuneOptions& options)
{
    run([options](const auto& progress,
                  std::stop_token stop) { return ir::fineTune(options, decodeForTraining, progress, stop); },
        [this](FineTuneReport&& report) {
            Q_EMIT fineTuned(std::make_shared<const FineTuneReport>(std::move(report)));
        });
}

void TrainingJob::train(const TrainOptions& options)
{
    run([options](const auto& progress,
                  std::stop_token stop) { return ir::train(options, decodeForTraining, progress, stop); },
        [this](TrainReport&& report) {
            Q_EMIT trained(std::make_shared<const TrainReport>(std::move(report)));
        });
}

void TrainingJob::report(const TrainProgress& progress)
{
    QMetaObject::invokeMethod(this, [this, progress] {
        if (progress.message.empty())
            Q_EMIT progressed(progress);
        else
            Q_EMIT said(QString::fromStdString(progress.message));
    });
    waitWhilePaused();
}

void TrainingJob::waitWhilePaused()
{
    std::unique_lock lock(m_mutex);
    m_unpaused.wait(lock, m_stop.get_token(), [this] { return !m_paused; });
}

void TrainingJob::setPaused(bool paused)
{
    const std::scoped_lock lock(m_mutex);
    m_paused = paused;
    m_unpaused.notify_all();
}

void TrainingJob::cancel() { m_stop.request_stop(); }

void TrainingJob::join()
{
    if (m_thread)
        m_thread->wait();
    m_thread.reset();
}

} // namespace ir::ui
