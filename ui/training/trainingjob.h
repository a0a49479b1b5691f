#pragma once

#include "nn/finetune.h"
#include "support/backgroundwork.h"

#include <condition_variable>
#include <memory>
#include <mutex>

namespace ir::ui {

/// A training or fine-tuning on a thread of its own, which owns LibTorch there.
class TrainingJob : public BackgroundWork
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
    [[nodiscard]] bool isPaused() const { return m_paused; }

Q_SIGNALS:
    void progressed(const ir::TrainProgress& progress);
    void said(const QString& sentence);
    void fineTuned(const std::shared_ptr<const ir::FineTuneReport>& report);
    void trained(const std::shared_ptr<const ir::TrainReport>& report);

private:
    void report(const TrainProgress& progress, const std::stop_token& stop);

    std::mutex m_mutex; // of m_paused
    std::condition_variable_any m_unpaused;
    bool m_paused = false;
};

} // namespace ir::ui

Q_DECLARE_METATYPE(ir::TrainProgress)
