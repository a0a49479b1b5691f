#include "pipeline/classifypipeline.h"

#include "pipeline/classifyrun.h"

#include <QElapsedTimer>
#include <QTimer>

#include <algorithm>
#include <deque>

namespace ir {

namespace {

constexpr int progressIntervalMs = 100;
/// The rate is that of the last seconds: long enough to be calm, short enough to follow the machine.
constexpr qint64 rateWindowMs = 5000;

} // namespace

class ClassifyPipeline::Impl : public QObject
{
public:
    explicit Impl(ClassifyPipeline* owner) : m_owner(owner)
    {
        m_timer.setInterval(progressIntervalMs);
        connect(&m_timer, &QTimer::timeout, this, [this] { report(); });
    }

    void start(const ClassifyJob& job)
    {
        retire();
        const quint64 generation = ++m_generation;
        m_device.clear();
        m_model.clear();
        m_paused = false;
        m_hasModel = !job.weights.empty();
        m_samples.clear();
        m_clock.start();

        // From the run's threads to ours; what an earlier job still sends is dropped.
        const auto post = [this, generation](auto action) {
            QMetaObject::invokeMethod(
                this,
                [this, generation, action = std::move(action)] {
                    if (generation == m_generation && m_run)
                        action();
                },
                Qt::QueuedConnection);
        };
        ClassifyRun::Callbacks callbacks;
        callbacks.found = [this, post](const QVector<FileSummary>& files) {
            post([this, files] { Q_EMIT m_owner->filesFound(files); });
        };
        callbacks.done = [this, post](const QVector<FileResult>& results,
                                      const QVector<FileSummary>& files) {
            post([this, results, files] {
                Q_EMIT m_owner->filesUpdated(files);
                Q_EMIT m_owner->results(results);
            });
        };
        callbacks.notice = [this, post](const QString& message) {
            post([this, message] { Q_EMIT m_owner->notice(message); });
        };
        callbacks.engineReady = [this, post](const QString& device, const QString& model) {
            post([this, device, model] {
                m_device = device;
                m_model = model;
            });
        };
        callbacks.finished = [this, generation](bool cancelled, const QString& error) {
            QMetaObject::invokeMethod(
                this, [this, generation, cancelled, error] { ended(generation, cancelled, error); },
                Qt::QueuedConnection);
        };
        m_run = std::make_unique<ClassifyRun>(job, std::move(callbacks));
        m_timer.start();
    }

    void setPaused(bool paused)
    {
        if (!m_run)
            return;
        m_paused = paused;
        m_run->setPaused(paused);
        report();
    }

    void cancel()
    {
        if (m_run)
            m_run->requestStop();
    }

    [[nodiscard]] bool isRunning() const { return m_run != nullptr; }

private:
    /// The job before the present one: stopped, kept until its threads are through, so that nobody waits.
    void retire()
    {
        if (!m_run)
            return;
        m_run->requestStop();
        m_retired.push_back({m_generation, std::move(m_run)});
        Q_EMIT m_owner->finished(true, {});
    }

    void ended(quint64 generation, bool cancelled, const QString& error)
    {
        if (generation != m_generation || !m_run) {
            std::erase_if(m_retired, [&](const auto& run) { return run.generation == generation; });
            return;
        }
        report();
        m_timer.stop();
        m_run.reset();
        Q_EMIT m_owner->finished(cancelled, error);
    }

    void report()
    {
        if (!m_run)
            return;
        const auto& counts = m_run->counts();
        ClassifyProgress progress;
        progress.found = counts.found;
        progress.known = counts.known;
        progress.decoded = counts.decoded;
        progress.classified = counts.classified;
        progress.unreadable = counts.unreadable;
        progress.leftOut = counts.leftOut;
        progress.toDo = counts.toDo;
        progress.scanFinished = counts.scanFinished;
        progress.paused = m_paused;
        progress.hasModel = m_hasModel;
        progress.device = m_device;
        progress.model = m_model;

        const qint64 now = m_clock.elapsed();
        m_samples.push_back({now, m_hasModel ? progress.classified : progress.decoded});
        while (m_samples.size() > 2 && now - m_samples.front().time > rateWindowMs)
            m_samples.pop_front();
        const qint64 elapsed = now - m_samples.front().time;
        if (elapsed > 0 && !m_paused)
            progress.imagesPerSecond =
                1000.0 * static_cast<double>(m_samples.back().done - m_samples.front().done) /
                static_cast<double>(elapsed);
        if (progress.scanFinished && progress.imagesPerSecond > 0)
            progress.secondsLeft = static_cast<double>(progress.toDo) / progress.imagesPerSecond;
        Q_EMIT m_owner->progressed(progress);
    }

    struct Sample
    {
        qint64 time = 0; ///< ms
        qint64 done = 0;
    };
    struct Retired
    {
        quint64 generation = 0;
        std::unique_ptr<ClassifyRun> run;
    };

    ClassifyPipeline* m_owner;
    QTimer m_timer;
    QElapsedTimer m_clock;
    std::deque<Sample> m_samples;
    quint64 m_generation = 0;
    bool m_paused = false;
    bool m_hasModel = true;
    QString m_device;
    QString m_model;
    std::vector<Retired> m_retired;
    std::unique_ptr<ClassifyRun> m_run;
};

ClassifyPipeline::ClassifyPipeline(QObject* parent)
    : QObject(parent), m_impl(std::make_unique<Impl>(this))
{}

ClassifyPipeline::~ClassifyPipeline() = default;

void ClassifyPipeline::start(const ClassifyJob& job)
{
    m_impl->start(job);
}

void ClassifyPipeline::setPaused(bool paused)
{
    m_impl->setPaused(paused);
}

void ClassifyPipeline::cancel()
{
    m_impl->cancel();
}

bool ClassifyPipeline::isRunning() const
{
    return m_impl->isRunning();
}

} // namespace ir
