#pragma once

#include "nn/finetune.h"

#include <QObject>

#include <condition_variable>
#include <memory>
#include <mutex>

class QThread;

namespace ir::ui {

/// A training or fine-tuning on a QThread of its own, which owns LibTorch there; lives in the GUI thread, and
/// signals arrive there. One at a time.
class TrainingJob : public QObject
{
    Q_OBJECT

public:
    explicit TrainingJob(QObject* parent = nullptr);
    /// Stops, and waits for the batch in hand.
    ~TrainingJob() override;

    void fineTune(const FineTuneOptions& options);
    void train(const TrainOptions& options);
    /// Takes effect after the batch in hand; what was done is kept.
    void setPaused(bool paused);
    void cancel();
    [[nodiscard]] bool isRunning() const { return m_thread != nullptr; }
    [[nodiscard]] bool isPaused() const { return m_paused; }

Q_SIGNALS:
    void progressed(const ir::TrainProgress& progress);
    void said(const QString& sentence);
    void fineTuned(const std::shared_ptr<const ir::FineTuneReport>& report);
    void trained(const std::shared_ptr<const ir::TrainReport>& report);
    void cancelled();
    void failed(const QString& message);

private:
    template <typename Work, typename Deliver>
    void run(Work work, Deliver deliver);
    void report(const TrainProgress& progress);
    void waitWhilePaused();
    void join();

    std::unique_ptr<QThread> m_thread;
    std::stop_source m_stop;
    std::mutex m_mutex; // of m_paused
    std::condition_variable_any m_unpaused;
    bool m_paused = false;
};

} // namespace ir::ui

Q_DECLARE_METATYPE(ir::TrainProgress)
